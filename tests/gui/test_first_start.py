"""The first start: what is offered, how the installation is shown, and the question that waits for it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel

from desktop_app.first_start import FirstStart
from desktop_app.window import Window
from router import messages as m
from router.messages import Command

from .scripted import say_hello


def page(window: Window) -> FirstStart:
    assert window.chat.first_start is not None
    return window.chat.first_start


def last(sent: list[Command], kind: type[Any]) -> Any:
    return next(each for each in reversed(sent) if isinstance(each, kind))


def words_on(window: Window) -> str:
    return "\n".join(each.text() for each in page(window).findChildren(QLabel) if not each.isHidden())


def test_it_says_what_how_big_from_where_and_under_which_licence(window: Window) -> None:
    say_hello(window, installed=False)
    words = words_on(window)
    for said in ("SmolLM2", "98 MB", "the Hugging Face Hub, or the package index", "Apache-2.0", "checksum"):
        assert said in words
    assert page(window).install.text() == "Install SmolLM2 (98 MB)"


def test_installing_shows_numbers_and_can_be_paused_and_continued(window: Window, sent: list[Command]) -> None:
    say_hello(window, installed=False)
    page(window).install.click()
    assert last(sent, m.Install) == m.Install("smol", request="install:smol")
    window.take(m.InstallMoved("smol", "fetching", 34_000_000, 98_000_000, 5_200_000, "index"))
    progress = page(window).progress
    assert progress.words == "34 MB of 98 MB · 5.2 MB/s · 12 s left · from the package index"
    progress.pause.click()
    assert last(sent, m.PauseInstall).specialist == "smol"
    window.take(m.InstallPaused("smol", 34_000_000, 98_000_000))
    assert progress.words.startswith("Paused · 34 MB of 98 MB")
    progress.go_on.click()
    assert sum(isinstance(each, m.Install) for each in sent) == 2


def test_a_failure_says_what_happened_and_offers_one_way_on(window: Window, sent: list[Command]) -> None:
    say_hello(window, installed=False)
    page(window).install.click()
    window.take(m.Refused("The disk is full: 98 MB are needed.", "Make room.", "install:smol", "smol"))
    assert page(window).error == "The disk is full: 98 MB are needed."
    assert page(window).again.isVisible() and not page(window).install.isVisible()
    assert window.notices.text == ""
    page(window).again.click()
    assert sum(isinstance(each, m.Install) for each in sent) == 2


def test_a_question_typed_meanwhile_is_kept_and_asked_afterwards(window: Window, sent: list[Command]) -> None:
    say_hello(window, installed=False)
    window.chat.composer.edit.put("What is the capital of France?")
    window.chat.composer.send_button.click()
    assert not any(isinstance(each, m.Ask) for each in sent)
    assert "What is the capital of France?" in words_on(window)
    window.take(m.InstallMoved("smol", "fetching", 1, 98_000_000))
    window.take(m.Installed("smol", "hub", "/models/smol.gguf", 98_000_000, "ab"))
    assert last(sent, m.Ask).text == "What is the capital of France?"
    assert window.chat.first_start is None
    assert sum(isinstance(each, m.Ask) for each in sent) == 1


def test_a_question_typed_before_the_router_is_up_is_kept_too(window: Window, sent: list[Command]) -> None:
    window.chat.composer.edit.put("Quick one")
    window.chat.composer.send_button.click()
    assert not any(isinstance(each, m.Ask) for each in sent)
    say_hello(window)
    assert last(sent, m.Ask).text == "Quick one"


def test_a_kept_question_survives_a_crash_as_a_draft(window: Window, sent: list[Command]) -> None:
    say_hello(window, installed=False)
    window.chat.composer.edit.put("Keep me")
    window.chat.composer.send_button.click()
    assert last(sent, m.ChangePreference) == m.ChangePreference("draft", "Keep me")
