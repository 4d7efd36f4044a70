"""Commands: what a front-end may ask of the router. Imperatives; frozen values that survive JSON.

Ids are strings; the front-end chooses `turn` and `request` ids (any unique text), the router all others. Every command
that a person waits for is answered by its event or by `Refused` with the same `request`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from router.document_commands import DocumentCommand
from router.model_commands import ModelCommand
from router.parts import AttachmentPart, DocumentsPart
from router.speech_commands import SpeechCommand
from router.tool_commands import ToolCommand
from specialists.manifest import Settings


# ── commands: a turn ─────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Ask:
    """A question. Empty `conversation` begins a new one; `temporary` one that is never written to disk.

    `edited` names a message of the person that this text replaces as a sibling. `overflow` says what to do with a
    message longer than the context: `refuse` (explain and offer), keep its `head` or its `tail`. `documents`: answer
    from the person's documents. `tools`: whether the answer may use any.
    """

    turn: str
    text: str
    conversation: str = ""
    temporary: bool = False
    edited: str = ""
    specialist: str = ""
    attachments: tuple[AttachmentPart, ...] = ()
    documents: DocumentsPart | None = None
    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    overflow: Literal["refuse", "head", "tail"] = "refuse"
    tools: Literal["auto", "none"] = "auto"


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


@dataclass(frozen=True)
class ChooseSpecialist:
    """The answer to ChoiceNeeded. Not answered itself; the turn goes on."""

    turn: str
    specialist: str


@dataclass(frozen=True)
class ChangePlan:
    """Have `steps` (what is to be done, in words) in place of those that still wait. Not answered; → PlanMoved"""

    turn: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class RouteRequest:
    """Decide, load and answer nothing. `before`: earlier requests of the conversation, oldest first; `attached`: file
    names. → RequestRouted"""

    text: str
    before: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True)
class TrainRouter:
    """Refit the router's weights to the rows of `paths` and the shipped ones, into `out` (empty: the data folder).

    only: without the shipped rows. reset: go back to the shipped weights. → TrainingMoved… RouterTrained/Refused
    """

    paths: tuple[str, ...] = ()
    out: str = ""
    only: bool = False
    reset: bool = False
    request: str = ""


@dataclass(frozen=True)
class CorrectRouting:
    """Requests like the question of `message` (an answer) belong to `specialist`. → CorrectionRemembered"""

    message: str
    specialist: str
    request: str = ""


@dataclass(frozen=True)
class ForgetCorrection:
    """→ CorrectionsListed"""

    correction: str
    request: str = ""


@dataclass(frozen=True)
class ListCorrections:
    """→ CorrectionsListed"""

    request: str = ""


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
    """Begin or go on, when its turn in the queue comes. `specialist`: an id, `id:QUANTISATION`, or
    `owner/repository[:QUANTISATION]` on the Hub. `agreed`: the person accepted an opt-in model's licence.
    → InstallMoved… Installed/Refused"""

    specialist: str
    agreed: bool = False
    source: Literal["", "hub", "index"] = ""
    request: str = ""


@dataclass(frozen=True)
class PauseInstall:
    """Stop fetching, keep what is there; without a specialist: stop whatever `request` began. → InstallPaused"""

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
class ListProcesses:
    """→ ProcessesListed"""

    request: str = ""


@dataclass(frozen=True)
class Unload:
    """Out of memory with it, after whoever uses it is done. → ProcessesListed"""

    specialist: str
    request: str = ""


@dataclass(frozen=True)
class PinSpecialist:
    """Keep it in memory as long as others can leave, or no longer. → ProcessesListed"""

    specialist: str
    pinned: bool
    request: str = ""


@dataclass(frozen=True)
class Diagnose:
    """→ Diagnosed"""

    request: str = ""


@dataclass(frozen=True)
class RaiseWindow:
    """A second start: bring the first window to the front. → WindowRaised"""

    request: str = ""


Command = (
    Ask | Regenerate | Stop | ChooseSpecialist | ChangePlan | RouteRequest | TrainRouter | CorrectRouting
    | ForgetCorrection | ListCorrections
    | ListConversations | OpenConversation | ChooseSibling | RenameConversation
    | PinConversation | MoveConversation | PickSpecialist | DeleteConversation | RestoreConversation | DeleteMessage
    | RestoreMessage
    | SaveDraft | CreateFolder | RenameFolder | DeleteFolder | Search | ExportConversation | ImportConversations
    | ListSpecialists | Install | PauseInstall | Remove | ChangeSettings | ChangePreference | ReadPreferences | Diagnose
    | ListProcesses | Unload | PinSpecialist | RaiseWindow | ModelCommand | SpeechCommand
    | DocumentCommand | ToolCommand
)
