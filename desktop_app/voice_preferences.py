"""What a person has chosen about speech, read from the preferences in one place. What was never chosen, or makes no
sense, is as usual. It knows no Qt and asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SPEEDS = ("0.75", "1", "1.25", "1.5", "2")
PAUSES = ("0.5", "0.8", "1.2", "2", "3")        # seconds
IDLE_MINUTES = ("1", "5", "15", "60")


@dataclass(frozen=True)
class VoicePreferences:
    """microphone, loudspeaker: ids of devices, empty for the system's usual one. hearing, voice: ids of specialists,
    empty for a choice by language. language: ISO 639-1, empty to find out. pause: seconds of silence that end what
    somebody says. sound: where it comes from, and so what is heard meanwhile: on loudspeakers nothing, with headphones
    everything, cancelled everything but the sound itself. idle_minutes: without a word,
    after which the microphone is closed."""

    microphone: str = ""
    loudspeaker: str = ""
    hearing: str = ""
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    sound: Literal["loudspeakers", "headphones", "cancelled"] = "loudspeakers"
    mode: Literal["hands-free", "push-to-talk"] = "hands-free"
    pause: float = 0.5
    idle_minutes: float = 5.0


def voice_preferences(kept: Mapping[str, str], usable: frozenset[str] = frozenset()) -> VoicePreferences:
    """From all preferences. usable: specialists that can be asked; another one that was chosen counts as no choice."""
    def one_of(key: str, known: tuple[str, ...], usual: str) -> str:
        return kept[key] if kept.get(key) in known else usual

    def specialist(key: str) -> str:
        wanted = kept.get(key, "")
        return wanted if wanted in usable else ""

    return VoicePreferences(
        kept.get("microphone", ""), kept.get("loudspeaker", ""), specialist("hearing"), specialist("voice"),
        kept.get("spoken_language", ""), float(one_of("voice_speed", SPEEDS, "1")),
        kept["sound"] if kept.get("sound") in ("headphones", "cancelled") else "loudspeakers",     # type: ignore[arg-type]
        "push-to-talk" if kept.get("talk_mode") == "push-to-talk" else "hands-free",
        float(one_of("speech_pause", PAUSES, "0.5")), float(one_of("idle_minutes", IDLE_MINUTES, "5")))
