"""Events about models: found, fetched, checked, moved. Past tense; frozen values that survive JSON."""

from __future__ import annotations

from dataclasses import dataclass

from router.model_views import (
    CheckView,
    FitView,
    HubModelDetail,
    HubModelView,
    QueuedInstall,
    Recommendation,
    SharedModel,
    StoredModel,
    UpdateView,
)


@dataclass(frozen=True)
class HubSearched:
    """A page of results; `cursor` asks for the next one, empty at the end."""

    text: str
    models: tuple[HubModelView, ...]
    cursor: str = ""
    request: str = ""


@dataclass(frozen=True)
class HubModelOpened:
    detail: HubModelDetail
    request: str = ""


@dataclass(frozen=True)
class FitChecked:
    specialist: str
    fit: FitView
    request: str = ""


@dataclass(frozen=True)
class HubTokenChanged:
    """present: there is a token. kept_in: where, in words (“the system's keyring”, “the environment”)."""

    present: bool
    kept_in: str = ""
    request: str = ""


@dataclass(frozen=True)
class Recommended:
    sets: tuple[Recommendation, ...]
    request: str = ""


@dataclass(frozen=True)
class QueueChanged:
    """The whole queue, in its order. limit: bytes per second for all downloads together, 0 none."""

    installs: tuple[QueuedInstall, ...]
    limit: int = 0
    request: str = ""


@dataclass(frozen=True)
class ModelsImported:
    """The end of an import: ids of what is used in place now, and a sentence for each file that was left out."""

    specialists: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True)
class SharedModelsFound:
    models: tuple[SharedModel, ...]
    request: str = ""


@dataclass(frozen=True)
class ModelChecked:
    """The outcome of a check, also of the one that follows each install."""

    specialist: str
    check: CheckView
    request: str = ""


@dataclass(frozen=True)
class VerifyMoved:
    """Bytes compared so far and in all."""

    specialist: str
    done: int
    total: int
    request: str = ""


@dataclass(frozen=True)
class Verified:
    """sound, changed and missing: ids of the models asked about."""

    sound: tuple[str, ...]
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True)
class StorageListed:
    """What models take in `folder`, and what else Consort keeps. free, total: of that disk. pages: kept states."""

    folder: str
    models: tuple[StoredModel, ...]
    free: int = 0
    total: int = 0
    pages: int = 0
    request: str = ""


@dataclass(frozen=True)
class ModelsMoving:
    """Bytes copied and checked so far and in all."""

    done: int
    total: int
    request: str = ""


@dataclass(frozen=True)
class ModelsMoved:
    folder: str
    request: str = ""


@dataclass(frozen=True)
class UpdatesFound:
    """unknown: ids of models whose source says nothing of versions."""

    updates: tuple[UpdateView, ...]
    unknown: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True)
class ModelsLocked:
    path: str
    models: int
    request: str = ""


@dataclass(frozen=True)
class ModelsSynced:
    """installed now, already there before, and refused: ids."""

    installed: tuple[str, ...]
    present: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    request: str = ""


ModelEvent = (
    HubSearched | HubModelOpened | FitChecked | HubTokenChanged | Recommended | QueueChanged | SharedModelsFound
    | ModelChecked | VerifyMoved | Verified | StorageListed | ModelsMoving | ModelsMoved | UpdatesFound | ModelsLocked
    | ModelsSynced | ModelsImported
)
