"""Model files that other programs keep on this computer, to be offered and used where they lie. Read only.

Looked at only when a person asks. What a program wrote about its files is taken for what it is: a checksum names a file
in that program's own folder or nothing, and a name is text. Whoever uses one of the files reads all of it first.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from router.errors import UserFacingError
from router.library.imports import LONGEST_NAME, catalogue_entry
from router.library.local_files import LocalModel, TooLarge, complaint_about, gguf_files, group, plain_text
from router.library.shared_places import Place, places
from router.model_views import SharedModel
from specialists.manifest import Manifest

log = logging.getLogger("consort.library")
MOST_MANIFESTS = 2_000
LONGEST_MANIFEST = 1 << 20          # bytes; real ones have under 2 kB
MOST_SHOWN = 500
USUAL_REGISTRY, USUAL_NAMESPACE = "registry.ollama.ai", "library"
MODEL, PROJECTOR = "application/vnd.ollama.image.model", "application/vnd.ollama.image.projector"
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Layer(msgspec.Struct):
    mediaType: str = ""
    digest: str = ""


class _Manifest(msgspec.Struct):
    layers: list[_Layer] = []


def find(where: tuple[Place, ...], catalogue: Mapping[str, Manifest],
         used: Mapping[Path, str]) -> tuple[SharedModel, ...]:
    """The models in the places. used: path → id of files that are used here already."""
    found: dict[Path, SharedModel] = {}
    ids = {_real(path): specialist for path, specialist in used.items()}
    for place in where:
        for model, sha256 in in_place(place):
            entry = catalogue_entry(sha256, catalogue)
            real = _real(model.path)
            if real in found or len(found) >= MOST_SHOWN:
                continue
            try:
                found[real] = SharedModel(str(model.path), model.name, place.program, model.size, ids.get(real, ""),
                                          entry[0].id if entry else "")
            except OSError:
                continue
    return tuple(found.values())


def names_by_path(models: tuple[LocalModel, ...]) -> dict[Path, str]:
    """What their programs call those of `models` that bear a checksum for a name."""
    wanted = {model.path for model in models if _DIGEST.fullmatch(model.path.name)}
    if not wanted:
        return {}
    return {model.path: model.name for place in places() if place.layout == "ollama"
            and any(path.is_relative_to(place.folder) for path in wanted)
            for model, _ in in_place(place) if model.path in wanted}


def in_place(place: Place) -> Iterator[tuple[LocalModel, str]]:
    """The models in one place, each with the checksum that its program knows it by (empty: none)."""
    try:
        if not place.folder.is_dir():
            return
        if place.layout == "ollama":
            yield from _ollama(place.folder)
        elif place.layout == "hub":
            for folder in sorted(place.folder.glob("models--*/snapshots"))[:MOST_MANIFESTS]:
                for model in group(_files(folder)):
                    yield model, _linked(model.path)
        else:
            for model in group(_files(place.folder)):
                yield model, ""
    except OSError as error:
        log.info("%s cannot be looked into: %s", place.folder, error)


def _files(folder: Path) -> list[Path]:
    """The GGUF files below; of a folder that holds very much, those that came first."""
    found: list[Path] = []
    try:
        for path in gguf_files(folder):
            if _is_model(path):
                found.append(path)
    except TooLarge as error:
        log.info("%s", error)
    return found


def _ollama(folder: Path) -> Iterator[tuple[LocalModel, str]]:
    for path in _manifests(folder / "manifests"):
        try:
            with path.open("rb") as file:
                layers = msgspec.json.decode(file.read(LONGEST_MANIFEST), type=_Manifest).layers
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            log.info("%s is left out: %s", path, error)
            continue
        blobs = {kind: _blob(folder, next((one.digest for one in layers if one.mediaType == kind), ""))
                 for kind in (MODEL, PROJECTOR)}
        model = blobs[MODEL]
        if model is not None:
            yield LocalModel(model, _ollama_name(path), projector=blobs[PROJECTOR]), model.name[-64:]


def _manifests(folder: Path) -> Iterator[Path]:
    """Files that are `registry/namespace/model/tag`, no links followed."""
    seen = 0
    for place, folders, files in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(folders) if depth < 3 else []
        for name in sorted(files) if depth == 3 else ():
            path = Path(place, name)
            if path.is_file():
                seen += 1
                yield path
            if seen >= MOST_MANIFESTS:
                return


def _blob(folder: Path, digest: str) -> Path | None:
    """The file with that checksum for a name, if it is a GGUF file."""
    sha256 = _DIGEST.fullmatch(digest)
    if sha256 is None:
        return None
    path = folder / "blobs" / f"sha256-{sha256[1]}"
    return path if _is_model(path) else None


def _ollama_name(path: Path) -> str:
    registry, namespace, model, tag = path.parts[-4:]
    parts = [registry] * (registry != USUAL_REGISTRY) + [namespace] * (
        (registry, namespace) != (USUAL_REGISTRY, USUAL_NAMESPACE)) + [model]
    return plain_text(f"{'/'.join(parts)}:{tag}")[:LONGEST_NAME]


def _linked(path: Path) -> str:
    """The checksum in the name of what a cache's link leads to; empty where it has none."""
    name = _real(path).name
    return name if _SHA256.fullmatch(name) else ""


def _is_model(path: Path) -> bool:
    try:
        return path.is_file() and not complaint_about(path)
    except (OSError, UserFacingError) as error:
        log.debug("%s is left out: %s", path, error)
        return False


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
