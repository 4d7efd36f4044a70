"""Events about speech. Past tense; frozen values that survive JSON. Times are seconds of sound, unless it is said.

Everything that sounds carries an `epoch`. Whatever cuts the voice off raises it; sound of an earlier one is stale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from router.views import MessageView

TalkState = Literal["listening", "hearing", "thinking", "speaking", "paused", "muted", "ended"]


@dataclass(frozen=True)
class TalkStateChanged:
    """hearing: somebody speaks. thinking: nothing sounds yet. microphone: is it listened to just now? why: a sentence
    for the person, where there is something to say. opened: the conversation, once there is one."""

    talk: str
    state: TalkState
    microphone: bool = False
    why: str = ""
    hint: str = ""
    opened: str = ""


@dataclass(frozen=True)
class SpeechHeard:
    """What is being said, all of it so far; not `final`: it may still change. Nothing was said: `final` and empty."""

    talk: str
    text: str
    final: bool
    language: str = ""


@dataclass(frozen=True)
class SoundReady:
    """Play this behind what came before: mono, 16 bit, `rate` samples a second. `sequence` counts within an epoch.

    message, begin, end: the characters of that answer's text which it says. last: no more follows in this epoch (`pcm`
    may be empty then).
    """

    talk: str
    epoch: int
    sequence: int
    rate: int
    pcm: bytes = b""
    message: str = ""
    begin: int = 0
    end: int = 0
    last: bool = False


@dataclass(frozen=True)
class SilenceNow:
    """Stop playing at once and drop all sound of epochs before this one."""

    talk: str
    epoch: int


@dataclass(frozen=True)
class LevelMoved:
    """How loud it is at the microphone (0 to 1, a root mean square), after `seconds` of its sound in all.

    looking: the words up to a pause are being looked for.
    """

    talk: str
    level: float
    seconds: float
    looking: bool = False


@dataclass(frozen=True)
class SpokenTurnEnded:
    """One spoken turn with its stages, in seconds.

    heard: the question. answer: all that was written. said: what of it left the loudspeaker. first_sound: from the last
    sample of speech to the first sound. waited: for more words. hearing, writing, voicing: the stages' own times until
    that first sound (writing: from the question to a first clause), each of which may overlap with another.
    """

    talk: str
    turn: str
    heard: str
    answer: str
    said: str
    interrupted: bool = False
    first_sound: float = 0.0
    waited: float = 0.0
    hearing: float = 0.0
    writing: float = 0.0
    voicing: float = 0.0


@dataclass(frozen=True)
class AnswerCut:
    """The person interrupted: the saved answer is what they heard of it."""

    conversation: str
    message: MessageView


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
class SegmentTranscribed:
    """The next piece of a transcript."""

    segment: Segment
    language: str = ""
    request: str = ""


@dataclass(frozen=True)
class Transcribed:
    """The transcript as far as it came. seconds: of sound; seconds_taken: of waiting. stopped: by StopVoice. broke_off:
    the file is damaged or cut off, and this is what could be read of it. promised: seconds that it says it is long, 0
    when it does not."""

    text: str
    segments: tuple[Segment, ...]
    language: str
    specialist: str
    seconds: float
    seconds_taken: float
    stopped: bool = False
    broke_off: bool = False
    request: str = ""
    promised: float = 0.0


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


SpeechEvent = (
    TalkStateChanged | SpeechHeard | SoundReady | SilenceNow | LevelMoved | SpokenTurnEnded | AnswerCut
    | TranscriptMoved | SegmentTranscribed | Transcribed | SpeakingMoved | TextSpoken | VoicesListed
)
