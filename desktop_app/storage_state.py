"""What models take on this computer and what is being done about it: verified, moved, updated, listed for elsewhere.

Part of the view state; no Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop_app.catalogue_state import MODEL
from desktop_app.hub_state import Trouble
from desktop_app.queue_state import IMPORT, IN_PLACE
from desktop_app.shown import Notice, Shown
from router import messages as m
from router.model_views import SharedModel, StoredModel, UpdateView
from router.views import Choice

LIST, MOVE, UPDATES, SHARED, LOCK, SYNC = (
    "storage:list", "storage:move", "storage:updates", "storage:shared", "storage:lock", "storage:sync")
VERIFY, CHECK = "verify:", "check:"         # requests begin so; then comes the specialist


class StorageState:
    """Attributes: listed, None until told; moving, verifying, importing, what is under way; verified, the last result;
    updates and shared, None until asked for; busy, requests on their way; troubles by request.
    """

    def __init__(self, notices: list[Notice]) -> None:
        self._notices = notices
        self.listed: m.StorageListed | None = None
        self.moving: m.ModelsMoving | None = None
        self.verifying: m.VerifyMoved | None = None
        self.verified: m.Verified | None = None
        self.importing: m.InstallMoved | None = None
        self.updates: dict[str, UpdateView] | None = None
        self.unknown: tuple[str, ...] = ()
        self.shared: tuple[SharedModel, ...] | None = None
        self.busy: set[str] = set()
        self.troubles: dict[str, Trouble] = {}
        self.takers: dict[type, Callable[[Any], Shown]] = {
            m.StorageListed: self._listed, m.ModelsMoving: self._models_moving, m.ModelsMoved: self._moved,
            m.VerifyMoved: self._verify_moved, m.Verified: self._verified, m.UpdatesFound: self._updates_found,
            m.SharedModelsFound: self._shared_found, m.ModelsLocked: self._locked, m.ModelsSynced: self._synced,
            m.ModelsImported: self._imported,
        }

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────
    def by_size(self, state: str) -> list[StoredModel]:
        """The models in one state, the largest first."""
        models = self.listed.models if self.listed else ()
        return sorted((each for each in models if each.state == state), key=lambda each: (-each.size, each.name))

    @property
    def taken(self) -> int:
        """Bytes that models take where Consort keeps them; files used in place belong to someone else."""
        return sum(each.size for each in self.listed.models if not each.in_place) if self.listed else 0

    # ── doing ─────────────────────────────────────────────────────────────────────────────────────────────
    def sent(self, command: m.Command) -> Shown:
        """Something was asked for that takes a while."""
        request = str(getattr(command, "request", ""))
        if request in (LIST, MOVE, UPDATES, SHARED, LOCK, SYNC) or request.startswith((VERIFY, CHECK, IMPORT)):
            self.busy.add(request)
            self.troubles.pop(request, None)
            if isinstance(command, m.VerifyModel):
                self.verified = None
            return Shown.STORAGE
        return Shown.NOTHING

    def refused(self, event: m.Refused) -> Shown:
        """What a refusal changes that is shown in its place; NOTHING for all others."""
        if event.request not in self.busy:
            return Shown.NOTHING
        self._done(event.request)
        self.troubles[event.request] = Trouble(event.text, event.hint)
        if event.request == MOVE:
            self.moving = None
        if event.request.startswith(VERIFY):
            self.verifying = None
        if event.request.startswith((CHECK, IMPORT)):
            self._notices.append(Notice(event.text, event.hint, (), "warning", event.subject))
            return Shown.STORAGE | Shown.NOTICES
        return Shown.STORAGE

    def answered(self, event: m.InstallMoved | m.InstallPaused | m.ModelChecked) -> Shown:
        """What other parts are told about, too: a check is over, a file of the person's own is being read."""
        if isinstance(event, m.InstallMoved):
            if event.source != IN_PLACE:
                return Shown.NOTHING
            self.importing = event
            return Shown.STORAGE
        self._done(event.request)
        return Shown.STORAGE

    def _done(self, request: str) -> None:
        if self.importing is not None and self.importing.request == request:
            self.importing = None
        self.busy.discard(request)
        self.troubles.pop(request, None)

    # ── what happened ─────────────────────────────────────────────────────────────────────────────────────
    def _imported(self, event: m.ModelsImported) -> Shown:
        self._done(event.request)
        here = len(event.specialists)
        words = f"{here} model{' is' if here == 1 else 's are'} used where {'it lies' if here == 1 else 'they lie'}."
        choices = (Choice("Look at it", MODEL + event.specialists[0]),) if here == 1 else ()
        if here or event.left_out:
            self._notices.append(Notice(words if here else "Nothing could be used.", " ".join(event.left_out[:3]),
                                        choices, passing=not event.left_out))
        return Shown.STORAGE | Shown.NOTICES

    def _listed(self, event: m.StorageListed) -> Shown:
        self.listed = event
        self._done(LIST)
        return Shown.STORAGE

    def _models_moving(self, event: m.ModelsMoving) -> Shown:
        self.moving = event
        return Shown.STORAGE

    def _moved(self, event: m.ModelsMoved) -> Shown:
        self.moving = None
        self._done(MOVE)
        self._notices.append(Notice(f"Your models are kept in {event.folder} now."))
        return Shown.STORAGE | Shown.NOTICES

    def _verify_moved(self, event: m.VerifyMoved) -> Shown:
        self.verifying = event
        return Shown.STORAGE

    def _verified(self, event: m.Verified) -> Shown:
        self.verifying, self.verified = None, event
        for request in [each for each in self.busy if each.startswith(VERIFY)]:
            if event.request in ("", request):
                self._done(request)
        return Shown.STORAGE

    def _updates_found(self, event: m.UpdatesFound) -> Shown:
        self.updates = {each.specialist: each for each in event.updates}
        self.unknown = event.unknown
        self._done(UPDATES)
        return Shown.STORAGE

    def _shared_found(self, event: m.SharedModelsFound) -> Shown:
        self.shared = event.models
        self._done(SHARED)
        return Shown.STORAGE

    def _locked(self, event: m.ModelsLocked) -> Shown:
        self._done(LOCK)
        models = f"{event.models} model{'' if event.models == 1 else 's'}"
        self._notices.append(Notice(f"The list of {models} was saved to {event.path}.",
                                    "Install from it on another computer, here or with `consort models sync`."))
        return Shown.STORAGE | Shown.NOTICES

    def _synced(self, event: m.ModelsSynced) -> Shown:
        self._done(SYNC)
        parts = [f"{len(event.installed)} installed" if event.installed else "",
                 f"{len(event.present)} were here already" if event.present else "",
                 f"{len(event.refused)} refused: {', '.join(event.refused)}" if event.refused else ""]
        words = "; ".join(part for part in parts if part) or "nothing to install"
        self._notices.append(Notice(f"The list is done: {words}.", level="warning" if event.refused else "info"))
        return Shown.STORAGE | Shown.NOTICES
