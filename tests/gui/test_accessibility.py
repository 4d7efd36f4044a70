"""Every control of every page can be used without seeing it: the tree that a screen reader walks is walked here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.dialogs import Question
from desktop_app.settings_dialog import SettingsDialog
from desktop_app.shortcuts_sheet import ShortcutsSheet
from desktop_app.specialist_settings import SpecialistSettings
from desktop_app.why_card import WhyCard
from desktop_app.window import Window
from router import messages as m
from router.model_views import (
    CheckView,
    FitView,
    HubModelDetail,
    HubModelView,
    QueuedInstall,
    Recommendation,
    SharedModel,
    StoredModel,
    UpdateView,
)
from router.views import Check, Choice, CorrectionView, ProcessView

from .scripted import CODER, GEMMA, WEIGHED, answer, open_chat, question, say_hello, start_turn

Role = QAccessible.Role
INTERACTIVE = {Role.Button, Role.CheckBox, Role.RadioButton, Role.ComboBox, Role.EditableText, Role.SpinBox,
               Role.Slider, Role.List, Role.Tree, Role.Table, Role.Link, Role.ButtonMenu, Role.ButtonDropDown,
               Role.PageTab, Role.MenuItem}


def walk(interface: QAccessibleInterface, path: str = "") -> Iterator[tuple[str, QAccessibleInterface]]:
    """Everything below, hidden things left out, with the way to it."""
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is None or not child.isValid() or child.state().invisible:
            continue
        here = f"{path}/{child.role().name}:{child.text(QAccessible.Text.Name)}"
        yield here, child
        yield from walk(child, here)


def nameless(widget: QWidget) -> list[str]:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return [path for path, each in walk(interface)
            if each.role() in INTERACTIVE and not each.text(QAccessible.Text.Name).strip()]


def page_chat(window: Window) -> None:
    open_chat(window)


def page_failed(window: Window) -> None:
    open_chat(window, answer("", state="failed"))
    window.take(m.Noticed("No model fits.", "", choices=(Choice("Open Models", "install"),)))
    window.take(m.ConversationDeleted("c2", "Sourdough"))


def page_models(window: Window) -> None:
    """What needs attention, what is here, what other programs have."""
    window.take(m.SpecialistChanged(replace(CODER, state="refused")))
    window.show_page("models")
    window.take(m.SharedModelsFound((SharedModel("/o/x", "llama3", "Ollama", 5),)))


def page_discover(window: Window) -> None:
    window.show_page("discover")
    window.take(m.Recommended((Recommendation("With 16 GB", ("smol", "gemma")), Recommendation("Small", ("smol",)))))


def page_hub(window: Window) -> None:
    window.show_page("discover")
    window.models.discover.ask_hub()
    asked = window.desk.state.hub.asked
    window.take(m.HubSearched("", (HubModelView("a/b", "mit", 5, gated=True),), "next", asked.request if asked else ""))


def page_downloads(window: Window) -> None:
    window.show_page("downloads")
    window.take(m.QueueChanged((QueuedInstall("gemma", "Gemma", "running", "fetching", 1, 2),
                                QueuedInstall("coder", "Coder", "failed", error="No.", hint="Later."))))


def page_model(window: Window) -> None:
    window.take(m.SpecialistChanged(replace(CODER, check=CheckView("passed", sample="Hi.", load_seconds=1.0),
                                            sha256="ab" * 32, strengths={"code": 0.5})))
    window.show_model("specialist:coder")


def page_gated(window: Window) -> None:
    window.show_model("repo:a/b")
    window.take(m.HubModelOpened(HubModelDetail(HubModelView("a/b", gated=True), card="# Hi\n\n- one"),
                                 "hub:open:a/b"))


def page_storage(window: Window) -> None:
    window.show_page("storage")
    window.take(m.StorageListed("/models", (StoredModel("coder", "Coder", "installed", 5),
                                            StoredModel("gemma", "Gemma", "unfinished", 5)), 5, 9, 1, "storage:list"))
    window.take(m.UpdatesFound((UpdateView("coder", "Coder"),)))


def page_system(window: Window) -> None:
    window.show_page("system")
    window.take(m.ProcessesListed((ProcessView("smol", "SmolLM2", "language", "ready", 1, 9, 0, 2048, 100),), 90, 9))
    window.take(m.Diagnosed((Check("Memory", True, "16 GB"), Check("GPU", False, "None", "Install it."))))


def page_ask_me(window: Window) -> None:
    open_chat(window)
    start_turn(window, "t1")
    window.take(m.ChoiceNeeded("t1", WEIGHED.candidates, "It looks like code."))


def page_taught(window: Window) -> None:
    open_chat(window)
    window.take(m.CorrectionRemembered(CorrectionView("k1", "write a haiku", "smol")))


def page_search(window: Window) -> None:
    window.sidebar.search.setText("museum")


MODEL_PAGES = (page_models, page_discover, page_hub, page_downloads, page_model, page_gated, page_storage)


@pytest.mark.parametrize("show", [lambda _: None, page_chat, page_failed, page_system, page_search,
                                  page_ask_me, page_taught, *MODEL_PAGES])
def test_every_control_of_every_page_has_a_name(window: Window, qtbot: QtBot, show: Callable[[Window], None]) -> None:
    say_hello(window)
    show(window)
    if show in MODEL_PAGES:
        qtbot.waitUntil(lambda: not window.models.is_waiting)
    assert nameless(window) == []


def test_rows_of_models_are_read_with_their_size_and_whether_they_fit(window: Window) -> None:
    say_hello(window)
    window.take(m.SpecialistChanged(replace(GEMMA, fit=FitView("no"))))
    window.show_page("discover")
    texts = [path.rsplit(":", 1)[-1] for path, each in walk(QAccessible.queryAccessibleInterface(window))
             if each.role() == Role.ListItem]
    assert "Gemma 3. General · 270M. 253 MB. Does not fit. Many languages" in texts


def test_which_page_of_models_is_on_show_is_told_by_role_and_state(window: Window) -> None:
    say_hello(window)
    window.show_page("storage")
    on = {each.text(QAccessible.Text.Name): bool(each.state().checked)
          for _, each in walk(QAccessible.queryAccessibleInterface(window)) if each.role() == Role.RadioButton}
    assert on == {"On this computer": False, "Discover": False, "Downloads": False, "Storage": True}


def test_progress_is_told_with_what_it_is_of(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    page_downloads(window)
    qtbot.waitUntil(lambda: not window.models.is_waiting)
    bars = {each.text(QAccessible.Text.Name): each.text(QAccessible.Text.Description)
            for _, each in walk(QAccessible.queryAccessibleInterface(window)) if each.role() == Role.ProgressBar}
    assert bars["Download of Gemma"].startswith("0 kB of 0 kB")


def test_every_control_of_the_first_start_has_a_name(window: Window) -> None:
    say_hello(window, installed=False)
    window.take(m.InstallMoved("smol", "fetching", 1, 2))
    assert nameless(window) == []


@pytest.mark.parametrize("kind", ["settings", "specialist", "shortcuts", "palette", "question", "why"])
def test_every_control_of_every_dialog_has_a_name(window: Window, qtbot: QtBot, kind: str) -> None:
    say_hello(window)
    open_chat(window, question(), answer(routing=WEIGHED))
    made: QWidget
    if kind == "settings":
        window.take(m.CorrectionsListed((CorrectionView("k1", "write a haiku", "smol"),)))
        made = SettingsDialog(window.desk, window)
    elif kind == "specialist":
        made = SpecialistSettings(window.desk, window.desk.state.specialists["smol"], window)
    elif kind == "shortcuts":
        made = ShortcutsSheet(window)
    elif kind == "palette":
        made = window.commands.open_finder()
    elif kind == "question":
        made = Question(window, "Remove SmolLM2?", "This frees 98 MB.", "Remove", danger=True)
    else:
        window.chat.routing.why("a1")
        made = window.chat.findChild(WhyCard)
    qtbot.addWidget(made)
    made.show()
    assert nameless(made) == []
    if isinstance(made, QDialog):
        assert made.windowTitle()


def test_buttons_that_are_only_an_icon_are_named_and_say_so_on_hover(window: Window) -> None:
    say_hello(window)
    open_chat(window)
    icons = [each for each in window.findChildren(QAbstractButton)
             if each.isVisible() and not each.text() and not each.icon().isNull()]
    assert len(icons) >= 3
    for each in icons:
        assert each.accessibleName(), each
        assert each.toolTip(), each.accessibleName()


def test_rows_are_read_with_what_they_are(window: Window) -> None:
    say_hello(window)
    texts = [path.rsplit(":", 1)[-1] for path, each in walk(QAccessible.queryAccessibleInterface(window))
             if each.role() == Role.ListItem]
    assert any("Lisbon" in each for each in texts)
    assert any("Folder Work, open" in each for each in texts)


def test_tab_goes_through_the_page_in_reading_order(window: Window, qtbot: QtBot) -> None:
    say_hello(window)
    window.sidebar.search.setFocus()
    visited: list[QWidget] = []
    for _ in range(40):
        visited.append(window.focusWidget())
        window.focusNextChild()
    edit = window.chat.composer.edit
    order = [visited.index(each) for each in (window.sidebar.search, window.sidebar.list, window.chat.picker, edit)]
    assert order == sorted(order)
