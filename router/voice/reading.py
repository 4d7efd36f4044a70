"""An answer in Markdown, piece by piece as a voice can say it, while it is still being written. Pure.

Code, tables and formulas that stand by themselves are described; prose goes out sentence by sentence (`sentences`), in
spoken words (`spoken_text`). Each piece knows where in the answer it stands, so that it can be shown as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from router.voice.sentences import next_end
from router.voice.spoken_text import described_code, described_formula, described_table, spoken

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^\n`]*)\n")
_FORMULA = re.compile(r"\s*(\$\$|\\\[)")
_PREFIX = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*"
                     r"(?:(#{1,6}[ \t]+)|([-*+][ \t]+(?:\[[ xX]\][ \t]+)?)|(\d{1,3}[.)][ \t]+))?")
_RULE = re.compile(r"[ \t]*(?:([-*_])[ \t]*)(?:\1[ \t]*){2,}$|[ \t]*=+[ \t]*$")
_TABLE_LINE = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_UNSURE = re.compile(r"\s*(?:`{1,2}|`{3}.*|~{1,2}|~{3}.*|\$|\\|[-*_=]+\s*|#{1,6}|>|\d{1,3}[.)]?|\|.*)?$")
_HTML = re.compile(r"[ \t]*</?[a-zA-Z][^>\n]*>[ \t]*$")


@dataclass(frozen=True)
class Piece:
    """text: what is said. begin, end: where in the answer it stands, in characters. pause: what kind of end it is."""

    text: str
    begin: int
    end: int
    pause: Literal["clause", "sentence", "paragraph"]


class Reading:
    """Fed with an answer as it grows. language: ISO 639-1, in which numbers and the like are said."""

    def __init__(self, language: str = "en") -> None:
        self._language = language
        self._text = ""
        self._at = 0                # everything before is said
        self._line = True           # `_at` is at the beginning of a line
        self._first = True

    def feed(self, text: str) -> Iterator[Piece]:
        """The pieces that are complete now."""
        self._text += text
        yield from self._read(False)

    def close(self) -> Iterator[Piece]:
        """The answer is over: what is left."""
        yield from self._read(True)

    def _read(self, over: bool) -> Iterator[Piece]:
        while self._at < len(self._text):
            before = self._at
            if self._line and (piece := self._block(over)) is not None:
                if isinstance(piece, Piece):
                    yield from self._said(piece)
                elif not piece:
                    return
                continue
            yield from self._prose(over)
            if self._at == before:
                return

    def _block(self, over: bool) -> Piece | bool | None:
        """What begins at the line: a piece; True when something was skipped, False to wait; None for prose."""
        text, at = self._text, self._at
        end = text.find("\n", at)
        line = text[at:] if end < 0 else text[at:end]
        if end < 0 and not over and _UNSURE.match(line):
            return False
        if not line.strip() or _RULE.match(line) or _HTML.match(line):
            self._at = len(text) if end < 0 else end + 1
            return True
        if (fence := _FENCE.match(text, at)) is not None:
            return self._fenced(fence, over)
        if (formula := _FORMULA.match(text, at)) is not None:
            close = text.find("$$" if formula[1] == "$$" else "\\]", formula.end())
            if close < 0 and not over:
                return False
            inside = text[formula.end():close if close >= 0 else len(text)]
            return self._whole(described_formula(inside, self._language), close + 2 if close >= 0 else len(text))
        if _TABLE_LINE.match(line):
            return self._table(over)
        return None

    def _fenced(self, fence: re.Match[str], over: bool) -> Piece | bool:
        close = re.compile(rf"^ {{0,3}}{fence[1][0]}{{{len(fence[1])},}}[ \t]*$", re.MULTILINE).search(
            self._text, fence.end())
        if close is None and not over:
            return False
        code = self._text[fence.end():close.start() if close is not None else len(self._text)]
        return self._whole(described_code(fence[2].strip(), code, self._language),
                           close.end() if close is not None else len(self._text))

    def _table(self, over: bool) -> Piece | bool | None:
        rows, at = [], self._at
        while at < len(self._text):
            end = self._text.find("\n", at)
            line = self._text[at:] if end < 0 else self._text[at:end]
            if end < 0 and not over:
                return False
            if not _TABLE_LINE.match(line):
                break
            rows.append(line)
            at = len(self._text) if end < 0 else end + 1
        if not over and at >= len(self._text):
            return False            # another row may follow
        return self._whole(described_table(rows, self._language), at)

    def _whole(self, said: str, end: int) -> Piece:
        piece = Piece(said, self._at, end, "paragraph")
        self._at, self._line = end, True
        if self._text.startswith("\n", end):
            self._at += 1
        return piece

    def _prose(self, over: bool) -> Iterator[Piece]:
        text = self._text
        if self._line:
            prefix = _PREFIX.match(text, self._at)
            if prefix is not None and not prefix[3]:
                self._at = prefix.end()
            self._line = False
        while self._at < len(text) and text[self._at] in " \t":
            self._at += 1
        limit, complete = self._paragraph_end(over)
        if self._at >= limit and complete:
            self._at, self._line = min(limit + 1, len(text)), True
            return
        end = next_end(text, self._at, limit, complete=complete, first=self._first)
        if end is None:
            return
        rest = text[end:limit].strip()
        pause: Literal["clause", "sentence", "paragraph"] = (
            "paragraph" if complete and not rest else
            "sentence" if re.search(r"[.!?…。！？][^\w]*$", text[self._at:end]) else "clause")
        piece = Piece(spoken(text[self._at:end], self._language), self._at, end, pause)
        self._at = end
        yield from self._said(piece)

    def _paragraph_end(self, over: bool) -> tuple[int, bool]:
        """Where the paragraph (or what is known of it) ends, and whether it really ends there."""
        at = self._at
        while True:
            end = self._text.find("\n", at)
            if end < 0:
                return len(self._text), over
            following = self._text[end + 1:]
            line, _, more = following.partition("\n")
            if not following and not over:
                return end, False
            known = bool(more) or "\n" in following or over
            if not known and _UNSURE.match(line):
                return end, False
            if self._begins_a_block(line):
                return end, True
            at = end + 1

    def _begins_a_block(self, line: str) -> bool:
        prefix = _PREFIX.match(line)
        return (not line.strip() or line.lstrip().startswith(("```", "~~~", "$$", "\\[", "|"))
                or bool(_RULE.match(line) or _HTML.match(line)) or (prefix is not None and any(prefix.groups())))

    def _said(self, piece: Piece) -> Iterator[Piece]:
        if piece.text:
            self._first = False
            yield piece


def read_all(text: str, language: str = "en") -> list[Piece]:
    """All pieces of a text that is complete."""
    reading = Reading(language)
    return [*reading.feed(text), *reading.close()]
