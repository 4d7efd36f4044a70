"""`kill -9` at every step of moving the models: one folder counts, and it is whole; the next start goes on there."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from router.library.library import Library
from router.library.location import read_location
from router.library.record import InstalledFile, InstalledModel, write_record
from tests.process.move_child import move as go_on

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]
FILES = {name: random.Random(name).randbytes(3_000_000) for name in ("smollm2-135m", "minilm-l6")}
BESIDE = b"a companion" * 1000
IDS = sorted(FILES)


def prepared(folder: Path) -> Path:
    """A data folder with two models, one of two files, and a download that can go on."""
    data = folder / "data"
    models = data / "models"
    record = {}
    for name, content in FILES.items():
        (models / name).mkdir(parents=True)
        (models / name / "m.gguf").write_bytes(content)
        record[name] = InstalledModel(name, models / name / "m.gguf", len(content),
                                      hashlib.sha256(content).hexdigest(), "hub")
    (models / IDS[0] / "beside.bin").write_bytes(BESIDE)
    record[IDS[0]] = InstalledModel(IDS[0], models / IDS[0] / "m.gguf", len(FILES[IDS[0]]), record[IDS[0]].sha256,
                                    "hub", companions=(InstalledFile("beside.bin", len(BESIDE),
                                                                     hashlib.sha256(BESIDE).hexdigest()),))
    (models / ".partial" / "other").mkdir(parents=True)
    (models / ".partial" / "other" / "x.gguf.partial").write_bytes(b"begun")
    write_record(models / "installed.json", record)
    return data


def move(data: Path, new: Path, still_at: int = -1) -> list[str]:
    """The steps up to the one at which the child was killed, or all of them."""
    child = ROOT / "tests" / "process" / "move_child.py"
    steps = []
    with subprocess.Popen([sys.executable, str(child), str(data), str(new), str(still_at)], stdout=subprocess.PIPE,
                          text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}) as running:
        assert running.stdout is not None
        for line in running.stdout:
            steps.append(line.strip())
            if line.startswith(f"{still_at} "):
                running.kill()
    return steps


def require_whole(data: Path) -> Path:
    """Every model is there to the last byte, as a start of Consort sees it. Returns the folder that counts."""
    library = Library.open(data)
    assert sorted(library.installed()) == IDS and library.notices == ()
    assert all(asyncio.run(library.verify(name)) for name in IDS)
    assert (library.unfinished / "other" / "x.gguf.partial").read_bytes() == b"begun"
    return library.folder


def test_every_step_may_be_the_last(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    steps = move(prepared(tmp_path / "whole"), tmp_path / "whole" / "new")
    assert steps[-1] == f"moved {(tmp_path / 'whole' / 'new').resolve()}"
    assert {step.split()[2] for step in steps[:-1]} == {"naming", "checking", "deleting"}
    for number in range(0, len(steps) - 1, 2 if len(steps) > 40 else 1):
        here = tmp_path / str(number)
        here.mkdir()
        data, new = prepared(here), here / "disk" / "models"
        assert len(move(data, new, number)) == number + 1                  # it was killed where it was meant to be
        counts = require_whole(data)
        assert counts in (data / "models", new)
        if counts == new:
            new = here / "third"                                            # a start cleans up, and it can go further
        asyncio.run(go_on(data, str(new)))                                  # else the same command goes on
        assert require_whole(data) == new
        location, trouble = read_location(data)
        assert (location.moving_to, location.leaving, trouble) == (None, None, "")
        assert not (data / "models").exists() and not list(new.rglob("*.moving"))
        assert not [path for path in (here / "disk").rglob("*") if path.is_file() and new not in path.parents]
