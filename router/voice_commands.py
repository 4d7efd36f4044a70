"""Commands about speech. Imperatives; frozen values that survive JSON. Paths are absolute.

The window plays what it is told in AudioReady and says so with SoundPlayed; the router never runs far ahead of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Transcribe:
    """Write down the speech in the audio or video file at `path`. language: ISO 639-1, empty to find out; specialist:
    who hears (empty: chosen). → TranscriptMoved and SegmentHeard…, Transcribed/Refused"""

    path: str
    language: str = ""
    specialist: str = ""
    request: str = ""


@dataclass(frozen=True)
class SpeakText:
    """Say a text (Markdown). out: a WAV file to write; empty: AudioReady brings the sound. voice: a specialist, empty
    for one that speaks the text's language. speed, volume: 1 is the voice's own. → AudioReady or SpeakingMoved…,
    TextSpoken/Refused"""

    text: str
    out: str = ""
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    volume: float = 1.0
    speaker: int = 0
    request: str = ""


@dataclass(frozen=True)
class SoundPlayed:
    """Sound number `number` of that SpeakText has been played: the next ones may come. Not answered."""

    request: str
    number: int


@dataclass(frozen=True)
class StopVoice:
    """End the Transcribe or SpeakText with that request id; what there is already is kept. Not answered itself."""

    request: str


@dataclass(frozen=True)
class ListVoices:
    """→ VoicesListed"""

    request: str = ""


VoiceCommand = Transcribe | SpeakText | SoundPlayed | StopVoice | ListVoices
