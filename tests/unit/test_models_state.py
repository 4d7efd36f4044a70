"""What the Hub and the disk said, as the window keeps it: answers to what is still asked, errors in their place."""

from __future__ import annotations

import pytest

from desktop_app.shown import Shown
from desktop_app.view_state import ViewState
from router import messages as m
from router.model_views import (
    HubModelDetail,
    HubModelView,
    SharedModel,
    StoredModel,
    UpdateView,
)


@pytest.fixture
def state() -> ViewState:
    return ViewState()


def test_an_answer_to_a_search_that_was_left_is_not_shown(state: ViewState) -> None:
    state.sent(m.SearchHub("qwen", request="s1"))
    state.sent(m.SearchHub("gemma", request="s2"))
    assert state.apply(m.HubSearched("qwen", (HubModelView("a/qwen"),), "", "s1")) == Shown.NOTHING
    state.apply(m.HubSearched("gemma", (HubModelView("a/gemma"),), "next", "s2"))
    assert [each.repo for each in state.hub.found] == ["a/gemma"] and not state.hub.searching


def test_more_results_follow_the_first_without_repeating_any(state: ViewState) -> None:
    state.sent(m.SearchHub("q", request="s1"))
    state.apply(m.HubSearched("q", (HubModelView("a/1"), HubModelView("a/2")), "next", "s1"))
    state.sent(m.SearchHub("q", cursor="next", request="s2"))
    assert len(state.hub.found) == 2, "they stay while more is asked for"
    state.apply(m.HubSearched("q", (HubModelView("a/2"), HubModelView("a/3")), "", "s2"))
    assert [each.repo for each in state.hub.found] == ["a/1", "a/2", "a/3"] and state.hub.cursor == ""


def test_a_failed_search_is_told_where_it_was_asked_and_not_as_a_notice(state: ViewState) -> None:
    state.sent(m.SearchHub("q", request="s1"))
    assert state.apply(m.Refused("The Hub cannot be reached.", "Connect.", "s1")) == Shown.HUB
    assert state.hub.trouble is not None and state.hub.trouble.words == "The Hub cannot be reached. Connect."
    assert not state.notices
    state.hub.leave_search()
    assert state.hub.asked is None and state.hub.trouble is None


def test_a_repository_that_cannot_be_opened_says_why_until_it_is_asked_for_again(state: ViewState) -> None:
    state.sent(m.OpenHubModel("a/b", request="hub:open:a/b"))
    state.apply(m.Refused("There is no such repository.", "", "hub:open:a/b"))
    assert state.hub.closed["a/b"].text == "There is no such repository."
    state.sent(m.OpenHubModel("a/b", request="hub:open:a/b"))
    assert "a/b" not in state.hub.closed and "a/b" in state.hub.opening
    state.apply(m.HubModelOpened(HubModelDetail(HubModelView("a/b")), "hub:open:a/b"))
    assert "a/b" in state.hub.opened and not state.hub.opening


def test_a_token_is_saved_without_being_kept_here(state: ViewState) -> None:
    state.sent(m.SaveHubToken("hf_secret", request="hub:token"))
    assert state.hub.saving_token
    state.apply(m.HubTokenChanged(True, "the system's keyring", "hub:token"))
    assert not state.hub.saving_token and state.hub.token is not None and state.hub.token.present
    assert "hf_secret" not in repr(vars(state.hub))


def test_what_is_stored_is_sorted_by_size_and_ones_own_files_do_not_count(state: ViewState) -> None:
    state.apply(m.StorageListed("/models", (
        StoredModel("a", "A", "installed", 5), StoredModel("b", "B", "installed", 9),
        StoredModel("c", "C", "unfinished", 2), StoredModel("d", "D", "installed", 50, in_place=True))))
    assert [each.specialist for each in state.storage.by_size("installed")] == ["d", "b", "a"]
    assert state.storage.taken == 16


def test_moving_is_under_way_until_it_is_done_or_refused(state: ViewState) -> None:
    state.sent(m.MoveModels("/disk", request="storage:move"))
    state.apply(m.ModelsMoving(5, 10, "storage:move"))
    assert state.storage.moving is not None
    state.apply(m.Refused("The disk is full.", "Choose another.", "storage:move"))
    assert state.storage.moving is None and state.storage.troubles["storage:move"].text == "The disk is full."
    assert not state.notices
    state.sent(m.MoveModels("/other", request="storage:move"))
    assert "storage:move" not in state.storage.troubles
    state.apply(m.ModelsMoved("/other", "storage:move"))
    assert state.notices[-1].text == "Your models are kept in /other now." and not state.storage.busy


def test_verifying_one_and_verifying_all_are_told_apart(state: ViewState) -> None:
    state.sent(m.VerifyModel("a", request="verify:a"))
    state.apply(m.VerifyMoved("a", 1, 2, "verify:a"))
    state.apply(m.Verified(("a",), request="verify:a"))
    assert state.storage.verified == m.Verified(("a",), request="verify:a") and not state.storage.busy
    state.sent(m.VerifyModel("", request="verify:"))
    assert state.storage.verified is None and state.storage.busy == {"verify:"}


def test_an_import_says_what_is_used_and_what_was_left_out(state: ViewState) -> None:
    state.sent(m.ImportModel("/folder", request="import:/folder"))
    state.apply(m.InstallMoved("mine", "checking", 1, 2, 5, "import", "import:/folder"))
    assert state.storage.importing is not None
    state.apply(m.ModelsImported(("mine", "yours"), ("broken.gguf was left out: it is cut off.",), "import:/folder"))
    assert state.notices[-1].text == "2 models are used where they lie."
    assert state.notices[-1].hint == "broken.gguf was left out: it is cut off."
    assert state.storage.importing is None and not state.storage.busy


def test_a_refused_import_is_a_notice_because_the_file_has_no_place_on_a_page(state: ViewState) -> None:
    state.sent(m.ImportModel("/x.gguf", request="import:/x.gguf"))
    changed = state.apply(m.Refused("x.gguf is no model.", "", "import:/x.gguf"))
    assert Shown.NOTICES in changed and state.notices[-1].text == "x.gguf is no model."


def test_updates_and_shared_models_are_unknown_until_asked_for(state: ViewState) -> None:
    assert state.storage.updates is None and state.storage.shared is None
    state.apply(m.UpdatesFound((UpdateView("a", "A", size=5),), ("b",)))
    state.apply(m.SharedModelsFound((SharedModel("/x", "X", "Ollama"),)))
    assert list(state.storage.updates or ()) == ["a"] and state.storage.unknown == ("b",)
    assert state.storage.shared and state.storage.shared[0].program == "Ollama"
