"""The System page: models as processes, the one budget, what happened and why; it looks while it can be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from desktop_app import memory_section
from desktop_app.memory_section import MemorySection
from desktop_app.process_words import ago, budget_in_words, clock, event_in_words, memory_in_words
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import FleetEvent, ProcessView

from .scripted import STARTER, say_hello

NOW = 1_700_000_000.0
CODER = ProcessView("coder", "Qwen2.5 Coder", "language", "ready", 12, 1_480_000_000, 1_500_000_000, 8192, 1240,
                    0.0, 2.4)
SMOL = ProcessView("smol", "SmolLM2", "language", "busy", 13, 200_000_000, 260_000_000, 2048, 100, 0.0, 0.6)
LISTED = m.ProcessesListed((CODER, SMOL), 14_400_000_000, 1_680_000_000,
                           (FleetEvent(NOW, "coder", "loaded", "in 2.4 s"),
                            FleetEvent(NOW - 2, "gemma", "evicted", "to make room for coder")), 12, 640_000_000)


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def looks(sent: list[Command]) -> int:
    return sum(isinstance(each, m.ListProcesses) for each in sent)


@pytest.fixture
def memory(window: Window) -> MemorySection:
    """The section about models, on show, with two of them."""
    say_hello(window)
    window.show_page("system")
    window.take(LISTED)
    return window.pages.currentWidget().memory  # type: ignore[attr-defined, no-any-return]


def words_of(section: MemorySection) -> list[str]:
    return [each.accessibleName() or each.text() for each in section.findChildren(QLabel) if each.isVisibleTo(section)]


def test_models_are_shown_with_memory_context_and_age(memory: MemorySection) -> None:
    words = words_of(memory)
    for said in ("1.7 of 14.4 GB", "Kept on disk for a quick return: 12 states, 640 MB.", "Qwen2.5 Coder", "Ready",
                 "1,240 of 8,192 tokens", "Answering", "200 MB reckoned, 260 MB measured · loaded in 0.6 s",
                 "Qwen2.5 Coder was loaded in 2.4 s.", "Gemma 3 had to leave to make room for Qwen2.5 Coder."):
        assert said in words, said
    bars = {each.accessibleName(): each.value() / each.maximum() for each in memory.findChildren(QProgressBar)}
    assert bars["Memory for models in use"] == pytest.approx(0.117)
    assert bars["Context of Qwen2.5 Coder in use"] == pytest.approx(1240 / 8192)


def test_it_looks_when_shown_and_often_while_it_can_be_seen(window: Window, sent: list[Command], qtbot: QtBot,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_section, "EVERY", 20)
    say_hello(window)
    window.show_page("system")
    assert last(sent, m.ListProcesses).request == "processes"
    qtbot.waitUntil(lambda: looks(sent) >= 3)
    window.show_page("chat")
    before = looks(sent)
    qtbot.wait(100)
    assert looks(sent) == before


def test_a_specialist_that_changes_is_looked_at_soon_and_once(window: Window, sent: list[Command], qtbot: QtBot,
                                                              memory: MemorySection) -> None:
    before = looks(sent)
    for state in ("loading", "ready", "busy"):
        window.take(m.SpecialistChanged(replace(STARTER, state=state)))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: looks(sent) > before)
    assert looks(sent) == before + 1


def test_unload_and_keep_are_commands(window: Window, sent: list[Command], memory: MemorySection) -> None:
    memory.cards["coder"].keep.click()
    assert last(sent, m.PinSpecialist) == m.PinSpecialist("coder", True)
    window.take(replace(LISTED, processes=(replace(CODER, pinned=True), SMOL)))
    assert memory.cards["coder"].keep.isChecked()
    memory.cards["coder"].keep.click()
    assert last(sent, m.PinSpecialist) == m.PinSpecialist("coder", False)
    memory.cards["smol"].unload.click()
    assert last(sent, m.Unload).specialist == "smol" and not memory.cards["smol"].unload.isEnabled()
    window.take(LISTED)
    assert "Leaves after this answer" in words_of(memory)
    window.take(replace(LISTED, processes=(CODER,)))
    assert set(memory.cards) == {"coder"}


def test_a_new_listing_moves_nothing_and_keeps_the_focus(window: Window, qtbot: QtBot, memory: MemorySection) -> None:
    qtbot.waitUntil(lambda: memory.cards["smol"].y() > 0)
    card, history = memory.cards["coder"], memory.history.findChildren(QLabel)
    card.unload.setFocus()
    places = [each.pos() for each in memory.cards.values()]
    window.take(replace(LISTED, processes=(SMOL, replace(CODER, context_used=1300))))
    qtbot.wait(20)
    assert memory.cards["coder"] is card and window.focusWidget() is card.unload
    assert [each.pos() for each in memory.cards.values()] == places
    assert memory.history.findChildren(QLabel) == history
    assert "1,300 of 8,192 tokens" in words_of(memory)


def test_the_keyboard_reaches_everything(window: Window, sent: list[Command], qtbot: QtBot,
                                         memory: MemorySection) -> None:
    card = memory.cards["coder"]
    card.keep.setFocus()
    window.focusNextChild()
    assert window.focusWidget() is card.unload
    qtbot.keyClick(card.unload, Qt.Key.Key_Return)
    assert last(sent, m.Unload).specialist == "coder"
    assert (card.accessibleName(), card.unload.accessibleName(), card.keep.accessibleName()) == (
        "Qwen2.5 Coder", "Unload Qwen2.5 Coder", "Keep Qwen2.5 Coder in memory")


def test_a_long_history_is_folded(window: Window, memory: MemorySection) -> None:
    window.take(replace(LISTED, history=tuple(FleetEvent(NOW - each, "coder", "loaded", f"in {each} s")
                                              for each in range(9))))
    assert memory.history.more.text() == "Show all 9"
    assert "Qwen2.5 Coder was loaded in 8 s." not in words_of(memory)
    memory.history.more.click()
    assert "Qwen2.5 Coder was loaded in 8 s." in words_of(memory)


def test_nothing_in_memory_is_said_and_so_is_what_went_wrong(window: Window, memory: MemorySection) -> None:
    window.take(m.ProcessesListed((), 14_400_000_000, 0))
    words = words_of(memory)
    assert "No model is in memory. One is loaded when you ask something." in words
    assert "Nothing yet." in words and "Nothing is kept on disk yet for a quick return." in words
    window.take(m.Refused("The fleet cannot be asked.", "Start Consort again.", "processes"))
    assert "The fleet cannot be asked. Start Consort again." in words_of(memory)
    assert window.notices.text == ""
    window.take(LISTED)
    assert "The fleet cannot be asked. Start Consort again." not in words_of(memory)


def test_the_second_worker_of_a_specialist_can_leave_but_not_be_kept(window: Window, memory: MemorySection) -> None:
    window.take(replace(LISTED, processes=(replace(CODER, id="coder/plan", name="Qwen2.5 Coder (plan)"),)))
    assert memory.cards["coder/plan"].keep.isHidden() and not memory.cards["coder/plan"].unload.isHidden()


@pytest.mark.parametrize("width", [360, 400, 900])
def test_it_fits_every_window(window: Window, qtbot: QtBot, memory: MemorySection, width: int) -> None:
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    qtbot.wait(20)
    for card in memory.cards.values():
        assert card.mapTo(window, card.rect().topRight()).x() < width
        assert card.unload.mapTo(window, card.unload.rect().topRight()).x() < width


def test_ages_and_amounts_in_words() -> None:
    assert [ago(NOW - each, NOW) for each in (3, 47, 61, 150, 7_300, 200_000)] == [
        "just now", "40 s ago", "1 min ago", "2 min ago", "2 h ago", "2 days ago"]
    assert ago(0.0, NOW) == ""
    assert len(clock(NOW, NOW)) == 5 and "," in clock(NOW - 200_000, NOW)
    assert memory_in_words(CODER) == "1.5 GB, as measured"
    assert memory_in_words(replace(CODER, measured=0)) == "1.5 GB"
    assert budget_in_words(m.ProcessesListed((), 800_000_000, 98_000_000)) == "98 of 800 MB"
    crash = FleetEvent(NOW, "coder", "crashed", "its process ended while it was at work")
    assert event_in_words(crash, ("coder",), str.upper) == (
        "CODER ended unexpectedly: its process ended while it was at work.")
