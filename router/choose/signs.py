"""Signs: facts about a request that a person would point at. A code fence, LaTeX, a file name, a table, a greeting.

Each is counted in the excerpt of a text. They are no rules; the trained weights say what each is worth.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from router.choose.lexicon import Lexicon, read_lexicon
from router.choose.request import Request

HEAD, TAIL = 1_500, 500         # characters of a long text that are looked at
MOST = 3                        # times a sign counts


def _any(words: str) -> str:
    """A pattern for any of the words, in any case, as whole words."""
    return rf"(?i)\b(?:{'|'.join(words.split())})\b"


_FILE, _PICTURE, _CODE = (
    rf"(?i)\b[\w-]+\.(?:{endings})\b" for endings in (
        "pdf|docx?|odt|xlsx?|csv|txt|md|epub|pptx?|eml|html?|rtf|log|json",
        "png|jpe?g|gif|webp|bmp|tiff?|heic|svg",
        "py|js|ts|rs|go|java|cpp?|h|cs|rb|php|sh|sql|ya?ml|toml|ipynb|kt|swift|lua"))

PATTERNS: dict[str, str] = {
    "code fence": r"```",
    "inline code": r"`[^`\n]+`",
    "code line": r"(?m)^[ \t]*(?:def |class |import |from \w+ import|#include|public |private |function\b|const |let |"
                 r"var |SELECT |INSERT |UPDATE .* SET|CREATE TABLE|if \(|for \(|while \(|return\b|<\w+[^>]*>|"
                 r"\$ |>>> |\})",
    "stack trace": r"Traceback|Exception|\bat [\w.$]+\([\w.]+:\d+\)|error\[?E?\d*\]?:|segfault|undefined is not|"
                   r"TypeError|NullPointer|exit code \d|ENOENT|npm ERR",
    "call": r"\b\w+\([^()\n]*\)",
    "camel or snake": r"\b[a-z]+[A-Z]\w+|\b\w+_\w+\b",
    "latex": r"\$[^$\n]{1,200}\$|\\\(|\\\[|"
             r"\\(?:frac|sqrt|sum|int|lim|begin|boxed|le|ge|cdot|times|pi|theta|alpha|text)\b",
    "arithmetic": r"\d\s*[-+*/×÷^%=]\s*\d",
    "equation": r"\b[a-z]\s*[\^²³]?\s*[-+*/=]\s*[\da-z]",
    "percent": r"\d\s*(?:%|percent|prozent|pour ?cent|por ciento)",
    "money": r"[$€£¥]\s?\d|\d\s?(?:[$€£¥]|eur|euro|usd|dollars?)\b",
    "how many": r"(?i)\bhow (?:many|much|long|far|old)\b|\bwie ?viele?\b|\bcombien\b|\bcu[aá]nt[oa]s?\b|\bquant[oiea]\b"
                r"|\bhoeveel\b|\bile\b|сколько|多少|いくつ|kaç",
    "options": r"(?m)^[ \t]*\(?[A-Ea-e][).]\s",
    "given": _any(r"if suppose assume each either neither wenn angenommen si se"),
    "file name": _FILE,
    "picture name": _PICTURE,
    "code file": _CODE,
    "pasted": r":\s*[\"“„«]?[^\n]{80,}|\n[ \t]*\n",
    "greeting": r"(?im)^(?:subject|betreff|dear|hi|hello|hallo|sehr geehrte|liebe|bonjour|hola)\b",
    "table": r"(?m)^.*\|.*\|.*$|^[^\n\t]+\t[^\n]+$",
    "list": r"(?m)^[ \t]*(?:[-*•]|\d+[.)])\s",
    "address": r"https?://|www\.",
    "question mark": r"[?？]\s*$",
    "follow-up": r"(?i)^\s*(?:and|now|ok|okay|thanks|so|but|what about|how about|also|then|again|shorter|longer|more|"
                 r"why|und|jetzt|danke|et|y|e|en|maintenant|ahora|la deuxième|the (?:first|second|third|last))\b",
    "not latin": r"[\u0370-\u1fff\u3040-\u9fff\uac00-\ud7af]",
    "accents": r"[À-ÿĀ-žß¿¡]",
}
_COMPILED = tuple(re.compile(pattern) for pattern in PATTERNS.values())
_KINDS = tuple(re.compile(pattern) for pattern in (_FILE, _PICTURE, _CODE))

_LEXICON = Lexicon(read_lexicon())

SIGNS = (*PATTERNS, *_LEXICON.names, "length", "lines", "short", "digits", "capitals", "punctuation", "vowels",
         "attached document", "attached picture", "attached code", "attached other", "has earlier")


def excerpt(text: str) -> str:
    """The part of a long text that is looked at: its beginning and its end."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def signs(request: Request) -> NDArray[np.float32]:
    """One number, about 0…1, for each of SIGNS. (len(SIGNS),)"""
    text = excerpt(request.text)
    size, letters = max(1, len(text)), max(1, sum(map(str.isalpha, text)))
    kinds = [any(kind.search(name) for name in request.attached) for kind in _KINDS]
    return np.asarray([
        *(_times(pattern, text) / MOST for pattern in _COMPILED), *_LEXICON.counts(text),
        np.log1p(len(request.text)) / 10, min(1.0, text.count("\n") / 20), float(len(text.split()) <= 4),
        sum(map(str.isdigit, text)) / size, sum(map(str.isupper, text)) / size,
        sum(not (one.isalnum() or one.isspace()) for one in text) / size,
        sum(one in "aeiouyAEIOUY" for one in text) / letters,
        *map(float, kinds), float(bool(request.attached) and not any(kinds)), float(bool(request.before)),
    ], dtype=np.float32)


def _times(pattern: re.Pattern[str], text: str) -> int:
    """How often it is there, MOST at the most."""
    return sum(1 for _ in zip(range(MOST), pattern.finditer(text), strict=False))
