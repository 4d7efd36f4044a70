"""A data folder with the starter in it, and the command line as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from router.library.record import InstalledModel, write_record
from router.model_views import CheckView
from tests.installed_models import model_file

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "router"]
FULL_SPEED = {"OMP_WAIT_POLICY": "passive"}     # several programs share two cores in these tests


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON lines of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(scope="session")
def starter_file(request: pytest.FixtureRequest) -> Path:
    """SmolLM2-135M-Instruct, installed by our own installer."""
    return model_file("smollm2-135m", request.config)


@pytest.fixture
def folder(tmp_path: Path, starter_file: Path) -> Path:
    """A data folder with the starter installed and checked (the file itself is shared)."""
    data = tmp_path / "data"
    kept = data / "models" / "smollm2-135m" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    kept.parent.mkdir(parents=True)
    kept.symlink_to(starter_file)
    size = starter_file.stat().st_size
    write_record(data / "models" / "installed.json",
                 {"smollm2-135m": InstalledModel("smollm2-135m", kept, size, "", "index", check=CheckView("passed"))})
    return data


@pytest.fixture
def consort(folder: Path) -> Callable[..., Said]:
    """Run `consort …` with that folder. `prefix` goes before the program, `stdin` into it."""
    def run(*arguments: str, prefix: tuple[str, ...] = (), stdin: str = "", data: Path | None = None) -> Said:
        done = subprocess.run([*prefix, *PROGRAM, "--data-dir", str(data or folder), *arguments], cwd=ROOT,
                              input=stdin, capture_output=True, text=True, timeout=180, check=False,
                              env=os.environ | FULL_SPEED)
        return Said(done.returncode, done.stdout, done.stderr)
    return run


@pytest.fixture(scope="session", autouse=True)
def _no_screen() -> None:
    """Qt without a screen; read when the first widget is made."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
