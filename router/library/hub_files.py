"""The files of a repository, sorted into ways to have the model: one per quantisation, parts and projector with it.

Pure. Names come from outside: whatever could lead out of a folder, or could not be a file name here, is left out.
The usual names: `…-Q4_K_M.gguf`, `…-00001-of-00003.gguf` for a split file, `mmproj-….gguf` for what a vision model sees
with (llama.cpp, docs/multimodal.md and gguf-split). A name that says no quantisation stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from router.library.hub_answers import HubFile
from router.library.paths import is_safe_file

MOST_QUANTISATIONS = 100
MOST_PARTS = 200
LONGEST_NAME = 40               # characters of what tells two files apart
_SPLIT = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})")
_LABEL = re.compile(r"""(?:^|(?<=[-._ ]))
    ((?:UD-)?(?: I?Q\d+(?:_[A-Z0-9]+)* | TQ\d_\d | MXFP\d(?:_MOE)? | NVFP\d | BF16 | F16 | F32 | FP16 ))
    (?=$|[-._ ])""", re.IGNORECASE | re.VERBOSE)
_NO_MODEL = re.compile(r"(^|[-._])(mmproj|imatrix|mtp|vocab)([-._]|$)", re.IGNORECASE)
_PROJECTOR = re.compile(r"(^|[-._])mmproj([-._]|$)", re.IGNORECASE)
PROJECTOR_ORDER = ("F16", "BF16", "FP16", "Q8_0", "F32")


@dataclass(frozen=True)
class Quantisation:
    """One way to have the model. parts: its files, the one that is opened first; projector: None for text models."""

    name: str
    parts: tuple[HubFile, ...]
    projector: HubFile | None = None

    @property
    def size(self) -> int:
        """Bytes of everything; 0 when one of them is not known."""
        sizes = [file.size for file in self.files]
        return sum(sizes) if all(sizes) else 0

    @property
    def files(self) -> tuple[HubFile, ...]:
        return (*self.parts, *((self.projector,) if self.projector else ()))


def quantisations(files: Iterable[HubFile]) -> tuple[Quantisation, ...]:
    """The ways to have the model, the smallest first."""
    usable = [file for file in files if is_usable(file.path)]
    projector = best_projector(usable)
    found: dict[str, Quantisation] = {}
    for stem, parts in _models(usable).items():
        name = _label(stem)
        if name.lower() in found or not name:       # two models in one repository: the file's own name tells them apart
            name = _own_name(stem)
        found.setdefault(name.lower(), Quantisation(name, parts, projector))
    ordered = sorted(found.values(), key=lambda one: (one.size or 2**63, one.name))
    return tuple(ordered[:MOST_QUANTISATIONS])


def is_usable(path: str) -> bool:
    """Is it a GGUF file whose place and name are harmless?"""
    *folders, name = path.split("/")
    return name.lower().endswith(".gguf") and all(is_safe_file(step) for step in (*folders, name))


def best_projector(files: Iterable[HubFile]) -> HubFile | None:
    """The projector file to take: exact enough and not larger than need be."""
    def rank(file: HubFile) -> tuple[int, str]:
        label = _label(_stem(file.path))
        return PROJECTOR_ORDER.index(label) if label in PROJECTOR_ORDER else len(PROJECTOR_ORDER), file.path

    return min((file for file in files if _PROJECTOR.search(_name(file))), key=rank, default=None)


def _models(files: Iterable[HubFile]) -> dict[str, tuple[HubFile, ...]]:
    """Path without number and ending → its files in order. A split file that lacks a part is left out."""
    whole: dict[str, tuple[HubFile, ...]] = {}
    split: dict[tuple[str, int], dict[int, HubFile]] = {}
    for file in files:
        stem = _stem(file.path)
        if _NO_MODEL.search(_name(file)):
            continue
        part = _SPLIT.fullmatch(stem)
        if part is None:
            whole[stem] = (file,)
        elif 0 < int(part["number"]) <= int(part["count"]) <= MOST_PARTS:
            split.setdefault((part["stem"], int(part["count"])), {})[int(part["number"])] = file
    for (stem, count), parts in split.items():
        if len(parts) == count:
            whole[stem] = tuple(parts[number] for number in range(1, count + 1))
    return whole


def _name(file: HubFile) -> str:
    return _stem(file.path).rpartition("/")[2]


def _stem(path: str) -> str:
    return path[:-len(".gguf")]


def _label(stem: str) -> str:
    """The quantisation that a path names, in capitals; from its folder where the file itself names none."""
    folder, _, name = stem.rpartition("/")
    labels = _LABEL.findall(name) or _LABEL.findall(folder.rpartition("/")[2])
    return labels[-1].upper() if labels else ""


def _own_name(stem: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "_", stem.rpartition("/")[2])[-LONGEST_NAME:].strip("_.-") or "model"
