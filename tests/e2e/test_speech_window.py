"""Speech through the real window, the real router and real models: a conversation, dictation, a dropped file.

A voice has spoken into the file that is the window's microphone; its loudspeaker is a file, too.
"""

from __future__ import annotations

import asyncio
import re
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bridge import Bridge, open_router
from desktop_app.theme import Theme
from desktop_app.window import Window
from router.library.library import Library
from router.library.record import read_record, write_record
from router.model_views import CheckView
from router.parts import plain_text
from router.talk.sound_files import read_wave
from tests.file_audio import FileAudio
from tests.installed_models import CACHE, model_file
from tests.spoken_files import Samples, spoken, trimmed

SPEECH = ("whisper-tiny.en", "piper-joe", "silero-vad")
QUESTION = "What is the capital of France?"
SECOND = np.zeros(16_000, np.int16)


@pytest.fixture
def hearing_folder(folder: Path, request: pytest.FixtureRequest) -> Path:
    """The data folder with everything that hears and speaks (the files themselves are shared)."""
    files = {name: model_file(name, request.config) for name in SPEECH}
    kept = read_record(folder / "models" / "installed.json")
    for name, model in Library.open(CACHE).installed().items():
        if name in files:
            here = folder / "models" / name
            here.mkdir()
            for file in files[name].parent.iterdir():
                (here / file.name).symlink_to(file)
            kept[name] = replace(model, path=here / files[name].name, check=CheckView("passed"))
    write_record(folder / "models" / "installed.json", kept)
    return folder


@pytest.fixture
def question(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A WAV file in which somebody asks."""
    sound, = asyncio.run(spoken(model_file("piper-joe", request.config), [QUESTION]))
    return wave_file(tmp_path / "question.wav", np.concatenate((SECOND, trimmed(sound), SECOND, SECOND)))


def wave_file(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(samples.astype("<i2").tobytes())
    return path


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, hearing_folder: Path, question: Path,
           tmp_path: Path) -> Iterator[Window]:
    bridge = Bridge(open_router(hearing_folder))
    audio = FileAudio(bridge.send, bridge.happened, question, tmp_path / "played.wav")
    made = Window(bridge.send, Theme(qapp, "light"), audio=audio)
    qtbot.addWidget(made)
    bridge.happened.connect(made.take, Qt.ConnectionType.QueuedConnection)
    bridge.start()
    made.begin()
    made.show()
    try:
        qtbot.waitUntil(lambda: made.desk.state.specialists_listed, timeout=30_000)
        yield made
    finally:
        audio.close()
        assert bridge.close()


def plain(text: str) -> str:
    return re.sub(r"[^a-z ]", "", text.lower()).strip()


def test_a_spoken_question_is_answered_aloud_and_stands_in_the_chat(window: Window, qtbot: QtBot,
                                                                    tmp_path: Path) -> None:
    audio = window.desk.audio
    assert isinstance(audio, FileAudio)
    qtbot.mouseClick(window.chat.composer.talk_button, Qt.MouseButton.LeftButton)
    page, talking = window.room.page, window.room.talking
    assert page is not None and talking is not None
    seen: set[str] = set()
    talking.changed.connect(lambda: seen.add(page.head.text()))
    qtbot.waitUntil(lambda: bool(talking.state.exchanges) and talking.state.exchanges[0].said > 0
                    and talking.state.stage == "listening", timeout=120_000)
    exchange = talking.state.exchanges[0]
    assert plain(exchange.question) == plain(QUESTION)
    assert exchange.answer and exchange.name
    assert {"Getting ready", "Listening", "Hearing you", "Thinking", "Speaking"} <= seen
    page.words.draw_now()
    assert exchange.question in page.words.toPlainText()
    assert audio.is_open and "microphone is open" in window.windowTitle()
    page.end.click()
    assert not audio.is_open and not window.room.talks and window.windowTitle() == "Consort"
    qtbot.waitUntil(lambda: len(window.desk.state.messages) == 2, timeout=30_000)
    asked, answered = window.desk.state.messages
    assert plain(plain_text(asked.parts)) == plain(QUESTION) and plain_text(answered.parts).strip()
    audio.close()
    assert np.abs(read_wave(tmp_path / "played.wav")).max() > 2_000, "the loudspeaker has said something"


def test_dictated_words_stand_in_the_composer(window: Window, qtbot: QtBot) -> None:
    audio, composer = window.desk.audio, window.chat.composer
    assert isinstance(audio, FileAudio)
    qtbot.mouseClick(composer.dictate_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: plain(composer.text) == plain(QUESTION), timeout=60_000)
    assert audio.is_open
    window.escape()
    assert not audio.is_open
    qtbot.waitUntil(lambda: not window.chat.dictation.active, timeout=30_000)
    assert plain(composer.text) == plain(QUESTION) and window.desk.state.messages == []


def test_a_dropped_file_is_written_down_and_saved_as_subtitles(window: Window, qtbot: QtBot, question: Path) -> None:
    window.chat.composer.attach([question])
    page = window.transcripts
    qtbot.waitUntil(lambda: (job := page.transcribing.state.shown) is not None and job.over, timeout=60_000)
    assert plain(page.text.toPlainText()) == plain(QUESTION) and page.facts.text().startswith("0:0")
    page.save_as("srt", str(question.with_suffix(".srt")))
    lines = question.with_suffix(".srt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "1" and re.fullmatch(r"00:00:0\d,\d{3} --> 00:00:0\d,\d{3}", lines[1])
    assert plain(lines[2]) == plain(QUESTION)
