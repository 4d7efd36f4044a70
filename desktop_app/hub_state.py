"""What the Hub answered: a search, repositories that were opened, what fits, the token, sets for this computer.

Part of the view state; no Qt. It asks nothing by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop_app.shown import Shown
from router import messages as m
from router.model_views import FitView, HubModelDetail, HubModelView, Recommendation

OPEN, TOKEN, RECOMMEND, FIT = "hub:open:", "hub:token", "hub:recommend", "hub:fit:"      # requests begin so


@dataclass(frozen=True)
class Trouble:
    """Why something came to nothing, and what to do next."""

    text: str
    hint: str = ""

    @property
    def words(self) -> str:
        """Both in one line."""
        return f"{self.text} {self.hint}".strip()


class HubState:
    """Attributes: asked, the search on show; found, cursor, what it found and where it goes on; searching, it is on its
    way; sets, None until told; token, None until told; trouble…, why the last one of a kind came to nothing."""

    def __init__(self) -> None:
        self.asked: m.SearchHub | None = None
        self.found: tuple[HubModelView, ...] = ()
        self.cursor = ""
        self.searching = False
        self.trouble: Trouble | None = None
        self.opened: dict[str, HubModelDetail] = {}
        self.opening: set[str] = set()
        self.closed: dict[str, Trouble] = {}        # repositories that could not be opened
        self.sets: tuple[Recommendation, ...] | None = None
        self.token: m.HubTokenChanged | None = None
        self.saving_token = False
        self.token_trouble: Trouble | None = None
        self._left: set[str] = set()
        self.fits: dict[str, FitView] = {}
        self.takers: dict[type, Callable[[Any], Shown]] = {
            m.HubSearched: self._searched, m.HubModelOpened: self._opened, m.FitChecked: self._fit_checked,
            m.HubTokenChanged: self._token_changed, m.Recommended: self._recommended,
        }

    def sent(self, command: m.Command) -> Shown:
        """A question is on its way to the Hub."""
        if isinstance(command, m.SearchHub):
            self._leave()
            if not command.cursor:
                self.found, self.cursor = (), ""
            self.asked, self.searching, self.trouble = command, True, None
        elif isinstance(command, m.OpenHubModel):
            self.opening.add(command.repo)
            self.closed.pop(command.repo, None)
        elif isinstance(command, m.SaveHubToken | m.ForgetHubToken):
            self.saving_token, self.token_trouble = True, None
        else:
            return Shown.NOTHING
        return Shown.HUB

    def leave_search(self) -> Shown:
        """Back to the catalogue; what is still on its way is not wanted any more."""
        self._leave()
        self.asked, self.found, self.cursor, self.searching, self.trouble = None, (), "", False, None
        return Shown.HUB

    def refused(self, event: m.Refused) -> Shown:
        """What a refusal changes that is shown in its place; NOTHING for all others."""
        trouble = Trouble(event.text, event.hint)
        if self.asked is not None and event.request and event.request == self.asked.request:
            self.searching, self.trouble = False, trouble
        elif event.request.startswith(OPEN):
            repo = event.request.removeprefix(OPEN)
            self.opening.discard(repo)
            self.closed[repo] = trouble
        elif event.request in self._left:
            self._left.discard(event.request)       # a search that a later one took the place of
        elif event.request == TOKEN:
            self.saving_token, self.token_trouble = False, trouble
        elif event.request == RECOMMEND:
            self.sets = ()
        elif not event.request.startswith(FIT):
            return Shown.NOTHING
        return Shown.HUB

    def _leave(self) -> None:
        """Nobody waits for the search that is under way any more."""
        if self.asked is not None and self.searching:
            self._left.add(self.asked.request)

    def _searched(self, event: m.HubSearched) -> Shown:
        if self.asked is None or event.request != self.asked.request:
            return Shown.NOTHING                # an answer to what is no longer asked
        known = {each.repo for each in self.found}
        self.found += tuple(each for each in event.models if each.repo not in known)
        self.cursor, self.searching, self.trouble = event.cursor, False, None
        return Shown.HUB

    def _opened(self, event: m.HubModelOpened) -> Shown:
        repo = event.detail.model.repo
        self.opened[repo] = event.detail
        self.opening.discard(repo)
        self.opening.discard(event.request.removeprefix(OPEN))
        return Shown.HUB

    def _fit_checked(self, event: m.FitChecked) -> Shown:
        self.fits[event.specialist] = event.fit
        return Shown.HUB

    def _token_changed(self, event: m.HubTokenChanged) -> Shown:
        self.token, self.saving_token, self.token_trouble = event, False, None
        return Shown.HUB

    def _recommended(self, event: m.Recommended) -> Shown:
        self.sets = event.sets
        return Shown.HUB
