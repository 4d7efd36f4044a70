"""The header of a model file on the Hub, without the rest of it: ranges from its beginning until the reader has enough.

The reader is the strict one of every local file, in a process of its own, and is told the whole file's size, so that a
header that cannot be true of such a file is refused before the first gigabyte. At most LARGEST_HEADER is fetched.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from router.library.header import ModelFacts, NeedsMore, NoHeader, read_header
from router.library.hub_answers import HubFile
from router.library.hub_session import HubSession

FIRST = 512 << 10               # bytes; a vocabulary of 50,000 tokens has 1.6 MB, one of 260,000 some 6 to 12 MB
LARGEST_HEADER = 32 << 20

Read = Callable[[Path, int], Awaitable[ModelFacts | NeedsMore]]


async def facts_of(session: HubSession, repo: str, commit: str, file: HubFile, read: Read = read_header) -> ModelFacts:
    """What the file's header says. Raises NoHeader (with a sentence) and UserFacingError (the Hub cannot be asked)."""
    path = f"/{repo}/resolve/{commit}/{quote(file.path)}"
    with tempfile.TemporaryDirectory(prefix="consort-header-") as folder:
        beginning = Path(folder) / "beginning.gguf"
        have, wanted = 0, FIRST
        while have < LARGEST_HEADER:
            wanted = min(wanted, file.size, LARGEST_HEADER)
            answer = await session.piece(path, have, wanted, repo)
            await asyncio.to_thread(_append, beginning, answer.body)
            have += len(answer.body)
            said = await read(beginning, file.size)
            if isinstance(said, ModelFacts):
                return said
            if have < wanted or have >= file.size:
                raise NoHeader("The Hub sent less of the file than there is of it.")
            wanted = max(2 * have, said.until)
    raise NoHeader(f"Its header is longer than {LARGEST_HEADER >> 20} MB, which no sound model’s is.")


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
