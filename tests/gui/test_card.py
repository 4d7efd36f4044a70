"""The chip and its card: how sure, who else, how soon, why not, and one click that asks another and teaches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from desktop_app.answer_message import AnswerMessage
from desktop_app.routing_words import (
    kind_in_words,
    layer_in_words,
    numbers_of,
    percent,
    seconds_in_words,
    sure_in_words,
    warm_in_words,
)
from desktop_app.why_card import WhyCard
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import CandidateView, CorrectionView, Routing, TurnStats

from .scripted import WEIGHED, answer, open_chat, question, say_hello, start_turn


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def kinds(sent: list[Command]) -> list[type[Any]]:
    return [type(each) for each in sent]


def coded(**more: Any) -> Any:
    """An answer of Coder that the router weighed."""
    return answer(specialist="coder", specialist_name="Qwen2.5 Coder", why="It looks like code.",
                  **{"routing": WEIGHED, **more})


def card_of(window: Window, message: str = "a1") -> WhyCard:
    window.chat.routing.why(message)
    card = window.chat.findChild(WhyCard)
    assert isinstance(card, WhyCard)
    return card


def words_of(card: WhyCard) -> str:
    return "\n".join(each.accessibleName() or each.text() for each in card.findChildren(QLabel)).replace("\u00a0", " ")


def chip_text(window: Window, message: str = "a1") -> str:
    shown = next(each for each in window.chat.transcript.messages if each.id == message)
    assert isinstance(shown, AnswerMessage)
    return shown.chip.text()


@pytest.mark.parametrize(("routing", "said"), [
    (WEIGHED, "93 %"),
    (replace(WEIGHED, layer="person", confidence=1.0), "your choice"),
    (Routing("rules", 1.0, candidates=(CandidateView("smol", "SmolLM2", 0.4),)), ""),
    (replace(WEIGHED, layer="rules", confidence=1.0), ""),
    (replace(WEIGHED, confidence=0.999), "99 %"),
    (Routing(), ""),
])
def test_the_chip_says_how_sure_it_was(window: Window, routing: Routing, said: str) -> None:
    say_hello(window)
    open_chat(window, question(), coded(routing=routing))
    assert sure_in_words(routing) == said
    assert chip_text(window) == (f"Qwen2.5 Coder · {said}" if said else "Qwen2.5 Coder")


def test_the_card_shows_everyone_with_fit_time_and_reason(window: Window) -> None:
    say_hello(window)
    open_chat(window, question(), coded())
    card = card_of(window)
    words = words_of(card)
    for said in ("Qwen2.5 Coder · 93 %", "It looks like code.", "Decided by what the request means, 93 % sure.",
                 "SmolLM2, fits 31 %, about 0.4 s until its first word, Weaker at code.", "about 1.2 s",
                 "Code 88 % · Math 7 % · General 5 % · hard · Python would help",
                 "40 tokens; 60 were still in memory", "30.0 tokens/s", "after 0.5 s"):
        assert said in words, said
    bars = {each.accessibleName(): each.value() for each in card.findChildren(QProgressBar)}
    assert bars == {"How well Qwen2.5 Coder fits": 90, "How well SmolLM2 fits": 31}
    assert [each.text() for each in card.findChildren(QPushButton)] == ["Ask SmolLM2 instead"]
    card.close()


def test_asking_another_makes_a_version_and_teaches_and_can_be_undone(window: Window, sent: list[Command],
                                                                     qtbot: QtBot) -> None:
    say_hello(window)
    open_chat(window, question(), coded())
    qtbot.mouseClick(card_of(window).candidates.ask["smol"], Qt.MouseButton.LeftButton)
    assert (last(sent, m.Regenerate).message, last(sent, m.Regenerate).specialist) == ("a1", "smol")
    assert last(sent, m.CorrectRouting) == m.CorrectRouting("a1", "smol")
    window.take(m.CorrectionRemembered(CorrectionView("k1", "When?", "smol", 3.0)))
    assert window.undo_bar.words == "Consort will ask SmolLM2 for requests like this."
    window.undo_bar.undo.click()
    assert last(sent, m.ForgetCorrection).correction == "k1"
    assert window.undo_bar.isHidden()


def test_what_was_forgotten_elsewhere_cannot_be_undone_any_more(window: Window) -> None:
    say_hello(window)
    window.take(m.CorrectionRemembered(CorrectionView("k1", "When?", "smol", 3.0)))
    window.take(m.CorrectionsListed(()))
    assert window.undo_bar.isHidden() and not window.desk.state.undo


def test_asking_another_while_one_answers_stops_it_first(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    start_turn(window, "t1")
    window.take(m.Routed("t1", "coder", "Qwen2.5 Coder", "It looks like code.", 0.93, "encoder", WEIGHED))
    assert chip_text(window, "a2") == "Qwen2.5 Coder · 93 %"
    card_of(window, "a2").candidates.ask["smol"].click()
    assert last(sent, m.Stop).turn == "t1" and m.Regenerate not in kinds(sent)
    assert last(sent, m.CorrectRouting) == m.CorrectRouting("a2", "smol")
    window.take(m.TurnFinished("t1", "c0", "a2", "", "coder", "stopped"))
    assert (last(sent, m.Regenerate).message, last(sent, m.Regenerate).specialist) == ("a2", "smol")


def test_the_other_one_is_asked_even_if_another_chat_is_on_show_by_then(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    open_chat(window)
    start_turn(window, "t1")
    card_of(window, "a2").candidates.ask["coder"].click()
    open_chat(window, conversation="c1")
    window.take(m.TurnFinished("t1", "c0", "a2", "", "smol", "stopped"))
    asked = last(sent, m.Regenerate)
    assert (asked.conversation, asked.message, asked.specialist) == ("c0", "a2", "coder")


def test_a_temporary_chat_teaches_nothing(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.new_chat(True)
    window.chat.composer.edit.put("When?")
    window.chat.composer.send_button.click()
    asked = last(sent, m.Ask)
    window.take(m.TurnStarted(asked.turn, "t", question(), coded(state="streaming"), True))
    window.take(m.TurnFinished(asked.turn, "t", "a1", "At ten.", "coder", "end"))
    card_of(window).candidates.ask["smol"].click()
    assert last(sent, m.Regenerate).specialist == "smol"
    assert m.CorrectRouting not in kinds(sent)


def test_who_is_gone_cannot_be_asked_and_who_is_new_can(window: Window) -> None:
    say_hello(window)
    gone = CandidateView("gemma", "Gemma 3", 0.5, 2.0, "Weaker at code.")
    routing = replace(WEIGHED, candidates=(WEIGHED.candidates[0], gone))
    open_chat(window, question(), coded(routing=routing))
    card = card_of(window)
    assert set(card.candidates.ask) == {"smol"}
    assert "Gemma 3, fits 50 %, about 2.0 s until its first word, It is not installed any more." in words_of(card)
    card.close()


def test_an_answer_from_before_the_router_still_has_its_card(window: Window) -> None:
    say_hello(window)
    open_chat(window)
    card = card_of(window)
    assert "It is small and quick." in words_of(card)
    assert set(card.candidates.ask) == {"coder"}
    card.close()


def test_keys_open_the_card_walk_through_it_and_close_it(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    open_chat(window, question(), coded())
    chip = window.chat.transcript.messages[-1].chip  # type: ignore[attr-defined]
    assert chip.accessibleName() == "Answered by Qwen2.5 Coder, 93 %"
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Return)
    card = window.chat.findChild(WhyCard)
    assert card is not None and card.focusWidget() is card.candidates.ask["smol"]
    card.focusNextChild()
    assert card.focusWidget() is card.close_button
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert card.isHidden()


@pytest.mark.parametrize("size", [(1000, 700), (400, 800), (360, 320)])
def test_the_card_stays_inside_its_window(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    say_hello(window)
    window.resize(*size)
    qtbot.waitUntil(lambda: window.width() == size[0])
    open_chat(window, question(), coded())
    card = card_of(window)
    assert window.geometry().contains(card.geometry())
    bar = card.findChild(QScrollArea).verticalScrollBar()
    qtbot.wait(50)
    assert bar.isVisible() == (size[1] < 600)       # only where there is no room for all of it
    card.close()


def test_a_reopened_chat_shows_what_was_decided_for_the_answer_on_its_way(window: Window) -> None:
    say_hello(window)
    open_chat(window)
    start_turn(window, "t1")
    window.take(m.Routed("t1", "coder", "Qwen2.5 Coder", "It looks like code.", 0.93, "encoder", WEIGHED))
    open_chat(window, conversation="c1")
    open_chat(window, question(), answer(), question(number="q2"),
              answer("", "a2", state="streaming", specialist="", specialist_name="", why=""))
    assert chip_text(window, "a2") == "Qwen2.5 Coder · 93 %"


def test_numbers_in_words() -> None:
    assert [percent(each) for each in (0.0, 0.304, 0.996, 1.0)] == ["0 %", "30 %", "99 %", "100 %"]
    assert [seconds_in_words(each) for each in (0.0, 0.01, 0.42, 12.3, 130.0)] == [
        "", "at once", "about 0.4 s", "about 12 s", "about 2 min"]
    assert layer_in_words(replace(WEIGHED, layer="person", confidence=1.0)) == "Decided by you."
    assert "93 % sure" in layer_in_words(WEIGHED)
    assert "unlike anything known 80\u00a0%" in kind_in_words(replace(WEIGHED, none=0.8))
    assert kind_in_words(Routing()) == ""
    assert warm_in_words(TurnStats(1300, 1240, resumed_tokens=1000)) == (
        "240 were still in memory and 1,000 were kept on disk")
    assert numbers_of(TurnStats()) == []
    assert [name for name, _ in numbers_of(TurnStats(written_tokens=3))] == ["Wrote"]
