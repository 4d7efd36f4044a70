"""Where models lie: `<models>/<id>/<file>`, unfinished ones under `<models>/.partial/<id>/`.

Names come from catalogue files and imported files, so they are checked here before they become a path; nothing this
module returns lies outside the folder. It does not read or write anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from router.errors import UserFacingError
from specialists.manifest import Manifest

NEXT = ".next"              # ends the name of the folder of a version that is to replace an installed one
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+ ()-]{0,199}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)   # device names on Windows


def is_safe_id(name: str) -> bool:
    """May `name` be a folder of its own on every platform?"""
    return bool(_ID.fullmatch(name)) and not name.endswith(".") and not _RESERVED.fullmatch(name)


def is_safe_file(name: str) -> bool:
    """May `name` be a file name on every platform? No separators, no drive, no leading dot."""
    return bool(_FILE.fullmatch(name)) and not name.endswith((".", " ")) and not _RESERVED.fullmatch(name)


@dataclass(frozen=True)
class ModelPaths:
    """All paths under one models folder. Every method raises UserFacingError for a name that is no plain name."""

    root: Path

    @property
    def record(self) -> Path:
        """The file that says what is installed."""
        return self.root / "installed.json"

    @property
    def adopted(self) -> Path:
        """The file that says which repositories of the Hub are known as specialists."""
        return self.root / "adopted.json"

    def folder(self, specialist: str) -> Path:
        return self.root / _checked(specialist, is_safe_id(specialist))

    def require_safe_files(self, manifest: Manifest) -> None:
        """Every file of the specialist has a name that may be used."""
        self.folder(manifest.id)
        for name in (manifest.file_name, *(one.file_name for one in manifest.companions)):
            _checked(name, is_safe_file(name))

    @property
    def all_unfinished(self) -> Path:
        """The folder of the folders of downloads that can go on."""
        return self.root / ".partial"

    def unfinished(self, specialist: str) -> Path:
        """The folder of a download that can go on."""
        return self.all_unfinished / _checked(specialist, is_safe_id(specialist))

    def next_version(self, specialist: str) -> Path:
        """The folder of another version of an installed model, until it has been checked."""
        return self.unfinished(specialist + NEXT)


def _checked(name: str, safe: bool) -> str:
    if not safe:
        raise UserFacingError(f"“{name}” cannot be used as a name on disk.",
                              "Check where this model's description came from.")
    return name
