"""Any audio or video file becomes samples that can be heard; what is none is said in a sentence, and opens nothing."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from specialists.engines.sound_file import NOT_READABLE, NoSound, SoundFile
from specialists.speech_wire import HEARING_RATE


def tone(seconds: float, rate: int, channels: int) -> np.ndarray:
    """A tone of 440 Hz, at a tenth of what is possible. (samples, channels) int16"""
    one = 3000 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)
    return np.repeat(one[:, None], channels, axis=1).astype("<i2")


def wav(path: Path, seconds: float = 2.0, rate: int = 44_100, channels: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(tone(seconds, rate, channels).tobytes())
    return path


def encoded(path: Path, codec: str, video: str = "", rate: int = 48_000, seconds_of_picture: int = 1) -> Path:
    """The tone in a container that the name's ending says, with a picture beside it if wanted."""
    with av.open(str(path), "w") as file:
        sound = file.add_stream(codec, rate=rate)
        sound.layout = "stereo"
        picture = file.add_stream(video, rate=5) if video else None
        if picture is not None:
            picture.width = picture.height = 64
            picture.pix_fmt = "yuv420p"
            for _ in range(5 * seconds_of_picture):
                file.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
            file.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(tone(2.0, rate, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=sound.format.name, layout="stereo", rate=rate,
                                      frame_size=sound.codec_context.frame_size or 1024)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(sound.encode(piece))
        file.mux(sound.encode(None))
    return path


def heard(path: Path) -> np.ndarray:
    with SoundFile(str(path)) as file:
        return np.concatenate([*file.blocks()])


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt((samples.astype(float) ** 2).mean()))


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (44_100, 2), (48_000, 6), (48_000, 8), (96_000, 1),
                                                (11_025, 1)])
def test_every_rate_and_number_of_channels_becomes_one_at_sixteen_thousand(rate: int, channels: int,
                                                                           tmp_path: Path) -> None:
    samples = heard(wav(tmp_path / "a.wav", 2.0, rate, channels))
    assert len(samples) == pytest.approx(2.0 * HEARING_RATE, abs=0.05 * HEARING_RATE)
    assert 700 < loudness(samples) < 6000


@pytest.mark.parametrize(("name", "codec", "video"), [
    ("a.flac", "flac", ""), ("a.ogg", "libopus", ""), ("a.opus", "libopus", ""), ("a.mp3", "libmp3lame", ""),
    ("a.m4a", "aac", ""), ("a.mka", "pcm_s24le", ""), ("a.mp4", "aac", "mpeg4"), ("a.webm", "libopus", "libvpx"),
])
def test_every_usual_form_is_read(name: str, codec: str, video: str, tmp_path: Path) -> None:
    samples = heard(encoded(tmp_path / name, codec, video))
    assert len(samples) == pytest.approx(2.0 * HEARING_RATE, abs=0.15 * HEARING_RATE)
    assert 1200 < loudness(samples) < 3500


def test_how_long_it_is_is_known_before(tmp_path: Path) -> None:
    with SoundFile(str(wav(tmp_path / "a.wav", 3.5))) as file:
        assert file.seconds == pytest.approx(3.5, abs=0.05) and not file.broke_off


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"This is a letter, not a sound.\n" * 200,
                                     b"\x89PNG\r\n\x1a\n" + b"x" * 500, b"PK\3\4" + b"y" * 500, bytes(range(256)) * 64])
def test_what_is_no_sound_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    with pytest.raises(NoSound) as trouble:
        heard(tmp_path / "a.mp3")
    assert trouble.value.sentence.endswith(".")


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as file:
        picture = file.add_stream("mpeg4", rate=5)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        file.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        file.mux(picture.encode(None))
    with pytest.raises(NoSound) as trouble:
        heard(tmp_path / "a.mp4")
    assert trouble.value.sentence == "There is no sound in this file."


@pytest.mark.parametrize(("name", "codec"), [("a.flac", "flac"), ("a.ogg", "libopus"), ("a.mp3", "libmp3lame"),
                                             ("a.wav", "pcm_s16le"), ("a.mka", "libopus"), ("a.aiff", "pcm_s16be")])
def test_of_a_file_that_was_cut_off_everything_before_the_cut_is_heard_and_it_is_said(name: str, codec: str,
                                                                                      tmp_path: Path) -> None:
    whole = encoded(tmp_path / name, codec).read_bytes()
    with SoundFile(str(tmp_path / name)) as file:
        assert list(file.blocks()) and not file.broke_off
    (tmp_path / name).write_bytes(whole[:len(whole) * 3 // 5])
    with SoundFile(str(tmp_path / name)) as file:
        samples = np.concatenate([*file.blocks()])
        assert file.broke_off
    assert 0.8 * HEARING_RATE < len(samples) < 1.7 * HEARING_RATE


def test_a_film_that_is_longer_than_its_sound_is_not_cut_off(tmp_path: Path) -> None:
    for name, codec, video in (("a.mp4", "aac", "mpeg4"), ("a.webm", "libopus", "libvpx")):
        path = encoded(tmp_path / name, codec, video, seconds_of_picture=9)
        with SoundFile(str(path)) as file:
            assert list(file.blocks()) and not file.broke_off


def test_a_stream_that_was_written_without_knowing_its_length_is_whole(tmp_path: Path) -> None:
    content = bytearray(wav(tmp_path / "a.wav").read_bytes())
    content[40:44] = b"\xff" * 4
    (tmp_path / "a.wav").write_bytes(content)
    with SoundFile(str(tmp_path / "a.wav")) as file:
        assert list(file.blocks()) and not file.broke_off


def test_a_damaged_middle_is_left_out(tmp_path: Path) -> None:
    whole = bytearray(encoded(tmp_path / "a.mp3", "libmp3lame").read_bytes())
    whole[len(whole) // 2:len(whole) // 2 + 2000] = b"\xaa" * 2000
    (tmp_path / "a.mp3").write_bytes(whole)
    assert len(heard(tmp_path / "a.mp3")) > HEARING_RATE


@pytest.mark.parametrize("content", [
    "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n",
    "ffconcat version 1.0\nfile '{}'\n",
])
def test_a_list_of_other_files_opens_none_of_them(content: str, tmp_path: Path) -> None:
    secret = wav(tmp_path / "secret.wav")
    for name in ("a.m3u8", "a.txt"):
        (tmp_path / name).write_text(content.format(secret), encoding="utf-8")
        with pytest.raises(NoSound) as trouble:
            heard(tmp_path / name)
        assert trouble.value.sentence == NOT_READABLE
