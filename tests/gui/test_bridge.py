"""The bridge: commands go down in order, events come up in Qt's thread, and it ends in time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from desktop_app.bridge import Bridge, StartFailed
from router import messages as m
from router.errors import UserFacingError


class FakeAssistant:
    """Answers every command with a Refused that carries its request; can be slow to close."""

    def __init__(self, closing: float = 0.0) -> None:
        self.callbacks: list[Callable[[object], None]] = []
        self.closing = closing
        self.closed = False
        self.threads: set[str] = set()

    async def run(self) -> None:
        await asyncio.Event().wait()

    def send(self, command: m.Command) -> None:
        self.threads.add(threading.current_thread().name)
        for callback in self.callbacks:
            callback(m.Refused("no", request=getattr(command, "request", "")))

    def subscribe(self, callback: Callable[[object], None]) -> Callable[[], None]:
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)

    async def close(self) -> None:
        await asyncio.sleep(self.closing)
        self.closed = True


class Listener(QObject):
    """Writes down events and the thread they arrive in."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[object] = []
        self.threads: set[str] = set()

    @Slot(object)
    def take(self, event: object) -> None:
        self.events.append(event)
        self.threads.add(threading.current_thread().name)


def bridge_to(assistant: FakeAssistant, listener: Listener, before: float = 0.0) -> Bridge:
    async def opening() -> FakeAssistant:
        await asyncio.sleep(before)
        return assistant
    bridge = Bridge(opening)
    bridge.happened.connect(listener.take)
    return bridge


def test_early_and_late_commands_arrive_in_order_and_events_in_qts_thread(qtbot: QtBot) -> None:
    assistant, listener = FakeAssistant(), Listener()
    bridge = bridge_to(assistant, listener, before=0.05)
    bridge.send(m.Diagnose("0"))
    bridge.start()
    for number in range(1, 50):
        bridge.send(m.Diagnose(str(number)))
    qtbot.waitUntil(lambda: len(listener.events) == 50)
    for number in range(50, 60):
        bridge.send(m.Diagnose(str(number)))
    qtbot.waitUntil(lambda: len(listener.events) == 60)
    assert [each.request for each in listener.events] == [str(number) for number in range(60)]  # type: ignore[attr-defined]
    assert listener.threads == {"MainThread"} and assistant.threads == {"router"}
    assert bridge.close() and assistant.closed
    bridge.send(m.Diagnose("late"))


def test_a_router_that_cannot_open_is_an_event(qtbot: QtBot) -> None:
    listener = Listener()

    async def opening() -> FakeAssistant:
        raise UserFacingError("The folder is read-only.", "Choose another.")
    bridge = Bridge(opening)
    bridge.happened.connect(listener.take)
    bridge.start()
    qtbot.waitUntil(lambda: bool(listener.events))
    assert listener.events == [StartFailed("The folder is read-only.", "Choose another.")]
    assert bridge.close()


def test_closing_does_not_wait_for_ever(qtbot: QtBot) -> None:
    assistant, listener = FakeAssistant(closing=1.0), Listener()
    bridge = bridge_to(assistant, listener)
    bridge.start()
    bridge.send(m.Diagnose("x"))
    qtbot.waitUntil(lambda: bool(listener.events))
    assert not bridge.close(limit_s=0.05)
    assert bridge.close(limit_s=10)


def test_a_bridge_never_started_closes_at_once() -> None:
    assert bridge_to(FakeAssistant(), Listener()).close()
