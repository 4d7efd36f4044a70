"""The catalogue: specialists described in TOML files, read into manifests.

Each file holds `[[specialist]]` tables with the fields of `specialists.manifest.Manifest`. Nothing is guessed:
an unknown key, a wrong type or an unsafe name is an error naming the file, the specialist and the key.
It does not know what is installed.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec

from router.errors import UserFacingError
from router.library.manifest_rules import complaint_about
from specialists.manifest import Manifest


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


def _unknown_key(entry: Any, known: Any, path: str) -> str:
    """The path of the first key in `entry` that `known` does not have; msgspec would leave it out silently."""
    if isinstance(entry, dict) and isinstance(known, dict):
        for key, value in entry.items():
            if key not in known:
                return f"{path}{key}"
            if unknown := _unknown_key(value, known[key], f"{path}{key}."):
                return unknown
    if isinstance(entry, list) and isinstance(known, list | tuple):
        for number, (value, there) in enumerate(zip(entry, known, strict=True)):
            if unknown := _unknown_key(value, there, f"{path[:-1]}[{number}]."):
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
