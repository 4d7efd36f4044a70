"""Where the models are: in the data folder, or wherever the person has moved them. One small file says it durably.

While they move it also says where to, and afterwards what is left to be deleted, so that a start after any mishap
knows which folder counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from router.library.durable import write_durably

USUAL = "models"
NOTE = "models-folder.json"


@dataclass(frozen=True)
class Location:
    """folder: the one that counts. moving_to: copies are being made there. leaving: the former one, to be deleted.

    is_usual: it is the one in the data folder, which may be missing as long as nothing is installed.
    """

    folder: Path
    moving_to: Path | None = None
    leaving: Path | None = None
    is_usual: bool = False


@dataclass(frozen=True)
class _Note:
    """As written: relative to the data folder where they lie in it, so that the whole may be moved."""

    folder: str = USUAL
    moving_to: str = ""
    leaving: str = ""


def read_location(data_folder: Path) -> tuple[Location, str]:
    """Where the models are, and a sentence when the note about it cannot be read."""
    path = data_folder / NOTE
    usual = Location(data_folder / USUAL, is_usual=True)
    try:
        note = msgspec.json.decode(path.read_bytes(), type=_Note)
    except FileNotFoundError:
        return usual, ""
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        return usual, (f"The note about where the models are cannot be read ({path}: {error}), so they are looked for "
                       f"in {usual.folder}.")

    def absolute(text: str) -> Path | None:
        return data_folder / text if text and "\0" not in text else None

    return Location(absolute(note.folder) or usual.folder, absolute(note.moving_to), absolute(note.leaving),
                    note.folder in ("", USUAL)), ""


def write_location(data_folder: Path, location: Location) -> None:
    """Replace the note in one step. Raises OSError."""

    here = data_folder.resolve()

    def text(path: Path | None) -> str:
        if path is None:
            return ""
        path = path if path.is_absolute() else path.absolute()
        return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)

    data_folder.mkdir(parents=True, exist_ok=True)
    write_durably(data_folder / NOTE, msgspec.json.encode(
        _Note(text(location.folder), text(location.moving_to), text(location.leaving))))
