"""A model's card as safe text: Markdown from a stranger, without HTML, pictures, or characters that one cannot see.

What is left is still Markdown from outside; the window draws it with its own renderer, which knows no HTML and fetches
nothing. Fenced code is kept to the letter, but for hidden characters. Pure.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200_000               # characters
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n.*?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_UNSEEN_BLOCK = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|svg|iframe|object|template)\b.*?(?:</\1\s*>|\Z)",
                           re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"""!\[([^\[\]]{0,500}+)\]
    (?: \( [^()\s]*+ (?: \([^()\s]*+\) [^()\s]*+ )? (?: \s++ (?: "[^"\n]*+" | '[^'\n]*+' )? \s*+ )? \)
      | \[ [^\[\]\n]{0,200}+ \] )?""", re.VERBOSE)      # possessive: a hostile card cannot make it slow
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]{0,2000}+)?+)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_BREAKS = {"br", "p", "div", "li", "tr", "table", "ul", "ol", "hr", "center", "details", "summary", "section",
           "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
_KEPT = "\n\t"
_ASCII_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_FILLERS = "\u115f\u1160\u3164\uffa0" + "".join(map(chr, range(0xfe00, 0xfe0f)))     # \ufe0f makes emoji of signs


def safe_card(text: str) -> str:
    """The card as text to show, at most LONGEST characters; the rest is said to be left out."""
    text = visible(text[:2 * LONGEST].replace("\r\n", "\n").replace("\r", "\n"))
    text = _FRONT_MATTER.sub("", text, count=1)
    parts: list[str] = []
    for block, is_code in _blocks(text):
        parts.append(block if is_code else _prose(block))
    text = re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n\n… (the rest is left out)"


def visible(text: str) -> str:
    """Without characters one cannot see: zero-width, tag and direction controls, private ones, fillers, selectors."""
    if text.isascii():
        return _ASCII_CONTROLS.sub("", text)
    return "".join(char for char in text if char in _KEPT or not (
        unicodedata.category(char) in _UNSEEN or char in _FILLERS or "\U000e0100" <= char <= "\U000e01ef"))


def _blocks(text: str) -> list[tuple[str, bool]]:
    """The text in pieces: prose, and fenced code with its fences."""
    blocks: list[tuple[str, bool]] = []
    lines: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if found and not fence:
            blocks.append(("".join(lines), False))
            lines, fence = [line], found[1]
        elif fence and _closes(line, fence):
            blocks.append(("".join([*lines, line]), True))
            lines, fence = [], ""
        else:
            lines.append(line)
    if fence and lines:
        lines.append(f"\n{fence}\n")        # one that never ends would swallow what follows the card
    blocks.append(("".join(lines), bool(fence)))
    return blocks


def _closes(line: str, fence: str) -> bool:
    """As CommonMark has it: the same sign, at least as many, and nothing after them."""
    found = _FENCE.match(line)
    return found is not None and found[1].startswith(fence) and not line[found.end():].strip()


def _prose(text: str) -> str:
    text = _UNSEEN_BLOCK.sub("", text)
    text = _IMAGE.sub(lambda found: found[1].strip(), text)
    return _TAG.sub(_shown, text)


def _shown(tag: re.Match[str]) -> str:
    """What stands in place of an HTML tag: an image's alternative text, a link's address, a line break, nothing."""
    closing, name = bool(tag[1]), tag[2].lower()
    attributes = {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(tag[3])}
    if name == "img":
        return attributes.get("alt", "").strip()
    if name == "a" and not closing and attributes.get("href", "").startswith(("http://", "https://")):
        return f"({attributes['href']}) "
    return "\n" if name in _BREAKS else ""
