"""What one line of Markdown may begin or end, after CommonMark 0.31 and GFM tables. Pure; knows no neighbour lines."""

from __future__ import annotations

import re

MATH = {"$$": "$$", "\\[": "\\]"}

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})([^`]*)$")
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_ITEM = re.compile(r"^\s*([-*+]|\d{1,9}[.)])(\s|$)")
_HEADING = re.compile(r"^ {0,3}#{1,6}(\s|$)")
_UNDECIDED = re.compile(r"^\s*([-*+=_#>]+|\d{1,9}[.)]?)\s*$")
_PIPE = re.compile(r"(?<!\\)\|")


def indent_of(line: str) -> int:
    """Columns of white space before the text; a tab goes to the next multiple of 4."""
    return len(line) - len(line.lstrip(" ")) if "\t" not in line[:40] else _tabbed_indent(line)


def _tabbed_indent(line: str) -> int:
    wide = line[: len(line) - len(line.lstrip())].expandtabs(4)
    return len(wide)


def dedent(line: str, columns: int) -> str:
    """Without up to `columns` columns of white space."""
    if not columns:
        return line
    spaces = min(indent_of(line), columns)
    blank = len(line) - len(line.lstrip(" \t"))
    return line[:blank].expandtabs(4)[spaces:] + line[blank:]


def opens_fence(line: str) -> tuple[str, str] | None:
    """The fence and its info string, when the line opens a code block."""
    found = _FENCE.match(line) if len(line) < 400 else None
    return (found[1], found[2].strip()) if found else None


def closes_fence(line: str, fence: str) -> bool:
    """Whether it closes a code block opened by `fence`. More lenient on indent than CommonMark, as models are."""
    text = line.strip()
    return len(text) >= len(fence) and not text.strip(fence[0]) and len(text) < 400


def may_close_fence(beginning: str, fence: str) -> bool:
    """Whether the line that begins so may become the closing fence."""
    return not beginning.strip().strip(fence[0])


def opens_math(line: str) -> tuple[str, str, bool] | None:
    """(opening, the rest, whether it is closed on this line) of display math that begins with the line."""
    text = line.strip()
    for opening, closing in MATH.items():
        if text.startswith(opening):
            rest = text[len(opening) :]
            end = rest.find(closing)
            if end < 0:
                return opening, rest, False
            if end == len(rest) - len(closing) and rest[:end].strip():
                return opening, rest[:end], True
            return None
    return None


def is_delimiter_row(line: str) -> bool:
    """A table's second row: |---|:-:|"""
    return "|" in line and len(line) < 4_000 and _DELIMITER.match(line) is not None


def is_row(line: str) -> bool:
    """A further row of a table. (GFM also takes lines without a pipe; a paragraph after a table is likelier here.)"""
    return "|" in line and opens_fence(line) is None and not line.lstrip().startswith(">")


def cells(row: str) -> list[str]:
    """The cells of a table row; an escaped pipe is part of its cell."""
    text = row.strip()
    text = text[1:] if text.startswith("|") else text
    if text.endswith("|") and not text.endswith("\\|"):
        text = text[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(text)]


def is_heading(line: str) -> bool:
    return _HEADING.match(line) is not None


def starts_item(line: str) -> bool:
    return _ITEM.match(line) is not None


def starts_block(line: str) -> bool:
    """Whether it can interrupt a paragraph."""
    return starts_item(line) or is_heading(line) or line.lstrip().startswith((">", "```", "~~~", "|"))


def continues_list(line: str, indent: int) -> bool:
    """Whether a line after a blank one still belongs to the list before it."""
    return indent >= 2 or starts_item(line)


def may_be_other(beginning: str) -> bool:
    """Whether an unfinished line may become something else than prose, so that it is better not shown yet."""
    text = beginning.lstrip()
    return text.startswith(("`" * 3, "~" * 3, "$$", "\\[", "|")) or text in ("`", "``", "$", "\\") or (
        _UNDECIDED.match(beginning) is not None
    )


def cut_at(text: str, largest: int) -> int:
    """Where to cut a long line: after the last space in the second half of what fits, else where it is full."""
    space = text.rfind(" ", largest // 2, largest)
    return space + 1 if space > 0 else largest
