"""Commands a front-end may give and events that may happen: the whole language between the router and its front-ends.

Commands are imperatives, events are past tense; all are frozen values that survive JSON (`specialists.codec`), so the
window, the command line, a joined command line on the socket and the tests use the same door.
Ids are strings; the front-end chooses `turn` and `request` ids (any unique text), the router all others.
Every turn ends in exactly one `TurnFinished`, whatever happened. Every command that a person waits for is answered by
its event or by `Refused` with the same `request`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from router.parts import AttachmentPart
from router.views import (
    Check,
    Choice,
    ConversationView,
    FolderView,
    MessageView,
    SearchHit,
    SpecialistView,
    TurnStats,
)
from specialists import codec
from specialists.manifest import Settings


# ── commands: a turn ─────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Ask:
    """A question. Empty `conversation` begins a new one; `temporary` one that is never written to disk.

    `edited` names a message of the person that this text replaces as a sibling. `overflow` says what to do with a
    message longer than the context: `refuse` (explain and offer), keep its `head` or its `tail`.
    """

    turn: str
    text: str
    conversation: str = ""
    temporary: bool = False
    edited: str = ""
    specialist: str = ""
    attachments: tuple[AttachmentPart, ...] = ()
    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    overflow: Literal["refuse", "head", "tail"] = "refuse"


@dataclass(frozen=True)
class Regenerate:
    """Answer again the question that `message` (an answer, or a question without one) belongs to, as a sibling."""

    turn: str
    conversation: str
    message: str
    specialist: str = ""
    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    overflow: Literal["refuse", "head", "tail"] = "refuse"


@dataclass(frozen=True)
class Stop:
    """End the turn early; what was written stays."""

    turn: str


# ── commands: conversations ──────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class ListConversations:
    """→ ConversationsListed"""

    request: str = ""


@dataclass(frozen=True)
class OpenConversation:
    """→ ConversationOpened with the last `limit` messages, or those before `before`, or those around `around`."""

    conversation: str
    request: str = ""
    before: str = ""
    after: str = ""
    around: str = ""
    limit: int = 60


@dataclass(frozen=True)
class ChooseSibling:
    """Show another version of a message (and what followed it). → ConversationOpened"""

    conversation: str
    message: str
    request: str = ""


@dataclass(frozen=True)
class RenameConversation:
    conversation: str
    title: str
    request: str = ""


@dataclass(frozen=True)
class PinConversation:
    conversation: str
    pinned: bool
    request: str = ""


@dataclass(frozen=True)
class MoveConversation:
    """Into a folder, or out of any with an empty `folder`."""

    conversation: str
    folder: str
    request: str = ""


@dataclass(frozen=True)
class PickSpecialist:
    """Who answers in this conversation from now on; empty: the router decides."""

    conversation: str
    specialist: str
    request: str = ""


@dataclass(frozen=True)
class DeleteConversation:
    """Hide it at once; it is destroyed at a later start, until then RestoreConversation brings it back."""

    conversation: str
    request: str = ""


@dataclass(frozen=True)
class RestoreConversation:
    conversation: str
    request: str = ""


@dataclass(frozen=True)
class DeleteMessage:
    """Hide a message and what followed it in its branch. → ConversationOpened"""

    conversation: str
    message: str
    request: str = ""


@dataclass(frozen=True)
class RestoreMessage:
    conversation: str
    message: str
    request: str = ""


@dataclass(frozen=True)
class SaveDraft:
    """What stands in the composer, so that it survives a crash. Not answered."""

    conversation: str
    text: str


@dataclass(frozen=True)
class CreateFolder:
    name: str
    request: str = ""


@dataclass(frozen=True)
class RenameFolder:
    folder: str
    name: str
    request: str = ""


@dataclass(frozen=True)
class DeleteFolder:
    """Its conversations stay, outside any folder."""

    folder: str
    request: str = ""


@dataclass(frozen=True)
class Search:
    """Full text over all conversations. → SearchFound"""

    text: str
    request: str = ""
    limit: int = 50


@dataclass(frozen=True)
class ExportConversation:
    """Write it to `path` as Markdown (the visible path) or JSON (the whole tree). → Exported"""

    conversation: str
    path: str
    form: Literal["markdown", "json"] = "markdown"
    request: str = ""


@dataclass(frozen=True)
class ImportConversations:
    """Read a JSON export. Existing conversations are never touched. → Imported"""

    path: str
    request: str = ""


# ── commands: specialists, settings, the program ─────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class ListSpecialists:
    """→ SpecialistsListed"""

    request: str = ""


@dataclass(frozen=True)
class Install:
    """Begin or go on. `agreed`: the person accepted the licence of an opt-in model. → InstallMoved… Installed/Refused"""

    specialist: str
    agreed: bool = False
    source: Literal["", "hub", "index"] = ""
    request: str = ""


@dataclass(frozen=True)
class PauseInstall:
    """Stop fetching, keep what is there. → InstallPaused"""

    specialist: str
    request: str = ""


@dataclass(frozen=True)
class Remove:
    """Delete the model's file. Conversations stay. → Removed"""

    specialist: str
    request: str = ""


@dataclass(frozen=True)
class ChangeSettings:
    """Replace the person's settings of a specialist; `Settings()` resets. → SpecialistChanged"""

    specialist: str
    settings: Settings
    request: str = ""


@dataclass(frozen=True)
class ChangePreference:
    """Remember one of the front-end's own preferences (theme, zoom, window size …). → PreferencesRead"""

    key: str
    value: str
    request: str = ""


@dataclass(frozen=True)
class ReadPreferences:
    """→ PreferencesRead"""

    request: str = ""


@dataclass(frozen=True)
class Diagnose:
    """→ Diagnosed"""

    request: str = ""


@dataclass(frozen=True)
class RaiseWindow:
    """A second start: bring the first window to the front. → WindowRaised"""

    request: str = ""


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
    """The end of a turn. `reason`: end, length, stopped, stop_text, or failed (then `error` and `hint` are sentences)."""

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
    why: str = ""
    error: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def stats(self) -> TurnStats:
        """The numbers alone, as they are stored with the answer."""
        return TurnStats(self.prompt_tokens, self.reused_tokens, self.written_tokens, self.seconds_to_first_token,
                         self.tokens_per_second, self.load_seconds, self.context)


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
    """Bytes so far and in all; `phase` fetching, joining or checking. Never goes backwards within a phase."""

    specialist: str
    phase: Literal["asking", "fetching", "joining", "checking"]
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


Command = (
    Ask | Regenerate | Stop | ListConversations | OpenConversation | ChooseSibling | RenameConversation | PinConversation
    | MoveConversation | PickSpecialist | DeleteConversation | RestoreConversation | DeleteMessage | RestoreMessage
    | SaveDraft | CreateFolder | RenameFolder | DeleteFolder | Search | ExportConversation | ImportConversations
    | ListSpecialists | Install | PauseInstall | Remove | ChangeSettings | ChangePreference | ReadPreferences | Diagnose
    | RaiseWindow
)
Event = (
    TurnStarted | Routed | PromptRead | TextAdded | Noticed | TurnFinished | ConversationsListed | ConversationOpened
    | ConversationChanged | ConversationDeleted | MessageDeleted | SearchFound | Exported | Imported | SpecialistsListed
    | SpecialistChanged | InstallMoved | InstallPaused | Installed | Removed | PreferencesRead | Diagnosed | WindowRaised
    | Refused
)
COMMANDS = codec.vocabulary(Command)
EVENTS = codec.vocabulary(Event)
