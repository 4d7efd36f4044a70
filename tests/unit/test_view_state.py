"""What the window shows after each event, without any window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.shown import Shown, Turn
from desktop_app.view_state import ViewState
from router import messages as m
from router.parts import Citation, NoticePart, Source, SourcesPart, TextPart, ThoughtPart, plain_text
from router.views import ConversationView, FolderView, MessageView, SearchHit, SpecialistView

CHAT = ConversationView("c1", "Lisbon", changed=10.0)
OTHER = ConversationView("c2", "Rust", changed=5.0)


def question(number: str = "q1", parent: str = "", text: str = "When?") -> MessageView:
    return MessageView(number, parent, "user", (TextPart(text),), "complete", 1.0, (number,))


def answer(number: str = "a1", parent: str = "q1", text: str = "", state: str = "streaming") -> MessageView:
    parts = (TextPart(text),) if text else ()
    return MessageView(number, parent, "assistant", parts, state, 2.0, (number,))  # type: ignore[arg-type]


def started(turn: str = "t1", conversation: str = "c1", asked: MessageView | None = None,
            reply: MessageView | None = None) -> m.TurnStarted:
    return m.TurnStarted(turn, conversation, asked or question(), reply or answer())


def finished(turn: str = "t1", reason: str = "end", text: str = "At ten.", **more: object) -> m.TurnFinished:
    return m.TurnFinished(turn, "c1", "a1", text, "smol", reason, **more)  # type: ignore[arg-type]


@pytest.fixture
def state() -> ViewState:
    made = ViewState()
    made.apply(m.ConversationsListed((CHAT, OTHER), ()))
    return made


def opened(state: ViewState, *messages: MessageView, view: ConversationView = CHAT) -> None:
    state.sent(m.OpenConversation(view.id))
    state.apply(m.ConversationOpened(view, messages))


def test_the_first_question_of_a_new_chat_brings_its_conversation_on_show(state: ViewState) -> None:
    state.sent(m.Ask("t1", "When?"))
    assert state.busy
    changed = state.apply(started())
    assert state.conversation == "c1"
    assert [each.id for each in state.messages] == ["q1", "a1"]
    assert Shown.CONVERSATION in changed and Shown.MESSAGES in changed


def test_a_question_asked_before_the_person_went_elsewhere_does_not_pull_them_back(state: ViewState) -> None:
    state.sent(m.Ask("t1", "When?"))
    opened(state, view=OTHER)
    changed = state.apply(started())
    assert state.conversation == "c2" and not state.messages
    assert Shown.MESSAGES not in changed
    assert not state.busy


def test_text_is_kept_for_a_turn_that_writes_elsewhere_and_is_there_on_return(state: ViewState) -> None:
    state.sent(m.Ask("t1", "When?"))
    state.apply(started())
    state.apply(m.TextAdded("t1", "a1", "At "))
    opened(state, view=OTHER)
    state.apply(m.TextAdded("t1", "a1", "ten."))
    opened(state, question(), answer(text="At"))        # the store may be a second behind
    assert plain_text(state.messages[-1].parts) == "At ten."
    assert state.running is not None


def test_thoughts_and_words_are_kept_apart(state: ViewState) -> None:
    opened(state)
    state.sent(m.Ask("t1", "When?", "c1"))
    state.apply(started())
    state.apply(m.TextAdded("t1", "a1", "hm", thought=True))
    state.apply(m.TextAdded("t1", "a1", "Ten."))
    state.apply(finished(text="Ten."))
    assert state.messages[-1].parts == (ThoughtPart("hm"), TextPart("Ten."))
    assert state.messages[-1].state == "complete"
    assert state.running is None and not state.busy


@pytest.mark.parametrize(("reason", "expected"), [("end", "complete"), ("length", "complete"), ("stopped", "stopped"),
                                                  ("failed", "failed"), ("stop_text", "complete")])
def test_each_end_of_a_turn_leaves_its_state(state: ViewState, reason: str, expected: str) -> None:
    opened(state)
    state.apply(started())
    state.apply(finished(reason=reason, prompt_tokens=30, written_tokens=4, context=2048))
    assert state.messages[-1].state == expected
    assert state.messages[-1].stats.context == 2048


def test_the_use_of_the_context_is_known_while_an_answer_is_being_written(state: ViewState) -> None:
    opened(state)
    assert state.context_use().context == 0
    state.apply(started())
    state.apply(finished(prompt_tokens=30, written_tokens=4, context=2048))
    assert state.context_use().written_tokens == 4
    state.apply(started("t2", asked=question("q2", "a1"), reply=answer("a2", "q2")))
    state.apply(m.PromptRead("t2", 10, 60))
    assert (state.context_use().prompt_tokens, state.context_use().context) == (60, 2048)


def test_an_installation_asked_for_is_on_its_way_at_once(state: ViewState) -> None:
    state.apply(m.SpecialistsListed((small(size=98),)))
    state.sent(m.Install("smol"))
    line = state.queue.line("smol")
    assert line is not None and (line.phase, line.total) == ("asking", 98)


def test_a_question_that_never_reached_the_disk_comes_back(state: ViewState) -> None:
    ask = m.Ask("t1", "Important words")
    state.sent(ask)
    changed = state.apply(m.TurnFinished("t1", "", "", "", "", "failed", error="The disk is full.", hint="Make room."))
    assert Shown.UNSENT in changed and Shown.NOTICES in changed
    assert state.take_unsent() == ask
    assert state.take_unsent() is None
    assert state.notices[-1].text == "The disk is full."
    assert not state.busy


def test_a_refused_question_comes_back_too(state: ViewState) -> None:
    state.sent(m.Ask("t1", "Words"))
    assert Shown.UNSENT in state.apply(m.Refused("No.", "Later.", request="t1"))


def test_an_edited_message_takes_what_followed_it_off_the_page(state: ViewState) -> None:
    opened(state, question(), answer(text="Ten.", state="complete"), question("q2", "a1"), answer("a2", "q2", "x"))
    state.apply(started(asked=question("q1b"), reply=answer("a1b", "q1b")))
    assert [each.id for each in state.messages] == ["q1b", "a1b"]


def test_a_regenerated_answer_replaces_the_one_before(state: ViewState) -> None:
    opened(state, question(), answer(text="Ten.", state="complete"))
    state.sent(m.Regenerate("t2", "c1", "a1"))
    state.apply(started("t2", reply=answer("a1b")))
    assert [each.id for each in state.messages] == ["q1", "a1b"]


def test_earlier_messages_are_put_before_and_later_ones_after(state: ViewState) -> None:
    opened(state, question("q2"))
    state.apply(m.ConversationOpened(CHAT, (question("q1"),), more_before=True, placed="before"))
    state.apply(m.ConversationOpened(CHAT, (question("q3"),), more_after=True, placed="after"))
    assert [each.id for each in state.messages] == ["q1", "q2", "q3"]
    assert state.more_before and state.more_after


def test_routing_names_who_answers(state: ViewState) -> None:
    opened(state)
    state.apply(started())
    state.apply(m.Routed("t1", "smol", "SmolLM2", "It is the only one.", 0.9))
    assert state.messages[-1].specialist_name == "SmolLM2"
    assert state.messages[-1].routing.confidence == 0.9


def test_a_deleted_conversation_leaves_the_list_and_can_be_undone(state: ViewState) -> None:
    opened(state, question())
    changed = state.apply(m.ConversationDeleted("c1", "Lisbon"))
    assert "c1" not in state.conversations and state.conversation == ""
    assert Shown.UNDO in changed
    assert state.undo[-1].command == m.RestoreConversation("c1")
    assert "Lisbon" in state.undo[-1].words


def test_a_deleted_message_can_be_undone(state: ViewState) -> None:
    state.apply(m.MessageDeleted("c1", "q1"))
    assert state.undo[-1].command == m.RestoreMessage("c1", "q1")


def test_a_changed_title_is_seen_in_the_list_and_on_the_page(state: ViewState) -> None:
    opened(state)
    changed = state.apply(m.ConversationChanged(replace(CHAT, title="Porto")))
    assert state.conversations["c1"].title == "Porto" and state.current and state.current.title == "Porto"
    assert Shown.TURN in changed


def test_a_temporary_conversation_never_enters_the_list(state: ViewState) -> None:
    state.show_new_chat(temporary=True)
    state.sent(m.Ask("t1", "Secret", temporary=True))
    state.apply(replace(started(conversation="tmp"), temporary=True))
    state.apply(m.ConversationChanged(ConversationView("tmp", "", temporary=True)))
    assert "tmp" not in state.conversations
    assert state.is_temporary


def small(state: str = "absent", **more: object) -> SpecialistView:
    return SpecialistView("smol", "SmolLM2", "", "language", ("general",), state, starter=True, **more)  # type: ignore[arg-type]


def test_the_first_start_is_over_once_something_is_installed(state: ViewState) -> None:
    assert not state.first_start                        # not known yet
    state.apply(m.SpecialistsListed((small(),)))
    assert state.first_start and state.starter() is not None
    state.apply(m.InstallMoved("smol", "fetching", 1, 2))
    state.apply(m.Installed("smol", "index", "/x", 2, "ab"))
    assert not state.first_start and not state.queue.lines()
    assert state.specialists["smol"].served_by == "index"


def test_a_refused_installation_belongs_to_its_specialist_not_to_the_notices(state: ViewState) -> None:
    state.apply(m.SpecialistsListed((small(),)))
    state.apply(m.Refused("No network.", "Connect.", "install:smol"))
    line = state.queue.line("smol")
    assert line is not None and (line.state, line.error) == ("failed", "No network.") and not state.notices
    state.sent(m.Install("smol"))
    line = state.queue.line("smol")
    assert line is not None and (line.state, line.error) == ("running", "")


def test_a_paused_installation_can_go_on(state: ViewState) -> None:
    state.apply(m.SpecialistsListed((small(),)))
    state.apply(m.InstallMoved("smol", "fetching", 1, 2))
    state.apply(m.InstallPaused("smol", 1, 2))
    line = state.queue.line("smol")
    assert state.specialists["smol"].state == "partial"
    assert line is not None and (line.state, line.done) == ("paused", 1)
    state.apply(m.InstallMoved("smol", "fetching", 1, 2))
    line = state.queue.line("smol")
    assert line is not None and line.state == "running"


def test_a_notice_inside_a_turn_is_the_transcripts_and_one_without_is_the_bars(state: ViewState) -> None:
    opened(state)
    state.apply(started())
    assert state.apply(m.Noticed("Left out.", turn="t1")) == Shown.TURN and not state.notices
    assert state.apply(m.Noticed("Disk nearly full.")) == Shown.NOTICES
    assert state.dismiss_notice() == Shown.NOTICES and not state.notices


def test_notices_already_in_an_answer_stay_when_it_grows(state: ViewState) -> None:
    opened(state)
    reply = replace(answer(), parts=(NoticePart("The first 6 messages were left out."),))
    state.apply(started(reply=reply))
    state.apply(m.TextAdded("t1", "a1", "Ten."))
    state.apply(finished(text="Ten."))
    assert state.messages[-1].parts == (NoticePart("The first 6 messages were left out."), TextPart("Ten."))


def test_search_results_folders_preferences_and_checks_are_taken_in(state: ViewState) -> None:
    hit = SearchHit("c1", "Lisbon", "q1", "the \ue000museum\ue001")
    assert state.apply(m.SearchFound("museum", (hit,))) == Shown.SEARCH and state.hits == (hit,)
    state.apply(m.ConversationsListed((), (FolderView("f", "Work"),)))
    assert state.folders["f"].name == "Work"
    state.apply(m.PreferencesRead({"theme": "dark"}))
    assert state.preferences["theme"] == "dark"
    assert state.apply(m.Diagnosed(())) == Shown.CHECKS and state.checks == ()
    assert state.apply(m.WindowRaised()) == Shown.RAISED
    assert state.apply(object()) == Shown.NOTHING


def test_a_late_event_of_a_turn_that_is_over_changes_nothing(state: ViewState) -> None:
    assert state.apply(m.TextAdded("gone", "a1", "x")) == Shown.NOTHING
    assert state.apply(m.Routed("gone", "s", "S", "why")) == Shown.NOTHING
    assert state.apply(m.PromptRead("gone", 1, 2)) == Shown.NOTHING


def test_the_checked_answer_and_its_sources_take_the_place_of_what_was_streamed() -> None:
    source = Source(1, "sha", "a.md", "/a.md", "The key is red.", 0, 15)
    part = SourcesPart((source,), (Citation(0, 19, 1, 0, 15, True),))
    turn = Turn("t", "c", MessageView("m", "q", "assistant", (), "streaming", 1.0))
    state = ViewState()
    state.turns["t"] = turn
    turn.said.append("The key is red [1] [9].")
    state.apply(m.AnswerCited("t", "m", "The key is red [1].", part.sources, part.citations))
    assert turn.parts() == (TextPart("The key is red [1]."), part)
