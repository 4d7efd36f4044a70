"""Model files that a person points at: one file, all parts of a split one, or whatever a folder holds.

It looks at names and at the first bytes, follows no link to a folder and opens nothing but plain files, and it never
changes anything. What a model is worth is not known here.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from router.errors import UserFacingError

MAGIC = b"GGUF"
SMALLEST = 32               # bytes: magic, version, two counts and the first key of any GGUF file
DEEPEST = 6                 # folders below the one that was named: publisher/model/snapshots/commit/file is 5
MOST_ENTRIES = 20_000       # looked at in all; a folder of models has some hundred
MOST_MODELS = 200           # of one folder
MOST_PARTS = 999
_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})(?P<end>\.gguf)", re.IGNORECASE)
_PROJECTOR = re.compile(r"mmproj", re.IGNORECASE)
_NO_NAME = re.compile(r"mmproj|model|projector|bf16|f16|f32|q\d\w*|gguf|[-_. ]+", re.IGNORECASE)


@dataclass(frozen=True)
class LocalModel:
    """A model in files of the person's own. parts: those that follow the first one; projector: what it sees with.

    name: without the ending and the numbers of parts.
    """

    path: Path
    name: str
    parts: tuple[Path, ...] = ()
    projector: Path | None = None

    @property
    def companions(self) -> tuple[Path, ...]:
        """All files but the first."""
        return (*self.parts, *((self.projector,) if self.projector else ()))

    @property
    def size(self) -> int:
        """Bytes of all files. Raises OSError."""
        return sum(path.stat().st_size for path in (self.path, *self.companions))


def find_models(path: Path) -> tuple[LocalModel, ...]:
    """The models at `path`, a file or a folder. Raises UserFacingError when there is none, and says why."""
    try:
        path = path.expanduser().absolute()
        str(path).encode()
        mode = path.stat().st_mode
        path = path.parent.resolve() / path.name        # a link keeps its own name: parts find each other by names
    except (OSError, RuntimeError, ValueError) as error:       # RuntimeError: a loop of links (before Python 3.13)
        raise cannot_read(path, error) from error
    if stat.S_ISDIR(mode):
        return _in_folder(path)
    complaint = complaint_about(path)
    if complaint:
        raise UserFacingError(f"{plain_text(path.name)} {complaint}.", "Consort can use models in the GGUF format.")
    if _PROJECTOR.search(path.name):
        raise UserFacingError(f"{path.name} is what a vision model sees with, not a model.",
                              "Name the model's own file; what lies beside it is found by itself.")
    return (_whole(path),)


def complaint_about(path: Path) -> str:
    """Why a file cannot be a model, as a part of a sentence; empty when it may be one. Raises UserFacingError."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):         # opening a pipe or a device would wait for ever
            return "is no file"
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except (OSError, ValueError) as error:
        raise cannot_read(path, error) from error
    if start != MAGIC or found.st_size < SMALLEST:
        return "is not a GGUF model file"
    return ""


def cannot_read(path: Path, error: Exception) -> UserFacingError:
    """The sentence for a path that leads nowhere."""
    if isinstance(error, UnicodeEncodeError):
        return UserFacingError(f"The name {plain_text(str(path))} is not text that every program understands.",
                               "Rename it, then try again.")
    reason = getattr(error, "strerror", "") or str(error)
    return UserFacingError(f"{plain_text(str(path))} cannot be read ({reason}).",
                           "Check the path and that you may read it.")


def plain_text(text: str) -> str:
    """A name from a disk as it may be shown: what is no character, or steers a terminal, becomes a question mark."""
    return "".join(one if one.isprintable() else "?" for one in text.encode("utf-8", "replace").decode())


def is_text(path: Path) -> bool:
    """Can the path be written down? Names on some disks are bytes that mean nothing."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


class TooLarge(UserFacingError):
    """A folder that holds more than is looked at."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"The folder {plain_text(str(folder))} holds too much to look for models in all of it.",
                         "Name the folder of the model, or the file itself.")


def gguf_files(folder: Path, deepest: int = DEEPEST) -> Iterator[Path]:
    """Plain files below `folder` that are called *.gguf, in order; links to folders are not followed. What cannot be
    read is left out. Raises TooLarge after very many files and folders."""
    looked_at = 0
    for place, folders, files in os.walk(folder):
        looked_at += len(files) + len(folders)
        if looked_at > MOST_ENTRIES:
            raise TooLarge(folder)
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth < deepest else []
        for name in sorted(files):
            path = Path(place, name)
            if name.lower().endswith(".gguf") and is_text(path) and path.is_file():
                yield path


def group(files: list[Path]) -> tuple[LocalModel, ...]:
    """Files as models: parts as one, projectors with those they belong to; what is not whole is left out."""
    found: list[LocalModel] = []
    for path in files:
        part = _PART.fullmatch(path.name)
        if _PROJECTOR.search(path.name) or (part and int(part["number"]) != 1):
            continue
        try:
            found.append(_whole(path, files))
        except UserFacingError:
            continue
    return tuple(found)


def _in_folder(folder: Path) -> tuple[LocalModel, ...]:
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UserFacingError(f"The folder {folder} cannot be read.", "Check that you may read it.")
    sound = [path for path in gguf_files(folder) if _may_be_model(path)]
    found = group(sound)
    if not found:
        raise UserFacingError(f"There is no GGUF model in the folder {folder}.",
                              "Consort can use models in the GGUF format.")
    if len(found) > MOST_MODELS:
        raise UserFacingError(f"There are more than {MOST_MODELS} models in the folder {folder}.",
                              "Name one of the folders in it, or a file.")
    return found


def _may_be_model(path: Path) -> bool:
    try:
        return not complaint_about(path)
    except UserFacingError:
        return False


def _whole(path: Path, beside: list[Path] | None = None) -> LocalModel:
    """The model that `path` is, or is a part of. Raises UserFacingError when a part is missing."""
    part = _PART.fullmatch(path.name)
    if part is None:
        name = plain_text(path.stem if path.suffix.lower() == ".gguf" else path.name)
        return LocalModel(path, name, projector=_projector(path, beside))
    count = int(part["count"])
    if not 1 <= int(part["number"]) <= count <= MOST_PARTS:
        raise UserFacingError(f"{path.name} cannot be a part of a model: its number makes no sense.",
                              "Consort can use models in the GGUF format.")
    parts = [path.with_name(f"{part['stem']}-{number:05d}-of-{part['count']}{part['end']}")
             for number in range(1, count + 1)]
    missing = [one.name for one in parts if not _may_be_model(one)]
    if missing:
        raise UserFacingError(f"{path.name} is one of {count} parts, and {missing[0]} is missing beside it.",
                              "Put all parts into one folder, then name any of them.")
    return LocalModel(parts[0], plain_text(part["stem"]), tuple(parts[1:]), _projector(parts[0], beside))


def _projector(path: Path, beside: list[Path] | None = None) -> Path | None:
    """What the vision model at `path` sees with: a file beside it that bears its name, or no name in a folder of its
    own."""
    try:
        files = [one for one in (beside if beside is not None else path.parent.iterdir()) if one.parent == path.parent
                 and one.suffix.lower() == ".gguf"]
    except OSError:
        return None
    projectors = sorted(one for one in files if _PROJECTOR.search(one.name) and _may_be_model(one))
    alone = len({_PART.sub(r"\g<stem>", one.name) for one in files if not _PROJECTOR.search(one.name)}) == 1
    for one in projectors:
        name = _NO_NAME.sub("", one.stem).lower()
        if (name and name in _NO_NAME.sub("", path.stem).lower()) or (not name and alone):
            return one
    return None
