"""What the window knows of the Hub: only the last search counts, and one that was left says nothing more."""

from __future__ import annotations

from desktop_app.hub_state import HubState
from desktop_app.shown import Shown
from router.messages import HubSearched, Refused, SearchHub
from router.model_views import HubModelView


def test_a_search_that_a_later_one_took_the_place_of_is_no_notice() -> None:
    hub = HubState()
    hub.sent(SearchHub("first", request="1"))
    hub.sent(SearchHub("second", request="2"))
    assert hub.refused(Refused("Another search took the place of this one.", "", "1")) == Shown.HUB
    assert hub.searching and hub.trouble is None
    hub.takers[HubSearched](HubSearched("second", (HubModelView("a/b"),), request="2"))
    assert [one.repo for one in hub.found] == ["a/b"] and not hub.searching
    hub.leave_search()
    assert hub.refused(Refused("Something else.", "", "1")) == Shown.NOTHING, "once is enough"


def test_a_search_that_was_left_for_the_catalogue_says_nothing_more() -> None:
    hub = HubState()
    hub.sent(SearchHub("first", request="1"))
    hub.leave_search()
    assert hub.refused(Refused("The Hugging Face Hub cannot be asked.", "", "1")) == Shown.HUB and hub.trouble is None
