"""Settings → Voice: devices, a level test, who hears and speaks; each choice holds at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.settings_dialog import SettingsDialog
from desktop_app.voice_preferences import VoicePreferences, voice_preferences
from desktop_app.window import Window
from router import messages as m
from router.errors import UserFacingError
from router.messages import Command
from tests.gui import scripted
from tests.gui.fake_audio import HEADSET, FakeAudio
from tests.gui.speech_here import install, last


@pytest.fixture
def dialog(window: Window) -> Iterator[SettingsDialog]:
    scripted.say_hello(window)
    install(window)
    window.show_page("settings")
    made = window.findChild(SettingsDialog)
    assert isinstance(made, SettingsDialog)
    yield made


def choose(dialog: SettingsDialog, key: str, value: str) -> None:
    field = dialog.voice.fields[key]
    assert field.findData(value) >= 0
    field.setCurrentIndex(field.findData(value))
    field.activated.emit(field.currentIndex())


def options(dialog: SettingsDialog, key: str) -> list[str]:
    field = dialog.voice.fields[key]
    return [field.itemText(row) for row in range(field.count())]


def test_a_choice_holds_at_once(dialog: SettingsDialog, window: Window, sent: list[Command], audio: FakeAudio) -> None:
    for key, value in (("microphone", "mic-2"), ("voice", "piper-joe"), ("spoken_language", "de"),
                       ("sound", "cancelled"), ("talk_mode", "push-to-talk"), ("speech_pause", "2"),
                       ("idle_minutes", "60")):
        choose(dialog, key, value)
        assert m.ChangePreference(key, value) in sent
    window.take(m.PreferencesRead(dict(window.desk.state.preferences)))
    assert audio.chosen == ("mic-2", "")


def test_the_devices_that_are_there_can_be_chosen_and_the_usual_one_is_named(dialog: SettingsDialog,
                                                                              audio: FakeAudio) -> None:
    assert options(dialog, "microphone") == ["The system's choice (Built-in microphone)", "Built-in microphone",
                                             "Headset"]
    choose(dialog, "microphone", HEADSET.id)
    audio.there = (audio.there[0][:1], audio.there[1])
    audio.devices_moved.emit()
    assert options(dialog, "microphone")[-1] == "The one you chose (not connected now)"
    assert dialog.voice.fields["microphone"].currentData() == HEADSET.id


def test_the_level_test_opens_the_microphone_and_closes_it(dialog: SettingsDialog, sent: list[Command],
                                                           audio: FakeAudio) -> None:
    dialog.voice.test.click()
    assert audio.is_open and not any(isinstance(each, m.StartTalking | m.Dictate) for each in sent)
    audio.level_moved.emit(0.2)
    assert dialog.voice.meter.value() > 50
    dialog.voice.test.click()
    assert not audio.is_open and dialog.voice.meter.value() == 0


def test_closing_the_settings_closes_the_microphone_and_silences_the_voice(dialog: SettingsDialog,
                                                                           sent: list[Command],
                                                                           audio: FakeAudio) -> None:
    dialog.voice.test.click()
    dialog.accept()
    assert not audio.is_open


def test_a_voice_can_be_tried(dialog: SettingsDialog, window: Window, sent: list[Command], audio: FakeAudio) -> None:
    choose(dialog, "voice", "piper-joe")
    choose(dialog, "voice_speed", "1.5")
    dialog.voice.try_voice.click()
    tried = last(sent, m.ReadAloud)
    assert (tried.voice, tried.speed, tried.message) == ("piper-joe", 1.5, "") and tried.text
    assert audio.talk == tried.talk and dialog.voice.try_voice.text() == "Stop"
    window.take(m.TalkStateChanged(tried.talk, "ended", why="The voice's file is damaged."))
    assert dialog.voice.try_voice.text() == "Try it" and "damaged" in dialog.voice.trouble.text()


def test_a_device_that_fails_is_said(dialog: SettingsDialog, audio: FakeAudio) -> None:
    dialog.voice.test.click()
    audio.break_down("Consort may not use the microphone.", "Allow it in the system's privacy settings.")
    assert "may not use" in dialog.voice.trouble.text() and not dialog.voice.test.isChecked()


def test_without_sound_or_models_it_says_so(window: Window, audio: FakeAudio) -> None:
    scripted.say_hello(window)
    audio.missing = UserFacingError("Sound does not work here yet.", "Install libpulse0.")
    window.show_page("settings")
    dialog = window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    assert "libpulse0" in dialog.voice.trouble.text() and not dialog.voice.test.isEnabled()
    assert "hears or speaks" in dialog.voice.missing.text()


def test_preferences_that_make_no_sense_count_as_none() -> None:
    kept = {"voice_speed": "fast", "speech_pause": "-1", "sound": "both", "talk_mode": "", "idle_minutes": "soon",
            "voice": "gone", "hearing": "here"}
    assert voice_preferences(kept, frozenset({"here"})) == VoicePreferences(hearing="here")
