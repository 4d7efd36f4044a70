"""The composer: growing, sending, files, long pastes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.composer import Composer
from desktop_app.icons import Icons
from desktop_app.theme import Theme


@pytest.fixture
def composer(qtbot: QtBot, theme: Theme, icons: Icons) -> Composer:
    made = Composer(theme, icons)
    qtbot.addWidget(made)
    made.resize(500, 120)
    made.show()
    qtbot.waitExposed(made)
    return made


def pasted(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def test_it_grows_with_the_lines_up_to_eight(composer: Composer) -> None:
    heights = []
    for lines in (1, 3, 8, 20):
        composer.edit.put("\n".join("line" for _ in range(lines)))
        heights.append(composer.edit.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_enter_sends_and_shift_enter_begins_a_line(composer: Composer, qtbot: QtBot) -> None:
    qtbot.keyClicks(composer.edit, "one")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.edit, "two")
    with qtbot.waitSignal(composer.asked) as asked:
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert asked.args == ["one\ntwo", (), ""]
    assert composer.text == ""


def test_enter_can_begin_a_line_instead(composer: Composer, qtbot: QtBot) -> None:
    composer.edit.enter_sends = False
    qtbot.keyClicks(composer.edit, "one")
    with qtbot.assertNotEmitted(composer.asked):
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    with qtbot.waitSignal(composer.asked):
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_nothing_is_sent_when_there_is_nothing_or_while_an_answer_is_written(composer: Composer, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(composer.asked):
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
        composer.edit.put("   \n ")
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
        composer.edit.put("more")
        composer.set_busy(True)
        qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert composer.text == "more"


def test_the_button_stops_while_an_answer_is_written(composer: Composer, qtbot: QtBot) -> None:
    composer.set_busy(True)
    assert composer.send_button.isEnabled()
    with qtbot.waitSignal(composer.stop_asked):
        composer.send_button.click()


def test_a_pasted_text_of_ten_megabytes_becomes_an_attachment(composer: Composer) -> None:
    text = "A line of what was pasted.\n" * 380_000
    composer.edit.insertFromMimeData(pasted(text))
    assert composer.text == ""
    assert composer.attachments[0].text == text and composer.attachments[0].size == len(text)


def test_a_short_paste_is_plain_text(composer: Composer) -> None:
    data = pasted("<b>bold</b>")
    data.setHtml("<b>bold</b>")
    composer.edit.insertFromMimeData(data)
    assert composer.text == "<b>bold</b>"


def test_dropped_text_files_are_attached_and_others_say_why(composer: Composer, tmp_path: Path, qtbot: QtBot) -> None:
    good, bad = tmp_path / "notes.md", tmp_path / "photo.jpg"
    good.write_text("# Notes", encoding="utf-8")
    bad.write_bytes(b"\xff\xd8\xff\xe0")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(good)), QUrl.fromLocalFile(str(bad))])
    with qtbot.waitSignal(composer.could_not) as refused:
        composer.edit.insertFromMimeData(data)
    assert "photo.jpg" in refused.args[0]
    assert [each.name for each in composer.attachments] == ["notes.md"]
    with qtbot.waitSignal(composer.asked) as asked:
        composer.send_button.click()
    assert asked.args[1][0].text == "# Notes"
    assert composer.attachments == ()


def test_an_attachment_can_be_taken_off_again(composer: Composer, tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("x", encoding="utf-8")
    composer.attach([file])
    chip = next(each for each in composer.findChildren(QPushButton) if "notes.md" in each.accessibleName())
    chip.click()
    assert composer.attachments == () and not composer.send_button.isEnabled()


def test_what_no_file_can_hold_does_not_leave_the_composer(composer: Composer, qtbot: QtBot) -> None:
    composer.edit.put("a\x00b 👩‍👩‍👧 שלום")
    with qtbot.waitSignal(composer.asked) as asked:
        composer.send_button.click()
    assert "\x00" not in asked.args[0] and "👩‍👩‍👧 שלום" in asked.args[0]


def test_a_draft_is_told_once_after_a_pause_and_at_once_when_leaving(composer: Composer, qtbot: QtBot) -> None:
    drafts: list[str] = []
    composer.draft_changed.connect(drafts.append)
    qtbot.keyClicks(composer.edit, "half")
    qtbot.waitUntil(lambda: drafts == ["half"])
    qtbot.keyClicks(composer.edit, " a")
    composer.save_draft_now()
    composer.save_draft_now()
    assert drafts == ["half", "half a"]


def test_words_put_back_are_no_draft(composer: Composer, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(composer.draft_changed, wait=700):
        composer.put("from the disk")
