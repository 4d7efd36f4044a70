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
LONGEST_SENTENCE = 400      # characters of what a reader complains of


@dataclass(frozen=True)
class ModelFacts:
    """From a model's header. Tokens, bytes, counts; 0: the file does not say.

    cache_values: numbers in the KV cache per token over all layers. merges: pairs of tokens that the tokenizer joins.
    has_template: it brings a chat template of its own. adapter: the file is a LoRA adapter, no model.
    """

    architecture: str = ""
    layers: int = 0
    trained_context: int = 0
    vocabulary: int = 0
    cache_values: int = 0
    merges: int = 0
    parameters: int = 0
    quantisation: str = ""
    has_template: bool = False
    adapter: bool = False


class NoHeader(Exception):
    """The file has no header that can be believed. The text is a sentence for a person, or empty: nobody could look."""


@dataclass(frozen=True)
class NeedsMore:
    """The header goes on behind the bytes that are here. until: bytes needed at least."""

    until: int


Look = Callable[[Path], Awaitable[ModelFacts | None]]


@dataclass(frozen=True)
class _Said:
    architecture: str
    block_count: int
    context_length: int
    vocabulary: int
    cache_values: int
    merges: int
    parameters: int
    quantisation: str
    has_template: bool
    adapter: bool

    def facts(self) -> ModelFacts:
        return ModelFacts(self.architecture, self.block_count, self.context_length, self.vocabulary, self.cache_values,
                          self.merges, self.parameters, self.quantisation, self.has_template, self.adapter)


async def look_into(path: Path) -> ModelFacts | None:
    """The facts of the GGUF file at `path`, or None when it has none to give. Never raises but CancelledError."""
    try:
        said = await read_header(path)
    except NoHeader as error:
        log.info("%s: %s", path.name, error)
        return None
    return said if isinstance(said, ModelFacts) else None


async def read_header(path: Path, size: int = 0) -> ModelFacts | NeedsMore:
    """The facts of the GGUF file at `path`. size: of the whole file in bytes, where only its beginning is there.

    Raises NoHeader with the reader's sentence.
    """
    out, trouble = await ask_probe("header", str(path), *([str(size)] if size else []))
    try:
        return msgspec.json.decode(out, type=_Said).facts()
    except msgspec.DecodeError:
        pass
    try:
        return msgspec.json.decode(out, type=NeedsMore)
    except msgspec.DecodeError as error:
        raise NoHeader(trouble.decode(errors="replace").strip()[-LONGEST_SENTENCE:]) from error


async def ask_probe(*question: str) -> tuple[bytes, bytes]:
    """What `python -m specialists.probe QUESTION` wrote to stdout and stderr. Raises NoHeader when nobody answers."""
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "specialists.probe", *question, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    except OSError as error:
        raise NoHeader("") from error
    try:
        return await asyncio.wait_for(child.communicate(), PROBE_SECONDS)
    except (TimeoutError, asyncio.CancelledError) as error:
        child.kill()
        await child.wait()
        if isinstance(error, asyncio.CancelledError):
            raise
        raise NoHeader(f"Its header was not read within {PROBE_SECONDS:g} seconds.") from error
