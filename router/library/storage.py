"""What takes how much on the disk: installed models, those whose file has gone, downloads that are not finished."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from router.library.paths import NEXT
from router.library.record import InstalledModel
from router.model_views import StoredModel
from specialists.manifest import Manifest


def stored(record: Mapping[str, InstalledModel], manifests: Mapping[str, Manifest], unfinished: Path,
           last_used: Callable[[str], float]) -> tuple[StoredModel, ...]:
    """Models and unfinished downloads (folders in `unfinished`), the largest first."""
    found = [StoredModel(name, _name(name, manifests), "installed" if there else "missing",
                         one.size_in_all if there else 0, str(one.path), last_used(name), one.source == "import",
                         one.quantisation or _quantisation(name, manifests))
             for name, one in record.items() for there in (one.is_there,)]
    found += [StoredModel(path.name, _name(path.name, manifests), "unfinished", size, str(path))
              for path in folders_in(unfinished) if (size := bytes_below(path))]
    return tuple(sorted(found, key=lambda one: (one.in_place, -one.size)))


def folders_in(folder: Path) -> tuple[Path, ...]:
    """The folders directly in `folder`, which need not exist."""
    try:
        return tuple(sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()))
    except OSError:
        return ()


def bytes_below(folder: Path) -> int:
    """What the files below take on the disk; one with holes, as parallel downloads leave, counts what is there."""
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                facts = Path(place, name).lstat()
            except OSError:
                continue
            total += min(facts.st_size, facts.st_blocks * 512) if hasattr(facts, "st_blocks") else facts.st_size
    return total


def _name(specialist: str, manifests: Mapping[str, Manifest]) -> str:
    if specialist.endswith(NEXT):
        return f"{_name(specialist.removesuffix(NEXT), manifests)} (another version)"
    return manifests[specialist].name if specialist in manifests else specialist


def _quantisation(specialist: str, manifests: Mapping[str, Manifest]) -> str:
    return manifests[specialist].quantisation if specialist in manifests else ""
