"""The sidebar: rows, keys, the menu, searching, and five thousand chats."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app import conversation_menu
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import ConversationView, FolderView, SearchHit

from .scripted import open_chat, say_hello


def index_of(window: Window, conversation: str) -> QModelIndex:
    return window.sidebar.model.index(window.sidebar.model.row_of("c:" + conversation))


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def actions(window: Window, conversation: str) -> dict[str, Any]:
    row = window.sidebar.model.row(index_of(window, conversation))
    menu = window.sidebar.menu.menu_for(row)
    found = {}
    for action in menu.actions():
        found[action.text()] = action
        if action.menu() is not None:
            found.update({inner.text(): inner for inner in action.menu().actions()})
    return found


def test_a_click_or_enter_opens_a_chat(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    view = window.sidebar.list
    place = view.visualRect(index_of(window, "c1")).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert last(sent, m.OpenConversation).conversation == "c1"
    view.setCurrentIndex(index_of(window, "c2"))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert last(sent, m.OpenConversation).conversation == "c2"


def test_f2_renames_in_place(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    view = window.sidebar.list
    view.setCurrentIndex(index_of(window, "c0"))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    assert editor is not None and editor.accessibleName() == "New name"
    editor.setText("  Porto   in May ")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(isinstance(each, m.RenameConversation) for each in sent))
    assert last(sent, m.RenameConversation) == m.RenameConversation("c0", "Porto in May")
    assert not any(isinstance(each, m.OpenConversation) for each in sent)


def test_delete_deletes_the_row_with_the_focus(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    window.sidebar.list.setCurrentIndex(index_of(window, "c1"))
    qtbot.keyClick(window.sidebar.list, Qt.Key.Key_Delete)
    assert last(sent, m.DeleteConversation).conversation == "c1"


def test_the_menu_pins_moves_and_deletes(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    found = actions(window, "c0")
    found["Pin"].trigger()
    assert last(sent, m.PinConversation) == m.PinConversation("c0", True)
    found["Work"].trigger()
    assert last(sent, m.MoveConversation) == m.MoveConversation("c0", "f1")
    found["Delete"].trigger()
    assert last(sent, m.DeleteConversation).conversation == "c0"


def test_export_and_import_ask_where(window: Window, sent: list[Command], monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    monkeypatch.setattr(conversation_menu, "ask_export_path", lambda parent, title, form: f"/tmp/{title}.{form}")
    monkeypatch.setattr(conversation_menu, "ask_import_path", lambda parent: "/tmp/in.json")
    found = actions(window, "c0")
    found["As Markdown, to read…"].trigger()
    assert last(sent, m.ExportConversation) == m.ExportConversation("c0", "/tmp/Lisbon.markdown", "markdown")
    found["As JSON, to import again…"].trigger()
    assert last(sent, m.ExportConversation).form == "json"
    found["Import…"].trigger()
    assert last(sent, m.ImportConversations).path == "/tmp/in.json"


def test_folders_are_made_renamed_folded_and_deleted(window: Window, sent: list[Command], qtbot: QtBot,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    filed = replace(window.desk.state.conversations["c0"], folder="f1")
    window.take(m.ConversationChanged(filed))
    view = window.sidebar.list
    folder = window.sidebar.model.index(window.sidebar.model.row_of("f:f1"))
    view.chosen.emit(folder)
    assert window.sidebar.model.row_of("c:c0") == -1
    view.chosen.emit(folder)
    assert window.sidebar.model.row_of("c:c0") > 0
    view.setCurrentIndex(folder)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert last(sent, m.DeleteFolder).folder == "f1"
    window.sidebar.model.setData(folder, "Home")
    assert last(sent, m.RenameFolder) == m.RenameFolder("f1", "Home")
    monkeypatch.setattr(conversation_menu, "ask_name", lambda *_: "Trips")
    window.sidebar.menu.new_folder()
    assert last(sent, m.CreateFolder).name == "Trips"


def test_searching_asks_once_and_a_hit_opens_around_its_message(window: Window, sent: list[Command],
                                                               qtbot: QtBot) -> None:
    say_hello(window)
    qtbot.keyClicks(window.sidebar.search, "museum")
    qtbot.waitUntil(lambda: any(isinstance(each, m.Search) for each in sent))
    assert [each.text for each in sent if isinstance(each, m.Search)] == ["museum"]
    window.take(m.SearchFound("museum", (SearchHit("c1", "Rust ownership", "m7", "the \ue000museum\ue001 opens"),)))
    view, model = window.sidebar.results, window.sidebar.found
    assert view.isVisible() and model.rowCount() == 1
    assert "museum opens" in model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    view.chosen.emit(model.index(0))
    opened = last(sent, m.OpenConversation)
    assert (opened.conversation, opened.around) == ("c1", "m7")
    window.sidebar.search.clear()
    assert window.sidebar.list.isVisible()


def test_results_of_an_older_search_are_not_shown(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    window.sidebar.search.setText("lisbon")
    window.take(m.SearchFound("lis", (SearchHit("c1", "x", "m", "y"),)))
    assert window.sidebar.found.rowCount() == 0


def test_the_open_chat_is_marked_and_stays_so_when_rows_move(window: Window) -> None:
    say_hello(window)
    open_chat(window, conversation="c1")
    assert window.sidebar.list.currentIndex() == index_of(window, "c1")
    moved = replace(window.desk.state.conversations["c2"], changed=time.time() + 60)
    window.take(m.ConversationChanged(moved))
    assert window.sidebar.model.row_of("c:c2") < window.sidebar.model.row_of("c:c1")
    assert window.sidebar.list.currentIndex() == index_of(window, "c1")


def test_the_next_and_the_previous_chat(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window, conversation="c1")
    window.commands.table["next_chat"]()
    assert last(sent, m.OpenConversation).conversation == "c2"
    window.take(m.ConversationOpened(window.desk.state.conversations["c2"], ()))
    window.commands.table["next_chat"]()
    assert last(sent, m.OpenConversation).conversation == "c2"


def test_of_five_thousand_chats_only_the_visible_ones_are_painted(window: Window, qtbot: QtBot,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    chats = tuple(ConversationView(f"c{number}", f"Chat {number}", changed=float(number)) for number in range(5000))
    painted: list[int] = []
    painter = window.sidebar.list.itemDelegate()
    monkeypatch.setattr(type(painter), "paint", lambda self, _painter, _option, index: painted.append(index.row()))
    window.take(m.ConversationsListed(chats, (FolderView("f", "Work"),)))
    qtbot.waitUntil(lambda: bool(painted))
    assert window.sidebar.model.rowCount() == 5002
    assert len(set(painted)) < 60
