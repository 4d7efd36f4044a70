"""Garbage is collected in the window's thread and nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import ClassVar

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.garbage import GarbageCollection


class Knot:
    """Refers to itself: only the cyclic collection frees it. Remembers where that was."""

    freed_in: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self.itself = self
        weakref.finalize(self, lambda: Knot.freed_in.append(threading.current_thread().name))


@pytest.fixture
def collection(qtbot: QtBot) -> Iterator[GarbageCollection]:
    made = GarbageCollection()
    Knot.freed_in.clear()
    yield made
    made.stop()
    gc.disable()        # as tests/gui/conftest.py left it


def test_another_thread_frees_nothing_however_much_it_allocates(collection: GarbageCollection) -> None:
    Knot()
    worker = threading.Thread(target=lambda: [[] for _ in range(200_000)])
    worker.start()
    worker.join()
    assert Knot.freed_in == []


def test_the_window_frees_what_is_due(qtbot: QtBot, collection: GarbageCollection) -> None:
    Knot()
    kept = [[] for _ in range(2_000)]
    qtbot.waitUntil(lambda: Knot.freed_in == ["MainThread"])
    assert kept


def test_stopping_gives_collection_back(qtbot: QtBot) -> None:
    made = GarbageCollection()
    assert not gc.isenabled()
    made.stop()
    assert gc.isenabled()
    gc.disable()
