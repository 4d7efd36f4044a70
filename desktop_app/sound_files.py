"""Which files hold sound: told from their names and first bytes by Qt's list of file types."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeDatabase

# Types whose names do not say that there is sound in them (freedesktop.org's shared MIME database).
ALSO = frozenset({"application/ogg", "application/vnd.rn-realmedia", "application/mxf", "application/x-matroska",
                  "application/vnd.ms-asf"})
LISTS = frozenset({"audio/x-mpegurl", "audio/x-scpls", "audio/midi", "audio/x-ms-asx", "application/xspf+xml"})


def is_sound(path: Path) -> bool:
    """An audio or video file, as far as can be told without decoding it. Lists of files and notes are none."""
    if not path.is_file():
        return False
    name = QMimeDatabase().mimeTypeForFile(str(path)).name()
    return (name.startswith(("audio/", "video/")) or name in ALSO) and name not in LISTS
