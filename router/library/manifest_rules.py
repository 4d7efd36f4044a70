"""What must hold for a manifest of a catalogue file, beyond the types of its fields. Pure; it reads no file.

A name becomes a path and a checksum decides whether a file is taken, so both are looked at wherever they stand: of the
model, of its companions, of its variants and of theirs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from router.library.conversion import CONVERSIONS
from router.library.paths import is_safe_file, is_safe_id
from specialists.manifest import Companion, HubSource, Manifest, Published

_SHA256 = re.compile(r"[0-9a-f]{64}")
_QUANTISATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)

Rule = tuple[bool, str]


@dataclass(frozen=True)
class _File:
    """One file that a manifest names; `where` is the path of its table, with a dot at its end."""

    where: str
    name: str
    size: int
    sha256: str


def complaint_about(manifest: Manifest) -> str:
    """What is wrong with the values of a manifest, or an empty text."""
    return next((complaint for holds, complaint in _rules(manifest) if not holds), "")


def files_of(manifest: Manifest) -> tuple[_File, ...]:
    """Every file it names: the model, its companions, its variants with theirs."""
    files = [_File("", manifest.file_name, manifest.size, manifest.sha256),
             *_companions("companions", manifest.companions)]
    for number, one in enumerate(manifest.variants):
        files.append(_File(f"variants[{number}].", one.file_name, one.size, one.sha256))
        files += _companions(f"variants[{number}].companions", one.companions)
    return tuple(files)


def are_sound(figures: Iterable[Published]) -> bool:
    """Has each figure a name, a number and the address of a page?"""
    return all(one.benchmark.strip() and math.isfinite(one.score) and one.source.startswith("https://")
               for one in figures)


def _companions(where: str, companions: tuple[Companion, ...]) -> list[_File]:
    return [_File(f"{where}[{number}].", one.file_name, one.size, one.sha256) for number, one in enumerate(companions)]


def _rules(manifest: Manifest) -> Iterator[Rule]:
    yield is_safe_id(manifest.id), "“id” is no plain name (small letters, digits, dot, hyphen)"
    yield bool(manifest.name.strip()), "“name” is empty"
    yield bool(manifest.description.strip()), "“description” is empty"
    for file in files_of(manifest):
        yield is_safe_file(file.name), f"“{file.where}file_name” is no plain file name"
        yield file.size >= 0, f"“{file.where}size” is negative"
        yield (not file.sha256 or bool(_SHA256.fullmatch(file.sha256)),
               f"“{file.where}sha256” is not 64 hexadecimal digits")
    yield from _sources(manifest)
    yield from _several(manifest)
    yield (not manifest.licence.opt_in or bool(manifest.licence.terms),
           "“licence.terms” is missing for opt-in terms")
    yield all(0 <= one <= 1 for one in manifest.strengths.values()), "“strengths” are not between 0 and 1"
    yield are_sound(manifest.published), "“published” needs a benchmark, a number and the address of a page each time"
    yield all(map(_LANGUAGE.fullmatch, manifest.languages)), "“languages” are not two small letters each (ISO 639-1)"
    yield not manifest.base or is_safe_id(manifest.base), "“base” is no name of a specialist"


def _sources(manifest: Manifest) -> Iterator[Rule]:
    hub, index = manifest.sources.hub, manifest.sources.index
    yield hub is not None or index is not None, "“sources” names no source"
    if hub is not None:
        yield from _hub("sources.hub", hub)
    if index is not None:
        yield (0 < len(index.packages) == len(index.members), "“sources.index” needs as many members as packages")
        yield (bool(manifest.sha256 or index.conversion),
               "“sha256” is missing, and a model from the package index needs it")
        yield (not index.conversion or index.conversion in CONVERSIONS,
               "“sources.index.conversion” is none that Consort knows")
        yield (not index.conversion or (len(index.sha256) == len(index.members)
                                        and all(map(_SHA256.fullmatch, index.sha256))),
               "“sources.index.sha256” needs a checksum for each member that is converted")


def _several(manifest: Manifest) -> Iterator[Rule]:
    """Companions and variants: told apart, and to be had from somewhere."""
    yield _different([manifest.file_name, *(one.file_name for one in manifest.companions)]), (
        "two files of “companions” have one name")
    yield _different([manifest.quantisation, *(one.quantisation for one in manifest.variants)]), (
        "two of “variants” are the same quantisation")
    for number, one in enumerate(manifest.variants):
        where = f"variants[{number}]"
        yield bool(_QUANTISATION.fullmatch(one.quantisation)), f"“{where}.quantisation” is no plain name"
        yield _different([one.file_name, *(each.file_name for each in one.companions)]), (
            f"two files of “{where}” have one name")
        yield one.hub is not None or manifest.sources.hub is not None, f"“{where}” names no source"
        if one.hub is not None:
            yield from _hub(f"{where}.hub", one.hub)
    for owner, companions in (("", manifest.companions), *((f"variants[{number}].", one.companions)
                                                            for number, one in enumerate(manifest.variants))):
        for number, each in enumerate(companions):
            yield not each.file or _is_safe_path(each.file), f"“{owner}companions[{number}].file” is no plain path"


def _hub(where: str, source: HubSource) -> Iterator[Rule]:
    yield bool(_REPOSITORY.fullmatch(source.repo)), f"“{where}.repo” is no repository (owner/name)"
    yield _is_safe_path(source.file), f"“{where}.file” is no plain path"


def _is_safe_path(path: str) -> bool:
    """A path inside a repository: it goes down only, and does not begin at the root."""
    return bool(path) and "\\" not in path and all(part not in ("", ".", "..") for part in path.split("/"))


def _different(names: Iterable[str]) -> bool:
    """None is there twice, also where capitals and small letters are the same."""
    folded = [name.casefold() for name in names if name]
    return len(folded) == len(set(folded))
