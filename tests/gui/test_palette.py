"""The palette (Ctrl+K) and the sheet of shortcuts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.shortcuts import SHORTCUTS
from desktop_app.shortcuts_sheet import ShortcutsSheet
from desktop_app.window import Window
from router import messages as m
from router.messages import Command

from .scripted import open_chat, say_hello


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def test_it_finds_a_chat_and_opens_it_with_keys_alone(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    finder = window.commands.open_finder()
    qtbot.keyClicks(finder.field, "rust")
    assert [each.words for each in finder.shown] == ["Rust ownership"]
    qtbot.keyClick(finder.field, Qt.Key.Key_Return)
    assert last(sent, m.OpenConversation).conversation == "c1"


def test_it_runs_commands_and_the_arrows_move_the_mark(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    finder = window.commands.open_finder()
    qtbot.keyClick(finder.field, Qt.Key.Key_Down)
    assert finder.list.currentIndex().row() == 1
    qtbot.keyClick(finder.field, Qt.Key.Key_Up)
    qtbot.keyClicks(finder.field, "models")
    qtbot.keyClick(finder.field, Qt.Key.Key_Return)
    assert window.pages.currentWidget() is not window.chat


def test_escape_closes_it_and_nothing_happens(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    before = len(sent)
    finder = window.commands.open_finder()
    qtbot.keyClick(finder, Qt.Key.Key_Escape)
    assert not any(each.isVisible() for each in QApplication.topLevelWidgets() if each.windowTitle().startswith("Find"))
    assert len(sent) == before


def test_with_nothing_found_enter_does_nothing(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    finder = window.commands.open_finder()
    qtbot.keyClicks(finder.field, "zzzz")
    assert finder.shown == []
    qtbot.keyClick(finder.field, Qt.Key.Key_Return)
    assert finder.isVisible()


def test_every_bound_shortcut_has_a_command_and_every_command_a_shortcut(window: Window) -> None:
    assert set(window.commands.table) == {each.name for each in SHORTCUTS if each.bound}


def test_the_sheet_lists_every_shortcut(window: Window, qtbot: QtBot) -> None:
    sheet = ShortcutsSheet(window)
    qtbot.addWidget(sheet)
    words = {each.text() for each in sheet.findChildren(QLabel)}
    assert {each.words for each in SHORTCUTS} <= words


def test_a_question_mark_belongs_to_the_words_while_writing(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    open_chat(window)
    window.chat.composer.edit.setFocus()
    qtbot.keyClicks(window.chat.composer.edit, "why?")
    assert window.chat.composer.text == "why?"
    assert window.findChild(ShortcutsSheet) is None
