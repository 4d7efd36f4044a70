"""The protocol every engine keeps. An engine is plain blocking code around one model library.

It knows no process, no pipe and no router: `specialists.worker` drives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from specialists.wire import Errand, Failed, Load, Loading, Outcome, Ready, Reply, Task


class EngineError(Exception):
    """The engine cannot do it; `failed` says so on the wire."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(f"{failed.code}: {failed.detail}")
        self.failed = failed


def cannot(errand: Errand | Task) -> EngineError:
    """What an engine raises for an errand or a task of another kind."""
    return EngineError(Failed(errand.request, "bad_request", f"this engine does no {type(errand).__name__}"))


class Engine(Protocol):
    """One loaded model."""

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Load the model. Raises EngineError with `request=""`."""
        ...

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """Replies until one Finished or Failed. `stopped` is asked often; once true, end with reason `stopped`.

        Raises EngineError with `bad_request` for a task this engine cannot do.
        """
        ...

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """The one reply to an errand. Raises EngineError with `bad_request` for one this engine cannot do."""
        ...

    def close(self) -> None:
        """Free everything."""
        ...
