"""The window's real sound devices, without any hardware: Qt's microphone and loudspeaker over a private PulseAudio.

    python -m tests.benchmarks.real_devices --data-dir DIR

Needs the system's pulseaudio, pactl, paplay and parec. DIR holds smollm2-135m, whisper-tiny.en, silero-vad and
piper-joe. A voice speaks into one virtual microphone, the loudspeaker is recorded. Then that microphone is unplugged
in the middle of a conversation: it goes on with the other one. At last all are, and the microphone is closed with a
sentence. Prints a table for people and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np

from router.library.library import Library
from tests.spoken_files import spoken, trimmed

QUESTIONS = ("What is the capital of France?", "What is the capital of Italy?")
SINKS = ("speaker", "desk", "headset")


class Pulse:
    """A PulseAudio of its own: a loudspeaker, and two microphones that files are played into."""

    def __init__(self, folder: Path) -> None:
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(folder),
                                         "PULSE_SERVER": f"unix:{runtime}/pulse/native"}
        modules = [f"module-null-sink sink_name={name}" for name in SINKS]
        modules += [f"module-remap-source source_name=mic_{name} master={name}.monitor" for name in SINKS[1:]]
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "-L", "module-native-protocol-unix"]
        self._process = subprocess.Popen([*command, *(part for each in modules for part in ("-L", each))],
                                         env=self.environment, stderr=subprocess.DEVNULL)
        time.sleep(1.5)
        self.control("set-default-sink", "speaker")
        self.control("set-default-source", "mic_desk")

    def control(self, *words: str) -> str:
        return subprocess.run(["pactl", *words], env=self.environment, check=True, capture_output=True,
                              text=True).stdout

    def say(self, file: Path, into: str) -> None:
        subprocess.Popen(["paplay", "-d", into, str(file)], env=self.environment)

    def unplug(self, source: str) -> None:
        """The microphone is gone."""
        number = next(line.split("\t")[0] for line in self.control("list", "short", "modules").splitlines()
                      if f"source_name={source} " in line)
        self.control("unload-module", number)

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


def plain(text: str) -> str:
    return re.sub(r"[^a-z ]", "", text.lower()).strip()


def run(folder: Path, pulse: Pulse, files: list[Path], data: Path) -> dict[str, object]:
    """The conversation, in this process, whose environment leads Qt to that PulseAudio."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from desktop_app.app import Theme
    from desktop_app.audio import DeviceAudio
    from desktop_app.bridge import Bridge, open_router
    from desktop_app.window import Window

    app = QApplication(sys.argv[:1])
    bridge = Bridge(open_router(data))
    audio = DeviceAudio(bridge.send, bridge.happened)
    window = Window(bridge.send, Theme(app), audio=audio)
    bridge.happened.connect(window.take, Qt.ConnectionType.QueuedConnection)
    bridge.start()
    window.begin()
    window.show()

    def until(true: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not true():
            app.processEvents()
            time.sleep(0.01)
        return true()

    until(lambda: window.desk.state.specialists_listed, 30)
    found: dict[str, object] = {"microphones": [each.name for each in audio.microphones()]}
    window.talk()
    talking = window.room.talking
    assert talking is not None
    found["opened"] = until(lambda: talking.state.stage == "listening" and talking.open, 60)
    recording = subprocess.Popen(["parec", "-d", "speaker.monitor", "--file-format=wav", str(folder / "played.wav")],
                                 env=pulse.environment)
    pulse.say(files[0], "desk")
    found["heard"] = until(lambda: len(talking.state.exchanges) == 1, 60) and talking.state.exchanges[0].question
    found["answered"] = until(lambda: talking.state.stage == "listening", 120) and talking.state.exchanges[0].said > 0
    pulse.unplug("mic_desk")
    until(lambda: False, 3)
    found["goes_on"] = talking.open and talking.state.stage == "listening"
    pulse.say(files[1], "headset")
    found["heard_after"] = until(lambda: len(talking.state.exchanges) == 2, 60) and talking.state.exchanges[1].question
    until(lambda: talking.state.stage == "listening", 120)
    recording.send_signal(signal.SIGTERM)
    recording.wait()
    for each in ("mic_headset",):
        pulse.unplug(each)
    for name in SINKS[1:]:      # their monitors are microphones, too
        subprocess.run(["pactl", "suspend-sink", name, "1"], env=pulse.environment, check=False)
    window.room.leave()
    found["closed"] = until(lambda: not talking.open, 5)
    found["in_the_chat"] = until(lambda: len(window.desk.state.messages) == 4, 20)
    audio.close()
    bridge.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        voice = Library.open(given.data_dir).path("piper-joe")
        files = []
        for number, sound in enumerate(asyncio.run(spoken(voice, QUESTIONS))):
            files.append(folder / f"question{number}.wav")
            with wave.open(str(files[-1]), "wb") as out:
                out.setparams((1, 2, 16_000, 0, "NONE", ""))
                out.writeframes(np.concatenate((trimmed(sound), np.zeros(8_000, np.int16))).astype("<i2").tobytes())
        pulse = Pulse(folder)
        try:
            os.environ.update(pulse.environment)
            found = run(folder, pulse, files, given.data_dir)
            with wave.open(str(folder / "played.wav")) as played:
                sound = np.frombuffer(played.readframes(10**9), "<i2")
            found["loudest_played"] = int(np.abs(sound.astype(int)).max())
        finally:
            pulse.close()
    for key, value in found.items():
        print(f"{key:16}{value}")
    passed = bool(plain(str(found["heard"])) == plain(QUESTIONS[0]) and found["answered"] and found["goes_on"]
                  and plain(str(found["heard_after"])) == plain(QUESTIONS[1]) and found["closed"]
                  and found["in_the_chat"] and int(str(found["loudest_played"])) > 1000)
    print(json.dumps({"benchmark": "real_devices", "passed": passed} | found))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
