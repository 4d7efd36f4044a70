"""The window as a person starts it, without a screen: joined by a command line, raised, killed, cut off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bridge import Bridge, open_router
from desktop_app.theme import Theme
from desktop_app.window import Window
from router.ownership import owner_address
from router.parts import plain_text
from tests.e2e.conftest import FULL_SPEED, PROGRAM, ROOT, Said

WITHOUT_NETWORK = ("unshare", "--user", "--map-root-user", "--net", "--") if sys.platform == "linux" else ()
Consort = Callable[..., Said]


@pytest.fixture
def open_window(folder: Path, qtbot: QtBot) -> Iterator[subprocess.Popen[bytes]]:
    """The program with its window, in a namespace that has no network interface at all."""
    program = subprocess.Popen([*WITHOUT_NETWORK, *PROGRAM, "--data-dir", str(folder)], cwd=ROOT,
                               env=os.environ | FULL_SPEED | {"QT_QPA_PLATFORM": "offscreen"})
    qtbot.waitUntil(lambda: owner_address(folder) is not None, timeout=30_000)
    yield program
    if program.poll() is None:
        program.kill()
    program.wait(20)


def test_the_whole_program_works_where_no_network_is(open_window: subprocess.Popen[bytes], consort: Consort) -> None:
    said = consort("ask", "What is the capital of France?", "--temperature", "0", "--json", prefix=WITHOUT_NETWORK)
    assert said.code == 0 and "Paris" in said.events[-1]["text"], said.err
    follow_up = consort("ask", "And of Spain?", "--conversation", said.events[-1]["conversation"], "--json")
    end = follow_up.events[-1]
    assert end["load_seconds"] == 0 and end["prompt_tokens"] - end["reused_tokens"] <= 20 + 32
    assert open_window.poll() is None


def test_a_second_window_raises_the_first_and_ends(open_window: subprocess.Popen[bytes], consort: Consort) -> None:
    assert consort().code == 0
    assert open_window.poll() is None


def test_sigterm_ends_the_window_in_order(open_window: subprocess.Popen[bytes], folder: Path) -> None:
    open_window.send_signal(signal.SIGTERM)
    assert open_window.wait(20) == 0
    assert owner_address(folder) is None


def test_kill_9_of_the_window_leaves_no_process(open_window: subprocess.Popen[bytes], consort: Consort) -> None:
    assert consort("ask", "hi", "--max-tokens", "3").code == 0
    family = psutil.Process(open_window.pid).children(recursive=True)
    open_window.kill()
    open_window.wait(20)
    assert family and not psutil.wait_procs(family, timeout=5)[1]
    assert consort("ask", "hi", "--max-tokens", "3").code == 0


def test_a_question_typed_into_the_window_is_answered(qtbot: QtBot, qapp: QApplication, folder: Path) -> None:
    bridge = Bridge(open_router(folder))
    window = Window(bridge.send, Theme(qapp, "light"))
    qtbot.addWidget(window)
    bridge.happened.connect(window.take)
    bridge.start()
    window.begin()
    window.show()
    state = window.desk.state
    try:
        qtbot.waitUntil(lambda: bool(state.specialists), timeout=30_000)
        qtbot.keyClicks(window.chat.composer.edit, "What is the capital of France?")
        qtbot.keyClick(window.chat.composer.edit, "\r")
        qtbot.waitUntil(lambda: len(state.messages) == 2 and state.messages[1].state == "complete", timeout=60_000)
        assert [one.role for one in state.messages] == ["user", "assistant"] and plain_text(state.messages[1].parts)
    finally:
        assert bridge.close()
