"""Errors have three fates: a sentence for the person, silence (cancelled), or "our side" with a crash file.

`UserFacingError` is for conditions nobody is to blame for (a full disk, a broken model file). Anything else that
escapes is our bug: `sentence_for` logs it and says so.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

log = logging.getLogger("consort")


class UserFacingError(Exception):
    """Shown as it is: `text` says what happened, `hint` what to do next."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


def sentence_for(error: BaseException, crash_folder: Path | None = None) -> UserFacingError:
    """The one mapping from any exception to what the person reads. Ours are logged and kept in a crash file."""
    if isinstance(error, UserFacingError):
        return error
    log.error("something went wrong on our side", exc_info=error)
    kept = ""
    if crash_folder is not None:
        try:
            crash_folder.mkdir(parents=True, exist_ok=True)
            path = crash_folder / f"crash-{len(list(crash_folder.iterdir())):04d}.txt"
            path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
            kept = f" The details are in {path}."
        except OSError:
            log.exception("the crash file could not be written")
    return UserFacingError("Something went wrong on our side.", "Nothing you wrote is lost; please try again." + kept)
