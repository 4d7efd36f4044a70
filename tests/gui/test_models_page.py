"""Models, settings and System: what is offered, what is asked first, and which command follows."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app import model_card
from desktop_app.models_page import ModelsPage
from desktop_app.settings_dialog import SettingsDialog
from desktop_app.specialist_settings import SpecialistSettings
from desktop_app.system_page import SystemPage
from desktop_app.window import Window
from router import messages as m
from router.messages import Command
from router.views import Check
from specialists.manifest import Settings

from .scripted import say_hello


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def models(window: Window) -> ModelsPage:
    window.show_page("models")
    page = window.pages.currentWidget()
    assert isinstance(page, ModelsPage)
    return page


def test_an_opt_in_licence_is_agreed_to_before_anything_is_fetched(window: Window, sent: list[Command],
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    asked: list[str] = []
    monkeypatch.setattr(model_card, "confirm", lambda parent, title, text, yes, **_: asked.append(text) or False)
    models(window).cards["gemma"].install.click()
    assert "https://ai.google.dev/gemma/terms" in asked[0]
    assert not any(isinstance(each, m.Install) for each in sent)
    monkeypatch.setattr(model_card, "confirm", lambda *_, **__: True)
    models(window).cards["gemma"].install.click()
    assert last(sent, m.Install) == m.Install("gemma", agreed=True, request="install:gemma")


def test_removing_names_the_thing_and_its_size(window: Window, sent: list[Command],
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    say_hello(window)
    asked: list[str] = []
    monkeypatch.setattr(model_card, "confirm", lambda parent, title, text, yes, **_: asked.append(title + text) or True)
    models(window).cards["coder"].remove.click()
    assert "Qwen2.5 Coder" in asked[0] and "1.1 GB" in asked[0]
    assert last(sent, m.Remove).specialist == "coder"
    window.take(m.Removed("coder", 1_120_000_000))
    assert models(window).cards["coder"].install.isVisible()


def test_an_installation_moves_on_its_card(window: Window) -> None:
    say_hello(window)
    card = models(window).cards["gemma"]
    window.take(m.InstallMoved("gemma", "fetching", 100_000_000, 253_000_000, 0, "hub"))
    assert card.progress.isVisible() and not card.install.isVisible()
    window.take(m.Installed("gemma", "hub", "/x", 253_000_000, "ab"))
    assert not card.progress.isVisible() and card.settings.isVisible()


def test_settings_show_what_consort_would_choose_and_save_only_what_was_typed(window: Window, sent: list[Command],
                                                                             qtbot: QtBot) -> None:
    say_hello(window)
    dialog = SpecialistSettings(window.desk, window.desk.state.specialists["smol"], window)
    qtbot.addWidget(dialog)
    assert dialog.fields["context"].placeholderText() == "4096" and dialog.fields["context"].text() == ""
    dialog.fields["temperature"].setText("hot")
    dialog.save.click()
    assert "Temperature takes a number" in dialog.error and not any(isinstance(s, m.ChangeSettings) for s in sent)
    dialog.fields["temperature"].setText("0.2")
    dialog.prompt.setPlainText("Be brief.")
    dialog.save.click()
    wanted = Settings(system_prompt="Be brief.", temperature=0.2)
    assert last(sent, m.ChangeSettings) == m.ChangeSettings("smol", wanted)
    dialog.reset.click()
    assert last(sent, m.ChangeSettings).settings == Settings()


def test_the_programs_settings_take_effect_at_once(window: Window, sent: list[Command], qtbot: QtBot) -> None:
    say_hello(window)
    dialog = SettingsDialog(window.desk, window)
    qtbot.addWidget(dialog)
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.theme.activated.emit(dialog.theme.currentIndex())
    assert window.desk.theme.dark and last(sent, m.ChangePreference) == m.ChangePreference("theme", "dark")
    assert not dialog.tray.isEnabled()


def test_the_system_page_asks_and_shows_the_remedy(window: Window, sent: list[Command]) -> None:
    say_hello(window)
    window.show_page("system")
    assert isinstance(window.pages.currentWidget(), SystemPage)
    assert last(sent, m.Diagnose)
    window.take(m.Diagnosed((Check("Graphics card", False, "None in use", "Install the CUDA build."),)))
    words = {each.text() for each in window.pages.currentWidget().findChildren(QLabel)}
    assert {"Graphics card", "None in use", "Install the CUDA build."} <= words
