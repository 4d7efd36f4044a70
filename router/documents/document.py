"""What a file says, with its structure: one text, and blocks that are stretches of it. Values; knows no file format.

Every later step (passages, citations, the preview) points into `Document.text` by character, so a citation can always
be shown exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list", "table row", "code"]


@dataclass(frozen=True)
class Block:
    """The characters `start` to `end` (not included) of a document's text.

    level: of a heading, 1 is the highest; 0 for everything else. page: counted from 1, 0 where the format has none.
    row: of a table, counted from 1, 0 outside tables. sheet: the name of the table or slide it stands in.
    """

    start: int
    end: int
    kind: BlockKind = "paragraph"
    level: int = 0
    page: int = 0
    row: int = 0
    sheet: str = ""


@dataclass(frozen=True)
class Document:
    """A file that was read. blocks: in order, without overlap. pages: 0 where the format has none.

    hidden: sentences about text that a person would not have seen and that is therefore not in `text`. notices: other
    sentences worth knowing ("The pictures in it were not read.").
    """

    title: str
    text: str
    blocks: tuple[Block, ...]
    pages: int = 0
    hidden: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A piece of a document that is found and quoted as one: characters `start` to `end` of its text.

    number: counted from 0 within the document. headings: those it stands under, outermost first. page and row: where it
    begins, 0 where there are none.
    """

    number: int
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    page: int = 0
    row: int = 0
    sheet: str = ""
