"""The window's sound without any: a missing library and a missing device cost a sentence, nothing else."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop_app.audio import DeviceAudio
from desktop_app.sound_devices import need_sound, way_to_sound
from router.errors import UserFacingError
from router.messages import Command
from tests.gui.fake_audio import FakeAudio


class Router(QObject):
    """Who says what happens."""

    happened = Signal(object)


@pytest.fixture
def without_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import of QtMultimedia fails."""
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)


@pytest.mark.usefixtures("without_sound")
def test_a_missing_library_costs_a_sentence(qtbot: QtBot) -> None:
    sent: list[Command] = []
    router = Router()
    audio = DeviceAudio(sent.append, router.happened)
    with qtbot.waitSignal(audio.failed) as failed:
        audio.begin("talk", hears=True)
    assert failed.args is not None and "lacks a library" in failed.args[0] and failed.args[1]
    audio.end()
    audio.close()
    assert sent == []


@pytest.mark.usefixtures("without_sound")
def test_what_is_missing_is_said_before_anything_begins() -> None:
    with pytest.raises(UserFacingError, match="lacks a library"):
        need_sound()
    with pytest.raises(UserFacingError, match="lacks a library"):
        DeviceAudio(lambda _: None, Router().happened).look(hears=False)


def test_the_package_of_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    gone = "cannot open shared object file: No such file or directory"
    assert "libpulse0" in way_to_sound(f"libpulse.so.0: {gone}")
    assert "libodd.so.3" in way_to_sound(f"libodd.so.3: {gone}")
    monkeypatch.setattr(sys, "platform", "win32")
    assert "Install Consort again" in way_to_sound("DLL load failed")


@pytest.mark.parametrize(("hears", "words"), [(True, "no microphone"), (False, "no loudspeaker")])
def test_no_device_at_all_is_said(hears: bool, words: str) -> None:
    with pytest.raises(UserFacingError, match=words):
        FakeAudio(microphones=(), loudspeakers=()).look(hears=hears)
    FakeAudio().look(hears=hears)
