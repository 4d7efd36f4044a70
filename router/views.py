"""What a front-end gets to see of conversations and specialists: frozen values inside events. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from router.parts import Part
from specialists.manifest import Settings

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
    `busy`, `broken`. Sizes in bytes, contexts in tokens, 0 = not known.
    `served_by` is the source it was installed from.
    """

    id: str
    name: str
    description: str
    kind: str
    skills: tuple[str, ...]
    state: Literal["absent", "partial", "installing", "installed", "loading", "ready", "busy", "broken"]
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


@dataclass(frozen=True)
class Choice:
    """A way out offered with a notice: a label for a button and the name of what it does with this turn.

    action: `head`/`tail` (ask again keeping the beginning/the end of what is too long), `new_chat`, `install`,
    `settings`, `retry`, `specialist:<id>`.
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
