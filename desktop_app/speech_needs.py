"""What has to be installed before Consort can hear, or speak: asked of the router each time, offered, and waited for.

It knows no widget; `speech_offer` shows it.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.catalogue_state import USABLE
from desktop_app.desk import Desk, new_id
from router import messages as m
from router.views import SpecialistView


class SpeechNeeds:
    """`look` calls `ready` when nothing is missing, at once or once it has been installed; else `lacking` first.

    Attribute `missing`: what is to be installed.
    """

    def __init__(self, desk: Desk, ready: Callable[[], None], lacking: Callable[[], None]) -> None:
        self._desk, self._ready, self._lacking = desk, ready, lacking
        self.missing: tuple[SpecialistView, ...] = ()
        self._request = ""
        self._speaks = False

    def look(self, *, speaks: bool) -> None:
        """Begin anew: hearing is always needed, speaking only sometimes."""
        self.forget()
        self._speaks, self._request = speaks, new_id()
        self._desk.send(m.ListVoices(self._request))

    def forget(self) -> None:
        """Nobody waits any more."""
        self.missing, self._request = (), ""

    def take(self, event: object) -> None:
        """An event of the router."""
        if isinstance(event, m.VoicesListed) and self._request and event.request == self._request:
            self._request = ""
            known = self._desk.state.specialists
            wanted = (*event.to_hear, *(event.to_speak if self._speaks else ()))
            self.missing = tuple(known[each] for each in wanted if each in known)
            self._lacking() if self.missing else self._ready()
        elif self.missing and isinstance(event, m.SpecialistChanged | m.Installed | m.SpecialistsListed):
            known = self._desk.state.specialists
            if all(each.id in known and known[each.id].state in USABLE for each in self.missing):
                self.missing = ()
                self._ready()

    @property
    def size(self) -> int:
        """Bytes of all that is missing and not here yet."""
        known = self._desk.state.specialists
        return sum(each.size for each in self.missing if known[each.id].state not in USABLE)
