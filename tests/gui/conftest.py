"""Widgets without a screen: the offscreen platform, one theme, and a transcript to show things in."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.icons import Icons
from desktop_app.rendering import Rendering
from desktop_app.theme import Theme
from desktop_app.transcript import Transcript
from desktop_app.window import Window
from router.messages import Command
from router.parts import Part, TextPart
from router.views import MessageState, MessageView
from tests.gui.fake_audio import FakeAudio


def pytest_configure(config: pytest.Config) -> None:
    """What ziamath says at its import, whatever we do."""
    config.addinivalue_line("filterwarnings", "ignore:path is deprecated:DeprecationWarning")


# The platform without a screen says so whenever a window is raised, grabbed for or given a least size.
NOT_ABOUT_US = r"This plugin does not support .*"

Say = Callable[..., MessageView]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the platform without a screen says is no failure of a test."""
    for item in items:
        if item.path.parent.name == "gui":
            item.add_marker(pytest.mark.qt_log_ignore(NOT_ABOUT_US, extend=True))


@pytest.fixture(autouse=True)
def garbage_stays_here() -> Iterator[None]:
    """No thread of the window collects what a test left behind (see desktop_app.garbage)."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture(autouse=True, scope="package")
def garbage_of_all() -> Iterator[None]:
    """When all tests of the window are over, collection is automatic again."""
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)     # what the test before has left behind
    font = qapp.font()
    made = Theme(qapp, "light")
    yield made
    qapp.setStyleSheet("")
    qapp.setFont(font)          # a theme takes the system's type size from it


@pytest.fixture
def icons(theme: Theme) -> Icons:
    return Icons(theme)


@pytest.fixture
def rendering(theme: Theme, icons: Icons) -> Iterator[Rendering]:
    made = Rendering(theme, icons)
    yield made
    made.close()


@pytest.fixture
def transcript(qtbot: QtBot, theme: Theme, icons: Icons) -> Transcript:
    made = Transcript(theme, icons)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


@pytest.fixture
def sent() -> list[Command]:
    """The commands that the window gave, in order."""
    return []


@pytest.fixture
def audio(qapp: QApplication) -> FakeAudio:
    """The window's devices: two microphones, one loudspeaker."""
    return FakeAudio()


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, sent: list[Command], audio: FakeAudio) -> Window:
    """A window 1000 × 700 on show, with nothing told to it yet; its commands are written down instead of sent."""
    made = Window(sent.append, theme, audio=audio)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def say() -> Say:
    """Makes messages: say("1", "Hello"), say("2", "Hi", "assistant", state="streaming")."""

    def make(name: str, text: str = "", role: str = "user", state: MessageState = "complete",
             parts: tuple[Part, ...] = (), **more: object) -> MessageView:
        said = parts or ((TextPart(text),) if text else ())
        return MessageView(name, "", role, said, state, 0.0, **more)    # type: ignore[arg-type]

    return make
