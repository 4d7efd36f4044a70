"""Models through the real window, the real router and a real model, from a stand-in Hub over a slow connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import model_actions
from desktop_app.bridge import Bridge, open_router
from desktop_app.theme import Theme
from desktop_app.window import Window
from router.parts import plain_text
from tests.hub.stand_in import Fault, Repository, StandInHub

REPO, ID = "anna/Poet-GGUF", "anna--poet-gguf"
CARD = b"---\nlicense: mit\n---\n# Poet\n\n<b>Writes</b> verse.\n"


@pytest.fixture
def hub(starter_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    with StandInHub(repositories={REPO: Repository({"poet-Q4_1.gguf": starter_file, "README.md": CARD}, licence="mit",
                                                   downloads=5000)}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        yield server


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, folder: Path, hub: StandInHub) -> Iterator[Window]:
    bridge = Bridge(open_router(folder))
    made = Window(bridge.send, Theme(qapp, "light"))
    qtbot.addWidget(made)
    bridge.happened.connect(made.take, Qt.ConnectionType.QueuedConnection)
    bridge.start()
    made.begin()
    made.show()
    try:
        qtbot.waitUntil(lambda: made.desk.state.specialists_listed, timeout=30_000)
        yield made
    finally:
        assert bridge.close()


def test_found_paused_continued_checked_asked_and_removed(window: Window, hub: StandInHub, qtbot: QtBot,
                                                         folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, queue = window.desk.state, window.desk.state.queue
    window.show_page("discover")
    discover = window.models.discover
    qtbot.keyClicks(discover.search.field, "poet")
    assert hub.seen == [], "nobody is asked while somebody types"
    qtbot.keyClick(discover.search.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [each.repo for each in state.hub.found] == [REPO], timeout=30_000)

    discover.hub.listed.list.opened.emit(f"repo:{REPO}")
    page = window.models.model
    qtbot.waitUntil(lambda: page.head.install.isVisible(), timeout=30_000)
    assert page.head.install.text() == "Install Q4_1 (98 MB)" and page.card.text is not None
    assert "<b>" not in page.card.text.editors()[0].toPlainText()

    hub.always = Fault(slow=8_000_000)
    QTest.keyClick(page.head.install, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (line := queue.of_repository(REPO)) is not None and line.done > 1_000_000, timeout=60_000)
    seen: list[int] = []
    qtbot.waitUntil(lambda: page.head.progress.isVisible(), timeout=10_000)
    page.head.progress.pause.click()
    qtbot.waitUntil(lambda: (line := queue.line(ID)) is not None and line.state == "paused", timeout=30_000)
    seen.append(queue.line(ID).done)                                    # type: ignore[union-attr]
    hub.always = Fault()
    page.head.progress.go_on.click()
    qtbot.waitUntil(lambda: ID in state.specialists and state.specialists[ID].check.state == "passed"
                    and queue.line(ID) is None, timeout=120_000)
    assert sum(each.end - each.start for each in hub.sent) < 98_362_432 + 8_000_000, "what was fetched was kept"
    assert seen[0] > 0 and page.head.chat.isVisible()
    assert state.specialists[ID].check.sample and state.specialists[ID].check.writes_per_second > 0

    page.head.chat.click()
    qtbot.keyClicks(window.chat.composer.edit, "What is the capital of France?")
    qtbot.keyClick(window.chat.composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(state.messages) == 2 and state.messages[1].state == "complete", timeout=90_000)
    assert state.messages[1].specialist == ID and plain_text(state.messages[1].parts)

    window.show_model(f"specialist:{ID}")
    monkeypatch.setattr(model_actions, "confirm", lambda *_, **__: True)
    page.head.remove.click()
    qtbot.waitUntil(lambda: state.specialists.get(ID) is None or state.specialists[ID].state == "absent",
                    timeout=30_000)
    assert not list((folder / "models" / ID).glob("*.gguf"))
