"""How a worker can let us down, as exceptions with plain fields. Knows no process and no words for people.

`router.fleet.sentences` turns these into sentences.
"""

from __future__ import annotations

import signal
from typing import Literal

Cause = Literal["crashed", "killed", "hang", "malformed", "deaf", "closed"]
FailureCode = (
    Literal["bad_model", "unsupported", "bad_template", "no_memory", "too_long", "bad_request", "bad_audio",
            "internal"]
    | Cause
)


class WorkerFailed(Exception):
    """The model could not be loaded; no worker is left behind.

    code: one of `wire.Failed`'s codes, or how the process ended while loading (see `WorkerDied`). sentence: the
    engine's own words for a person, where it had some.
    """

    def __init__(self, code: FailureCode, detail: str = "", sentence: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code: FailureCode = code
        self.detail = detail
        self.sentence = sentence


class WorkerDied(Exception):
    """The worker process ended in the middle of a request; it answers nothing any more.

    cause: `crashed` (a signal or an exit code of its own), `killed` (SIGKILL that we did not send: on Linux
    nearly always the kernel's out-of-memory killer), `hang` (silent for too long, we killed it),
    `malformed` (it said something that is no message, we killed it), `deaf` (it ignored Cancel, we killed
    it), `closed` (we closed it on purpose). exit_code: as in `multiprocessing.Process.exitcode`, negative
    for a signal; None where it is not known (yet).
    """

    def __init__(self, cause: Cause, exit_code: int | None = None, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause: Cause = cause
        self.exit_code = exit_code
        self.detail = detail


def died(exit_code: int | None) -> WorkerDied:
    """What an exit that we did not ask for means."""
    if exit_code is not None and exit_code < 0:
        try:
            name = signal.Signals(-exit_code).name
        except ValueError:
            name = f"signal {-exit_code}"
        cause: Cause = "killed" if name == "SIGKILL" else "crashed"
        return WorkerDied(cause, exit_code, name)
    return WorkerDied("crashed", exit_code, "" if exit_code is None else f"exit code {exit_code:#x}")
