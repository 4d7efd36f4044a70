"""From a file to its Document, by its kind. It knows which reader is whose; no format."""

from __future__ import annotations

import asyncio
from pathlib import Path

from router.documents.document import Document
from router.documents.plain_text import decoded, read_text
from router.errors import UserFacingError

MARKDOWN = frozenset({".md", ".markdown", ".mdown"})
TEXT = frozenset((
    ".txt", ".text", ".log", ".rst", ".adoc", ".org", ".tex", ".srt", ".vtt", ".json", ".jsonl", ".yaml", ".yml",
    ".toml", ".ini", ".cfg", ".conf", ".xml", ".sql", ".sh", ".bash", ".zsh", ".ps1", ".bat", ".py", ".pyi", ".js",
    ".mjs", ".ts", ".tsx", ".jsx", ".css", ".scss", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".java", ".kt", ".go",
    ".rs", ".rb", ".php", ".pl", ".lua", ".r", ".jl", ".swift", ".scala", ".hs", ".ml", ".ex", ".exs", ".erl", ".clj",
    ".dart", ".vue", ".svelte", ".tf", ".proto", ".graphql", ".diff", ".patch",
))
LONGEST_TEXT = 20_000_000       # bytes of a text file: ten long novels


async def read_document(path: Path) -> Document:
    """What the file says. Raises UserFacingError with one sentence when it cannot be read, OSError from the disk."""
    kind = path.suffix.lower()
    if kind in MARKDOWN or kind in TEXT:
        return await asyncio.to_thread(_read_text, path, kind in MARKDOWN)
    raise UserFacingError(f"Consort cannot read files of this kind ({kind or 'no ending'}).")


def _read_text(path: Path, markdown: bool) -> Document:
    if path.stat().st_size > LONGEST_TEXT:
        raise UserFacingError(f"It is larger than {LONGEST_TEXT // 1_000_000} MB.")
    return read_text(path.name, decoded(path.read_bytes()), markdown)
