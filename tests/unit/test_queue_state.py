"""The downloads as the window shows them: one list out of two ways of telling, never backwards, nothing lost."""

from __future__ import annotations

import pytest

from desktop_app.queue_state import QueueState
from desktop_app.view_state import ViewState
from router import messages as m
from router.model_views import QueuedInstall
from router.views import SpecialistView


@pytest.fixture
def queue() -> QueueState:
    return QueueState(lambda specialist: specialist.title(), lambda specialist: 100)


def line(specialist: str, state: str = "waiting", done: int = 0, total: int = 100, **more: object) -> QueuedInstall:
    return QueuedInstall(specialist, specialist.title(), state, "fetching", done, total, **more)  # type: ignore[arg-type]


def names(queue: QueueState) -> list[tuple[str, str]]:
    return [(each.specialist, each.state) for each in queue.lines()]


def test_what_is_ordered_is_shown_at_once_and_waits_behind_what_runs(queue: QueueState) -> None:
    queue.sent(m.Install("a", request="install:a"))
    queue.sent(m.Install("b", request="install:b"))
    assert names(queue) == [("a", "running"), ("b", "waiting")]


def test_the_routers_order_counts_and_an_order_it_has_not_heard_of_stays_behind_it(queue: QueueState) -> None:
    queue.changed(m.QueueChanged((line("a", "running"), line("b"))))
    queue.sent(m.Install("c", request="install:c"))
    queue.changed(m.QueueChanged((line("b", "running"), line("a", "paused"))))
    assert names(queue) == [("b", "running"), ("a", "paused"), ("c", "waiting")]
    queue.changed(m.QueueChanged((line("c", "running"), line("b"))))
    assert names(queue) == [("c", "running"), ("b", "waiting")]


def test_progress_never_goes_backwards_whichever_way_it_is_told(queue: QueueState) -> None:
    queue.moved(m.InstallMoved("a", "fetching", 60, 100, 5))
    queue.changed(m.QueueChanged((line("a", "running", 40),)))
    assert queue.line("a").done == 60                                   # type: ignore[union-attr]
    queue.moved(m.InstallMoved("a", "fetching", 55, 100, 5))
    assert queue.line("a").done == 60                                   # type: ignore[union-attr]
    queue.moved(m.InstallMoved("a", "checking", 5, 100))
    assert queue.share() == 1.0, "what is being checked has been fetched"


def test_a_file_that_changed_on_the_server_begins_anew(queue: QueueState) -> None:
    queue.moved(m.InstallMoved("a", "fetching", 60, 100))
    queue.moved(m.InstallMoved("a", "fetching", 0, 120))
    assert queue.line("a").done == 0                                    # type: ignore[union-attr]


def test_a_repository_is_known_by_the_specialist_that_it_becomes(queue: QueueState) -> None:
    queue.sent(m.Install("owner/name:Q4_K_M", request="install:owner/name:Q4_K_M"))
    queue.moved(m.InstallMoved("owner--name", "fetching", 1, 100, request="install:owner/name:Q4_K_M"))
    assert names(queue) == [("owner--name", "running")]
    assert queue.of_repository("owner/name") == queue.line("owner--name")
    queue.installed(m.Installed("owner--name", "hub", "/x", 100, "ab", "install:owner/name:Q4_K_M"))
    queue.moved(m.InstallMoved("minilm", "fetching", 1, 25, request="install:owner/name:Q4_K_M"))
    assert queue.became == {"owner/name": "owner--name"}, "what comes along with it is not it"


def test_a_refused_order_says_why_until_it_is_ordered_again_or_dropped(queue: QueueState) -> None:
    queue.sent(m.Install("a", request="install:a"))
    assert queue.refused(m.Refused("The disk is full.", "Make room.", "install:a", "a"))
    queue.changed(m.QueueChanged(()))
    failed = queue.line("a")
    assert failed is not None and failed.state == "failed"
    assert (failed.error, failed.hint) == ("The disk is full.", "Make room.")
    assert not queue.knows("a")
    queue.sent(m.Install("a", request="install:a"))
    assert queue.line("a").error == ""                                  # type: ignore[union-attr]
    queue.removed("a")
    assert queue.lines() == ()


def test_a_refusal_under_the_routers_name_does_not_leave_the_order_behind(queue: QueueState) -> None:
    queue.sent(m.Install("owner/name", request="install:owner/name"))
    queue.changed(m.QueueChanged((line("owner--name", "failed"),)))
    queue.refused(m.Refused("No.", "", "install:owner/name", "owner--name"))
    assert names(queue) == [("owner--name", "failed")]


def test_refusals_about_other_things_are_not_the_queues(queue: QueueState) -> None:
    assert not queue.refused(m.Refused("No.", "", "verify:a", "a"))


def test_a_file_of_ones_own_that_is_read_is_no_download(queue: QueueState) -> None:
    queue.moved(m.InstallMoved("mine", "checking", 1, 100, 5, "import"))
    assert queue.lines() == ()


def test_the_end_of_a_download_is_told_once_with_a_way_to_the_model() -> None:
    state = ViewState()
    state.apply(m.SpecialistsListed((SpecialistView("a", "Anna", "", "language", ("general",), "installed"),
                                     SpecialistView("b", "Bert", "", "language", ("code",), "installing"))))
    state.apply(m.InstallMoved("b", "fetching", 1, 2))
    state.apply(m.Installed("b", "hub", "/x", 2, "ab"))
    assert [(each.text, each.choices[0].action) for each in state.notices] == [("Bert is installed.", "model:b")]
    assert state.queue.lines() == () and state.specialists["b"].state == "installed"


def test_an_order_stays_on_show_while_others_come_and_go(queue: QueueState) -> None:
    queue.sent(m.Install("owner/name:Q8_0", request="install:owner/name:Q8_0"))
    queue.sent(m.Install("a", request="install:a"))
    queue.changed(m.QueueChanged((line("a", "running"),)))
    assert names(queue) == [("a", "running"), ("owner/name:Q8_0", "running")], "the router has not looked into it yet"
    queue.learn("install:owner/name:Q8_0", "owner--name")
    queue.changed(m.QueueChanged((line("a", "running"), line("owner--name"))))
    assert names(queue) == [("a", "running"), ("owner--name", "waiting")]
