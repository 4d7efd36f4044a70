"""The whole window as a process: a second start raises the first and ends, SIGTERM ends it in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.assistant import default_folder
from router.ownership import owner_address
from router.second_start import raise_first_window

PATIENCE = 60.0         # seconds; a loaded machine starts Qt slowly
COMMAND = [sys.executable, "-m", "desktop_app", "--data-dir"]


def wait_until_owned(folder: Path, window: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while owner_address(folder) is None:
        assert window.poll() is None, "the window ended by itself"
        assert time.monotonic() < deadline, "the window did not open its router"
        time.sleep(0.1)


@pytest.fixture
def first(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    window = subprocess.Popen([*COMMAND, str(tmp_path / "data")], env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    wait_until_owned(tmp_path / "data", window)
    yield window
    window.kill()
    window.wait(10)


@pytest.mark.process
def test_a_second_start_raises_the_first_window_and_ends(first: subprocess.Popen[bytes], tmp_path: Path) -> None:
    second = subprocess.run([*COMMAND, str(tmp_path / "data")], timeout=PATIENCE, check=False,
                            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert second.returncode == 0
    assert first.poll() is None


@pytest.mark.process
def test_sigterm_ends_it_in_order_and_leaves_the_folder_free(first: subprocess.Popen[bytes], tmp_path: Path) -> None:
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE) == 0
    assert owner_address(tmp_path / "data") is None


def test_without_a_first_window_there_is_nothing_to_raise(tmp_path: Path) -> None:
    assert not raise_first_window(tmp_path)
    (tmp_path / "owner.json").write_text('{"path": "/nowhere/consort.sock", "port": 0, "token": "x", "pid": 1}')
    assert not raise_first_window(tmp_path)


def test_a_second_start_looks_where_the_router_keeps_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = default_folder()
    folder.mkdir(parents=True)
    asked: list[Path] = []
    monkeypatch.setattr("router.ownership.owner_address", lambda each: asked.append(each))
    (folder / "owner.json").write_text("{}")
    assert not raise_first_window()
    assert asked == [folder]
