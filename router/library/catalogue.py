"""The catalogue: specialists described in TOML files, read into manifests.

Each file holds `[[specialist]]` tables with the fields of `specialists.manifest.Manifest`. Nothing is guessed:
an unknown key, a wrong type or an unsafe name is an error naming the file, the specialist and the key.
It does not know what is installed.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from router.errors import UserFacingError
from router.library.conversion import CONVERSIONS
from router.library.paths import is_safe_file, is_safe_id
from specialists.manifest import Manifest

_SHA256 = re.compile(r"[0-9a-f]{64}")


def load_catalogue(folder: Traversable | None = None) -> dict[str, Manifest]:
    """Id → manifest, from the TOML files in `folder` (default: Consort's own), by file name and then by their order.

    Raises UserFacingError for the first thing that is wrong.
    """
    folder = folder if folder is not None else files("resources") / "catalog"
    found: dict[str, Manifest] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for number, entry in enumerate(entries(file), 1):
            manifest = as_manifest(file.name, number, entry)
            if manifest.id in found:
                raise _wrong(file.name, f"the specialist “{manifest.id}” is described twice")
            found[manifest.id] = manifest
    return found


def entries(file: Traversable) -> list[Any]:
    """The tables of one file, as they stand there. Raises UserFacingError."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise _wrong(file.name, f"it cannot be read ({error})") from error
    stray = sorted(set(content) - {"specialist", "dated"})
    if stray:
        raise _wrong(file.name, f"there is an unknown key “{stray[0]}”")
    found = content.get("specialist", [])
    if not isinstance(found, list):
        raise _wrong(file.name, "“specialist” must be a list of tables ([[specialist]])")
    return found


def as_manifest(file: str, number: int, entry: Any) -> Manifest:
    """One table as a manifest; `file` and `number` are for the sentence. Raises UserFacingError."""
    who = str(entry.get("id", f"specialist number {number}")) if isinstance(entry, dict) else f"entry {number}"
    try:
        manifest = msgspec.convert(entry, Manifest)
    except msgspec.ValidationError as error:
        raise _wrong(file, f"in “{who}”, {plain(str(error))}") from error
    unknown = _unknown_key(entry, msgspec.to_builtins(manifest), "")
    if unknown:
        raise _wrong(file, f"in “{who}”, there is an unknown key “{unknown}”")
    complaint = complaint_about(manifest)
    if complaint:
        raise _wrong(file, f"in “{who}”, {complaint}")
    return manifest


def complaint_about(manifest: Manifest) -> str:
    """What is wrong with the values of a manifest of the catalogue, or an empty text."""
    hub, index = manifest.sources.hub, manifest.sources.index
    rules = (
        (is_safe_id(manifest.id), "“id” is no plain name (small letters, digits, dot, hyphen)"),
        (bool(manifest.name.strip()), "“name” is empty"),
        (bool(manifest.description.strip()), "“description” is empty"),
        (is_safe_file(manifest.file_name), "“file_name” is no plain file name"),
        (manifest.size >= 0, "“size” is negative"),
        (all(0 <= one <= 1 for one in manifest.strengths.values()), "“strengths” are not between 0 and 1"),
        (not manifest.sha256 or bool(_SHA256.fullmatch(manifest.sha256)), "“sha256” is not 64 hexadecimal digits"),
        (hub is not None or index is not None, "“sources” names no source"),
        (index is None or 0 < len(index.packages) == len(index.members),
         "“sources.index” needs as many members as packages"),
        (index is None or bool(manifest.sha256 or index.conversion),
         "“sha256” is missing, and a model from the package index needs it"),
        (index is None or not index.conversion or index.conversion in CONVERSIONS,
         "“sources.index.conversion” is none that Consort knows"),
        (index is None or not index.conversion or (len(index.sha256) == len(index.members)
                                                   and all(map(_SHA256.fullmatch, index.sha256))),
         "“sources.index.sha256” needs a checksum for each member that is converted"),
        (not manifest.licence.opt_in or bool(manifest.licence.terms), "“licence.terms” is missing for opt-in terms"),
    )
    return next((complaint for holds, complaint in rules if not holds), "")


def _unknown_key(entry: dict[str, Any], known: dict[str, Any], path: str) -> str:
    """The first key of `entry` that a manifest does not have; msgspec would leave it out silently."""
    for key, value in entry.items():
        if key not in known:
            return f"{path}{key}"
        if isinstance(value, dict) and isinstance(known[key], dict):
            unknown = _unknown_key(value, known[key], f"{path}{key}.")
            if unknown:
                return unknown
    return ""


def plain(complaint: str) -> str:
    """msgspec's "Expected `int`, got `str` - at `$.size`" as part of a sentence."""
    what, _, where = complaint.partition(" - at `$")
    key = where.strip("`.")
    return f"“{key}” is wrong: {what[0].lower()}{what[1:]}" if key else f"{what[0].lower()}{what[1:]}"


def _wrong(file: str, complaint: str) -> UserFacingError:
    return UserFacingError(f"The catalogue file {file} is wrong: {complaint}.",
                           "If you changed it, undo that; otherwise install Consort again.")
