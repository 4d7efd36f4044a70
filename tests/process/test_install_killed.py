"""`kill -9` in the middle of an install: the next one goes on where it was, and the bytes are identical."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.library.partial import Partial
from tests.hub.stand_in import Fault, StandInHub

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]
CONTENT = b"GGUF" + random.Random(11).randbytes(6_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ENTRY = f"""
[[specialist]]
id = "tiny"
name = "Tiny"
description = "A test."
file_name = "tiny.gguf"
size = {len(CONTENT)}
sha256 = "{SHA256}"
sources.hub = {{ repo = "maker/tiny", file = "tiny.gguf" }}
"""


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    with StandInHub(files={("maker/tiny", "tiny.gguf"): CONTENT}) as server:
        yield server


def install(folder: Path, hub: StandInHub, largest: int = 0) -> subprocess.Popen[str]:
    """largest: bytes that a file may have, as on some file systems; 0: any."""
    catalogue = folder / "catalogue"
    catalogue.mkdir(exist_ok=True)
    (catalogue / "tiny.toml").write_text(ENTRY)
    child = ROOT / "tests" / "process" / "install_child.py"
    words = [sys.executable, str(child), str(folder), "tiny", hub.endpoint, str(catalogue)]
    if largest:
        words = ["sh", "-c", f'ulimit -f {largest // 512}; exec "$@"', "sh", *words]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE if largest else None, text=True,
                            env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_an_install_survives_being_killed_again_and_again(hub: StandInHub, tmp_path: Path) -> None:
    partial = Partial(tmp_path / "models" / ".partial" / "tiny" / "tiny.gguf")
    kept: list[int] = []
    for stall in (1_500_000, 1_400_000, 2_000_000):          # bytes of each run after which the server falls silent
        hub.faults[:] = [Fault(stall=stall)]
        before = partial.size
        with install(tmp_path, hub) as child:
            deadline = time.monotonic() + 60
            while partial.size < before + 1_000_000:
                assert child.poll() is None and time.monotonic() < deadline
                time.sleep(0.01)
            child.kill()
        kept.append(partial.size)
        assert not (tmp_path / "models" / "tiny").exists()
    with install(tmp_path, hub) as child:
        said = child.communicate(timeout=60)[0].splitlines()
    assert said[-1] == f"installed hub {SHA256} {tmp_path / 'models' / 'tiny' / 'tiny.gguf'}"
    assert (tmp_path / "models" / "tiny" / "tiny.gguf").read_bytes() == CONTENT
    assert hub.ranges() == ["", *(f"bytes={size}-" for size in kept)]
    assert not list((tmp_path / "models" / ".partial").rglob("*.*"))


def test_a_disk_that_takes_no_file_so_large_costs_a_sentence_and_leaves_nothing_in_place(
        hub: StandInHub, tmp_path: Path) -> None:
    with install(tmp_path, hub, largest=1_000_000) as child:
        said = child.communicate(timeout=60)
    assert child.returncode != 0 and "takes no file as large as this one" in said[1]
    assert not (tmp_path / "models" / "tiny").exists()
