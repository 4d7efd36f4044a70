"""Markdown as a person would read it aloud: no signs, links by their words, code and tables described. Pure.

What numbers and the like sound like is `spoken_numbers`'; a language it does not know keeps its text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from router.voice.spoken_numbers import in_words
from router.voice.spoken_words import ENGLISH, LANGUAGES

_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_REFERENCE = re.compile(r"\[\^[^\]]*\]:?|\[\d+\](?!\()")
_ADDRESS = re.compile(r"<?\b(https?://[^\s<>)\]]+)>?")
_MAIL = re.compile(r"<([\w.+-]+@[\w.-]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_CODE = re.compile(r"(`+)(.+?)\1(?!`)", re.DOTALL)
_FORMULA = re.compile(r"\\\((.+?)\\\)|\$(?=\S)([^$\n]+?)(?<=\S)\$(?!\d)", re.DOTALL)
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|~~)(?=\S)(.+?)(?<=\S)\1(?!\w)|(\*{1,3}|~~)(?=\S)(.+?)(?<=\S)\3",
                       re.DOTALL)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~$])")
_LINE = re.compile(r"\s*\n[ \t]*(?:>[ \t]?)*")
_LANGUAGES = {"py": "Python", "python": "Python", "js": "JavaScript", "javascript": "JavaScript", "ts": "TypeScript",
              "typescript": "TypeScript", "sh": "shell", "bash": "shell", "c": "C", "cpp": "C++", "c++": "C++",
              "cs": "C#",
              "rs": "Rust", "rust": "Rust", "go": "Go", "java": "Java", "html": "HTML", "css": "CSS", "sql": "SQL",
              "json": "JSON", "yaml": "YAML", "toml": "TOML", "rb": "Ruby", "php": "PHP"}
_ROWS = {"en": (("one column", "{} columns"), ("one row", "{} rows")),
         "de": (("einer Spalte", "{} Spalten"), ("einer Zeile", "{} Zeilen"))}


def spoken(text: str, language: str = "en") -> str:
    """A stretch of inline Markdown in words; empty when nothing in it is said."""
    words = LANGUAGES.get(language)
    link, image = (words.link, words.image) if words else ("{}", "{}")
    text = _LINE.sub(" ", text)
    code: list[str] = []

    def keep(found: re.Match[str]) -> str:
        code.append(_said_code(found[2]))
        return f"\ue000{len(code) - 1}\ue001"

    text = _CODE.sub(keep, text)
    text = _FORMULA.sub(lambda found: described_formula(found[1] or found[2], language), text)
    text = _IMAGE.sub(lambda found: image.format(found[1]) if found[1] else "", text)
    text = _REFERENCE.sub("", _LINK.sub(r"\1", text))
    text = _ADDRESS.sub(lambda found: link.format(_host(found[1])) + _stop(found[1]), text)
    text = _TAG.sub("", _MAIL.sub(r"\1", text))
    for _ in range(3):              # emphasis within emphasis
        text = _EMPHASIS.sub(lambda found: found[2] or found[4], text)
    text = html.unescape(_ESCAPE.sub(r"\1", text))
    text = _without_pictures(text)
    if words is not None:
        text = in_words(text, words, language)
    text = re.sub(r"\ue000(\d+)\ue001", lambda found: code[int(found[1])], text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    return text if any(one.isalnum() for one in text) else ""


def described_code(name: str, code: str, language: str = "en") -> str:
    """A block of code: in which language, how long."""
    words = LANGUAGES.get(language, ENGLISH)
    count = len(code.rstrip("\n").split("\n")) if code.strip() else 0
    short = name.split()[0].lower().strip("{}.") if name else ""
    called = _LANGUAGES.get(short, short)
    lines = words.lines[0] if count == 1 else words.lines[1].format(count)
    said = words.code.format(called, lines).replace("  ", " ").replace(" -Code", " Code")
    return _sentence(said)


def described_table(rows: Sequence[str], language: str = "en") -> str:
    """A table: how wide, how long, and what its columns are called."""
    words = LANGUAGES.get(language, ENGLISH)
    cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows]
    body = [row for row in cells if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    columns, lines = _ROWS.get(language, _ROWS["en"])
    width, length = len(cells[0]), max(0, len(body) - 1)
    count = (columns[0] if width == 1 else columns[1].format(width),
             lines[0] if length == 1 else lines[1].format(length))
    heads = [said for cell in body[0] if (said := spoken(cell, language))] if body else []
    return _sentence(words.table.format(*count) + (": " + ", ".join(heads) if heads and width <= 6 else ""))


def described_formula(formula: str, language: str = "en") -> str:
    """A simple formula in words, another one by the word."""
    words = LANGUAGES.get(language)
    if words is None:
        return ENGLISH.formula
    said = formula.strip()
    for _ in range(3):
        said = re.sub(r"\\frac\{([^{}]+)\}\{([^{}]+)\}",
                      lambda found: " " + words.formula_words["frac"].format(found[1], found[2]) + " ", said)
        said = re.sub(r"\\sqrt\{([^{}]+)\}",
                      lambda found: " " + words.formula_words["sqrt"].format(found[1]) + " ", said)
    said = re.sub(r"([\^_])\{([^{}]*)\}", r"\1\2", said)
    for sign in sorted((one for one in words.formula_words if one not in ("frac", "sqrt")), key=len, reverse=True):
        said = said.replace(sign, words.formula_words[sign])
    said = re.sub(r"\\[,;! ]|\s+", " ", said).strip()
    simple = len(said) <= 80 and not re.search(r"[\\{}&]", said) and any(one.isalnum() for one in said)
    return said if simple else words.formula


def _said_code(code: str) -> str:
    """A short piece of code: names as words."""
    code = re.sub(r"\(\)", "", code.strip())
    code = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code)
    return re.sub(r"[_`]+|(?<=\w)\.(?=\w{3})", " ", code).strip()


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def _stop(address: str) -> str:
    return address[-1] if address[-1] in ".,;:!?" else ""


def _without_pictures(text: str) -> str:
    return "".join(" " if _is_picture(one) else one for one in text)


def _is_picture(letter: str) -> bool:
    """An emoji or another sign that nobody reads aloud."""
    return letter in "\u200d\ufe0f\u20e3" or 0x1F000 <= ord(letter) < 0x1FB00 or (
        unicodedata.category(letter) == "So" and letter not in "°©®™№")


def _sentence(said: str) -> str:
    return said[0].upper() + said[1:] + "."
