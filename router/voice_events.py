"""Events about speech. Past tense; frozen values that survive JSON. Times are seconds of sound, unless it is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """A piece of a transcript. probability: how sure the model is of its words, 0 to 1."""

    text: str
    begin: float
    end: float
    probability: float = 0.0


@dataclass(frozen=True)
class VoiceView:
    """A model that hears or speaks. state: as in SpecialistView."""

    id: str
    name: str
    languages: tuple[str, ...]
    state: str
    size: int = 0
    licence: str = ""


@dataclass(frozen=True)
class TranscriptMoved:
    """So much of `total` (0: not known) is done."""

    seconds: float
    total: float
    request: str = ""


@dataclass(frozen=True)
class SegmentHeard:
    """The next piece of a transcript."""

    segment: Segment
    language: str = ""
    request: str = ""


@dataclass(frozen=True)
class Transcribed:
    """The transcript as far as it came. seconds: of sound; seconds_taken: of waiting. stopped: by StopVoice. broke_off:
    the file is damaged or cut off, and this is what could be read of it."""

    text: str
    segments: tuple[Segment, ...]
    language: str
    specialist: str
    seconds: float
    seconds_taken: float
    stopped: bool = False
    broke_off: bool = False
    request: str = ""


@dataclass(frozen=True)
class AudioReady:
    """Sound number `number` (from 0) of a text: 16-bit mono PCM at `rate`, of what stands at `begin` to `end` of it
    (characters), said as `words`."""

    number: int
    rate: int
    begin: int
    end: int
    words: str
    samples: bytes
    request: str = ""


@dataclass(frozen=True)
class SpeakingMoved:
    """So many characters of `total` are in the file, which is `seconds` long."""

    done: int
    total: int
    seconds: float
    request: str = ""


@dataclass(frozen=True)
class TextSpoken:
    """seconds: of sound made; seconds_taken and first_sound_seconds: of waiting. path: the file, if there is one."""

    voice: str
    language: str
    seconds: float
    seconds_taken: float
    first_sound_seconds: float
    path: str = ""
    stopped: bool = False
    request: str = ""


@dataclass(frozen=True)
class VoicesListed:
    """voices speak, hearing hears; installed ones first. to_hear, to_speak: ids to install before that can be done
    here; empty where it can."""

    voices: tuple[VoiceView, ...]
    hearing: tuple[VoiceView, ...]
    to_hear: tuple[str, ...] = ()
    to_speak: tuple[str, ...] = ()
    request: str = ""


VoiceEvent = (TranscriptMoved | SegmentHeard | Transcribed | AudioReady | SpeakingMoved | TextSpoken | VoicesListed)
