"""Columns for the terminal."""

from __future__ import annotations

from collections.abc import Sequence


def print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Left-aligned columns, two spaces apart; an empty head is left out."""
    shown = [*([head] if any(head) else []), *(tuple(map(printable, row)) for row in rows)]
    widths = [max(len(row[column]) for row in shown) for column in range(len(head))]
    for row in shown:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def printable(cell: str) -> str:
    """Names of files and models come from outside: nothing in them may steer the terminal."""
    return cell if cell.isprintable() else "".join(one if one.isprintable() else "?" for one in cell)
