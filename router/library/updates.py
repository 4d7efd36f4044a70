"""Is there a newer version of an installed model on the Hub? Asked only when a person wants to know; then fetched.

The catalogue pins a commit; what is newer is what the branch has now. A version is its checksums: another commit with
the same bytes is nothing new.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from router.library.download import cannot_write
from router.library.files import files_on_the_hub
from router.library.hub import Hub
from router.library.install import Fetched
from router.library.library import Library
from router.library.line import Note
from router.library.naming import in_quantisation
from router.library.progress import Phase
from router.library.record import InstalledModel
from router.messages import InstallMoved
from specialists.manifest import HubSource, Manifest, Sources

_COMMIT = re.compile(r"[0-9a-f]{40}")
BRANCH = "main"


@dataclass(frozen=True)
class Newer:
    """A version that can be fetched: `manifest` names its files exactly. size: bytes of all of them."""

    manifest: Manifest
    commit: str
    size: int


def source_of(model: InstalledModel, manifest: Manifest) -> HubSource | None:
    """Where the Hub would have newer versions of it; None for what did not come from there."""
    hub = in_quantisation(manifest, model.quantisation).sources.hub
    if model.source != "hub" or hub is None:
        return None
    return replace(hub, revision=BRANCH) if _COMMIT.fullmatch(hub.revision) else hub


async def newer(model: InstalledModel, manifest: Manifest, hub: Hub) -> Newer | None:
    """What the branch has now, if it is other bytes. Raises SourceFailed when the Hub cannot be asked."""
    source = source_of(model, manifest)
    if source is None:
        return None
    wanted = in_quantisation(manifest, model.quantisation)
    files = files_on_the_hub(wanted, source)
    first = await hub.find(files[0].source)
    found = [first]
    for file in files[1:]:
        same = file.source.repo == source.repo and first.commit
        found.append(await hub.find(replace(file.source, revision=first.commit) if same else file.source))
    if [one.sha256 for one in found] == [model.sha256, *(one.sha256 for one in model.companions)]:
        return None
    companions = tuple(replace(one, sha256=version.sha256, size=version.size)
                       for one, version in zip(wanted.companions, found[1:], strict=True))
    pinned = replace(wanted, sha256=first.sha256, size=first.size, companions=companions,
                     sources=Sources(replace(source, revision=first.commit or source.revision), order=("hub",)))
    return Newer(pinned, first.commit, sum(one.size for one in found))


async def fetch_beside(library: Library, manifest: Manifest, tell: Callable[[InstallMoved], None],
                       note: Note) -> Fetched:
    """Fetch exactly the files that `manifest` names, beside those in use, or go on with that.

    Raises UserFacingError or CancelledError.
    """
    folder = library.next_version(manifest)

    def moved(kind: str, phase: Phase, done: int, total: int, speed: float) -> None:
        tell(InstallMoved(manifest.id, phase, done, total, speed, kind))

    try:
        await asyncio.to_thread(partial(folder.mkdir, parents=True, exist_ok=True))
        return await library.fetching.fetch(manifest, folder, "", moved, note)
    except OSError as error:
        raise cannot_write(error, folder, library.fetching.free) from error
