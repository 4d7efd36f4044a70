"""From a document's blocks to passages: pieces small enough to be quoted, that begin and end where the text does. Pure.

A passage never crosses a heading, a sheet or a page by more than its last block; a block that is too long is divided
between sentences, else between words. The encoder reads some 250 tokens at once, hence the size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from router.documents.document import Block, Document, Passage

WANTED = 700            # characters of a passage; about 170 tokens of English
LONGEST = 1_100         # a single block up to this length stays whole
_SENTENCE_END = re.compile(r"[.!?…。！？؟][\"'”’)\]]*\s+|\n+")


@dataclass
class _Open:
    """The passage being filled."""

    blocks: list[Block] = field(default_factory=list)

    @property
    def length(self) -> int:
        return self.blocks[-1].end - self.blocks[0].start if self.blocks else 0


def passages_of(document: Document) -> tuple[Passage, ...]:
    """All passages in order; none is empty, none is longer than LONGEST."""
    return tuple(Passage(number, *place) for number, place in enumerate(_places(document)))


_Place = tuple[int, int, str, tuple[str, ...], int, int, str]


def _places(document: Document) -> Iterator[_Place]:
    headings: list[tuple[int, str]] = []
    filling = _Open()

    def close() -> Iterator[_Place]:
        if filling.blocks:
            yield from _place(document, filling.blocks, tuple(text for _, text in headings))
            filling.blocks.clear()

    for block in document.blocks:
        if block.kind == "heading":
            yield from close()
            headings = [(level, text) for level, text in headings if level < block.level]
            headings.append((block.level, " ".join(document.text[block.start:block.end].split())))
            continue
        for piece in _pieces(document.text, block):
            first = filling.blocks[0] if filling.blocks else piece
            if filling.length + piece.end - piece.start > WANTED or (first.page, first.sheet) != (piece.page,
                                                                                                 piece.sheet):
                yield from close()
            filling.blocks.append(piece)
    yield from close()


def _place(document: Document, blocks: list[Block], headings: tuple[str, ...]) -> Iterator[_Place]:
    start, end = blocks[0].start, blocks[-1].end
    if document.text[start:end].strip():
        yield start, end, document.text[start:end], headings, blocks[0].page, blocks[0].row, blocks[0].sheet


def _pieces(text: str, block: Block) -> Iterator[Block]:
    """The block, or parts of at most WANTED characters of one that is too long."""
    start = block.start
    while block.end - start > LONGEST:
        end = _cut(text, start, start + WANTED)
        yield Block(start, end, block.kind, 0, block.page, block.row, block.sheet)
        start = end
    yield Block(start, block.end, block.kind, 0, block.page, block.row, block.sheet)


def _cut(text: str, start: int, latest: int) -> int:
    """Where the last sentence ends before `latest`, else the last word; never in the first half of the piece."""
    middle = start + (latest - start) // 2
    ends = [found.end() for found in _SENTENCE_END.finditer(text, middle, latest)]
    if ends:
        return ends[-1]
    space = max(text.rfind(" ", middle, latest), text.rfind("\n", middle, latest))
    return space + 1 if space >= 0 else latest
