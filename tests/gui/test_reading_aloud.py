"""An answer read aloud in the window: the sentence that sounds is marked, and everything about it can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTextEdit
from pytestqt.qtbot import QtBot

from desktop_app.answer_message import AnswerMessage
from desktop_app.prose_view import ProseView
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import SpecialistView
from tests.gui import scripted
from tests.gui.fake_audio import FakeAudio

VOICE = SpecialistView("piper-joe", "Joe", "A voice.", "speech-out", (), "installed", size=63_000_000,
                       licence="CC0-1.0", languages=("en",))
WORDS = "It opens at **ten**. Your notes say so.\n\nOn Monday it is closed."
SECOND = b"\x00\x01" * 16_000


@pytest.fixture
def chat(window: Window) -> Iterator[Window]:
    """A chat with an answer, and a voice that is installed."""
    scripted.say_hello(window)
    window.take(m.SpecialistChanged(VOICE))
    scripted.open_chat(window, scripted.question(), scripted.answer(WORDS))
    yield window


def answer_of(window: Window) -> AnswerMessage:
    found = window.chat.transcript.messages[-1]
    assert isinstance(found, AnswerMessage)
    return found


def begun(sent: list[Command]) -> m.ReadAloud:
    return next(each for each in reversed(sent) if isinstance(each, m.ReadAloud))


def say_sentences(window: Window, talk: str) -> None:
    """The router has made the sound of all three: a second each."""
    window.take(m.TalkStateChanged(talk, "speaking"))
    begin = 0
    for number, sentence in enumerate(("It opens at **ten**.", "Your notes say so.", "On Monday it is closed.")):
        begin = WORDS.index(sentence)
        window.take(m.SoundReady(talk, 0, number, 16_000, SECOND, "a1", begin, begin + len(sentence)))


def marked(window: Window) -> str:
    """The marked words of the answer."""
    return " ".join(mark.cursor.selectedText() for view in answer_of(window).editors()
                    if isinstance(view, QTextEdit) for mark in view.extraSelections())


def test_the_speaker_button_reads_the_answer_and_marks_the_sentence_that_sounds(
        chat: Window, sent: list[Command], audio: FakeAudio, qtbot: QtBot) -> None:
    qtbot.mouseClick(answer_of(chat).row.buttons["read"], Qt.MouseButton.LeftButton)
    asked = begun(sent)
    assert (asked.message, asked.begin, asked.speed) == ("a1", 0, 1.0)
    assert audio.talk == asked.talk and not audio.is_open
    assert chat.chat.reading_bar.isVisible() and "getting ready" in chat.chat.reading_bar.words.text()
    say_sentences(chat, asked.talk)
    for seconds, words in ((0.1, "It opens at ten"), (1.2, "Your notes say so"), (2.5, "On Monday it is closed")):
        audio.played.emit(asked.talk, 0, seconds)
        assert marked(chat) == words
    chat.take(m.TalkStateChanged(asked.talk, "ended"))
    assert marked(chat) == "" and not chat.chat.reading_bar.isVisible()


def test_the_mark_outlives_another_look(chat: Window, sent: list[Command], audio: FakeAudio, qtbot: QtBot) -> None:
    chat.chat.reading.read("a1")
    say_sentences(chat, begun(sent).talk)
    audio.played.emit(begun(sent).talk, 0, 1.2)
    chat.desk.theme.set_mode("dark")
    qtbot.waitUntil(lambda: marked(chat) == "Your notes say so")


def test_what_is_found_and_what_is_read_are_both_marked(chat: Window, sent: list[Command], audio: FakeAudio) -> None:
    chat.chat.reading.read("a1")
    say_sentences(chat, begun(sent).talk)
    audio.played.emit(begun(sent).talk, 0, 0.1)
    find = chat.chat.transcript.find_bar
    find.open()
    find.field.setText("opens")
    find.search()
    assert sorted(marked(chat).split()) == sorted(["opens", *["It", "opens", "at", "ten"]])
    audio.played.emit(begun(sent).talk, 0, 1.2)
    assert marked(chat) == "Your notes say so opens" or sorted(marked(chat).split()) == sorted(
        ["Your", "notes", "say", "so", "opens"])
    find.close_bar()
    assert marked(chat) == "Your notes say so"
    chat.chat.reading.stop()
    assert marked(chat) == ""


def test_it_is_paused_goes_on_and_escape_stops_it(chat: Window, sent: list[Command], audio: FakeAudio) -> None:
    chat.chat.reading.read("a1")
    talk = begun(sent).talk
    say_sentences(chat, talk)
    bar = chat.chat.reading_bar
    bar.pause.click()
    assert audio.held and m.PauseReading(talk, True) in sent and bar.pause.accessibleName() == "Go on reading"
    bar.pause.click()
    assert not audio.held and m.PauseReading(talk, False) in sent
    chat.escape()
    assert m.EndTalking(talk) in sent and audio.talk == "" and not bar.isVisible()


def test_another_speed_and_another_voice_go_on_from_the_sentence_that_sounds(
        chat: Window, sent: list[Command], audio: FakeAudio) -> None:
    chat.take(m.SpecialistChanged(replace(VOICE, id="piper-amy", name="Amy")))
    chat.chat.reading.read("a1")
    first = begun(sent)
    say_sentences(chat, first.talk)
    audio.played.emit(first.talk, 0, 1.5)
    chat.chat.reading.set_speed("1.5")
    second = begun(sent)
    assert second.talk != first.talk and second.speed == 1.5 and second.begin == WORDS.index("Your notes")
    assert m.ChangePreference("voice_speed", "1.5") in sent
    chat.chat.reading.set_voice("piper-amy")
    assert begun(sent).voice == "piper-amy" and begun(sent).begin == second.begin


def test_one_goes_from_sentence_to_sentence(chat: Window, sent: list[Command], audio: FakeAudio) -> None:
    chat.chat.reading.read("a1")
    say_sentences(chat, begun(sent).talk)
    audio.played.emit(begun(sent).talk, 0, 0.2)
    chat.chat.reading_bar.forward.click()
    assert begun(sent).begin == WORDS.index("Your notes")
    say_sentences(chat, begun(sent).talk)
    audio.played.emit(begun(sent).talk, 0, 1.2)
    chat.chat.reading_bar.back.click()
    assert begun(sent).begin == 0


def test_it_is_read_from_any_sentence(chat: Window, sent: list[Command]) -> None:
    view = next(each for each in answer_of(chat).body.views if isinstance(each, ProseView))
    place = view.toPlainText().index("Monday")
    point = view.cursorRect(_cursor_at(view, place)).center()
    menu = view.menu_at(point)
    next(each for each in menu.actions() if each.text() == "Read aloud from here").trigger()
    assert WORDS[begun(sent).begin:].startswith("Monday")


def _cursor_at(view: ProseView, place: int) -> object:
    cursor = view.textCursor()
    cursor.setPosition(place)
    return cursor


def test_without_a_voice_one_is_offered_with_its_size_and_reading_begins_once_it_is_there(
        window: Window, sent: list[Command]) -> None:
    scripted.say_hello(window)
    window.take(m.SpecialistChanged(replace(VOICE, state="absent")))
    scripted.open_chat(window, scripted.question(), scripted.answer(WORDS))
    window.chat.reading.read("a1")
    bar = window.chat.reading_bar
    assert "No voice is installed" in bar.words.text()
    install = next(each for each in bar.findChildren(QPushButton) if each.text().startswith("Install Joe"))
    assert "63 MB" in install.text()
    install.click()
    assert any(isinstance(each, m.Install) and each.specialist == "piper-joe" for each in sent)
    assert bar.progress.isVisible()
    window.take(m.Installed("piper-joe", "hub", "/models/joe.onnx", 63_000_000, "58af"))
    assert begun(sent).message == "a1"


@pytest.mark.parametrize("how", ["device", "router"])
def test_what_goes_wrong_is_said_in_the_bar(chat: Window, sent: list[Command], audio: FakeAudio, how: str) -> None:
    chat.chat.reading.read("a1")
    talk = begun(sent).talk
    if how == "device":
        audio.break_down("This computer has no loudspeaker.", "Connect one.")
        assert m.EndTalking(talk) in sent
    else:
        chat.take(m.TalkStateChanged(talk, "ended", why="This computer has no loudspeaker.", hint="Connect one."))
    bar = chat.chat.reading_bar
    assert bar.words.text() == "This computer has no loudspeaker." and bar.hint.text() == "Connect one."
    bar.close_button.click()
    assert not bar.isVisible()


def test_no_loudspeaker_is_said_before_anything_is_asked(chat: Window, sent: list[Command], audio: FakeAudio) -> None:
    audio.there = ((), ())
    chat.chat.reading.read("a1")
    assert "no loudspeaker" in chat.chat.reading_bar.words.text()
    assert not any(isinstance(each, m.ReadAloud) for each in sent)


def test_the_same_button_stops_it(chat: Window, sent: list[Command], qtbot: QtBot) -> None:
    button = answer_of(chat).row.buttons["read"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    talk = begun(sent).talk
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert m.EndTalking(talk) in sent and not chat.chat.reading.active


def test_what_another_reading_says_too_late_changes_nothing(chat: Window, sent: list[Command],
                                                            audio: FakeAudio) -> None:
    chat.chat.reading.read("a1")
    old = begun(sent).talk
    chat.chat.reading.read("a1")
    chat.take(m.TalkStateChanged(old, "ended"))
    audio.played.emit(old, 0, 0.5)
    assert chat.chat.reading.active and marked(chat) == ""
