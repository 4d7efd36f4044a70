"""Commands about speech: a spoken conversation, dictation, an answer read aloud, files. Frozen; survive JSON.

What happens live has a `talk`, which names it while it lasts; the front-end chooses it (any unique text). The front-end
has the devices: it sends what its microphone hears as HeardSound and says with PlayedSound what its loudspeaker has
really played. Only one has the microphone at a time: beginning another one ends it. Each ends in TalkStateChanged to
`ended`. What is about files has a `request` and ends in an event of its own. Paths are absolute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class StartTalking:
    """A spoken conversation. → TalkStateChanged, SpeechHeard, SoundReady … / Refused

    conversation: go on in this one; empty begins a new one with the first words. specialist: who answers (empty: the
    router chooses). duplex: `half` hears nothing while sound plays, for loudspeakers; `full` listens always, for
    headphones. hearing, voice: ids of specialists (empty: chosen by language). language: ISO 639-1 (empty: found out).
    speed: of the voice, 1 is its own. pause: seconds of silence that end what somebody says. idle_minutes: without a
    word the microphone is closed.
    """

    talk: str
    conversation: str = ""
    temporary: bool = False
    specialist: str = ""
    mode: Literal["hands-free", "push-to-talk"] = "hands-free"
    duplex: Literal["half", "full"] = "half"
    hearing: str = ""
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    pause: float = 0.5
    idle_minutes: float = 5.0
    request: str = ""


@dataclass(frozen=True)
class Dictate:
    """Write down what the microphone hears; nobody answers. → TalkStateChanged, SpeechHeard … / Refused"""

    talk: str
    hearing: str = ""
    language: str = ""
    mode: Literal["hands-free", "push-to-talk"] = "hands-free"
    pause: float = 0.5
    idle_minutes: float = 5.0
    request: str = ""


@dataclass(frozen=True)
class ReadAloud:
    """Say the answer `message`, from the sentence that holds the character `begin` of its text; or, without a message,
    `text`, such as a few words to try a voice with. Another speed or voice is another ReadAloud from the sentence that
    is being read. → TalkStateChanged, SoundReady … / Refused"""

    talk: str
    message: str = ""
    begin: int = 0
    speed: float = 1.0
    voice: str = ""
    request: str = ""
    text: str = ""


@dataclass(frozen=True)
class HeardSound:
    """What the microphone heard since the last one: 16 kHz, mono, 16 bit, 20 to 100 ms. Answered by LevelMoved."""

    talk: str
    pcm: bytes = b""


@dataclass(frozen=True)
class PlayedSound:
    """So many seconds of the sound of `epoch` have left the loudspeaker so far; told every 100 ms or so while it
    plays, and once more when SilenceNow has cut it off."""

    talk: str
    epoch: int
    seconds: float


@dataclass(frozen=True)
class MuteMicrophone:
    """Listen to nothing until it is told otherwise. → TalkStateChanged"""

    talk: str
    muted: bool


@dataclass(frozen=True)
class PushToTalk:
    """The key is down: hear, and interrupt whatever is being said; or up again: that was all."""

    talk: str
    down: bool


@dataclass(frozen=True)
class StopSpeaking:
    """Be silent and stop answering, then listen again. The answer keeps what was heard. → SilenceNow"""

    talk: str


@dataclass(frozen=True)
class PauseReading:
    """The front-end holds the sound that it has; no more is made meanwhile. → TalkStateChanged"""

    talk: str
    paused: bool


@dataclass(frozen=True)
class EndTalking:
    """Close the microphone and be silent. why: what a person reads, empty where they asked for it. What dictation has
    heard is written down first. → TalkStateChanged to `ended`"""

    talk: str
    why: str = ""


@dataclass(frozen=True)
class Transcribe:
    """Write down the speech in the audio or video file at `path`. language: ISO 639-1, empty to find out; specialist:
    who hears (empty: chosen). → TranscriptMoved and SegmentTranscribed…, Transcribed/Refused"""

    path: str
    language: str = ""
    specialist: str = ""
    request: str = ""


@dataclass(frozen=True)
class SpeakText:
    """Say a text (Markdown) into the WAV file `out`. voice: a specialist, empty for one that speaks the text's
    language. speed, volume: 1 is the voice's own. → SpeakingMoved…, TextSpoken/Refused"""

    text: str
    out: str
    voice: str = ""
    language: str = ""
    speed: float = 1.0
    volume: float = 1.0
    speaker: int = 0
    request: str = ""


@dataclass(frozen=True)
class StopVoice:
    """End the Transcribe or SpeakText with that request id; what there is already is kept. Not answered itself."""

    request: str


@dataclass(frozen=True)
class ListVoices:
    """→ VoicesListed"""

    request: str = ""


TalkCommand = (
    StartTalking | Dictate | ReadAloud | HeardSound | PlayedSound | MuteMicrophone | PushToTalk | StopSpeaking
    | PauseReading | EndTalking
)
SpeechCommand = TalkCommand | Transcribe | SpeakText | StopVoice | ListVoices
