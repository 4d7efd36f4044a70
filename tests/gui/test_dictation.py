"""Dictation: words appear in the composer while one speaks, can be changed, and are sent by the person."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from tests.gui import scripted
from tests.gui.fake_audio import FakeAudio
from tests.gui.speech_here import answer_needs, install, last


@pytest.fixture
def home(window: Window) -> Window:
    scripted.say_hello(window)
    install(window)
    return window


def dictate(window: Window, sent: list[Command]) -> str:
    window.chat.composer.dictate_button.click()
    answer_needs(window, sent)
    talk = last(sent, m.Dictate).talk
    window.take(m.TalkStateChanged(talk, "listening", True))
    return talk


def hear(window: Window, talk: str, text: str, *, final: bool = True) -> None:
    window.take(m.SpeechHeard(talk, text, final, "en"))


def test_words_appear_while_one_speaks_and_stay_once_they_are_certain(home: Window, sent: list[Command],
                                                                      audio: FakeAudio) -> None:
    edit = home.chat.composer.edit
    edit.put("Remember:")
    talk = dictate(home, sent)
    assert audio.is_open and home.chat.composer.dictate_button.isChecked()
    assert home.chat.speech.strip.words.text() == "Listening"
    hear(home, talk, "the landlord", final=False)
    assert edit.heard == "the landlord" and edit.toPlainText() == "Remember:"
    hear(home, talk, "The landlord comes.")
    hear(home, talk, "On Tuesday.")
    assert edit.toPlainText() == "Remember: The landlord comes. On Tuesday." and edit.heard == ""


def test_words_go_where_the_cursor_is_and_one_undo_takes_one_utterance_back(home: Window, sent: list[Command]) -> None:
    edit = home.chat.composer.edit
    edit.put("Dear Anna, bye")
    cursor = edit.textCursor()
    cursor.setPosition(len("Dear Anna, "))
    edit.setTextCursor(cursor)
    talk = dictate(home, sent)
    hear(home, talk, "come on Sunday.")
    hear(home, talk, "Bring cake.")
    assert edit.toPlainText() == "Dear Anna, come on Sunday. Bring cake. bye"
    edit.undo()
    assert edit.toPlainText() == "Dear Anna, come on Sunday. bye"
    edit.undo()
    assert edit.toPlainText() == "Dear Anna, bye"


def test_what_is_selected_is_replaced(home: Window, sent: list[Command]) -> None:
    edit = home.chat.composer.edit
    edit.put("wrong words")
    edit.selectAll()
    hear(home, dictate(home, sent), "Right words.")
    assert edit.toPlainText() == "Right words."


def test_escape_ends_it_and_the_last_words_are_still_written_down(home: Window, sent: list[Command],
                                                                  audio: FakeAudio) -> None:
    talk = dictate(home, sent)
    home.escape()
    assert m.EndTalking(talk) in sent and not audio.is_open
    assert home.chat.speech.strip.words.text() == "Writing it down"
    hear(home, talk, "and milk.")
    home.take(m.TalkStateChanged(talk, "ended", False))
    assert home.chat.composer.text == "and milk." and not home.chat.speech.strip.isVisible()
    assert not home.chat.composer.dictate_button.isChecked()


def test_sending_takes_what_is_on_show_and_ends_it(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    talk = dictate(home, sent)
    hear(home, talk, "What is the time?", final=False)
    home.chat.composer.edit.send_asked.emit()
    assert last(sent, m.Ask).text == "What is the time?" and m.EndTalking(talk) in sent and not audio.is_open
    hear(home, talk, "What is the time?")
    assert home.chat.composer.text == ""


def test_another_chat_gets_none_of_it(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    talk = dictate(home, sent)
    hear(home, talk, "secret", final=False)
    home.new_chat(False)
    hear(home, talk, "secret")
    assert home.chat.composer.text == "" and home.chat.composer.edit.heard == "" and not audio.is_open


def test_a_touched_key_leaves_it_open_and_a_held_one_closes_it(home: Window, sent: list[Command], qtbot: QtBot,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    edit = home.chat.composer.edit
    qtbot.keyPress(edit, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    answer_needs(home, sent)
    talk = last(sent, m.Dictate).talk
    qtbot.keyRelease(edit, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert home.chat.dictation.active and m.EndTalking(talk) not in sent
    qtbot.keyPress(edit, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert m.EndTalking(talk) in sent
    qtbot.keyRelease(edit, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    home.take(m.TalkStateChanged(talk, "ended", False))
    monkeypatch.setattr("desktop_app.dictation.TAP", 0)        # as if it had been held for longer
    qtbot.keyPress(edit, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    answer_needs(home, sent)
    held = last(sent, m.Dictate).talk
    qtbot.keyRelease(edit, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert held != talk and m.EndTalking(held) in sent


def test_what_is_missing_is_offered_and_it_begins_once_that_is_there(window: Window, sent: list[Command],
                                                                     audio: FakeAudio) -> None:
    scripted.say_hello(window)
    install(window, "absent")
    window.chat.composer.dictate_button.click()
    answer_needs(window, sent, missing=True)
    strip = window.chat.speech.strip
    assert strip.offer.isVisible() and "150 MB" in strip.offer.install.text() and not audio.is_open
    strip.offer.install.click()
    assert [each.specialist for each in sent if isinstance(each, m.Install)] == ["silero-vad", "whisper-base"]
    install(window)
    assert last(sent, m.Dictate).talk == audio.talk and audio.is_open


@pytest.mark.parametrize("lost", ["none", "unplugged", "router"])
def test_without_a_microphone_it_says_what_to_do(home: Window, sent: list[Command], audio: FakeAudio,
                                                 lost: str) -> None:
    if lost == "none":
        audio.there = ((), ())
        home.chat.composer.dictate_button.click()
    else:
        talk = dictate(home, sent)
        hear(home, talk, "half a", final=False)
        if lost == "unplugged":
            audio.break_down("This computer has no microphone that Consort can find.", "Connect one.")
        else:
            home.take(m.TalkStateChanged(talk, "ended", False, "There is no microphone any more.", "Connect one."))
    strip = home.chat.speech.strip
    assert "no microphone" in strip.words.text() and strip.hint.text() and not audio.is_open
    assert home.chat.composer.edit.heard == ""
    strip.close_button.click()
    assert not strip.isVisible()


def test_reading_aloud_and_dictation_end_each_other(home: Window, sent: list[Command], audio: FakeAudio) -> None:
    scripted.open_chat(home, scripted.question(), scripted.answer("It opens at ten."))
    home.chat.reading.read("a1")
    reading = last(sent, m.ReadAloud).talk
    talk = dictate(home, sent)
    home.take(m.TalkStateChanged(reading, "ended"))        # the router lets one have the devices at a time
    assert audio.talk == talk and not home.chat.reading.active


def test_sound_files_are_no_attachments(home: Window, tmp_path: Path, qtbot: QtBot) -> None:
    sound, text = tmp_path / "memo.mp3", tmp_path / "notes.txt"
    sound.write_bytes(b"ID3\x04" + bytes(64))
    text.write_text("words", encoding="utf-8")
    with qtbot.waitSignal(home.chat.sounds_given) as given:
        home.chat.composer.attach([sound, text])
    assert given.args == [[sound]] and [each.name for each in home.chat.composer.attachments] == ["notes.txt"]
