"""What a failing worker means, in words for the person: what happened, and what to do next.

The technical detail goes to the log, never into a headline. `too_long` is a conversation, not an error: see the turn.
"""

from __future__ import annotations

import logging

from router.errors import UserFacingError
from router.fleet.failures import FailureCode, WorkerDied
from router.fleet.placement import DoesNotFit

log = logging.getLogger("consort.fleet")

LESS_MEMORY = "Close other programs, or choose a shorter context in its settings, or a smaller specialist."
ASK_AGAIN = "Nothing you wrote is lost. You can ask again at once."

_SENTENCES: dict[FailureCode, tuple[str, str]] = {
    "bad_model": ("The model file of {name} is damaged or incomplete.", "Remove {name} and install it again."),
    "unsupported": ("{name} is a kind of model that this version of Consort cannot run.",
                    "Choose another specialist, or update Consort."),
    "bad_template": ("The chat format inside {name}’s model file does not work.",
                     "Remove {name} and install it again, or choose another specialist."),
    "no_memory": ("There is not enough free memory for {name}.", LESS_MEMORY),
    "too_long": ("This is more text than {name} can read at once.",
                 "Shorten it, or choose a longer context in its settings."),
    "bad_request": ("{name} cannot answer this with its present settings.",
                    "Reset its settings and ask again."),
    "bad_audio": ("{name} found no sound in this file that can be read.",
                  "Check that it plays in a media player, then try again."),
    "internal": ("{name} stopped with a fault of its own.", ASK_AGAIN),
    "crashed": ("{name} crashed.", ASK_AGAIN + " If it happens again, install it anew or choose another specialist."),
    "killed": ("The system ended {name}, most likely because memory ran out.", LESS_MEMORY + " " + ASK_AGAIN),
    "hang": ("{name} stopped answering and was ended.", ASK_AGAIN),
    "malformed": ("{name} sent something that Consort does not understand, and was ended.", ASK_AGAIN),
    "deaf": ("{name} did not stop when asked to, and was ended.", ASK_AGAIN),
    "closed": ("{name} was closed before it could answer.", ASK_AGAIN),
}


def sentence_for_failure(code: FailureCode, detail: str, specialist_name: str) -> UserFacingError:
    """For `wire.Failed` and `WorkerFailed`: loading or answering came to nothing."""
    log.warning("%s: %s: %s", specialist_name, code, detail)
    text, hint = _SENTENCES[code]
    return UserFacingError(text.format(name=specialist_name), hint.format(name=specialist_name))


def sentence_for_death(died: WorkerDied, specialist_name: str) -> UserFacingError:
    """For a worker that ended in the middle of an answer."""
    return sentence_for_failure(died.cause, f"{died.detail} (exit code {died.exit_code})", specialist_name)


def context_lowered(specialist_name: str, context: int, wanted: int) -> str:
    """It was opened, but for shorter conversations than it was set to. Tokens."""
    return (f"{specialist_name} was opened with {context:,} tokens of context instead of {wanted:,}, because memory is "
            "short.")


def too_many_waiting(waiting: int) -> UserFacingError:
    """The specialist's queue is full."""
    return UserFacingError(f"{waiting} questions are already waiting for this specialist.",
                           "Wait until one of them is answered, or stop one, then ask again.")


def does_not_fit(room: DoesNotFit) -> UserFacingError:
    """It would not fit into empty memory."""
    return UserFacingError(
        f"This specialist needs {_gigabytes(room.needed)} of memory; Consort may use {_gigabytes(room.budget)} here.",
        "Choose a shorter context in its settings, or a smaller specialist.")


def stays_busy(room: DoesNotFit) -> UserFacingError:
    """It would fit, but the others are at work and did not finish in time."""
    return UserFacingError(
        f"This specialist needs {_gigabytes(room.needed)} of memory, and others at work hold "
        f"{_gigabytes(room.busy)} of the {_gigabytes(room.budget)} that Consort may use.",
        "Wait until they are done, or stop one of them, then ask again.")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
