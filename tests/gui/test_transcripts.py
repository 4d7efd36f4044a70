"""Sound files dropped on the window are written down one after another, with times, and saved as subtitles."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication

from desktop_app.transcript_page import TranscriptPage
from desktop_app.transcription_state import clock
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from tests.gui import scripted
from tests.gui.speech_here import answer_needs, install, last

FIRST, SECOND = m.Segment("Good morning.", 0.0, 1.5), m.Segment("Let us begin.", 62.0, 64.25)


@pytest.fixture
def home(window: Window) -> Window:
    scripted.say_hello(window)
    install(window)
    return window


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    made = tmp_path / "memo.mp3"
    made.write_bytes(b"ID3\x04" + bytes(64))
    return made


def drop(window: Window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    window.dropEvent(QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))


def begun(window: Window, sent: list[Command]) -> tuple[TranscriptPage, m.Transcribe]:
    answer_needs(window, sent)
    return window.transcripts, last(sent, m.Transcribe)


def finished(asked: m.Transcribe, *segments: m.Segment, **more: object) -> m.Transcribed:
    return m.Transcribed(" ".join(each.text for each in segments), segments, "en", "whisper-base", 65.0, 4.0,
                         request=asked.request, **more)    # type: ignore[arg-type]


def test_a_dropped_sound_file_is_written_down_as_it_is_heard(home: Window, sent: list[Command], memo: Path) -> None:
    drop(home, memo)
    page, asked = begun(home, sent)
    assert home.pages.currentWidget() is page and asked.path == str(memo) and page.name.whole == "memo.mp3"
    home.take(m.TranscriptMoved(30.0, 65.0, asked.request))
    assert page.facts.text() == "0:30 of 1:05" and page.bar.value() == 462
    home.take(m.SegmentTranscribed(FIRST, "en", asked.request))
    home.take(m.SegmentTranscribed(SECOND, "en", asked.request))
    assert page.text.toPlainText() == "0:00  Good morning.\n1:02  Let us begin."
    home.take(finished(asked, FIRST, SECOND))
    assert not page.bar.isVisible() and not page.stop.isVisible() and "English" in page.facts.text()


@pytest.mark.parametrize(("form", "expected"), [
    ("txt", "Good morning.\nLet us begin.\n"),
    ("srt", "1\n00:00:00,000 --> 00:00:01,500\nGood morning.\n\n2\n00:01:02,000 --> 00:01:04,250\nLet us begin.\n\n"),
])
def test_it_is_saved_in_the_form_that_is_wanted(home: Window, sent: list[Command], memo: Path, form: str,
                                                expected: str) -> None:
    drop(home, memo)
    page, asked = begun(home, sent)
    home.take(finished(asked, FIRST, SECOND))
    page.save_as(form, str(memo.with_suffix(f".{form}")))
    assert memo.with_suffix(f".{form}").read_text(encoding="utf-8") == expected
    page.save_as(form, str(memo / "no folder"))
    assert "could not be saved" in home.notices.text


def test_several_files_come_one_after_another(home: Window, sent: list[Command], memo: Path) -> None:
    other = memo.with_name("other.mp3")
    other.write_bytes(memo.read_bytes())
    drop(home, memo, other)
    page, first = begun(home, sent)
    assert [each.path for each in sent if isinstance(each, m.Transcribe)] == [str(memo)]
    home.take(finished(first, FIRST))
    _, second = begun(home, sent)
    assert second.path == str(other) and page.files.isVisible()
    page.transcribing.show_job(1)
    assert page.name.whole == "other.mp3"
    page.transcribing.show_job(0)
    assert page.text.toPlainText() == "0:00  Good morning."


def test_it_can_be_stopped_and_what_there_is_is_kept(home: Window, sent: list[Command], memo: Path) -> None:
    drop(home, memo)
    page, asked = begun(home, sent)
    home.take(m.SegmentTranscribed(FIRST, "en", asked.request))
    page.stop.click()
    assert last(sent, m.StopVoice).request == asked.request
    home.take(finished(asked, FIRST, stopped=True))
    assert "Stopped" in page.trouble.text() and page.text.toPlainText() == "0:00  Good morning."
    page.again.click()
    assert begun(home, sent)[1].request != asked.request


def test_a_file_that_is_cut_off_is_said_to_be(home: Window, sent: list[Command], memo: Path) -> None:
    drop(home, memo)
    page, asked = begun(home, sent)
    home.take(finished(asked, FIRST, broke_off=True, promised=300.0))
    assert "cut off after 65 s" in page.trouble.text() and "5 min" in page.trouble.text()
    assert page.save.isVisible()


def test_a_file_that_is_no_sound_costs_a_sentence_and_the_next_one_follows(home: Window, sent: list[Command],
                                                                           memo: Path) -> None:
    other = memo.with_name("other.mp3")
    other.write_bytes(memo.read_bytes())
    drop(home, memo, other)
    page, asked = begun(home, sent)
    home.take(m.Refused("memo.mp3 has no sound that can be read.", "Play it in a media player.", asked.request))
    assert "no sound" in page.trouble.text() and not page.save.isVisible()
    assert begun(home, sent)[1].path == str(other)


def test_what_is_missing_is_offered_first(window: Window, sent: list[Command], memo: Path) -> None:
    scripted.say_hello(window)
    install(window, "absent")
    drop(window, memo)
    answer_needs(window, sent, missing=True)
    assert window.transcripts.offer.isVisible() and not any(isinstance(each, m.Transcribe) for each in sent)
    install(window)
    assert last(sent, m.Transcribe).path == str(memo)


def test_one_can_ask_about_it(home: Window, sent: list[Command], memo: Path) -> None:
    drop(home, memo)
    page, asked = begun(home, sent)
    home.take(finished(asked, FIRST, SECOND))
    page.copy.click()
    assert QGuiApplication.clipboard().text() == "Good morning.\nLet us begin.\n"
    page.ask.click()
    attached, = home.chat.composer.attachments
    assert attached.text == "[0:00] Good morning.\n[1:02] Let us begin.\n" and "memo.mp3" in attached.name
    assert home.pages.currentWidget() is home.chat


def test_text_that_is_dropped_beside_it_is_attached(home: Window, sent: list[Command], memo: Path) -> None:
    notes = memo.with_name("notes.txt")
    notes.write_text("words", encoding="utf-8")
    drop(home, memo, notes)
    assert begun(home, sent)[1].path == str(memo)
    assert [each.name for each in home.chat.composer.attachments] == ["notes.txt"]


def test_hours_have_their_own_place_on_the_clock() -> None:
    assert [clock(each) for each in (0, 7.9, 750, 3723)] == ["0:00", "0:07", "12:30", "1:02:03"]
