"""Conversation mode: what it shows in each state, what can be pressed, and that the microphone is closed afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.talk_page import TalkPage
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.parts import TextPart
from router.views import CandidateView, ConversationView, MessageView
from tests.gui import scripted
from tests.gui.fake_audio import FakeAudio
from tests.gui.speech_here import answer_needs, install, last

ANSWER = "It opens at **ten**. The garden is free."


@pytest.fixture
def home(window: Window, sent: list[Command]) -> Window:
    """Everything is installed; a new chat is on show."""
    scripted.say_hello(window)
    install(window)
    return window


def page_of(window: Window) -> TalkPage:
    assert window.room.page is not None
    return window.room.page


def talk_in(window: Window, sent: list[Command]) -> str:
    """Begin to talk; the session."""
    window.talk()
    answer_needs(window, sent)
    talk = last(sent, m.StartTalking).talk
    window.take(m.TalkStateChanged(talk, "listening", True))
    return talk


def ask(window: Window, talk: str, text: str = "When does it open?", number: int = 1) -> None:
    window.take(m.SpeechHeard(talk, text, True, "en"))
    question = MessageView(f"q{number}", f"before{number}", "user", (TextPart(text),), "complete", 1.0, (f"q{number}",))
    answer = MessageView(f"a{number}", f"q{number}", "assistant", (), "streaming", 2.0, (f"a{number}",))
    window.take(m.TurnStarted(f"t{number}", "talked", question, answer))
    window.take(m.Routed(f"t{number}", "smol", "SmolLM2", "It is small and quick."))
    window.take(m.TalkStateChanged(talk, "thinking", False, opened="talked"))


def say(window: Window, talk: str) -> None:
    window.take(m.TextAdded("t1", "a1", ANSWER))
    window.take(m.TalkStateChanged(talk, "speaking", False, opened="talked"))
    window.take(m.SoundReady(talk, 1, 0, 16_000, bytes(32_000), "a1", 0, 20))
    window.take(m.SoundReady(talk, 1, 1, 16_000, bytes(32_000), "a1", 21, len(ANSWER)))


def words(window: Window) -> str:
    page_of(window).words.draw_now()
    return page_of(window).words.toPlainText()


def test_the_button_opens_it_with_what_the_person_prefers(home: Window, sent: list[Command], audio: FakeAudio,
                                                          qtbot: QtBot) -> None:
    home.take(m.PreferencesRead({"sound": "headphones", "spoken_language": "de", "speech_pause": "1.2",
                                 "voice": "piper-joe", "hearing": "gone", "idle_minutes": "15"}))
    qtbot.mouseClick(home.chat.composer.talk_button, Qt.MouseButton.LeftButton)
    assert home.room.talks and page_of(home).head.text() == "Getting ready"
    answer_needs(home, sent)
    started = last(sent, m.StartTalking)
    assert (started.duplex, started.language, started.pause, started.voice, started.hearing, started.idle_minutes) == (
        "full", "de", 1.2, "piper-joe", "", 15.0)
    assert audio.talk == started.talk and audio.is_open and "microphone is open" in home.windowTitle()


def test_each_state_is_said_in_words(home: Window, sent: list[Command]) -> None:
    talk = talk_in(home, sent)
    page = page_of(home)
    assert page.head.text() == "Listening" and "microphone is open" in page.microphone.text()
    home.take(m.TalkStateChanged(talk, "hearing", True))
    home.take(m.SpeechHeard(talk, "When does", False))
    assert page.head.text() == "Hearing you" and "When does" in words(home)
    ask(home, talk)
    assert page.head.text() == "Thinking" and "on hold" in page.microphone.text()
    say(home, talk)
    assert page.head.text() == "Speaking" and page.stop.isEnabled()
    home.take(m.TalkStateChanged(talk, "muted", False))
    assert page.head.text() == "Muted" and page.mute.text() == "Unmute"


def test_the_answer_is_shown_as_it_is_heard_without_its_markup(home: Window, sent: list[Command],
                                                               audio: FakeAudio) -> None:
    talk = talk_in(home, sent)
    ask(home, talk)
    say(home, talk)
    audio.played.emit(talk, 1, 0.4)
    assert words(home) == "You\nWhen does it open?\nSmolLM2\nIt opens at ten. The garden is free."
    assert home.room.talking is not None and home.room.talking.state.exchanges[0].sounding == (0, 20)
    audio.played.emit(talk, 1, 1.4)
    assert home.room.talking.state.exchanges[0].sounding == (21, len(ANSWER))


def test_escape_interrupts_first_and_leaves_then(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    talk = talk_in(home, sent)
    ask(home, talk)
    say(home, talk)
    home.escape()
    assert m.StopSpeaking(talk) in sent and home.room.talks and audio.is_open
    home.take(m.SilenceNow(talk, 2))
    cut = MessageView("a1", "q1", "assistant", (TextPart("It opens at ten."),), "complete", 2.0, ("a1",))
    home.take(m.AnswerCut("talked", cut))
    home.take(m.TalkStateChanged(talk, "listening", True, opened="talked"))
    assert words(home).endswith("It opens at ten. …")
    home.escape()
    assert m.EndTalking(talk) in sent and not home.room.talks and not audio.is_open
    assert home.windowTitle() == "Consort"


def test_afterwards_the_conversation_is_open_in_the_chat(home: Window, sent: list[Command]) -> None:
    talk = talk_in(home, sent)
    ask(home, talk)
    page_of(home).end.click()
    assert last(sent, m.OpenConversation).conversation == "talked"
    home.take(m.ConversationOpened(ConversationView("talked", "The museum"),
                                   (scripted.question("When does it open?"), scripted.answer("At ten."))))
    assert home.desk.state.conversation == "talked" and home.pages.currentWidget() is home.chat


def test_going_on_replaces_the_question_that_was_not_answered_yet(home: Window, sent: list[Command]) -> None:
    talk = talk_in(home, sent)
    ask(home, talk, "When does it open?")
    home.take(m.SpeechHeard(talk, "on Sunday?", True))
    question = MessageView("q2", "before1", "user", (TextPart("When does it open? on Sunday?"),), "complete", 1.0)
    home.take(m.TurnStarted("t2", "talked", question, scripted.answer("", "a2")))
    assert words(home) == "You\nWhen does it open? on Sunday?"


def test_what_another_window_asks_meanwhile_is_not_shown_here(home: Window, sent: list[Command]) -> None:
    talk = talk_in(home, sent)
    other = MessageView("x", "", "user", (TextPart("Something else"),), "complete", 1.0)
    home.take(m.TurnStarted("tx", "elsewhere", other, scripted.answer("", "ax")))
    assert words(home) == ""
    ask(home, talk)
    home.take(m.TurnStarted("ty", "elsewhere", other, scripted.answer("", "ay")))
    assert "Something else" not in words(home)


def test_holding_the_button_or_space_talks(home: Window, sent: list[Command], qtbot: QtBot) -> None:
    home.take(m.PreferencesRead({"talk_mode": "push-to-talk"}))
    talk = talk_in(home, sent)
    page = page_of(home)
    assert page.hold.isVisible() and not page.mute.isVisible() and page.head.text() == "Ready"
    qtbot.mousePress(page.hold, Qt.MouseButton.LeftButton)
    assert last(sent, m.PushToTalk) == m.PushToTalk(talk, True) and page.head.text() == "Listening"
    qtbot.mouseRelease(page.hold, Qt.MouseButton.LeftButton)
    assert last(sent, m.PushToTalk) == m.PushToTalk(talk, False)
    page.setFocus()
    qtbot.keyPress(page, Qt.Key.Key_Space)
    assert last(sent, m.PushToTalk).down
    qtbot.keyRelease(page, Qt.Key.Key_Space)
    assert not last(sent, m.PushToTalk).down


def test_muting_and_another_way_to_talk_need_one_press(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    talk = talk_in(home, sent)
    page = page_of(home)
    page.mute.click()
    assert last(sent, m.MuteMicrophone) == m.MuteMicrophone(talk, True)
    page.place.setCurrentIndex(page.place.findData("cancelled"))
    page.place.activated.emit(page.place.currentIndex())
    answer_needs(home, sent)
    again = last(sent, m.StartTalking)
    assert again.duplex == "full" and again.talk != talk and audio.talk == again.talk and audio.cancels
    assert m.EndTalking(talk) in sent and m.ChangePreference("sound", "cancelled") in sent


def test_what_is_missing_is_offered_with_its_size_and_it_begins_once_that_is_there(
        window: Window, sent: list[Command], audio: FakeAudio) -> None:
    scripted.say_hello(window)
    install(window, "absent")
    window.talk()
    answer_needs(window, sent, missing=True)
    page = page_of(window)
    assert page.offer.isVisible() and "213 MB" in page.offer.install.text() and not audio.is_open
    page.offer.install.click()
    assert {each.specialist for each in sent if isinstance(each, m.Install)} == {
        "silero-vad", "whisper-base", "piper-joe"}
    install(window)
    assert audio.talk == last(sent, m.StartTalking).talk and audio.is_open


@pytest.mark.parametrize("lost", ["no microphone", "unplugged", "router"])
def test_without_a_device_it_says_so_and_the_microphone_is_closed(home: Window, sent: list[Command],
                                                                  audio: FakeAudio, lost: str) -> None:
    if lost == "no microphone":
        audio.there = ((), audio.there[1])
        home.talk()
        assert not any(isinstance(each, m.StartTalking) for each in sent)
    else:
        talk = talk_in(home, sent)
        if lost == "unplugged":
            audio.break_down("This computer has no microphone that Consort can find.", "Connect one.")
            assert m.EndTalking(talk) in sent
        else:
            home.take(m.TalkStateChanged(talk, "ended", False, "There is no microphone any more."))
    page = page_of(home)
    assert page.head.text() == "Ended" and "microphone" in page.hint.text() and not audio.is_open
    assert page.again.isVisible() and page.end.text() == "Close"


def test_it_begins_again_where_it_ended(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    talk = talk_in(home, sent)
    ask(home, talk)
    home.take(m.TalkStateChanged(talk, "ended", False, "Nobody spoke for 5 minutes.", opened="talked"))
    page_of(home).again.click()
    answer_needs(home, sent)
    again = last(sent, m.StartTalking)
    assert again.conversation == "talked" and audio.is_open and "When does it open?" in words(home)


def test_a_locked_screen_closes_the_microphone(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    talk = talk_in(home, sent)
    assert home.room.talking is not None
    home.room.talking.screen_locked()
    assert m.EndTalking(talk) in sent and not audio.is_open and "locked" in page_of(home).hint.text()


def test_who_should_answer_can_be_clicked(home: Window, sent: list[Command]) -> None:
    talk = talk_in(home, sent)
    ask(home, talk)
    home.take(m.ChoiceNeeded("t1", (CandidateView("smol", "SmolLM2", 0.9), CandidateView("coder", "Coder", 0.2)), "."))
    page = page_of(home)
    assert page.head.text() == "Who should answer?"
    next(each for each in page.who.findChildren(QPushButton) if each.text() == "Coder").click()
    assert last(sent, m.ChooseSpecialist) == m.ChooseSpecialist("t1", "coder")
    assert page.head.text() == "Thinking"


def test_going_to_another_page_ends_it(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    talk = talk_in(home, sent)
    home.show_page("models")
    assert m.EndTalking(talk) in sent and not audio.is_open and home.pages.currentWidget() is home.models


def test_a_spoken_turn_goes_on_in_the_chat_that_was_on_show(home: Window, sent: list[Command]) -> None:
    scripted.open_chat(home, scripted.question(), scripted.answer())
    home.talk()
    answer_needs(home, sent)
    assert last(sent, m.StartTalking).conversation == home.desk.state.conversation


def test_everything_has_a_name_and_the_keys_reach_it(home: Window, sent: list[Command]) -> None:
    talk_in(home, sent)
    page = page_of(home)
    for each in (page.mode, page.place, page.settings, page.close_button, page.mute, page.end):
        assert each.accessibleName() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
