"""Which microphones and loudspeakers this computer has, by Qt; and whether Qt's sound is there at all.

QtMultimedia is imported when sound is first wanted, never before: without the system's sound library the import fails,
and the window must open all the same. What is missing costs a sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from router.errors import UserFacingError

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice


@dataclass(frozen=True)
class SoundDevice:
    """A microphone or a loudspeaker. id: steady across restarts; usual: the one that the system prefers."""

    id: str
    name: str
    usual: bool = False


def no_microphone() -> UserFacingError:
    """There is none."""
    return UserFacingError("This computer has no microphone that Consort can find.",
                           "Connect one and try again. Everything can be written as before.")


def no_loudspeaker() -> UserFacingError:
    """There is none."""
    return UserFacingError("This computer has no loudspeaker that Consort can find.",
                           "Connect one, or headphones, and try again.")


def need_sound() -> None:
    """Load Qt's sound. Raises UserFacingError when the system lacks what it needs."""
    try:
        import PySide6.QtMultimedia  # noqa: F401
    except ImportError as error:
        raise UserFacingError("Sound does not work here yet: this system lacks a library for it.",
                              way_to_sound(str(error))) from error


def way_to_sound(error: str) -> str:
    """What to do about a failed import whose message is `error`."""
    library = error.split(":")[0].strip()
    if sys.platform.startswith("linux") and ".so" in library:
        known = {"libpulse.so.0": "libpulse0"}.get(library)
        return f"Install {known or library} with your system's packages, then start Consort again."
    return "Install Consort again, then start it anew."


def microphones() -> tuple[SoundDevice, ...]:
    """The ones that are there now, the usual one first. Raises UserFacingError without Qt's sound."""
    need_sound()
    from PySide6.QtMultimedia import QMediaDevices
    return _in_order(QMediaDevices.audioInputs())


def loudspeakers() -> tuple[SoundDevice, ...]:
    """The same for sound that goes out."""
    need_sound()
    from PySide6.QtMultimedia import QMediaDevices
    return _in_order(QMediaDevices.audioOutputs())


def find_microphone(wanted: str) -> QAudioDevice:
    """The wanted one (by id) where it is connected, else the usual one. Raises UserFacingError when there is none."""
    need_sound()
    from PySide6.QtMultimedia import QMediaDevices
    return _find(QMediaDevices.audioInputs(), QMediaDevices.defaultAudioInput(), wanted, no_microphone)


def find_loudspeaker(wanted: str) -> QAudioDevice:
    """The same for sound that goes out."""
    need_sound()
    from PySide6.QtMultimedia import QMediaDevices
    return _find(QMediaDevices.audioOutputs(), QMediaDevices.defaultAudioOutput(), wanted, no_loudspeaker)


def name_of(device: QAudioDevice) -> str:
    """The id of a device, as text that can be kept among the preferences."""
    return bytes(device.id().data()).decode("utf-8", "replace")


def _in_order(devices: list[QAudioDevice]) -> tuple[SoundDevice, ...]:
    found = [SoundDevice(name_of(one), one.description(), one.isDefault()) for one in devices]
    return tuple(sorted(found, key=lambda one: not one.usual))


def _find(devices: list[QAudioDevice], usual: QAudioDevice, wanted: str,
          none: Callable[[], UserFacingError]) -> QAudioDevice:
    for one in devices:
        if wanted and name_of(one) == wanted:
            return one
    if usual.isNull() and not devices:
        raise none()
    return devices[0] if usual.isNull() else usual
