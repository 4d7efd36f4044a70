"""A plan stands above its answer: what is done, what runs, what waits, in words too; it is there after a restart."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.answer_message import AnswerMessage
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.parts import PlanPart, PlanStep, TextPart

from .scripted import answer, open_chat, question, say_hello

STEPS = (PlanStep("Summarise it", "writing", "smol", "done"), PlanStep("translate it", "writing", "", "running"),
         PlanStep("write the mail"))


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
    assert not plan.isHidden() and [line.accessibleName() for line in plan.lines] == [
        "Step 1, Summarise it: is done", "Step 2, translate it: is being done", "Step 3, write the mail: waits"]
    window.take(m.PlanMoved(turn, "a2", STEPS[:1]))
    assert [line.text() for line in plan.lines] == ["●  1. Summarise it"]


def test_a_plan_is_there_when_its_conversation_is_opened_again(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window, question(), replace(answer(), parts=(PlanPart(STEPS), TextPart("All of it."))))
    assert [line.text()[3:] for line in last(window).plan.lines] == [
        "1. Summarise it", "2. translate it", "3. write the mail"]
