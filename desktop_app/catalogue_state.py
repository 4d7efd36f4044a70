"""The specialists, as the window shows them: who there is, who can answer. Part of the view state; no Qt.

What is on its way from the internet is in `queue_state`, which is told from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from desktop_app.queue_state import IMPORT, IN_PLACE, QueueState
from desktop_app.shown import Notice, Shown
from router import messages as m
from router.views import Choice, SpecialistView

USABLE = frozenset({"installed", "loading", "ready", "busy"})
HERE = USABLE | {"refused", "broken"}           # there is a file, or there should be one
MODEL = "model:"                                # the action of a choice: open this model's page


class CatalogueState:
    """Who there is, and the queue of what is on its way."""

    def __init__(self) -> None:
        self.specialists: dict[str, SpecialistView] = {}
        self.specialists_listed = False
        self.notices: list[Notice] = []
        self.queue = QueueState(self.name_of, self.size_of)

    def catalogue_takers(self) -> dict[type, Callable[[Any], Shown]]:
        """What to do with each event about specialists."""
        return {
            m.QueueChanged: self.queue.changed, m.InstallMoved: self.queue.moved,
            m.SpecialistsListed: self._specialists_listed, m.SpecialistChanged: self._specialist_changed,
            m.InstallPaused: self._install_paused,
            m.Installed: self._installed, m.Removed: self._removed, m.ModelChecked: self._checked,
        }

    def usable(self) -> list[SpecialistView]:
        """The specialists that can answer now."""
        return [each for each in self.specialists.values()
                if each.state in USABLE and each.kind == "language"]

    def unsound(self) -> list[SpecialistView]:
        """Those that are here and could answer, but must not: refused by their check, or their file is damaged."""
        return [each for each in self.specialists.values()
                if each.state in HERE - USABLE and each.kind == "language"]

    def name_of(self, specialist: str) -> str:
        """What people call it; its id when nothing is known of it."""
        known = self.specialists.get(specialist) or self.specialists.get(specialist.partition(":")[0])
        return known.name if known else specialist

    def size_of(self, specialist: str) -> int:
        """Bytes there are to fetch, as the catalogue knows it; 0 for not known."""
        view = self.specialists.get(specialist.partition(":")[0])
        if view is None:
            return 0
        return next((each.size for each in view.variants if each.id == specialist), view.size)

    def starter(self) -> SpecialistView | None:
        """The specialist offered on the first start."""
        return next((each for each in self.specialists.values() if each.starter), None)

    @property
    def first_start(self) -> bool:
        """Nothing is installed, so nobody could answer."""
        return self.specialists_listed and not self.usable()

    def _specialists_listed(self, event: m.SpecialistsListed) -> Shown:
        self.specialists = {each.id: each for each in event.specialists}
        self.specialists_listed = True
        return Shown.SPECIALISTS

    def _specialist_changed(self, event: m.SpecialistChanged) -> Shown:
        self.specialists[event.specialist.id] = event.specialist
        self.queue.learn(event.request, event.specialist.id)
        return Shown.SPECIALISTS

    def _install_paused(self, event: m.InstallPaused) -> Shown:
        return self.queue.paused(event) | self._state_of(event.specialist, "partial")

    def _installed(self, event: m.Installed) -> Shown:
        """A download is over, which is told in words; for the very first one the page itself says it."""
        first = self.first_start
        told = first or event.source == IN_PLACE or event.request.startswith(IMPORT)   # its end is told by itself
        self.queue.installed(event)
        view = self.specialists.get(event.specialist)
        if view is not None:
            self.specialists[view.id] = replace(view, served_by=event.source, path=event.path)
        if not told:
            self.notices.append(Notice(f"{self.name_of(event.specialist)} is installed.", "",
                                       (Choice("Look at it", MODEL + event.specialist),), passing=True))
        return self._state_of(event.specialist, "installed") | (Shown.NOTHING if told else Shown.NOTICES)

    def _removed(self, event: m.Removed) -> Shown:
        self.queue.removed(event.specialist)
        view = self.specialists.get(event.specialist)
        if view is not None and not view.sources:
            del self.specialists[event.specialist]      # it came from a file of the person's own
        return self._state_of(event.specialist, "absent")

    def _checked(self, event: m.ModelChecked) -> Shown:
        view = self.specialists.get(event.specialist)
        if view is not None:
            self.specialists[view.id] = replace(view, check=event.check)
        return Shown.SPECIALISTS

    def _state_of(self, specialist: str, state: Any) -> Shown:
        if specialist in self.specialists:
            self.specialists[specialist] = replace(self.specialists[specialist], state=state)
        return Shown.SPECIALISTS | Shown.INSTALLS
