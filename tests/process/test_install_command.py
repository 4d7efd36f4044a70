"""`consort install` and `consort queue` as a person types them, against a stand-in Hub: real processes, tiny models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.library.partial import Partial
from router.ownership import owner_address
from tests.hub.stand_in import Fault, StandInHub
from tests.hub.waiting import wait_until

pytestmark = pytest.mark.process
ROOT = Path(__file__).parents[2]
CONTENT = b"GGUF" + bytes(2_000_000)
ENTRY = """
[[specialist]]
id = "{0}"
name = "{1}"
description = "A test."
kind = "{3}"
engine = "echo"
file_name = "m.gguf"
size = {2}
licence = {{ name = "MIT" }}
sources.hub = {{ repo = "maker/{0}", file = "m.gguf" }}
"""


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    with StandInHub(files={(f"maker/my-{name}", "m.gguf"): CONTENT for name in ("one", "two")}) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog").mkdir()
    for name, kind in (("one", "language"), ("two", "encoder")):
        (tmp_path / "catalog" / f"{name}.toml").write_text(ENTRY.format(f"my-{name}", name.title(), len(CONTENT), kind))
    return tmp_path


def consort(folder: Path, hub: StandInHub, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "router", "--data-dir", str(folder), *words], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT), "HF_ENDPOINT": hub.endpoint})


def said(child: subprocess.Popen[str]) -> tuple[int, str, str]:
    output, errors = child.communicate(timeout=60)
    return child.returncode, output, errors


def test_several_are_installed_by_one_command_with_their_events(hub: StandInHub, folder: Path) -> None:
    code, output, errors = said(consort(folder, hub, "install", "my-one", "my-two", "--source", "hub", "--json"))
    assert code == 0, errors
    events = [json.loads(line) for line in output.splitlines()]
    assert sorted(one["specialist"] for one in events if one["event"] == "Installed") == ["my-one", "my-two"]
    assert {one["phase"] for one in events if one["event"] == "InstallMoved"} >= {"asking", "fetching", "checking"}
    assert "One is installed, from the Hugging Face Hub; its checksum is right." in errors


def test_ctrl_c_pauses_and_the_queue_knows(hub: StandInHub, folder: Path) -> None:
    hub.faults[:] = [Fault(stall=500_000)]
    partial = Partial(folder / "models" / ".partial" / "my-one" / "m.gguf")
    with consort(folder, hub, "install", "my-one") as child:
        wait_until(lambda: partial.size >= 500_000, child)
        child.send_signal(signal.SIGINT)
        code, _, errors = said(child)
    assert code == 1 and "Paused at 0 MB of 2 MB. The same command goes on from there." in errors
    code, output, _ = said(consort(folder, hub, "queue"))
    assert code == 0 and "my-one" in output and "paused" in output
    code, _, errors = said(consort(folder, hub, "queue", "--continue", "all"))
    assert code == 0 and "One is installed" in errors, errors
    assert hub.ranges()[-1] == "bytes=500000-"
    assert "Nothing is being fetched." in said(consort(folder, hub, "queue"))[1]


def test_what_a_killed_command_line_was_fetching_waits_for_a_person(hub: StandInHub, folder: Path) -> None:
    hub.faults[:] = [Fault(stall=500_000)]
    partial = Partial(folder / "models" / ".partial" / "my-one" / "m.gguf")
    with consort(folder, hub, "install", "my-one") as child:
        wait_until(lambda: partial.size >= 500_000, child)
        child.kill()
        child.communicate()
    asked = len(hub.seen)
    code, output, _ = said(consort(folder, hub, "queue", "--json"))
    (line,) = json.loads(output)["installs"]
    assert (code, line["state"], line["done"]) == (0, "paused", 500_000)
    assert len(hub.seen) == asked, "looking at the queue fetches nothing"


def window(folder: Path, hub: StandInHub) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "desktop_app", "--data-dir", str(folder)], text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HF_ENDPOINT": hub.endpoint, "QT_QPA_PLATFORM": "offscreen"})


def test_what_a_killed_window_was_fetching_goes_on_when_it_opens_again(hub: StandInHub, folder: Path) -> None:
    hub.faults[:] = [Fault(stall=500_000)]
    partial = Partial(folder / "models" / ".partial" / "my-two" / "m.gguf")
    first = window(folder, hub)
    wait_until(lambda: owner_address(folder) is not None, first)
    with consort(folder, hub, "install", "my-two") as joined:
        wait_until(lambda: partial.size >= 500_000, first)
        first.kill()
        first.wait()
        code, _, errors = said(joined)
    assert code == 1 and errors
    assert not (folder / "models" / "my-two").exists(), "what is not whole is not there"
    second = window(folder, hub)
    try:
        wait_until((folder / "models" / "my-two" / "m.gguf").exists, second)
    finally:
        second.terminate()
        second.wait()
    assert (folder / "models" / "my-two" / "m.gguf").read_bytes() == CONTENT
    assert hub.ranges() == ["", "bytes=500000-"]


def test_the_limit_is_kept_for_the_next_time(hub: StandInHub, folder: Path) -> None:
    assert said(consort(folder, hub, "queue", "--limit", "1.5M"))[0] == 0
    assert "at most 1.50 MB/s" in said(consort(folder, hub, "queue"))[1]
    code, _, errors = said(consort(folder, hub, "queue", "--limit", "fast"))
    assert code == 1 and "“fast” is no speed." in errors
