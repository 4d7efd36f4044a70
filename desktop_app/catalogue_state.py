"""The specialists and their installations, as the window shows them. Part of the view state; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from desktop_app.shown import Shown
from router import messages as m
from router.views import SpecialistView

USABLE = frozenset({"installed", "loading", "ready", "busy"})


class CatalogueState:
    """Who there is, who can answer, and what is on its way from the internet."""

    def __init__(self) -> None:
        self.specialists: dict[str, SpecialistView] = {}
        self.specialists_listed = False
        self.installs: dict[str, m.InstallMoved] = {}
        self.paused: dict[str, m.InstallPaused] = {}
        self.install_errors: dict[str, m.Refused] = {}

    def catalogue_takers(self) -> dict[type, Callable[[Any], Shown]]:
        """What to do with each event about specialists."""
        return {
            m.SpecialistsListed: self._specialists_listed, m.SpecialistChanged: self._specialist_changed,
            m.InstallMoved: self._install_moved, m.InstallPaused: self._install_paused,
            m.Installed: self._installed, m.Removed: self._removed,
        }

    def usable(self) -> list[SpecialistView]:
        """The specialists that can answer now."""
        return [each for each in self.specialists.values()
                if each.state in USABLE and each.kind == "language"]

    def name_of(self, specialist: str) -> str:
        """What people call it; its id when nothing is known of it."""
        known = self.specialists.get(specialist)
        return known.name if known else specialist

    def starter(self) -> SpecialistView | None:
        """The specialist offered on the first start."""
        return next((each for each in self.specialists.values() if each.starter), None)

    @property
    def first_start(self) -> bool:
        """Nothing is installed, so nobody could answer."""
        return self.specialists_listed and not self.usable()

    def install_sent(self, specialist: str) -> None:
        """An installation was asked for: it is on its way until the router says otherwise."""
        self.install_errors.pop(specialist, None)
        paused, view = self.paused.pop(specialist, None), self.specialists.get(specialist)
        done, total = (paused.done, paused.total) if paused else (0, view.size if view else 0)
        self.installs[specialist] = m.InstallMoved(specialist, "asking", done, total)

    def install_refused(self, event: m.Refused) -> bool:
        """Whether the refusal was about an installation, which is shown in its place and not as a notice."""
        kind, _, subject = event.request.partition(":")
        if kind != "install":
            return False
        self.installs.pop(subject, None)
        self.install_errors[subject] = event
        return True

    def _specialists_listed(self, event: m.SpecialistsListed) -> Shown:
        self.specialists = {each.id: each for each in event.specialists}
        self.specialists_listed = True
        return Shown.SPECIALISTS

    def _specialist_changed(self, event: m.SpecialistChanged) -> Shown:
        self.specialists[event.specialist.id] = event.specialist
        return Shown.SPECIALISTS

    def _install_moved(self, event: m.InstallMoved) -> Shown:
        self.installs[event.specialist] = event
        self.paused.pop(event.specialist, None)
        return Shown.INSTALLS

    def _install_paused(self, event: m.InstallPaused) -> Shown:
        self.installs.pop(event.specialist, None)
        self.paused[event.specialist] = event
        return self._state_of(event.specialist, "partial")

    def _installed(self, event: m.Installed) -> Shown:
        self.installs.pop(event.specialist, None)
        self.paused.pop(event.specialist, None)
        view = self.specialists.get(event.specialist)
        if view is not None:
            self.specialists[view.id] = replace(view, served_by=event.source, path=event.path)
        return self._state_of(event.specialist, "installed")

    def _removed(self, event: m.Removed) -> Shown:
        return self._state_of(event.specialist, "absent")

    def _state_of(self, specialist: str, state: Any) -> Shown:
        if specialist in self.specialists:
            self.specialists[specialist] = replace(self.specialists[specialist], state=state)
        return Shown.SPECIALISTS | Shown.INSTALLS
