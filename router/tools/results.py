"""What a tool gives back: typed parts and how it ended. Pure values; pictures and files stay files, named by path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

Status = Literal["ok", "failed", "refused"]


class TextResult(msgspec.Struct, frozen=True, tag="text", tag_field="kind"):
    """Plain text."""

    text: str


class TableResult(msgspec.Struct, frozen=True, tag="table", tag_field="kind"):
    """Rows below their headings, all of one length."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class ImageResult(msgspec.Struct, frozen=True, tag="image", tag_field="kind"):
    """A picture: PNG or SVG, a file in the data folder. words: what it shows, for who cannot see it."""

    path: str
    words: str = ""


class FileResult(msgspec.Struct, frozen=True, tag="file", tag_field="kind"):
    """A file that was made or found. size: bytes."""

    path: str
    name: str
    size: int = 0


ResultPart = TextResult | TableResult | ImageResult | FileResult


@dataclass(frozen=True)
class ToolResult:
    """text: what the specialist reads of it; parts: what the person sees."""

    text: str
    parts: tuple[ResultPart, ...] = ()
    status: Status = "ok"


def said(text: str, status: Status = "ok") -> ToolResult:
    """A result that is one text, the same for both."""
    return ToolResult(text, (TextResult(text),), status)
