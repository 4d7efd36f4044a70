"""Text files become attachments here: read, checked and decoded. Plain Python, no Qt."""

from __future__ import annotations

import re
from pathlib import Path

from desktop_app.words import size_in_words
from router.errors import UserFacingError
from router.parts import AttachmentPart

LARGEST_FILE = 2_000_000        # bytes of one attached file
LARGEST_PASTE = 100_000         # characters; a longer paste becomes an attachment instead of a wall of text
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def attachment_from_file(path: Path) -> AttachmentPart:
    """The file as an attachment. Raises UserFacingError when it is no readable UTF-8 text of at most 2 MB."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UserFacingError(f"“{path.name}” is a folder.", "Attach the files in it one by one.")
        if size > LARGEST_FILE:
            raise UserFacingError(f"“{path.name}” has {size_in_words(size)}; "
                                  f"{size_in_words(LARGEST_FILE)} can be attached.",
                                  "Attach the part that matters, as a smaller file.")
        content = path.read_bytes()
    except OSError as error:
        raise UserFacingError(f"“{path.name}” could not be read ({error.strerror or error}).",
                              "Check that the file is still there and that you may read it.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserFacingError(f"“{path.name}” is not a text file in UTF-8.",
                              "Only text can be attached so far; save it as UTF-8 text and attach that.") from error
    if "\x00" in text:
        raise UserFacingError(f"“{path.name}” is not a text file.", "Only text can be attached so far.")
    return AttachmentPart(name=path.name, text=text, size=size)


def attachment_from_paste(text: str, number: int) -> AttachmentPart:
    """A long pasted text as an attachment."""
    cleaned = storable(text)
    return AttachmentPart(name=f"Pasted text {number}.txt", text=cleaned, size=len(cleaned.encode()))


def storable(text: str) -> str:
    """The text without what no file can hold: lone surrogates become �, NUL goes."""
    return _LONE_SURROGATE.sub("\ufffd", text).replace("\x00", "")
