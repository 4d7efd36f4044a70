"""What a front-end gets to see of conversations and specialists: frozen values inside events. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from router.model_views import CheckView, FitView, QuantisationView
from router.parts import Part
from specialists.manifest import Published, Settings

MessageState = Literal["complete", "streaming", "stopped", "interrupted", "failed"]


@dataclass(frozen=True)
class TurnStats:
    """Numbers of one answer. Tokens, seconds; tokens per second while writing. Zero: not measured."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    written_tokens: int = 0
    seconds_to_first_token: float = 0.0
    tokens_per_second: float = 0.0
    load_seconds: float = 0.0
    context: int = 0
    resumed_tokens: int = 0


@dataclass(frozen=True)
class CandidateView:
    """A specialist that could have answered.

    score: 0…1, how well it would answer the request. seconds: expected until its first word, a switch included.
    why_not: a sentence; empty for the one that was chosen.
    """

    specialist: str
    name: str
    score: float
    seconds: float = 0.0
    why_not: str = ""


@dataclass(frozen=True)
class Routing:
    """How an answer was routed, as its card shows it.

    layer: who decided: `rules`, `encoder`, `model`, `person` or `fallback` (words alone). skill, tool: the most likely.
    skills: each one's calibrated probability. difficulty: 1 easy … 3 hard, 0 not judged. seconds: expected until the
    first word. candidates: the chosen one first. none: probability that it is no kind of request known.
    """

    layer: str = "rules"
    confidence: float = 1.0
    skill: str = ""
    tool: str = "none"
    difficulty: float = 0.0
    none: float = 0.0
    skills: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    candidates: tuple[CandidateView, ...] = ()


@dataclass(frozen=True)
class ProcessView:
    """A model in memory, as `consort ps` and the System page show it. Bytes, tokens, seconds since the epoch.

    state: `loading`, `ready`, `busy`. memory: by our account. measured: what its process really holds, 0 not measured.
    conversation: whose state its cache holds.
    """

    id: str
    name: str
    kind: str
    state: str
    pid: int = 0
    memory: int = 0
    measured: int = 0
    context: int = 0
    context_used: int = 0
    last_used: float = 0.0
    load_seconds: float = 0.0
    pinned: bool = False
    conversation: str = ""


@dataclass(frozen=True)
class FleetEvent:
    """A line of the load and eviction history: what happened to which model, why, and when (since the epoch)."""

    at: float
    specialist: str
    what: Literal["loaded", "evicted", "unloaded", "failed", "context lowered", "crashed"]
    why: str = ""


@dataclass(frozen=True)
class CorrectionView:
    """Something the person taught the router: this kind of request goes to that specialist."""

    id: str
    text: str
    specialist: str
    created: float = 0.0


@dataclass(frozen=True)
class MessageView:
    """One message on the visible path. `siblings` are all versions at this place, oldest first, itself among them.

    created: seconds since the epoch. `interrupted`: Consort ended while the answer was being written.
    """

    id: str
    parent: str
    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]
    state: MessageState
    created: float
    siblings: tuple[str, ...] = ()
    specialist: str = ""
    specialist_name: str = ""
    why: str = ""
    stats: TurnStats = TurnStats()
    routing: Routing = Routing()


@dataclass(frozen=True)
class ConversationView:
    """One row of the sidebar. Times are seconds since the epoch; `folder` is a folder id or empty."""

    id: str
    title: str
    folder: str = ""
    pinned: bool = False
    created: float = 0.0
    changed: float = 0.0
    specialist: str = ""
    temporary: bool = False
    draft: str = ""


@dataclass(frozen=True)
class FolderView:
    """A folder of the sidebar."""

    id: str
    name: str


@dataclass(frozen=True)
class SearchHit:
    """A message that matches. `snippet` has the matches between U+E000 and U+E001 (private use, never in text)."""

    conversation: str
    title: str
    message: str
    snippet: str
    created: float = 0.0


@dataclass(frozen=True)
class SpecialistView:
    """One specialist of the catalogue or installed by hand, with its state here and now.

    state: `absent`, `partial` (a download can go on), `installing`, `installed`, `loading`, `ready` (in memory),
    `busy`, `broken`, `refused` (its check found it unsound, so it is never asked). Sizes in bytes, contexts in
    tokens, 0 = not known.
    `served_by` is the source it was installed from; commit, sha256: which version. variants: all the ways to have it.
    in_place: a file of the person's own. lost: of a `broken` one, what is wrong with its file, as a sentence.
    strengths: skill → 0…1 by `strengths_source`. published: figures of others.
    repo: where the Hub has it.
    """

    id: str
    name: str
    description: str
    kind: str
    skills: tuple[str, ...]
    state: Literal["absent", "partial", "installing", "installed", "loading", "ready", "busy", "broken", "refused"]
    parameters: str = ""
    quantisation: str = ""
    size: int = 0
    trained_context: int = 0
    licence: str = ""
    licence_terms: str = ""
    licence_opt_in: bool = False
    sources: tuple[str, ...] = ()
    served_by: str = ""
    path: str = ""
    starter: bool = False
    settings: Settings = Settings()
    effective: Settings = Settings()
    fit: FitView = FitView()
    check: CheckView = CheckView()
    variants: tuple[QuantisationView, ...] = ()
    languages: tuple[str, ...] = ()
    base: str = ""
    commit: str = ""
    sha256: str = ""
    in_place: bool = False
    last_used: float = 0.0
    lost: str = ""
    strengths: dict[str, float] = field(default_factory=dict)
    strengths_source: str = ""
    published: tuple[Published, ...] = ()
    repo: str = ""


@dataclass(frozen=True)
class Choice:
    """A way out offered with a notice: a label for a button and the name of what it does with this turn.

    action: `head`/`tail` (ask again keeping the beginning/the end of what is too long), `new_chat`, `settings`,
    `retry`, `install` or `install:<id>`, `specialist:<id>`.
    """

    label: str
    action: str


@dataclass(frozen=True)
class Check:
    """One line of `consort doctor`. `remedy` is empty when all is well."""

    name: str
    ok: bool
    found: str
    remedy: str = ""
