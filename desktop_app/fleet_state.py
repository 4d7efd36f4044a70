"""What the router told of its models in memory and of what the person taught it. Part of the view state; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop_app.shown import Shown, Undo
from router import messages as m
from router.views import CorrectionView

BUDGET = "memory_budget"            # preference: bytes as text, empty for what Consort chooses
PAGES = "page_budget"               # preference: bytes as text, empty for the usual
ROUTER_MODEL = "router_model"       # preference: on or off: a small model is asked where the router is unsure
PLANNING = "planning"               # preference: on or off: several tasks at once are answered in steps
ROUTING = "routing"                 # preference: automatic, ask, or always:ID
PROCESSES = "processes"             # the request id of a listing: what it is refused for stays on the System page


class FleetState:
    """Models in memory, their history, and the lessons. undo: where a new lesson can be taken back.

    Attributes: automatic_budget and memory_total, bytes that Consort chooses and that there are, 0 until told;
    trouble, why the models cannot be listed; refused_settings, why a budget was not taken, by preference.
    """

    def __init__(self, undo: list[Undo], name_of: Callable[[str], str]) -> None:
        self._undo = undo
        self._name_of = name_of
        self.listed: m.ProcessesListed | None = None
        self.trouble = ""
        self.refused_settings: dict[str, str] = {}
        self.lessons: tuple[CorrectionView, ...] | None = None
        self.automatic_budget = self.memory_total = 0
        self.takers: dict[type, Callable[[Any], Shown]] = {
            m.ProcessesListed: self._processes_listed, m.CorrectionRemembered: self._correction_remembered,
            m.CorrectionsListed: self._corrections_listed,
        }

    def refused(self, event: m.Refused) -> Shown:
        """What a refusal changes that is shown in its place, and not as a notice; NOTHING for all others."""
        words = f"{event.text} {event.hint}".strip()
        if event.request == PROCESSES:
            self.trouble = words
            return Shown.PROCESSES
        if event.request in (BUDGET, PAGES):
            self.refused_settings[event.request] = words
            return Shown.PREFERENCES
        return Shown.NOTHING

    def _processes_listed(self, event: m.ProcessesListed) -> Shown:
        self.listed, self.trouble = event, ""
        self.automatic_budget, self.memory_total = event.automatic_budget, event.memory_total
        return Shown.PROCESSES

    def _correction_remembered(self, event: m.CorrectionRemembered) -> Shown:
        lesson = event.correction
        self._undo.append(Undo(f"Consort will ask {self._name_of(lesson.specialist)} for requests like this.",
                               m.ForgetCorrection(lesson.id)))
        if self.lessons is not None:
            self.lessons = (lesson, *(each for each in self.lessons if each.id != lesson.id))
        return Shown.UNDO | Shown.LESSONS

    def _corrections_listed(self, event: m.CorrectionsListed) -> Shown:
        self.lessons = event.corrections
        known = {each.id for each in event.corrections}
        self._undo[:] = [each for each in self._undo if not isinstance(each.command, m.ForgetCorrection)
                         or each.command.correction in known]
        return Shown.LESSONS | Shown.UNDO
