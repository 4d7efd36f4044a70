"""A model of the person's own, used where it lies: what it is called and described as, and how it is recorded.

A file whose checksum the catalogue knows is that specialist, with its licence, skills and sampling; a file that is
recorded already is the same model, wherever it lies now. Files are read, never changed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from router.errors import UserFacingError
from router.library.local_files import LocalModel, cannot_read, plain_text
from router.library.progress import Tell
from router.library.record import InstalledFile, InstalledModel
from router.library.verifying import checksums
from specialists.manifest import Companion, Licence, Manifest, Sources

LONGEST_NAME = 120          # characters of a name that is shown
_QUANTISATION = re.compile(r"(?:^|[-._:])((?:I?Q\d\w*)|F16|BF16|F32|MXFP4)$", re.IGNORECASE)


@dataclass(frozen=True)
class FileFacts:
    """One file as it was read: bytes, seconds since the epoch of its last change, checksum."""

    path: Path
    size: int
    modified: float
    sha256: str


async def read_files(paths: tuple[Path, ...], tell: Tell) -> tuple[FileFacts, ...]:
    """Read all of the files. Raises UserFacingError, also when one changes meanwhile; cancelling ends it at once."""
    before = _stats(paths)
    sums = await checksums(paths, tell)
    if _stats(paths) != before:
        raise UserFacingError(f"{paths[0].name} was being written while Consort read it.",
                              "Wait until it is complete, then try again.")
    return tuple(FileFacts(path, size, modified, sha256)
                 for path, (size, modified), sha256 in zip(paths, before, sums, strict=True))


def touched(model: InstalledModel) -> InstalledModel:
    """The same model with the times of its files as they are now, after their bytes were found to be the same."""
    (_, modified), *others = _stats([path for path, _ in model.files])
    companions = tuple(replace(one, modified=time) for one, (_, time) in zip(model.companions, others, strict=True))
    return replace(model, modified=modified, companions=companions)


def gone(model: InstalledModel, name: str) -> UserFacingError:
    """The sentence for a model whose files are not as they were recorded."""
    what = "was changed since Consort read it" if model.trouble == "changed" else "is not there any more"
    if model.source == "import":
        remedy = (f"Compare it with `consort verify {model.id}`, or" if model.trouble == "changed" else
                  "Show Consort where it is now with `consort install PATH`, or")
        remedy = f"{remedy} forget it with `consort remove {model.id}`."
    else:
        remedy = f"Install it again with `consort install {model.id}`."
    return UserFacingError(f"The file of {name} {what} ({model.path}).", remedy)


def _stats(paths: Sequence[Path]) -> list[tuple[int, float]]:
    path = paths[0]
    try:
        found = []
        for path in paths:
            facts = path.stat()
            found.append((facts.st_size, facts.st_mtime))
        return found
    except OSError as error:
        raise cannot_read(path, error) from error


def describe(found: LocalModel, taken: Container[str], name: str = "", base: str = "") -> Manifest:
    """A manifest with an id that is not in `taken`, for files whose sizes and checksums are not known yet."""
    name = plain_text(" ".join(name.split()))[:LONGEST_NAME] or found.name
    quantisation = _QUANTISATION.search(name) or _QUANTISATION.search(found.name)
    return Manifest(
        id=_unique(name, taken), name=name, description=f"A model of yours, from {found.path.parent}.",
        skills=("general", "vision") if found.projector else ("general",),
        quantisation=quantisation[1].upper() if quantisation else "", file_name=found.path.name,
        licence=Licence("unknown"), sources=Sources(order=()), base=base,
    )


def recorded(found: LocalModel, files: tuple[FileFacts, ...], described: Manifest,
             record: Mapping[str, InstalledModel], catalogue: Mapping[str, Manifest]) -> InstalledModel:
    """The model in `files` (its own first) as it is to be recorded: one that is known already, or a new one."""
    first, *others = files
    companions = tuple(InstalledFile(one.path.name, one.size, one.sha256, one.modified) for one in others)
    sums = [one.sha256 for one in files]
    for known in record.values():
        if [known.sha256, *(one.sha256 for one in known.companions)] == sums and _base(known) == described.base:
            if known.is_there and known.path != first.path:
                return known
            return replace(known, path=first.path, modified=first.modified, companions=companions, source="import")
    new = InstalledModel(described.id, first.path, first.size, first.sha256, "import", installed_at=time.time(),
                         companions=companions, modified=first.modified)
    manifest = replace(described, size=first.size, sha256=first.sha256, companions=_companions(found, companions))
    entry = None if described.base else catalogue_entry(first.sha256, catalogue)
    if entry is not None:
        specialist, quantisation = entry
        if specialist.id not in record:
            return replace(new, id=specialist.id, quantisation=quantisation)
        manifest = replace(specialist, id=described.id, name=f"{specialist.name} ({quantisation or 'yours'})",
                           file_name=first.path.name, size=first.size, sha256=first.sha256, variants=(),
                           quantisation=quantisation or specialist.quantisation, companions=manifest.companions,
                           sources=Sources(order=()), starter=False)
    for known in record.values():
        if known.path == first.path and known.manifest is not None and known.source == "import":
            return replace(new, id=known.id, manifest=replace(manifest, id=known.id))     # it was changed on purpose
    return replace(new, manifest=manifest)


def catalogue_entry(sha256: str, catalogue: Mapping[str, Manifest]) -> tuple[Manifest, str] | None:
    """The specialist whose file has this checksum, and in which quantisation if not its usual one; or None."""
    for one in catalogue.values():
        if sha256 and one.sha256 == sha256:
            return one, ""
        for variant in one.variants:
            if sha256 and variant.sha256 == sha256:
                return one, variant.quantisation
    return None


def _base(known: InstalledModel) -> str:
    return known.manifest.base if known.manifest is not None else ""


def _companions(found: LocalModel, files: tuple[InstalledFile, ...]) -> tuple[Companion, ...]:
    parts = {path.name for path in found.parts}
    return tuple(Companion("part" if one.name in parts else "projector", one.name, one.size, one.sha256)
                 for one in files)


def _unique(stem: str, taken: Container[str]) -> str:
    plain = re.sub(r"[^a-z0-9.]+", "-", stem.lower()).strip("-.")[:60].rstrip("-.") or "model"
    name, number = f"my-{plain}", 2
    while name in taken:
        name, number = f"my-{plain}-{number}", number + 1
    return name
