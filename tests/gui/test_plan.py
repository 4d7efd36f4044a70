"""A plan stands above its answer: what is done, what runs, what waits, in words too; it is there after a restart."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.answer_message import AnswerMessage
from desktop_app.settings_dialog import SettingsDialog
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.parts import PlanPart, PlanStep, TextPart

from .scripted import answer, open_chat, question, say_hello

STEPS = (PlanStep("Summarise it", "writing", "smol", "done"), PlanStep("translate it", "writing", "", "running"),
         PlanStep("write the mail"), PlanStep("sign it"))


def last(window: Window) -> AnswerMessage:
    shown = window.chat.transcript.messages[-1]
    assert isinstance(shown, AnswerMessage)
    return shown


def begin(window: Window, sent: list[Command]) -> str:
    say_hello(window)
    open_chat(window)
    window.chat.composer.edit.put("Summarise it, then translate it, then write the mail")
    window.chat.composer.send_button.click()
    asked = next(each for each in sent if isinstance(each, m.Ask))
    window.take(m.TurnStarted(asked.turn, "c0", question(number="q2"),
                              answer("", "a2", state="streaming", specialist="", specialist_name="", why="")))
    return asked.turn


def test_the_plan_stands_above_the_answer_and_moves(window: Window, sent: list[Command]) -> None:
    turn = begin(window, sent)
    assert last(window).plan.isHidden()
    window.take(m.PlanMoved(turn, "a2", STEPS))
    plan = last(window).plan
    assert not plan.isHidden() and [row.words.accessibleName() for row in plan.rows] == [
        "Step 1, Summarise it: is done", "Step 2, translate it: is being done", "Step 3, write the mail: waits",
        "Step 4, sign it: waits"]
    window.take(m.PlanMoved(turn, "a2", STEPS[:1]))
    assert [row.words.text() for row in plan.rows] == ["●  1. Summarise it"]


def test_a_plan_is_there_when_its_conversation_is_opened_again(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window, question(), replace(answer(), parts=(PlanPart(STEPS), TextPart("All of it."))))
    assert [row.words.text()[3:] for row in last(window).plan.rows] == [
        "1. Summarise it", "2. translate it", "3. write the mail", "4. sign it"]
    assert all(row.remove.isHidden() for row in last(window).plan.rows)


def changes(sent: list[Command]) -> list[tuple[str, ...]]:
    return [each.steps for each in sent if isinstance(each, m.ChangePlan)]


def test_a_step_that_waits_can_be_removed_and_put_back(window: Window, sent: list[Command]) -> None:
    turn = begin(window, sent)
    window.take(m.PlanMoved(turn, "a2", STEPS))
    plan = last(window).plan
    assert [row.remove.isHidden() for row in plan.rows] == [True, True, False, False]
    assert plan.rows[2].remove.accessibleName() == "Remove step 3: write the mail"
    plan.rows[2].remove.click()
    assert changes(sent) == [("sign it",)]
    window.take(m.PlanMoved(turn, "a2", (*STEPS[:2], STEPS[3])))
    assert not plan.undo.isHidden()
    plan.undo.click()
    assert changes(sent)[-1] == ("write the mail", "sign it") and plan.undo.isHidden()


def test_a_step_that_waits_can_be_changed_where_it_stands(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    turn = begin(window, sent)
    window.take(m.PlanMoved(turn, "a2", STEPS))
    row = last(window).plan.rows[2]
    row.change.click()
    assert row.edit.text() == "write the mail" and row.words.isHidden()
    row.edit.setText("write a letter")
    window.take(m.PlanMoved(turn, "a2", STEPS))
    assert row.edit.text() == "write a letter" and not row.edit.isHidden()
    qtbot.keyClick(row.edit, Qt.Key.Key_Return)
    assert changes(sent) == [("write a letter", "sign it")] and row.edit.isHidden()


def test_escape_leaves_a_step_as_it_was(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    turn = begin(window, sent)
    window.take(m.PlanMoved(turn, "a2", STEPS))
    row = last(window).plan.rows[2]
    row.change.click()
    row.edit.setText("nonsense")
    qtbot.keyClick(row.edit, Qt.Key.Key_Escape)
    assert not any(isinstance(each, m.ChangePlan | m.Stop) for each in sent)
    assert row.words.text().endswith("write the mail") and not row.change.isHidden()


def test_planning_is_a_setting(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    settings = SettingsDialog(window.desk, window)
    settings.routing.planning.click()
    settings.routing.second_opinion.click()
    assert m.ChangePreference("planning", "off") in sent and m.ChangePreference("router_model", "off") in sent
