"""Everything about models is reached and done by key presses alone: not one click, no call of a widget's method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.model_list import ModelList
from desktop_app.segments import Segment
from desktop_app.specialist_settings import SpecialistSettings
from desktop_app.theme import Theme
from desktop_app.window import Window
from router import messages as m
from router.model_views import Recommendation
from specialists.manifest import Settings

from .scripted import CODER, say_hello
from .scripted_models import ID, REPO, ScriptedModels

Key, Held = Qt.Key, Qt.KeyboardModifier
MOST_TABS = 60          # a page from which a control is farther away has lost its way


class Keyboard:
    """Hands on the keys, eyes on the focus."""

    def __init__(self, window: Window) -> None:
        self.window = window

    @property
    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None, "the keys go nowhere"
        return found

    @property
    def name(self) -> str:
        """What a screen reader says of where the keys go."""
        return self.focus.accessibleName()

    def press(self, *keys: Key, held: Held = Held.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.focus, key, held)
            self.settle()

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focus, words)

    def tab_to(self, wanted: Callable[[QWidget], bool]) -> None:
        """Tab until the focus is where it is wanted; it never goes where nothing is seen."""
        seen = []
        for _ in range(MOST_TABS):
            assert self.focus.isVisible(), self.focus
            if wanted(self.focus):
                return
            seen.append(self.name)
            self.press(Key.Key_Tab)
        raise AssertionError(f"not reached from here: {seen}")

    def tab_to_name(self, name: str) -> None:
        self.tab_to(lambda each: each.accessibleName() == name)

    def answer(self, verb: str) -> None:
        """When the next question comes, Tab to its verb and press Enter."""
        def pressed() -> None:
            dialog = QApplication.activeModalWidget()
            if dialog is None:
                QTimer.singleShot(10, pressed)
                return
            for _ in range(6):
                focus = dialog.focusWidget()
                if isinstance(focus, QAbstractButton) and focus.text() == verb:
                    QTest.keyClick(focus, Key.Key_Return)
                    return
                QTest.keyClick(focus or dialog, Key.Key_Tab)
            raise AssertionError(f"no verb {verb}")
        QTimer.singleShot(10, pressed)

    def settle(self) -> None:
        """Until all is drawn. Without a window manager the test brings the window back when a dialog has closed."""
        QTest.qWait(1)
        while self.window.models.is_waiting or QApplication.focusWidget() is None:
            if QApplication.activeWindow() is None:
                self.window.activateWindow()
            QTest.qWait(5)


@pytest.fixture
def router() -> ScriptedModels:
    return ScriptedModels()


@pytest.fixture
def keys(qtbot: QtBot, theme: Theme, router: ScriptedModels) -> Iterator[Keyboard]:
    window = Window(router.send, theme)
    router.tell = window.take
    qtbot.addWidget(window)
    window.resize(1000, 800)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    say_hello(window)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    yield Keyboard(window)


def words_on(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget))


def test_the_whole_of_it_by_key_presses_alone(keys: Keyboard, router: ScriptedModels,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    window = keys.window
    # search
    keys.press(Key.Key_1, held=Held.ControlModifier)
    keys.tab_to(lambda each: isinstance(each, Segment))
    keys.press(Key.Key_Right)
    assert keys.name == "Discover" and window.models.segments.present == "discover"
    keys.tab_to_name("Search models")
    keys.type("poet")
    assert not any(isinstance(each, m.SearchHub) for each in router.sent)
    keys.press(Key.Key_Return)
    assert router.last(m.SearchHub).text == "poet"
    # open
    keys.tab_to(lambda each: isinstance(each, ModelList))
    keys.press(Key.Key_Down, Key.Key_Return)
    assert router.last(m.OpenHubModel).repo == REPO
    # choose a quantisation, install
    keys.tab_to(lambda each: isinstance(each, ModelList) and each.current_key == f"{REPO}:Q4_K_M")
    keys.press(Key.Key_Return)
    assert router.last(m.Install).specialist == f"{REPO}:Q4_K_M"
    # two more, so that there is an order
    for specialist in ("gemma", "piper"):
        router._Install(m.Install(specialist, request=f"install:{specialist}"))
    # the queue: reorder, pause, continue
    keys.press(Key.Key_Escape, Key.Key_Escape)
    keys.tab_to(lambda each: isinstance(each, Segment)) if not isinstance(keys.focus, Segment) else None
    keys.press(Key.Key_Right)
    assert window.models.segments.present == "downloads"
    keys.tab_to(lambda each: each.accessibleName().startswith("Pause Piper"))
    keys.press(Key.Key_Up, held=Held.AltModifier)
    assert router.last(m.MoveInQueue) == m.MoveInQueue("piper", 0, request="queue")
    assert keys.name.startswith("Pause Piper"), "the keys stay with what was moved"
    assert [each.specialist for each in router.queue] == [ID, "piper", "gemma"]
    keys.press(Key.Key_Space)
    assert router.last(m.PauseInstall).specialist == "piper" and keys.name.startswith("Continue Piper")
    keys.press(Key.Key_Space)
    assert router.last(m.Install).specialist == "piper" and keys.name.startswith("Pause Piper")
    # it is installed: settings and their reset
    router.finish(ID, "Poet")
    keys.press(Key.Key_K, held=Held.ControlModifier)
    keys.type("poet")
    keys.press(Key.Key_Return)
    assert window.models.model.key == f"specialist:{ID}"
    keys.tab_to_name("Settings of Poet")
    keys.press(Key.Key_Return)
    settings = window.findChild(SpecialistSettings)
    assert settings is not None and settings.isVisible()
    keys.tab_to_name("Temperature")
    keys.type("0.2")
    keys.tab_to_name("Save")
    keys.press(Key.Key_Return)
    assert router.last(m.ChangeSettings) == m.ChangeSettings(ID, Settings(temperature=0.2))
    keys.tab_to_name("Settings of Poet")
    keys.press(Key.Key_Return)
    keys.tab_to_name("Reset to what Consort chooses")
    keys.press(Key.Key_Return)
    assert router.last(m.ChangeSettings) == m.ChangeSettings(ID, Settings())
    # verify, remove
    keys.tab_to_name("Verify Poet")
    keys.press(Key.Key_Return)
    assert "Its file is as it was published." in words_on(window.models.model)
    keys.tab_to_name("Remove Poet")
    keys.answer("Remove Poet")
    keys.press(Key.Key_Return)
    assert router.last(m.Remove).specialist == ID
    # storage: move
    keys.press(Key.Key_Escape)
    keys.press(Key.Key_K, held=Held.ControlModifier)
    keys.type("storage")
    keys.press(Key.Key_Return)
    assert window.models.segments.present == "storage"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "/disk")      # the system's own dialog
    keys.tab_to_name("Move models to… Place")
    keys.answer("Move them")
    keys.press(Key.Key_Return)
    assert router.last(m.MoveModels).folder == "/disk"
    assert window.notices.text == "Your models are kept in /disk now."


def test_escape_closes_the_innermost_and_the_keys_return_to_where_they_were(keys: Keyboard,
                                                                           router: ScriptedModels) -> None:
    window = keys.window
    window.show_page("discover")
    keys.press(Key.Key_Return)
    keys.tab_to(lambda each: isinstance(each, ModelList))
    keys.press(Key.Key_Down, Key.Key_Return)
    assert window.models.stack.currentWidget() is window.models.model
    keys.press(Key.Key_Escape)
    focus = keys.focus
    assert isinstance(focus, ModelList) and focus.current_key == f"repo:{REPO}"
    keys.press(Key.Key_Escape)
    assert window.desk.state.hub.asked is None and isinstance(keys.focus, QLineEdit)
    keys.press(Key.Key_Escape)
    assert window.pages.currentWidget() is window.chat


def test_a_row_is_installed_with_its_keys_and_has_a_menu(keys: Keyboard, router: ScriptedModels) -> None:
    window = keys.window
    window.take(m.SpecialistChanged(ScriptedModels.poet(state="absent")))
    window.show_page("discover")
    keys.tab_to(lambda each: isinstance(each, ModelList))
    keys.press(Key.Key_End)
    assert window.models.discover.catalogue.list.current_key == f"specialist:{ID}"
    keys.press(Key.Key_Return, held=Held.ControlModifier)
    assert router.last(m.Install).specialist == ID
    menu = window.models.discover.menu.build("specialist:coder")
    assert [each.text() for each in menu.actions() if each.text()] == ["Open", "Check it again", "Verify its file",
                                                                       "Remove…"]


@pytest.mark.parametrize("page", ["installed", "discover", "downloads", "storage"])
def test_everything_that_takes_the_keys_shows_it(keys: Keyboard, router: ScriptedModels, page: str) -> None:
    """The focus is always visible: what has it looks different from when it has not."""
    window = keys.window
    router._Install(m.Install("gemma", request="install:gemma"))
    window.show_page(page)
    keys.settle()
    shown = window.models.stack.currentWidget()
    first: QWidget | None = None
    visited = 0
    for _ in range(MOST_TABS):
        focus = keys.focus
        if focus is first:
            break
        first = first or focus
        if shown.isAncestorOf(focus):
            with_focus = focus.grab().toImage()
            keys.press(Key.Key_Tab)
            assert focus.grab().toImage() != with_focus, focus.accessibleName()
            visited += 1
        else:
            keys.press(Key.Key_Tab)
    assert visited >= 3


@pytest.mark.parametrize("page", ["installed", "discover", "downloads", "storage"])
def test_tab_follows_reading_order(keys: Keyboard, router: ScriptedModels, page: str) -> None:
    window = keys.window
    window.take(m.SpecialistChanged(replace(CODER, state="refused")))
    window.take(m.Recommended((Recommendation("With 16 GB", ("smol", "gemma")),)))
    for specialist in ("gemma", "piper"):
        router._Install(m.Install(specialist, request=f"install:{specialist}"))
    window.show_page(page)
    keys.settle()
    shown = window.models.stack.currentWidget()
    window.models.segments.focus_present()
    tops = []
    for _ in range(MOST_TABS):
        keys.press(Key.Key_Tab)
        if not shown.isAncestorOf(keys.focus):
            break
        tops.append((keys.focus.mapTo(window, QPoint(0, keys.focus.height() // 2)).y() + scrolled(shown), keys.name))
    assert len(tops) >= 4
    for (above, _), (below, name) in pairwise(tops):
        assert below >= above - 12, (name, tops)


def scrolled(page: QWidget) -> int:
    """How far down the page is scrolled."""
    assert isinstance(page, QScrollArea)
    return page.verticalScrollBar().value()
