"""The window as a person uses it: asking, stopping, switching, deleting, undoing; commands go down, events come up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.bridge import StartFailed
from desktop_app.theme import Theme
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import Choice, ConversationView

from .scripted import answer, open_chat, question, say_hello, start_turn


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def ask(window: Window, text: str) -> None:
    window.chat.composer.edit.put(text)
    window.chat.composer.send_button.click()


def test_a_question_goes_down_and_its_answer_comes_up(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    ask(window, "When does the museum open?")
    asked = last(sent, m.Ask)
    assert asked.text == "When does the museum open?" and asked.conversation == ""
    assert window.chat.composer.send_button.accessibleName() == "Stop the answer"
    assert window.chat.composer.text == ""
    start_turn(window, asked.turn, "new")
    window.take(m.TextAdded(asked.turn, "a2", "At ten."))
    window.take(m.TurnFinished(asked.turn, "new", "a2", "At ten.", "smol", "end", 100, 60, 20, context=2048))
    assert window.chat.composer.send_button.accessibleName() == "Send"
    assert window.desk.state.conversation == "new"
    assert window.chat.meter.isVisible() and round(window.chat.meter.share, 2) == 0.06


def test_stop_works_from_the_first_moment(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    ask(window, "When?")
    window.chat.composer.send_button.click()
    assert last(sent, m.Stop).turn == last(sent, m.Ask).turn


def test_escape_closes_what_is_open_before_it_stops_the_answer(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    ask(window, "And on Monday?")
    start_turn(window, last(sent, m.Ask).turn)
    window.show_page("models")
    window.escape()
    assert window.pages.currentWidget() is window.chat
    assert not any(isinstance(each, m.Stop) for each in sent)
    window.escape()
    assert last(sent, m.Stop).turn == last(sent, m.Ask).turn


def test_a_question_that_was_not_kept_stands_in_the_composer_again(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    ask(window, "Important words")
    turn = last(sent, m.Ask).turn
    window.take(m.TurnFinished(turn, "", "", "", "", "failed", error="The disk is full.", hint="Make room."))
    assert window.chat.composer.text == "Important words"
    assert window.notices.text == "The disk is full."


def test_a_draft_is_saved_after_a_pause_and_restored(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    open_chat(window)
    window.chat.composer.edit.insertPlainText("half a thought")
    qtbot.waitUntil(lambda: any(isinstance(each, m.SaveDraft) for each in sent))
    assert last(sent, m.SaveDraft) == m.SaveDraft("c0", "half a thought")
    open_chat(window, conversation="c1")
    assert window.chat.composer.text == ""
    window.desk.state.conversations["c0"] = replace(window.desk.state.conversations["c0"], draft="half a thought")
    open_chat(window)
    assert window.chat.composer.text == "half a thought"


def test_leaving_a_chat_saves_its_draft_at_once_and_in_its_own_name(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    window.chat.composer.edit.insertPlainText("half a thought")
    window.open_conversation("c1")
    kinds = [type(each) for each in sent]
    assert last(sent, m.SaveDraft).conversation == "c0"
    assert kinds.index(m.SaveDraft) < len(kinds) - 1 - kinds[::-1].index(m.OpenConversation)


def test_a_temporary_chat_is_marked_and_keeps_no_draft(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    window.chat.temporary.click()
    assert window.chat.not_saved.isVisible()
    window.chat.composer.edit.insertPlainText("secret")
    qtbot.wait(700)
    assert not any(isinstance(each, m.SaveDraft | m.ChangePreference) for each in sent)
    window.chat.composer.send_button.click()
    assert last(sent, m.Ask).temporary


def test_editing_a_message_asks_it_again_as_another_version(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    window.chat.composer.edit.insertPlainText("a thought for later")
    window.chat.transcript.edit_asked.emit("q1", "When?")
    assert window.chat.composer.text == "When?"
    ask(window, "When exactly?")
    assert (last(sent, m.Ask).edited, last(sent, m.Ask).text) == ("q1", "When exactly?")
    assert window.chat.composer.text == "a thought for later"


def test_up_in_an_empty_composer_edits_the_last_message(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    open_chat(window)
    qtbot.keyClick(window.chat.composer.edit, Qt.Key.Key_Up)
    assert window.chat.composer.edited == "q1" and window.chat.composer.text == "When?"
    window.escape()
    assert not window.chat.composer.edited and window.chat.composer.text == ""


def test_regenerate_delete_and_versions_are_commands(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    window.chat.transcript.sibling_asked.emit("a0")
    assert last(sent, m.ChooseSibling).message == "a0"
    window.chat.transcript.delete_asked.emit("a1")
    assert last(sent, m.DeleteMessage).message == "a1"
    window.chat.transcript.regenerate_asked.emit("a1")
    assert last(sent, m.Regenerate).message == "a1"


@pytest.mark.parametrize(("action", "field", "value"), [("head", "overflow", "head"), ("tail", "overflow", "tail"),
                                                        ("retry", "overflow", "refuse"),
                                                        ("specialist:coder", "specialist", "coder")])
def test_ways_out_of_a_failed_turn_ask_again(window: Window, sent: list[Command], action: str, field: str,
                                             value: str) -> None:
    say_hello(window)
    open_chat(window, question(), answer("", state="failed"))
    window.chat.transcript.choice_made.emit("a1", action)
    assert last(sent, m.Regenerate).message == "a1"
    assert getattr(last(sent, m.Regenerate), field) == value


def test_a_new_chat_takes_the_question_along(window: Window) -> None:
    say_hello(window)
    open_chat(window, question("A very long question"), answer("", state="failed"))
    window.chat.transcript.choice_made.emit("a1", "new_chat")
    assert window.desk.state.conversation == "" and window.chat.composer.text == "A very long question"


def test_an_unknown_way_out_changes_nothing(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    before = len(sent)
    window.chat.transcript.choice_made.emit("a1", "teleport")
    assert len(sent) == before


def test_a_deleted_chat_comes_back_with_undo_or_ctrl_z(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    window.commands.table["delete"]()
    assert last(sent, m.DeleteConversation).conversation == "c0"
    window.take(m.ConversationDeleted("c0", "Lisbon"))
    assert window.undo_bar.isVisible() and "Lisbon" in window.undo_bar.words
    window.commands.table["undo"]()
    assert last(sent, m.RestoreConversation).conversation == "c0"
    assert window.undo_bar.isHidden()


def test_a_notice_offers_its_ways_out_and_goes_away(window: Window) -> None:
    say_hello(window)
    window.take(m.Noticed("No model fits.", "Install a smaller one.", choices=(Choice("Open Models", "install"),)))
    assert window.notices.text == "No model fits."
    next(each for each in window.notices.findChildren(QPushButton) if each.text() == "Open Models").click()
    assert window.notices.text == ""
    assert window.pages.currentWidget() is not window.chat


def test_foreign_text_is_never_markup(window: Window) -> None:
    say_hello(window)
    window.take(m.Refused("<img src='http://x/y.png'><b>bold</b>"))
    assert window.notices.text == "<img src='http://x/y.png'><b>bold</b>"
    window.take(m.ConversationChanged(ConversationView("c0", "<h1>Big</h1>")))
    open_chat(window)
    assert window.chat.header.title.whole == "<h1>Big</h1>"
    assert window.chat.header.title.textFormat() == Qt.TextFormat.PlainText


def test_a_second_start_raises_the_window(window: Window) -> None:
    window.hide()
    window.take(m.WindowRaised())
    assert window.isVisible()


def test_a_router_that_cannot_start_says_what_happened_and_what_is_safe(window: Window, qtbot: QtBot) -> None:
    window.take(StartFailed("This data was written by a newer Consort.", "Update Consort."))
    words = [each.text() for each in window.pages.currentWidget().findChildren(QPushButton)]
    assert words == ["Close Consort"]
    with qtbot.waitSignal(window.quit_asked):
        window.pages.currentWidget().findChildren(QPushButton)[0].click()


def test_preferences_set_the_look_once_and_zoom_is_kept(window: Window, theme: Theme, sent: list[Command]) -> None:
    window.take(m.PreferencesRead({"theme": "dark", "zoom": "125", "enter": "newline"}))
    assert theme.dark and theme.zoom == 1.25 and not window.chat.composer.edit.enter_sends
    window.commands.table["zoom_in"]()
    window.commands.table["zoom_in"]()
    window.take(m.PreferencesRead({"theme": "dark", "zoom": "135"}))       # the echo of the first step
    assert theme.zoom == 1.45
    assert last(sent, m.ChangePreference) == m.ChangePreference("zoom", "145")


@pytest.mark.parametrize("width", [360, 400, 719])
def test_in_a_narrow_window_the_sidebar_is_a_drawer(window: Window, qtbot: QtBot, width: int) -> None:
    say_hello(window)
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    assert window.sidebar.isHidden()
    window.chat.header.sidebar_asked.emit()
    assert window.sidebar.isVisible() and window.sidebar.width() < width
    window.escape()
    assert window.sidebar.isHidden()


def test_nothing_is_cut_off_at_360_px(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    open_chat(window)
    window.resize(360, 640)
    qtbot.waitUntil(lambda: window.width() == 360)
    for name in ("chat", "models", "system"):
        window.show_page(name)
        page = window.pages.currentWidget()
        assert page.minimumSizeHint().width() <= 360, name
        for each in page.findChildren(QPushButton):
            if each.isVisible():
                right = each.mapTo(page, each.rect().topRight()).x()
                assert right < page.width(), (name, each.text())


def test_right_to_left_mirrors_the_window(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        qtbot.waitUntil(lambda: window.sidebar.x() > 0)
        assert window.sidebar.geometry().right() == window.frame.width() - 1
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        QGuiApplication.sendPostedEvents(None, QEvent.Type.LayoutDirectionChange)


def test_picking_a_specialist_holds_for_the_chat_or_the_next_question(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.chat.picker.picked.emit("coder")
    ask(window, "Sort a list")
    assert last(sent, m.Ask).specialist == "coder"
    open_chat(window)
    window.chat.picker.picked.emit("smol")
    assert last(sent, m.PickSpecialist) == m.PickSpecialist("c0", "smol")


def test_news_goes_away_by_itself_and_a_warning_waits(window: Window) -> None:
    say_hello(window)
    window.take(m.Noticed("Trying the package index."))
    assert window.notices.goes_away
    window.take(m.Refused("The disk is full."))
    assert not window.notices.goes_away
