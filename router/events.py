"""Events: what has happened in the router. Past tense; frozen values that survive JSON.

Every turn ends in exactly one `TurnFinished`, whatever happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from router.document_events import DocumentEvent
from router.model_events import ModelEvent
from router.parts import PlanStep
from router.speech_events import SpeechEvent
from router.tool_events import ToolEvent
from router.views import (
    CandidateView,
    Check,
    Choice,
    ConversationView,
    CorrectionView,
    FleetEvent,
    FolderView,
    MessageView,
    ProcessView,
    Routing,
    SearchHit,
    SpecialistView,
    TurnStats,
)


# ── events: a turn ───────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class TurnStarted:
    """The person's words are on disk. `question` is their message, `answer` the one being written."""

    turn: str
    conversation: str
    question: MessageView
    answer: MessageView
    temporary: bool = False


@dataclass(frozen=True)
class Routed:
    """Who answers, and why in words. confidence 0…1."""

    turn: str
    specialist: str
    name: str
    why: str
    confidence: float = 1.0
    layer: str = "rules"
    routing: Routing = Routing()


@dataclass(frozen=True)
class ChoiceNeeded:
    """The person wants to be asked: the turn waits for `ChooseSpecialist`, the best candidate first."""

    turn: str
    candidates: tuple[CandidateView, ...]
    why: str = ""


@dataclass(frozen=True)
class PlanMoved:
    """The plan of this turn as it is now; the first one comes before its first step runs."""

    turn: str
    message: str
    steps: tuple[PlanStep, ...]


@dataclass(frozen=True)
class PromptRead:
    """The specialist has read `done` of `total` prompt tokens; `reused` needed no reading."""

    turn: str
    done: int
    total: int
    reused: int = 0


@dataclass(frozen=True)
class TextAdded:
    """More of the answer, whole characters. `thought`: it belongs to the folded thinking part."""

    turn: str
    message: str
    text: str
    thought: bool = False


@dataclass(frozen=True)
class Noticed:
    """A sentence the person should see, with ways out. Belongs to a turn, or to the program when `turn` is empty."""

    text: str
    hint: str = ""
    turn: str = ""
    choices: tuple[Choice, ...] = ()
    level: Literal["info", "warning"] = "info"


@dataclass(frozen=True)
class TurnFinished:
    """The end of a turn. `reason`: end, length, stopped, stop_text, or failed (with sentences `error` and `hint`)."""

    turn: str
    conversation: str
    message: str
    text: str
    specialist: str
    reason: Literal["end", "length", "stopped", "stop_text", "failed"]
    prompt_tokens: int = 0
    reused_tokens: int = 0
    written_tokens: int = 0
    seconds_to_first_token: float = 0.0
    tokens_per_second: float = 0.0
    load_seconds: float = 0.0
    context: int = 0
    resumed_tokens: int = 0
    why: str = ""
    error: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def stats(self) -> TurnStats:
        """The numbers alone, as they are stored with the answer."""
        return TurnStats(self.prompt_tokens, self.reused_tokens, self.written_tokens, self.seconds_to_first_token,
                         self.tokens_per_second, self.load_seconds, self.context, self.resumed_tokens)


# ── events: conversations ────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class ConversationsListed:
    conversations: tuple[ConversationView, ...]
    folders: tuple[FolderView, ...]
    request: str = ""


@dataclass(frozen=True)
class ConversationOpened:
    """A stretch of the visible path, oldest first. `more_before`/`more_after`: there is more to load there."""

    conversation: ConversationView
    messages: tuple[MessageView, ...]
    more_before: bool = False
    more_after: bool = False
    request: str = ""
    placed: Literal["all", "before", "after", "around"] = "all"


@dataclass(frozen=True)
class ConversationChanged:
    """Its row changed (title, pin, folder, time), or it is new."""

    conversation: ConversationView
    request: str = ""


@dataclass(frozen=True)
class ConversationDeleted:
    """It is out of sight and can be restored."""

    conversation: str
    title: str
    request: str = ""


@dataclass(frozen=True)
class MessageDeleted:
    """It is out of sight and can be restored. Followed by ConversationOpened."""

    conversation: str
    message: str
    request: str = ""


@dataclass(frozen=True)
class SearchFound:
    text: str
    hits: tuple[SearchHit, ...]
    request: str = ""


@dataclass(frozen=True)
class Exported:
    path: str
    messages: int
    request: str = ""


@dataclass(frozen=True)
class Imported:
    conversations: tuple[str, ...]
    messages: int
    request: str = ""


