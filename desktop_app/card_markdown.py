"""A model's card from outside, made ready for the Markdown renderer: plain words, no HTML, no pictures, no settings.

Knows no Qt. The renderer shows HTML as text anyway; here it goes, because nobody wants to read it.
"""

from __future__ import annotations

import re

from desktop_app.visible_text import clean, show_hidden

LONGEST = 200_000       # characters of a card that are shown
_FRONT = re.compile(r"\A\s*---\n.*?\n---\s*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SILENT = re.compile(r"<(script|style|svg)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]{0,2000})?/?>")
_PICTURE = re.compile(r"!\[([^\[\]\n]{0,500})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])")
_LINKED_NOTHING = re.compile(r"\[\s*\]\([^()\n]{0,2000}\)")
_FENCE = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[^\S\n]*$)", re.DOTALL | re.MULTILINE)


def card_markdown(card: str) -> str:
    """The card as Markdown that a person can read. Code blocks stay as they are written."""
    text = _FRONT.sub("", clean(card[:LONGEST]), count=1)
    pieces = _FENCE.split(text)
    text = "".join(piece if number % 2 else _without_markup(piece) for number, piece in enumerate(pieces))
    text = re.sub(r"\n{3,}", "\n\n", show_hidden(text)).strip()
    return text + ("\n\n…" if len(card) > LONGEST else "")


def _without_markup(text: str) -> str:
    text = _SILENT.sub("", _COMMENT.sub("", text))
    text = _PICTURE.sub(lambda found: found[1], _TAG.sub("", text))
    return "\n".join(line.rstrip() for line in _LINKED_NOTHING.sub("", text).split("\n"))
