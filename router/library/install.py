"""Bringing one model onto the disk: its sources in order, each noted when it fails; the first that can serves.

It does not know what else is installed and keeps no record (`router.library.library` does).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from router.errors import UserFacingError
from router.library.bandwidth import Bandwidth
from router.library.conversion import FILES
from router.library.converting import Converting
from router.library.disk import free_bytes, require_room
from router.library.download import download
from router.library.files import WantedFile, files_on_the_hub, size_in_all
from router.library.hub import Hub
from router.library.index import Index
from router.library.line import Line, Note
from router.library.network import PERSISTENT, Patience
from router.library.offer import source_order
from router.library.progress import Moved, MovedFrom, after, never_backwards
from router.library.record import InstalledFile
from router.library.sources import SOURCE_WORDS, Found, SourceFailed, Unreachable
from router.library.wheels import Join, bytes_so_far
from specialists.manifest import HubSource, IndexSource, Manifest

log = logging.getLogger("consort.library")


@dataclass(frozen=True)
class Fetched:
    """A model's files, checked, in one folder: the model at `path`, the others beside it."""

    path: Path
    source: str
    sha256: str
    commit: str = ""
    companions: tuple[InstalledFile, ...] = ()


@dataclass(frozen=True)
class Fetching:
    """How models are fetched. All parts can be replaced by tests; the defaults are the real ones."""

    hub: Hub = field(default_factory=Hub)
    index: Index = field(default_factory=Index)
    patience: Patience = PERSISTENT
    free: Callable[[Path], int] = free_bytes
    bandwidth: Bandwidth = field(default_factory=Bandwidth)

    async def fetch(self, manifest: Manifest, folder: Path, source: str, moved: MovedFrom, note: Note) -> Fetched:
        """Fetch the model's files into `folder` from `source`, or from the first of its sources that can serve.

        Where something is there already and no source answers, the network is waited for.
        moved(source, phase, bytes so far, bytes in all, bytes per second). note hears of each source that failed when
        another is left. Raises UserFacingError or CancelledError.
        """
        target = folder / manifest.file_name
        kinds = tuple(kind for kind in source_order(manifest) if source in ("", kind))
        if not kinds and not source:
            raise UserFacingError(f"Consort knows no source for {manifest.name}.", "Import its file again.")
        if not kinds:
            raise UserFacingError(f"{manifest.name} cannot be had from {SOURCE_WORDS.get(source, source)}.",
                                  "Leave the source out: Consort then tries those it knows.")
        companions = tuple(one.file_name for one in manifest.companions)
        size, there = size_in_all(manifest), bytes_so_far(target, companions)
        if size:
            require_room(size - there, self.free(folder), folder)
        began, pause = time.monotonic(), self.patience.pause
        said: set[str] = set()

        def note_once(sentence: str) -> None:
            if sentence not in said:
                said.add(sentence)
                note(sentence)

        while True:
            fetched = await self._from_any(kinds, manifest, target, moved, note_once)
            if isinstance(fetched, Fetched):
                return fetched
            before, there = there, bytes_so_far(target, companions)
            if there > before:
                began, pause = time.monotonic(), self.patience.pause
            nobody = all(isinstance(failure, Unreachable) for _, failure in fetched)
            if not there or not nobody or time.monotonic() - began >= self.patience.outage:
                reasons = [(kind, str(failure)) for kind, failure in fetched]
                raise UserFacingError(f"{manifest.name} could not be fetched: {in_words(reasons)}.",
                                      "Check the connection and try again: what is already fetched is kept.")
            moved(kinds[0], "waiting", there, size, 0.0)
            pause = min(pause * 2, self.patience.longest_pause)
            await asyncio.sleep(pause)

    async def _from_any(self, kinds: tuple[str, ...], manifest: Manifest, target: Path, moved: MovedFrom, note: Note,
                        ) -> Fetched | list[tuple[str, SourceFailed]]:
        """What the first source that can serve served, or why none of them could."""
        line = Line(self.patience, bandwidth=self.bandwidth, free=self.free, note=note)
        failed: list[tuple[str, SourceFailed]] = []
        for number, kind in enumerate(kinds):
            steps = never_backwards(partial(moved, kind))
            steps("asking", 0, size_in_all(manifest), 0.0)
            try:
                return await self._from(kind, manifest, target, line, steps)
            except SourceFailed as failure:
                log.info("%s cannot serve %s: %s", kind, manifest.id, failure)
                failed.append((kind, failure))
                if kind != kinds[-1]:
                    note(f"{manifest.name} could not be had from {SOURCE_WORDS[kind]} ({failure}); "
                         f"trying {SOURCE_WORDS[kinds[number + 1]]}.")
        return failed

    async def _from(self, kind: str, manifest: Manifest, target: Path, line: Line, moved: Moved) -> Fetched:
        """What `kind` served. Raises SourceFailed."""
        hub, index = manifest.sources.hub, manifest.sources.index
        if kind == "hub" and hub is not None:
            return await self._from_hub(hub, manifest, target.parent, line, moved)
        if kind == "index" and index is not None:
            return await self._from_index(index, manifest, target, line, moved)
        raise SourceFailed("Consort does not know this source")

    async def _from_hub(self, source: HubSource, manifest: Manifest, folder: Path, line: Line,
                        moved: Moved) -> Fetched:
        """Every file is asked about before the first byte is fetched, all of one commit."""
        files = files_on_the_hub(manifest, source)
        model = await self._found(files[0])
        found = [model]
        for file in files[1:]:
            same = file.source.repo == source.repo
            found.append(await self._found(replace(file, source=replace(
                file.source, revision=model.commit if same and model.commit else file.source.revision))))
        total, before = sum(one.size for one in found) if all(one.size for one in found) else 0, 0
        for file, one in zip(files, found, strict=True):
            steps = after(moved, before, total)
            await download(one, folder / file.name, line, steps)
            before += (folder / file.name).stat().st_size
        companions = tuple(InstalledFile(file.name, (folder / file.name).stat().st_size, one.sha256)
                           for file, one in zip(files[1:], found[1:], strict=True))
        return Fetched(folder / files[0].name, "hub", model.sha256, model.commit, companions)

    async def _found(self, file: WantedFile) -> Found:
        """What the Hub says of a file, which must be what is known of it. Raises SourceFailed."""
        found = await self.hub.find(file.source, file.sha256)
        if file.sha256 and found.sha256 != file.sha256:
            raise SourceFailed("its file is not the one in the catalogue (another checksum)")
        if file.size and found.size and found.size != file.size:
            raise SourceFailed("its file is not the one in the catalogue (another size)")
        return replace(found, size=found.size or file.size)

    async def _from_index(self, source: IndexSource, manifest: Manifest, target: Path, line: Line,
                          moved: Moved) -> Fetched:
        if manifest.companions and source.conversion != FILES:
            raise SourceFailed("it does not carry all of the model's files")
        wheels = await self.index.find(source)
        line = replace(line, route=await self.index.route())
        if not source.conversion:
            await Join(target, manifest.sha256, manifest.size, moved, line).fetch(wheels, source.members)
            return Fetched(target, "index", manifest.sha256)
        beside = tuple(one.file_name for one in manifest.companions)
        sha256 = await Converting(target, source, moved, line, beside).fetch(wheels)
        companions = tuple(InstalledFile(name, target.with_name(name).stat().st_size, digest)
                           for name, digest in zip(beside, source.sha256[1:], strict=False))
        return Fetched(target, "index", sha256, companions=companions)


def in_words(failed: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    """Each source and its reason: "the Hugging Face Hub: it could not be reached; the package index: …"."""
    return "; ".join(f"{SOURCE_WORDS.get(kind, kind)}: {reason}" for kind, reason in failed)
