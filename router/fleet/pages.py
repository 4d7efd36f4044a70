"""The page file on disk: which kept states there are, whose they are, and which one leaves when the budget is used up.

A state belongs to one specialist, its model file and how it was opened, and to one conversation or to the instructions
that stand before many. The files are written by workers; what is in them is theirs to check. An index in the same
folder says whose each file is; a file without an entry is nobody's and goes. Losing any of it costs reading again, so
a disk that refuses is a line in the log and nothing else. When to keep a state is the pager's business.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from specialists.wire import Load

log = logging.getLogger("consort.fleet")

DEFAULT_BUDGET = 2_000_000_000          # bytes
KEEP_FREE = 500_000_000                 # bytes of the disk that are never taken for pages
NAME = re.compile(r"[0-9a-f]{32}\.page")
SHORTEST_INSTRUCTIONS = 96              # bytes; fewer cannot have the 96 tokens that are worth a file


@dataclass(frozen=True)
class Page:
    """One file. conversation: empty for instructions. model: path of its file. tokens: what it spares; 0 not known."""

    specialist: str
    conversation: str
    model: str
    bytes: int
    tokens: int = 0


class PageFile:
    """The kept states in `folder`, at most `budget` bytes together; 0 keeps none.

    free: bytes that the disk has left.
    """

    def __init__(self, folder: Path, budget: int = DEFAULT_BUDGET,
                 free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free) -> None:
        self._folder = folder
        self._index = folder / "index.json"
        self._free = free
        self._build = _library()
        self._pages = self._read_index()
        self._clean()
        self.change_budget(budget)

    # ── where ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def candidates(self, specialist: str, load: Load, conversation: str, system_prompt: str) -> tuple[str, ...]:
        """Files that may hold the beginning of this conversation's prompt. They count as used just now."""
        names = [self._name(specialist, load, "conversation", conversation)] if conversation else []
        names.append(self._name(specialist, load, "beginning", system_prompt))
        found = tuple(str(self._folder / name) for name in names if name in self._pages)
        for path in found:
            try:
                os.utime(path)
            except OSError as error:
                log.debug("a kept state cannot be touched: %s", error)
        return found

    def path_for(self, specialist: str, load: Load, conversation: str) -> str:
        """Where the state of this conversation is to be kept; empty when there is no room on the disk for any."""
        return self._place(self._name(specialist, load, "conversation", conversation))

    def beginning_for(self, specialist: str, load: Load, system_prompt: str) -> str:
        """Where the state after these instructions is to be kept; empty when they are short or there is no room."""
        if len(system_prompt.encode("utf-8", "replace")) < SHORTEST_INSTRUCTIONS:
            return ""
        return self._place(self._name(specialist, load, "beginning", system_prompt))

    # ── what is there ───────────────────────────────────────────────────────────────────────────────────────────────
    def kept(self, path: str, specialist: str, load: Load, conversation: str, tokens: int) -> None:
        """A worker has written `path`. What it takes the place of goes, then the oldest until the budget is kept."""
        try:
            size = Path(path).stat().st_size
        except OSError:
            return
        name = Path(path).name
        if conversation:
            self._drop(other for other, page in self._pages.items()
                       if other != name and (page.specialist, page.conversation) == (specialist, conversation))
        self._pages[name] = Page(specialist, conversation, load.path, size, tokens)
        self._keep_to_budget()
        self._write_index()

    def noticed(self, path: str, specialist: str, load: Load) -> None:
        """Instructions may have been kept at `path` by the way."""
        if path and Path(path).name not in self._pages:
            self.kept(path, specialist, load, "", 0)

    def discard(self, path: str) -> None:
        """What a worker has written there is not wanted after all."""
        self._pages.pop(Path(path).name, None)
        _remove(Path(path))

    def forget_conversation(self, conversation: str) -> None:
        """Delete its states, now."""
        names = [name for name, page in self._pages.items() if conversation and page.conversation == conversation]
        if names:
            self._drop(names)
            self._write_index()

    def warm(self, conversation: str) -> dict[str, int]:
        """Specialist → tokens of this conversation that it need not read again."""
        return {page.specialist: page.tokens for page in self._pages.values()
                if conversation and page.conversation == conversation}

    def usage(self) -> tuple[int, int]:
        """How many states, and their bytes."""
        return len(self._pages), sum(page.bytes for page in self._pages.values())

    def change_budget(self, budget: int) -> None:
        """From now on at most so many bytes. What is too much goes at once."""
        self._budget = budget
        if self._keep_to_budget():
            self._write_index()

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _name(self, specialist: str, load: Load, kind: str, what: str) -> str:
        """Threads are left out: they change the speed, not the state; and folders, so that models may be moved. Whether
        it is the very same file is in the state itself."""
        options = [(name, Path(value).name) for name, value in sorted(load.options.items())]
        key = (specialist, load.engine, Path(load.path).name, _size(load.path), load.context, load.gpu_layers, options,
               self._build, kind, what)
        if load.adapter:
            adapter = (Path(load.adapter).name, _size(load.adapter), load.adapter_scale)
            key = (*key, *adapter)     # type: ignore[assignment]
        return hashlib.blake2b(repr(key).encode("utf-8", "replace"), digest_size=16).hexdigest() + ".page"

    def _place(self, name: str) -> str:
        if not self._budget:
            return ""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            free = self._free(self._folder)
        except OSError as error:
            log.warning("states cannot be kept in %s: %s", self._folder, error)
            return ""
        if free < KEEP_FREE:
            log.warning("no state is kept: the disk has only %d MB left", free // 10**6)
            return ""
        return str(self._folder / name)

    def _keep_to_budget(self) -> bool:
        """Who was used longest ago leaves first. Did anybody leave?"""
        used = sorted(self._pages, key=lambda name: _last_used(self._folder / name))
        excess = self.usage()[1] - self._budget
        leaving = []
        for name in used:
            if excess <= 0:
                break
            leaving.append(name)
            excess -= self._pages[name].bytes
        self._drop(leaving)
        return bool(leaving)

    def _drop(self, names: Iterable[str]) -> None:
        for name in tuple(names):
            self._pages.pop(name, None)
            _remove(self._folder / name)

    def _clean(self) -> None:
        """What a crash or a removed model left behind. Called once, before any worker is there.

        A model whose whole folder has gone was moved, or its disk is not connected: its states wait for it.
        """
        try:
            there = {file.name for file in self._folder.iterdir()}
        except OSError:
            there = set()
        for name in there:
            if name.endswith(".new") or (name.endswith(".page") and name not in self._pages):
                _remove(self._folder / name)
        self._drop(name for name, page in self._pages.items()
                   if name not in there or (not Path(page.model).exists() and Path(page.model).parent.parent.exists()))

    def _read_index(self) -> dict[str, Page]:
        try:
            pages = msgspec.json.decode(self._index.read_bytes(), type=dict[str, Page])
            return {name: page for name, page in pages.items() if NAME.fullmatch(name)}     # never a file elsewhere
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            log.warning("the index of kept states cannot be read and is begun anew: %s", error)
            return {}

    def _write_index(self) -> None:
        temporary = self._index.with_name(self._index.name + ".new")
        try:
            temporary.write_bytes(msgspec.json.encode(self._pages))
            temporary.replace(self._index)
        except OSError as error:
            log.warning("the index of kept states cannot be written: %s", error)


def _library() -> str:
    """The version of what computes: states of another one may mean something else."""
    try:
        return version("llama-cpp-python")
    except PackageNotFoundError:
        return ""


def _last_used(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s cannot be removed: %s", path.name, error)
