"""When the person wants to be asked: everyone who could answer stands where the answer will be, one key away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.answer_message import AnswerMessage
from desktop_app.choice_prompt import ChoicePrompt
from desktop_app.window import Window
from router import messages as m
from router.messages import Command

from .scripted import WEIGHED, answer, open_chat, question, say_hello


def chosen(sent: list[Command]) -> list[m.ChooseSpecialist]:
    return [each for each in sent if isinstance(each, m.ChooseSpecialist)]


def answer_on_show(window: Window) -> AnswerMessage:
    shown = window.chat.transcript.messages[-1]
    assert isinstance(shown, AnswerMessage)
    return shown


def ask_and_be_asked(window: Window, sent: list[Command], written: str = "") -> ChoicePrompt:
    """A question is asked, and the router wants to know who answers; `written` stands in the composer meanwhile."""
    say_hello(window)
    open_chat(window)
    window.chat.composer.edit.put("Sort a list")
    window.chat.composer.send_button.click()
    asked = next(each for each in sent if isinstance(each, m.Ask))
    window.take(m.TurnStarted(asked.turn, "c0", question(number="q2"),
                              answer("", "a2", state="streaming", specialist="", specialist_name="", why="")))
    window.chat.composer.edit.put(written)
    window.chat.composer.edit.setFocus()
    window.take(m.ChoiceNeeded(asked.turn, WEIGHED.candidates, "It looks like code."))
    prompt = answer_on_show(window).prompt
    assert prompt is not None
    return prompt


@pytest.mark.parametrize(("key", "specialist"), [(Qt.Key.Key_1, "coder"), (Qt.Key.Key_2, "smol"),
                                                 (Qt.Key.Key_Return, "coder"), (Qt.Key.Key_Enter, "coder")])
def test_a_key_chooses(window: Window, sent: list[Command], qtbot: QtBot, key: Qt.Key, specialist: str) -> None:
    prompt = ask_and_be_asked(window, sent)
    assert window.focusWidget() is prompt.buttons[0]
    qtbot.keyClick(prompt.buttons[0], key)
    assert [each.specialist for each in chosen(sent)] == [specialist]
    assert chosen(sent)[0].turn == next(each for each in sent if isinstance(each, m.Ask)).turn
    assert answer_on_show(window).prompt is None and window.focusWidget() is window.chat.composer.edit


def test_arrows_move_and_enter_takes_the_one_with_the_focus(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    prompt = ask_and_be_asked(window, sent)
    qtbot.keyClick(prompt.buttons[0], Qt.Key.Key_Down)
    assert window.focusWidget() is prompt.buttons[1]
    qtbot.keyClick(prompt.buttons[1], Qt.Key.Key_Return)
    assert [each.specialist for each in chosen(sent)] == ["smol"]


def test_keys_without_a_candidate_choose_nobody(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    prompt = ask_and_be_asked(window, sent)
    for key in (Qt.Key.Key_3, Qt.Key.Key_0):
        qtbot.keyClick(prompt.buttons[0], key)
    qtbot.keyClick(prompt.buttons[0], Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert chosen(sent) == []


def test_a_click_chooses_once(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    prompt = ask_and_be_asked(window, sent)
    button = prompt.buttons[1]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    button.click()
    assert [each.specialist for each in chosen(sent)] == ["smol"]


def test_who_is_writing_the_next_question_keeps_writing(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    prompt = ask_and_be_asked(window, sent, written="And now")
    qtbot.waitUntil(prompt.isVisible)
    assert window.focusWidget() is window.chat.composer.edit


def test_everyone_is_told_with_fit_time_and_key(window: Window, sent: list[Command]) -> None:
    prompt = ask_and_be_asked(window, sent)
    assert prompt.accessibleName() == "Who should answer?"
    assert "It looks like code." in [each.text() for each in prompt.findChildren(QLabel)]
    assert [each.accessibleName() for each in prompt.buttons] == ["Ask Qwen2.5 Coder", "Ask SmolLM2"]
    assert prompt.buttons[1].accessibleDescription() == (
        "fits 31 %, about 0.4 s until its first word, Weaker at code., key 2")


def test_stop_works_while_the_router_waits(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    ask_and_be_asked(window, sent)
    window.escape()
    turn = next(each for each in sent if isinstance(each, m.Stop)).turn
    window.take(m.TurnFinished(turn, "c0", "a2", "", "", "stopped"))
    QApplication.processEvents()
    assert answer_on_show(window).prompt is None
    assert window.chat.composer.send_button.accessibleName() == "Send"


def test_coming_back_to_the_chat_asks_again_until_it_is_decided(window: Window, sent: list[Command]) -> None:
    ask_and_be_asked(window, sent)
    back = (question(), answer(), question(number="q2"),
            answer("", "a2", state="streaming", specialist="", specialist_name="", why=""))
    open_chat(window, conversation="c1")
    open_chat(window, *back)
    prompt = answer_on_show(window).prompt
    assert prompt is not None
    prompt.buttons[0].click()
    open_chat(window, conversation="c1")
    open_chat(window, *back)
    assert answer_on_show(window).prompt is None


def test_the_decision_closes_the_choice_whoever_made_it(window: Window, sent: list[Command]) -> None:
    ask_and_be_asked(window, sent)
    turn = next(each for each in sent if isinstance(each, m.Ask)).turn
    window.take(m.Routed(turn, "smol", "SmolLM2", "You chose it for this question.", 1.0, "person"))
    assert answer_on_show(window).prompt is None
    assert answer_on_show(window).chip.text() == "SmolLM2 · your choice"


@pytest.mark.parametrize("width", [360, 400, 1280])
def test_the_choice_fits_every_window(window: Window, sent: list[Command], qtbot: QtBot, width: int) -> None:
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    prompt = ask_and_be_asked(window, sent)
    qtbot.wait(20)
    for each in prompt.buttons:
        left = each.mapTo(window, each.rect().topLeft()).x()
        assert left >= 0 and left + each.width() <= width