# ── events: specialists, settings, the program ───────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class SpecialistsListed:
    specialists: tuple[SpecialistView, ...]
    request: str = ""


@dataclass(frozen=True)
class SpecialistChanged:
    specialist: SpecialistView
    request: str = ""


@dataclass(frozen=True)
class InstallMoved:
    """Bytes so far and in all; `phase` says what is being done; testing is the check before first use, waiting is for
    the network or as long as the server asked. Never goes backwards within a phase."""

    specialist: str
    phase: Literal["asking", "fetching", "waiting", "joining", "checking", "testing"]
    done: int
    total: int
    bytes_per_second: float = 0.0
    source: str = ""
    request: str = ""


@dataclass(frozen=True)
class InstallPaused:
    specialist: str
    done: int
    total: int
    request: str = ""


@dataclass(frozen=True)
class Installed:
    specialist: str
    source: str
    path: str
    size: int
    sha256: str
    request: str = ""


@dataclass(frozen=True)
class Removed:
    specialist: str
    freed: int
    request: str = ""


@dataclass(frozen=True)
class RequestRouted:
    """Where a request would go. `specialist` is empty when none is installed.

    skill: the most likely one, `confidence` its calibrated probability, `skills` that of each. none: probability that
    it is no kind of request known. scores: specialist → 0…1. share: probability that no other would have been the
    better choice. expected_seconds: until the first word. seconds_taken: for the decision alone.
    """

    text: str
    skill: str
    specialist: str
    confidence: float
    why: str
    name: str = ""
    skills: dict[str, float] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    share: float = 0.0
    tool: str = "none"
    difficulty: float = 0.0
    none: float = 0.0
    layer: str = "rules"
    expected_seconds: float = 0.0
    candidates: tuple[CandidateView, ...] = ()
    seconds_taken: float = 0.0
    request: str = ""


@dataclass(frozen=True)
class TrainingMoved:
    """Training the router is so far (0…1) in this phase."""

    phase: Literal["understanding", "measuring"]
    fraction: float
    request: str = ""


@dataclass(frozen=True)
class RouterTrained:
    """The weights are written and count from now on. Shares 0…1 as in `router.choose.measuring.Report`.

    rows 0: the shipped weights count again.
    """

    path: str
    size: int = 0
    rows: int = 0
    held_out: float = 0.0
    ours: float = 0.0
    others: float = 0.0
    words_alone: float = 0.0
    by_source: dict[str, float] = field(default_factory=dict)
    calibration: float = 0.0
    none_area: float = 0.0
    confusion: dict[str, dict[str, int]] = field(default_factory=dict)
    request: str = ""


@dataclass(frozen=True)
class CorrectionRemembered:
    """The router will route requests like it so from now on. `ForgetCorrection` undoes it."""

    correction: CorrectionView
    request: str = ""


@dataclass(frozen=True)
class CorrectionsListed:
    corrections: tuple[CorrectionView, ...]
    request: str = ""


@dataclass(frozen=True)
class ProcessesListed:
    """The models in memory and what has happened to them, newest first. All memory in bytes.

    automatic_budget: what Consort would choose for this computer. memory_total: what the computer has.
    """

    processes: tuple[ProcessView, ...]
    budget: int
    used: int
    history: tuple[FleetEvent, ...] = ()
    pages: int = 0
    page_bytes: int = 0
    automatic_budget: int = 0
    memory_total: int = 0
    request: str = ""


@dataclass(frozen=True)
class PreferencesRead:
    preferences: dict[str, str] = field(default_factory=dict)
    request: str = ""


@dataclass(frozen=True)
class Diagnosed:
    checks: tuple[Check, ...]
    request: str = ""


@dataclass(frozen=True)
class WindowRaised:
    request: str = ""


@dataclass(frozen=True)
class Refused:
    """A command came to nothing: what happened, and what to do next."""

    text: str
    hint: str = ""
    request: str = ""
    subject: str = ""


Event = (
    TurnStarted | Routed | ChoiceNeeded | PlanMoved | PromptRead | TextAdded | Noticed | TurnFinished
    | ConversationsListed | ConversationOpened
    | ConversationChanged | ConversationDeleted | MessageDeleted | SearchFound | Exported | Imported
    | SpecialistsListed | SpecialistChanged | InstallMoved | InstallPaused | Installed | Removed | PreferencesRead
    | RequestRouted | TrainingMoved | RouterTrained | CorrectionRemembered | CorrectionsListed | ProcessesListed
    | Diagnosed | WindowRaised | Refused | ModelEvent | SpeechEvent | DocumentEvent
    | ToolEvent
)
