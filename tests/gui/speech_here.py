"""What hears, what speaks and what tells speech from silence, for tests of the window."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import SpecialistView

VOICE = SpecialistView("piper-joe", "Joe", "A voice.", "speech-out", (), "installed", size=63_000_000,
                       licence="CC0-1.0", languages=("en",))
EARS = SpecialistView("whisper-base", "Whisper base", "Hears.", "speech-in", (), "installed", size=148_000_000,
                      licence="MIT", languages=("en", "de"))
DETECTOR = SpecialistView("silero-vad", "Silero", "Tells.", "speech-activity", (), "installed", size=2_300_000,
                          licence="MIT")
Sent = TypeVar("Sent")


def install(window: Window, state: str = "installed") -> None:
    """All three, in this state."""
    for each in (VOICE, EARS, DETECTOR):
        window.take(m.SpecialistChanged(replace(each, state=state)))    # type: ignore[arg-type]


def last(sent: list[Command], kind: type[Sent]) -> Sent:
    """The newest command of a kind. Raises StopIteration without one."""
    return next(each for each in reversed(sent) if isinstance(each, kind))


def answer_needs(window: Window, sent: list[Command], *, missing: bool = False) -> None:
    """The router says what has to be installed."""
    window.take(m.VoicesListed((), (), ("silero-vad", "whisper-base") if missing else (),
                               ("piper-joe",) if missing else (), last(sent, m.ListVoices).request))
