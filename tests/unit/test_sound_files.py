"""Files for devices: what they hear and what they play has the right length, rate and timing."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from router.errors import UserFacingError
from router.talk.sound import BLOCK
from router.talk.sound_files import FileLoudspeaker, FileMicrophone, read_wave


def write(path: Path, samples: np.ndarray, rate: int = 16_000, channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def test_any_rate_and_any_number_of_channels_is_heard_at_sixteen_thousand(tmp_path: Path) -> None:
    tone = (8_000 * np.sin(np.arange(8_000) * 2 * np.pi * 440 / 8_000)).astype("<i2")
    stereo = write(tmp_path / "a.wav", np.repeat(tone, 2), 8_000, 2)
    heard = read_wave(stereo)
    assert len(heard) == 16_000 and abs(int(np.abs(heard).max()) - 8_000) < 800


def test_a_microphone_waits_when_its_person_does_and_is_silent_behind_the_end(tmp_path: Path) -> None:
    size = round(16_000 * BLOCK)
    microphone = FileMicrophone(write(tmp_path / "a.wav", np.full(size + 10, 7, "<i2")))
    assert not any(microphone.next(waits=True)) and not microphone.over
    assert set(np.frombuffer(microphone.next(waits=False), "<i2")) == {7} and not microphone.over
    last = np.frombuffer(microphone.next(waits=False), "<i2")
    assert (last[:10] == 7).all() and not last[10:].any() and microphone.over and len(last) == size


def test_what_is_played_stands_in_the_file_when_it_was_played(tmp_path: Path) -> None:
    speaker = FileLoudspeaker(tmp_path / "out.wav")
    speaker.advance(0.5)
    speaker.play(np.full(8_000, 5, "<i2").tobytes(), 16_000)
    speaker.advance(0.25)
    assert (speaker.played, speaker.waiting) == (0.25, 0.25)
    speaker.silence()
    speaker.advance(0.25)
    speaker.close()
    sound = read_wave(tmp_path / "out.wav")
    assert len(sound) == 16_000
    assert not sound[:8_000].any() and (sound[8_000:12_000] == 5).all() and not sound[12_000:].any()


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF\x24\x00\x00\x00WAVEfmt "])
def test_what_is_no_sound_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(UserFacingError, match="not a WAV file"):
        read_wave(tmp_path / "a.wav")


def test_other_samples_and_missing_files_are_said_too(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="16-bit"):
        read_wave(write(tmp_path / "a.wav", np.zeros(10, np.uint8), width=1))
    with pytest.raises(UserFacingError, match="cannot be read"):
        read_wave(tmp_path / "none.wav")
    speaker = FileLoudspeaker(tmp_path / "no folder" / "out.wav")
    with pytest.raises(UserFacingError, match="cannot be written"):
        speaker.play(b"\0\0", 16_000)
