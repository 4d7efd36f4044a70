"""Every message between the router and a worker process. Values only; knows neither side.

The first message to a worker is `Load`; it answers `Loading` … `Ready` or `Failed`. After that a `Task` (`Generate`,
`Hear`, `Speak`) is answered by any number of replies and exactly one `Finished` or `Failed`, and each `Errand` by
exactly one reply, all with the same `request` id. `Cancel` makes the running request end early, with
`Finished(reason="stopped")`. The messages about speech are in `specialists.speech_wire`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specialists import codec
from specialists.speech_wire import (
    BYTES_PER_SAMPLE,
    HEARING_RATE,
    Audio,
    Detect,
    Detected,
    Hear,
    Heard,
    HeardUpTo,
    Speak,
    SpeechChange,
)

__all__ = ["BYTES_PER_SAMPLE", "FROM_WORKER", "HEARING_RATE", "TO_WORKER", "Audio", "Cancel", "ChatMessage",
           "CountTokens", "Counted", "Detect", "Detected", "Embed", "Embedded", "Errand", "Failed", "Finished",
           "FromWorker", "Generate", "Hear", "Heard", "HeardUpTo", "KeepState", "LabelsScored", "Load", "Loading",
           "Outcome", "Reading", "Ready", "Reply", "Sampling", "ScoreLabels", "Speak", "SpeechChange", "StateKept",
           "Task", "ToWorker", "Token"]


@dataclass(frozen=True)
class Sampling:
    """How the next token is drawn; the usual llama.cpp meanings. temperature 0 is greedy. seed None is random."""

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 40
    min_p: float = 0.05
    repeat_penalty: float = 1.05
    seed: int | None = None


@dataclass(frozen=True)
class ChatMessage:
    """One message as a model's chat template takes it."""

    role: Literal["system", "user", "assistant"]
    content: str


# ── router → worker ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Load:
    """Open the model file at `path` with the engine named. Sizes are tokens; 0 threads or context: the engine's choice.

    gpu_layers: -1 all, 0 none. adapter: a LoRA adapter's file, which changes the model by `adapter_scale` times what it
    says. `options` carries engine-specific extras: paths of companion files by their role, and
    the echo engines' scripts, for tests.
    """

    engine: str
    path: str
    context: int = 4096
    threads: int = 0
    gpu_layers: int = 0
    options: dict[str, str] = field(default_factory=dict)
    adapter: str = ""
    adapter_scale: float = 1.0


@dataclass(frozen=True)
class Generate:
    """Answer the conversation `messages` (oldest first) with at most `max_tokens` tokens.

    grammar: GBNF that the answer must follow; empty for free text. pages: files of kept states (`KeepState`) that may
    hold the beginning of this prompt. beginning: where to keep the state after the leading system message, if that is
    long enough to be worth it and the file is not there.
    """

    request: str
    messages: tuple[ChatMessage, ...]
    sampling: Sampling = Sampling()
    max_tokens: int = 1024
    stop: tuple[str, ...] = ()
    grammar: str = ""
    pages: tuple[str, ...] = ()
    beginning: str = ""


