"""`consort talk` without what it needs: one sentence that says what to do, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.__main__ import main
from tests.talk_core import silence, write_wave


def test_a_terminal_needs_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", str(tmp_path), "talk"]) == 1
    assert "--in" in capsys.readouterr().err


@pytest.mark.parametrize(("content", "sentence"), [(b"words", "not a WAV file"), (None, "cannot be read")])
def test_what_is_no_sound_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None,
                                  sentence: str) -> None:
    if content is not None:
        (tmp_path / "in.wav").write_bytes(content)
    assert main(["--data-dir", str(tmp_path), "talk", "--in", str(tmp_path / "in.wav"), "--out",
                 str(tmp_path / "out.wav")]) == 1
    assert sentence in capsys.readouterr().err and not (tmp_path / "out.wav").exists()


def test_without_models_it_says_which_to_install(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_wave(tmp_path / "in.wav", silence(1))
    assert main(["--data-dir", str(tmp_path), "talk", "--in", str(tmp_path / "in.wav"), "--out",
                 str(tmp_path / "out.wav")]) == 1
    assert "consort install whisper-base" in capsys.readouterr().err
