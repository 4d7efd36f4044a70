"""Commands about models: found, checked, ordered, kept in order. Imperatives; frozen values that survive JSON.

Where a `specialist` is named it may be an id of the catalogue or of this computer, `id:QUANTISATION`, or
`owner/repository[:QUANTISATION]` on the Hub.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


# ── the Hub: nothing here happens by itself, only when a person searches or opens ────────────────────────────────────
@dataclass(frozen=True)
class SearchHub:
    """GGUF models on the Hub. largest: bytes of its smallest file (0: any). cursor: where the last answer ended.
    → HubSearched"""

    text: str = ""
    skill: str = ""
    licence: str = ""
    largest: int = 0
    sort: Literal["trending", "downloads", "updated"] = "trending"
    cursor: str = ""
    limit: int = 20
    request: str = ""


@dataclass(frozen=True)
class OpenHubModel:
    """Its card, its quantisations and whether they fit. → HubModelOpened"""

    repo: str
    request: str = ""


@dataclass(frozen=True)
class CheckFit:
    """Would it run here with `context` tokens (0: the usual)? Reads only the header of its file. → FitChecked"""

    specialist: str
    context: int = 0
    request: str = ""


@dataclass(frozen=True)
class SaveHubToken:
    """Keep the person's access token in the system's keyring. → HubTokenChanged"""

    token: str = field(repr=False)
    request: str = ""


@dataclass(frozen=True)
class ReadHubToken:
    """Is there a token, and where? Never tells the token itself. → HubTokenChanged"""

    request: str = ""


@dataclass(frozen=True)
class ForgetHubToken:
    """→ HubTokenChanged"""

    request: str = ""


@dataclass(frozen=True)
class Recommend:
    """Sets of specialists for this computer. → Recommended"""

    request: str = ""


# ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class ListQueue:
    """→ QueueChanged"""

    request: str = ""


@dataclass(frozen=True)
class MoveInQueue:
    """To `place` in the queue, 0 is next. → QueueChanged"""

    specialist: str
    place: int
    request: str = ""


# ── models on this computer ──────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class ImportModel:
    """Use the GGUF file, or those in the folder, at `path` where they lie. base: it is a LoRA adapter for that
    specialist. instead_of: only the file of that specialist, which is missing, is looked for there. Reading large files
    takes a while: `PauseInstall` with the same `request` stops it. → InstallMoved… Installed (one for each), then
    ModelsImported / Refused"""

    path: str
    base: str = ""
    name: str = ""
    instead_of: str = ""
    request: str = ""


@dataclass(frozen=True)
class FindSharedModels:
    """Model files that other programs keep here. → SharedModelsFound"""

    request: str = ""


@dataclass(frozen=True)
class CheckModel:
    """Open it in a process of its own and see whether it is sound, again. → ModelChecked"""

    specialist: str
    request: str = ""


@dataclass(frozen=True)
class VerifyModel:
    """Compare the files with their checksums; all models without a name. `PauseInstall` with the same `request` stops
    it. → VerifyMoved… Verified"""

    specialist: str = ""
    request: str = ""


@dataclass(frozen=True)
class ListStorage:
    """→ StorageListed"""

    request: str = ""


@dataclass(frozen=True)
class MoveModels:
    """Keep the models in `folder` from now on: copied, checked, then deleted here. → ModelsMoving… ModelsMoved"""

    folder: str
    request: str = ""


@dataclass(frozen=True)
class FindUpdates:
    """Ask the Hub for newer versions of what is installed. → UpdatesFound"""

    request: str = ""


@dataclass(frozen=True)
class UpdateModel:
    """Fetch the newer version; the old one stays until the new one has passed its check. → as Install"""

    specialist: str
    request: str = ""


@dataclass(frozen=True)
class LockModels:
    """Write the list of installed models, with their checksums, to `path`. → ModelsLocked"""

    path: str
    request: str = ""


@dataclass(frozen=True)
class SyncModels:
    """Install what the list at `path` names and this computer lacks. agreed: to the terms of all of them.
    → as Install, then ModelsSynced"""

    path: str
    agreed: bool = False
    request: str = ""


HubCommand = SearchHub | OpenHubModel | CheckFit | SaveHubToken | ReadHubToken | ForgetHubToken | Recommend
QueueCommand = ListQueue | MoveInQueue
HousekeepingCommand = (
    ImportModel | FindSharedModels | VerifyModel | ListStorage | MoveModels | FindUpdates | UpdateModel | LockModels
    | SyncModels
)
ModelCommand = HubCommand | QueueCommand | HousekeepingCommand | CheckModel
