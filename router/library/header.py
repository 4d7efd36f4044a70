"""What a model file says of itself, asked of `specialists.probe` in a process of its own: the file comes from outside.

It only asks. What the answer is good for is the record's and the fleet's business.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

log = logging.getLogger("consort.library")
PROBE_SECONDS = 30.0        # a header takes a tenth of a second, from a slow disk a few


@dataclass(frozen=True)
class ModelFacts:
    """From a model's header. Tokens, bytes, counts; 0: the file does not say.

    cache_values: numbers in the KV cache per token over all layers. rearranged: bytes of weights that the engine holds
    a second time (see `router.fleet.footprint`).
    """

    architecture: str = ""
    layers: int = 0
    trained_context: int = 0
    vocabulary: int = 0
    cache_values: int = 0
    rearranged: int = 0


Look = Callable[[Path], Awaitable[ModelFacts | None]]


@dataclass(frozen=True)
class _Said:
    architecture: str
    block_count: int
    context_length: int
    vocabulary: int
    cache_values: int
    rearranged: int


async def look_into(path: Path) -> ModelFacts | None:
    """The facts of the GGUF file at `path`, or None when it has none to give. Never raises but CancelledError."""
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "specialists.probe", "header", str(path), stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    except OSError as error:
        log.warning("no process to look into %s: %s", path.name, error)
        return None
    try:
        out, trouble = await asyncio.wait_for(child.communicate(), PROBE_SECONDS)
        said = msgspec.json.decode(out, type=_Said)
    except (TimeoutError, asyncio.CancelledError) as error:
        child.kill()
        await child.wait()
        if isinstance(error, asyncio.CancelledError):
            raise
        log.warning("%s was not looked into within %g s", path.name, PROBE_SECONDS)
        return None
    except msgspec.DecodeError:
        log.info("%s: %s", path.name, trouble.decode(errors="replace").strip()[-400:])
        return None
    return ModelFacts(said.architecture, said.block_count, said.context_length, said.vocabulary, said.cache_values,
                      said.rearranged)