@dataclass(frozen=True)
class CountTokens:
    """How many tokens is each of `texts`?"""

    request: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Embed:
    """The vector of each of `texts`; only an encoder can. Answered by Embedded."""

    request: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ScoreLabels:
    """How likely is each of `labels` as the answer to `messages`? Nothing is written. Answered by LabelsScored."""

    request: str
    messages: tuple[ChatMessage, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class KeepState:
    """Write the state after all that was read and written to the file `path`, atomically. Answered by StateKept."""

    request: str
    path: str


@dataclass(frozen=True)
class Examine:
    """Is what the model file brings along sound: its tokenizer, its chat template? Nothing is generated. Answered by
    Examined."""

    request: str


@dataclass(frozen=True)
class Cancel:
    """End the request early. A request that is already over is not an error."""

    request: str


# ── worker → router ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Loading:
    """`fraction` of the model is in memory (0 to 1). Also a sign of life."""

    fraction: float


@dataclass(frozen=True)
class Ready:
    """The model is loaded and can be asked. `context` is what it was really given, `trained_context` what it knows."""

    architecture: str
    context: int
    trained_context: int
    has_chat_template: bool
    load_seconds: float
    parameters: int = 0
    threads: int = 0
    gpu_layers: int = 0
    notice: str = ""


@dataclass(frozen=True)
class Reading:
    """`done` of `total` prompt tokens are evaluated; `reused` of them were in the KV cache already."""

    request: str
    done: int
    total: int
    reused: int = 0


@dataclass(frozen=True)
class Token:
    """A piece of the answer: whole characters only. `thought` marks the part between <think> and </think>."""

    request: str
    text: str
    thought: bool = False


@dataclass(frozen=True)
class Finished:
    """The request is over. Seconds are wall clock, counted from the moment the worker took the request.

    reason: `end` (the model ended), `length` (max_tokens or the context is full), `stopped` (Cancel), `stop_text`.
    resumed_tokens: how many of the reused ones came from a kept state on disk. audio_seconds: how much sound was heard
    or made. seconds: the whole request. Of a Speak, the first token is the first sound. broke_off: the file that was
    heard is damaged or cut off; what could be read of it was heard. promised_seconds: how long it says it is, 0 when it
    does not.
    """

    request: str
    reason: Literal["end", "length", "stopped", "stop_text"]
    prompt_tokens: int = 0
    reused_tokens: int = 0
    written_tokens: int = 0
    seconds_to_first_token: float = 0.0
    tokens_per_second: float = 0.0
    resumed_tokens: int = 0
    audio_seconds: float = 0.0
    seconds: float = 0.0
    broke_off: bool = False
    promised_seconds: float = 0.0


@dataclass(frozen=True)
class Counted:
    """Tokens of each text of a `CountTokens`, in its order."""

    request: str
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Embedded:
    """One vector per text of an `Embed`, in its order, of length one. (texts, dimensions)"""

    request: str
    vectors: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class LabelsScored:
    """The natural logarithm of each label's probability among the labels of a `ScoreLabels`; they sum to one."""

    request: str
    log_probabilities: tuple[float, ...]


@dataclass(frozen=True)
class StateKept:
    """The file of a `KeepState` is there. tokens: how many it spares reading; 0 when there was nothing to keep."""

    request: str
    tokens: int
    bytes: int


@dataclass(frozen=True)
class Examined:
    """What an `Examine` found. problems: sentences, each a reason not to use the model; notes: sentences worth knowing.

    template: `own`, `none` (the file brings no chat format), `refused`; empty for what writes no text.
    """

    request: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    template: Literal["", "own", "none", "refused"] = ""


@dataclass(frozen=True)
class Failed:
    """The request (or the load, when `request` is empty) came to nothing.

    code: `bad_model` (the file), `unsupported` (architecture), `bad_template`, `no_memory`, `too_long`, `bad_request`,
    `bad_audio` (a file that is no sound or is damaged), `internal`. `detail` is for the log and the Details fold, never
    the headline; `sentence` says it to a person, where the engine knows better words than its code. For `too_long`,
    `message_tokens` holds the tokens each message of the request takes in the rendered prompt and `context` what there
    is room for.
    """

    request: str
    code: Literal["bad_model", "unsupported", "bad_template", "no_memory", "too_long", "bad_request", "bad_audio",
                  "internal"]
    detail: str = ""
    message_tokens: tuple[int, ...] = ()
    prompt_tokens: int = 0
    context: int = 0
    sentence: str = ""


Task = Generate | Hear | Speak
Errand = CountTokens | Embed | ScoreLabels | KeepState | Detect | Examine
Reply = Reading | Token | HeardUpTo | Heard | Audio | Finished | Failed
Outcome = Counted | Embedded | LabelsScored | StateKept | Detected | Examined
ToWorker = Load | Task | Errand | Cancel
FromWorker = Loading | Ready | Reply | Outcome

TO_WORKER = codec.vocabulary(ToWorker)
FROM_WORKER = codec.vocabulary(FromWorker)
