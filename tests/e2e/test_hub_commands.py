"""`consort search`, `info`, `install owner/repo` and `hub token` against a Hub on loopback that has a real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Said
from tests.hub.stand_in import COMMIT, Repository, StandInHub

pytestmark = pytest.mark.e2e
Consort = Callable[..., Said]
REPO = "somebody/SmolLM2-135M-GGUF"
CARD = b"---\nlicense: apache-2.0\n---\n# SmolLM2\n<script>evil()</script>\nSmall.\n"


@pytest.fixture
def hub(starter_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    files = {"README.md": CARD, "SmolLM2-135M-Q4_1.gguf": starter_file}
    repositories = {REPO: Repository(dict(files), licence="apache-2.0", downloads=12, gguf={"total": 134_515_008}),
                    "somebody/Gated-GGUF": Repository(dict(files), gated="manual", readers=("hf_may-read-it",))}
    with StandInHub(repositories=repositories) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield server
    assert not server.asked_for_telemetry()


def test_a_model_is_searched_looked_into_installed_by_name_and_answers(consort: Consort, hub: StandInHub,
                                                                     tmp_path: Path) -> None:
    data = tmp_path / "fresh"
    found = consort("search", "smollm2", "--largest", "1GB", "--json", data=data)
    (models,) = [event["models"] for event in found.events if event["event"] == "HubSearched"]
    assert [(one["repo"], one["parameters"]) for one in models] == [(REPO, "135M")]
    told = consort("info", REPO, "--json", data=data)
    detail = told.events[-1]["detail"]
    assert (detail["architecture"], detail["has_template"], detail["commit"]) == ("llama", True, COMMIT)
    assert detail["card"] == "# SmolLM2\n\nSmall." and detail["quantisations"][0]["fit"]["exact"] is True
    header = [one for one in hub.seen if one.path.startswith("/cdn/")]
    assert header and all(int(one.headers["range"].rpartition("-")[2]) < 8 << 20 for one in header)
    shown = consort("info", f"{REPO}:Q4_1", "--context", "512", data=data)
    assert f"consort install {REPO}:Q4_1" in shown.out and "Small." in shown.out and "script" not in shown.out
    assert "With 512 tokens of context: This model needs 193 MB; " in shown.out
    installed = consort("install", REPO, data=data)
    assert installed.code == 0 and "is installed, from the Hugging Face Hub; its checksum is right" in installed.err
    answer = consort("ask", "What is the capital of France?", "--temperature", "0", data=data)
    assert answer.code == 0 and len(answer.out.split()) > 3, "its own words; without the catalogue's it is not clever"
    assert "somebody--smollm2-135m-gguf" in consort("list", "--installed", data=data).out


def test_what_is_gated_says_what_to_do_and_a_token_opens_it(consort: Consort, hub: StandInHub, tmp_path: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "fresh"
    refused = consort("install", "somebody/Gated-GGUF", data=data)
    assert refused.code == 1 and f"{hub.endpoint}/somebody/Gated-GGUF" in refused.err
    assert "hub token --set" in refused.err
    monkeypatch.setenv("HF_TOKEN", "hf_may-read-it")
    assert "in the environment (HF_TOKEN)" in consort("hub", "token", data=data).out
    opened = consort("info", "somebody/Gated-GGUF", "--json", data=data)
    assert opened.events[-1]["detail"]["architecture"] == "llama"
    assert "hf_may-read-it" not in opened.out + opened.err
    assert {one.host for one in hub.seen if "authorization" in one.headers} == {"127.0.0.1"}


def test_a_token_is_read_from_standard_input_and_without_a_keyring_the_other_way_is_said(
        consort: Consort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    kept = consort("hub", "token", "--set", stdin="hf_a-token-of-mine\n", data=tmp_path / "fresh")
    assert kept.code == 1 and "no keyring" in kept.err and "HF_TOKEN" in kept.err
    assert "hf_a-token" not in kept.out + kept.err
    files = [path for path in (tmp_path / "fresh").rglob("*") if path.is_file()]
    assert files and not any(b"hf_a-token" in path.read_bytes() for path in files)
    assert consort("hub", "token", data=tmp_path / "fresh").code == 1
