"""Settings of the router: who answers, memory for models, what was taught; and what the context meter says is warm."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app import gigabytes_field
from desktop_app.settings_dialog import SettingsDialog
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import CorrectionView, TurnStats

from .scripted import answer, open_chat, question, say_hello

GB = 1_000_000_000


def changed(sent: list[Command], key: str) -> list[str]:
    """The values that were sent for a preference."""
    return [each.value for each in sent if isinstance(each, m.ChangePreference) and each.key == key]


@pytest.fixture
def settings(window: Window, qtbot: QtBot) -> SettingsDialog:
    """The dialog over the window, which passes on what the router says."""
    say_hello(window)
    window.show_page("settings")
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    return dialog


def test_who_answers_is_chosen_in_three_ways(window: Window, sent: list[Command], settings: SettingsDialog) -> None:
    routing = settings.routing
    assert routing.automatic.isChecked()
    assert [routing.who.itemText(each) for each in range(routing.who.count())] == ["SmolLM2", "Qwen2.5 Coder"]
    routing.always.click()
    routing.who.setCurrentIndex(1)
    routing.who.activated.emit(1)
    routing.ask.click()
    routing.automatic.click()
    routing.automatic.click()
    assert changed(sent, "routing") == ["always:smol", "always:coder", "ask", "automatic"]


def test_choosing_who_chooses_always(sent: list[Command], settings: SettingsDialog) -> None:
    settings.routing.who.setCurrentIndex(1)
    settings.routing.who.activated.emit(1)
    assert settings.routing.always.isChecked() and changed(sent, "routing") == ["always:coder"]


def test_what_is_set_is_shown_even_if_it_is_gone(window: Window, settings: SettingsDialog) -> None:
    window.take(m.PreferencesRead({"routing": "always:gemma"}))
    assert settings.routing.always.isChecked()
    assert settings.routing.who.currentText() == "Gemma 3 (not installed)"
    window.take(m.PreferencesRead({"routing": "ask"}))
    assert settings.routing.ask.isChecked()


def test_the_memory_budget_names_what_is_automatic(window: Window, sent: list[Command],
                                                   settings: SettingsDialog) -> None:
    assert any(isinstance(each, m.ListProcesses) for each in sent)
    assert settings.memory.automatic.text() == "Automatic: what suits this computer"
    window.take(m.ProcessesListed((), 14_400_000_000, 0, automatic_budget=14_400_000_000, memory_total=24 * GB))
    assert settings.memory.automatic.isChecked() and settings.memory.automatic.text() == "Automatic: 14.4 GB of 24.0 GB"
    assert settings.memory.limit.number.value() == 14.4
    window.take(m.PreferencesRead({"memory_budget": str(8 * GB)}))
    window.take(m.ProcessesListed((), 8 * GB, 0, automatic_budget=14_400_000_000, memory_total=24 * GB))
    assert settings.memory.own.isChecked() and settings.memory.limit.number.text() == "8.0 GB"
    assert settings.memory.automatic.text() == "Automatic: 14.4 GB of 24.0 GB"
    assert changed(sent, "memory_budget") == []
    settings.memory.automatic.click()
    assert changed(sent, "memory_budget") == [""]


def test_only_the_number_that_was_meant_takes_effect(window: Window, sent: list[Command], qtbot: QtBot,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gigabytes_field, "PAUSE", 40)
    say_hello(window)
    window.take(m.ProcessesListed((), 14 * GB, 0))
    window.show_page("settings")
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    for _ in range(3):
        qtbot.mouseClick(dialog.memory.limit.less, Qt.MouseButton.LeftButton)
    assert changed(sent, "memory_budget") == []
    qtbot.waitUntil(lambda: changed(sent, "memory_budget") == [str(12_500_000_000)])
    assert dialog.memory.own.isChecked()
    dialog.memory.pages.number.setValue(5)
    dialog.reject()                                     # what was typed last is meant, too
    assert changed(sent, "page_budget") == [str(5 * GB)]


def test_a_refused_budget_says_why_where_it_was_set(window: Window, settings: SettingsDialog) -> None:
    window.take(m.Refused("Models cannot be given so much.", "Choose between 0.1 and 24.0 GB.", "memory_budget"))
    assert settings.memory.trouble.text() == "Models cannot be given so much. Choose between 0.1 and 24.0 GB."
    assert settings.memory.trouble.isVisibleTo(settings) and window.notices.text == ""
    settings.memory.automatic.click()
    window.take(m.PreferencesRead({}))
    assert not settings.memory.trouble.isVisibleTo(settings)


def test_nothing_on_disk_is_a_budget_too(window: Window, settings: SettingsDialog) -> None:
    assert settings.memory.pages.number.text() == "2.0 GB"
    window.take(m.PreferencesRead({"page_budget": "0"}))
    assert settings.memory.pages.number.text() == "Nothing"


def test_what_was_taught_is_listed_and_forgotten(window: Window, sent: list[Command], qtbot: QtBot,
                                                 settings: SettingsDialog) -> None:
    assert any(isinstance(each, m.ListCorrections) for each in sent)
    window.take(m.CorrectionsListed(()))
    assert any(each.text().startswith("Nothing yet.") for each in settings.lessons.findChildren(QLabel))
    lessons = (CorrectionView("k2", "sort\n a list", "coder"), CorrectionView("k1", "write a haiku", "smol"))
    window.take(m.CorrectionsListed(lessons))
    words = [each.accessibleName() or each.text() for each in settings.lessons.findChildren(QLabel)]
    assert {"“sort a list”", "Qwen2.5 Coder", "“write a haiku”", "SmolLM2"} <= set(words)
    assert settings.lessons.forget["k2"].accessibleName() == "Forget: sort a list"
    settings.lessons.forget["k2"].click()
    forgotten: Any = next(each for each in sent if isinstance(each, m.ForgetCorrection))
    assert forgotten.correction == "k2"
    window.take(m.CorrectionsListed(lessons[1:]))
    assert list(settings.lessons.forget) == ["k1"]


def test_a_new_lesson_appears_in_the_list(window: Window, settings: SettingsDialog) -> None:
    window.take(m.CorrectionsListed(()))
    window.take(m.CorrectionRemembered(CorrectionView("k1", "write a haiku", "smol")))
    assert list(settings.lessons.forget) == ["k1"]


def test_closed_settings_are_let_go(window: Window, settings: SettingsDialog) -> None:
    settings.close_button.click()
    window.take(m.PreferencesRead({"routing": "ask"}))
    window.show_page("settings")
    assert window.findChildren(SettingsDialog)[-1].routing.ask.isChecked()


@pytest.mark.parametrize("width", [360, 400, 900])
def test_settings_fit_every_window(window: Window, qtbot: QtBot, width: int) -> None:
    say_hello(window)
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    window.show_page("settings")
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    window.take(m.CorrectionsListed((CorrectionView("k1", "write " * 100, "smol"),)))
    qtbot.wait(30)
    assert dialog.width() <= width
    for each in (dialog.theme, dialog.routing.who, dialog.memory.limit.more, dialog.memory.pages.more,
                 dialog.lessons.forget["k1"], dialog.close_button):
        assert each.mapTo(dialog, each.rect().topRight()).x() < dialog.width()


@pytest.mark.parametrize(("stats", "said", "warm"), [
    (TurnStats(1200, 1180, 40, context=8192), "1,180 were still in memory and needed no reading.", 1180 / 8192),
    (TurnStats(1200, 1180, 40, context=8192, resumed_tokens=1180), "1,180 were kept on disk and needed no reading.",
     1180 / 8192),
    (TurnStats(1200, 0, 40, context=8192), "", 0.0),
])
def test_the_context_meter_says_what_was_warm(window: Window, stats: TurnStats, said: str, warm: float) -> None:
    say_hello(window)
    open_chat(window, question(), answer(stats=stats))
    words = window.chat.meter.toolTip()
    assert words.startswith("1,240 of 8,192 tokens are in use") and said in words
    assert ("needed no reading" in words) == bool(said)
    assert window.chat.meter.accessibleDescription() == words
    assert window.chat.meter.warm == pytest.approx(warm)
    assert not window.chat.meter.grab().isNull()
