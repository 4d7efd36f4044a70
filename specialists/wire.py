"""Every message between the router and a worker process. Values only; knows neither side.

The first message to a worker is `Load`; it answers `Loading` … `Ready` or `Failed`. After that each request
(`Generate`, `CountTokens`) is answered by any number of `Reading`/`Token` and exactly one `Finished`/`Counted`/`Failed`
with the same `request` id. `Cancel` makes the running request end early, with `Finished(stopped=True)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specialists import codec


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

    gpu_layers: -1 all, 0 none. `options` carries engine-specific extras (the echo engine's script, for tests).
    """

    engine: str
    path: str
    context: int = 4096
    threads: int = 0
    gpu_layers: int = 0
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Generate:
    """Answer the conversation `messages` (oldest first) with at most `max_tokens` tokens."""

    request: str
    messages: tuple[ChatMessage, ...]
    sampling: Sampling = Sampling()
    max_tokens: int = 1024
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class CountTokens:
    """How many tokens is each of `texts`?"""

    request: str
    texts: tuple[str, ...]


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
    """

    request: str
    reason: Literal["end", "length", "stopped", "stop_text"]
    prompt_tokens: int = 0
    reused_tokens: int = 0
    written_tokens: int = 0
    seconds_to_first_token: float = 0.0
    tokens_per_second: float = 0.0


@dataclass(frozen=True)
class Counted:
    """Tokens of each text of a `CountTokens`, in its order."""

    request: str
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Failed:
    """The request (or the load, when `request` is empty) came to nothing.

    code: `bad_model` (the file), `unsupported` (architecture), `bad_template`, `no_memory`, `too_long`, `bad_request`,
    `internal`. `detail` is for the log and the Details fold, never the headline. For `too_long`, `message_tokens` holds
    the tokens each message of the request takes in the rendered prompt and `context` what there is room for.
    """

    request: str
    code: Literal["bad_model", "unsupported", "bad_template", "no_memory", "too_long", "bad_request", "internal"]
    detail: str = ""
    message_tokens: tuple[int, ...] = ()
    prompt_tokens: int = 0
    context: int = 0


ToWorker = Load | Generate | CountTokens | Cancel
FromWorker = Loading | Ready | Reading | Token | Finished | Counted | Failed

TO_WORKER = codec.vocabulary(ToWorker)
FROM_WORKER = codec.vocabulary(FromWorker)
