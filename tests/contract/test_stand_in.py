"""The stand-in Hub speaks as the real one does: the real huggingface_hub is its witness."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from router.library.hub import QUIET
from tests.hub.stand_in import COMMIT, Fault, Repository, StandInHub

if TYPE_CHECKING:
    from huggingface_hub import HfApi

MODEL = b"GGUF" + bytes(range(256)) * 1000
CARD = b"---\nlicense: mit\n---\n# Tiny\n"


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    repositories = {
        "maker/tiny-GGUF": Repository({"README.md": CARD, "tiny.Q4_K_M.gguf": MODEL, "deep/tiny.Q8_0.gguf": MODEL * 2},
                                      licence="mit", downloads=5, likes=2, trending=1, gguf={"total": 135_000_000}),
        "maker/big-GGUF": Repository({"big.gguf": MODEL}, downloads=50, trending=9, gguf={"total": 7_000_000_000}),
        "maker/agreed-GGUF": Repository({"a.gguf": MODEL}, gated="manual", readers=("hf_yes",), downloads=7),
        "maker/secret-GGUF": Repository({"s.gguf": MODEL}, private=True, readers=("hf_yes",)),
        "maker/torch": Repository({"model.safetensors": MODEL}, tags=("transformers",)),
    }
    with StandInHub(repositories=repositories, tokens=("hf_no",)) as server:
        yield server
    assert not server.asked_for_telemetry()


@pytest.fixture
def client(hub: StandInHub, monkeypatch: pytest.MonkeyPatch) -> HfApi:
    for name in QUIET:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    os.environ.update(QUIET)
    from huggingface_hub import HfApi

    return HfApi(endpoint=hub.endpoint, token=False)


def test_models_are_searched_sorted_and_paged(hub: StandInHub, client: HfApi) -> None:
    hub.page = 2
    found = [one.id for one in client.list_models(filter="gguf", sort="downloads")]
    assert found == ["maker/big-GGUF", "maker/agreed-GGUF", "maker/tiny-GGUF"]
    assert len([one for one in hub.seen if "cursor=" in one.path]) == 1
    assert [one.id for one in client.list_models(search="TINY", filter="gguf")] == ["maker/tiny-GGUF"]
    assert [one.id for one in client.list_models(num_parameters="max:1B")] == ["maker/tiny-GGUF"]
    assert [one.id for one in client.list_models(author="nobody")] == []
    full = next(iter(client.list_models(search="tiny", expand=["gated", "lastModified", "tags", "gguf"])))
    assert full.gguf == {"total": 135_000_000} and full.last_modified is not None and full.gated is False


def test_a_repository_tells_its_files_with_sizes_and_checksums(client: HfApi) -> None:
    told = client.model_info("maker/tiny-GGUF", files_metadata=True)
    model = next(one for one in told.siblings or () if one.rfilename == "tiny.Q4_K_M.gguf")
    assert told.sha == COMMIT and told.downloads == 5 and "license:mit" in (told.tags or ())
    assert model.lfs is not None and model.lfs.sha256 == hashlib.sha256(MODEL).hexdigest()
    assert model.size == model.lfs.size == len(MODEL)


def test_the_tree_and_single_paths_are_listed(hub: StandInHub, client: HfApi) -> None:
    hub.page = 1
    tree = list(client.list_repo_tree("maker/tiny-GGUF", recursive=True))
    assert [one.path for one in tree] == ["README.md", "tiny.Q4_K_M.gguf", "deep/tiny.Q8_0.gguf"]
    assert [one.path for one in client.list_repo_tree("maker/tiny-GGUF")] == ["README.md", "tiny.Q4_K_M.gguf"]
    (one,) = client.get_paths_info("maker/tiny-GGUF", ["deep/tiny.Q8_0.gguf", "none"], revision=COMMIT)
    assert getattr(one, "size", 0) == 2 * len(MODEL)


@pytest.mark.parametrize("file", ["README.md", "deep/tiny.Q8_0.gguf"])
def test_files_are_downloaded_by_the_real_client(client: HfApi, tmp_path: Path, file: str) -> None:
    got = client.hf_hub_download("maker/tiny-GGUF", file, cache_dir=tmp_path)
    assert Path(got).read_bytes() == (CARD if file == "README.md" else MODEL * 2)
    assert COMMIT in got


def test_what_is_refused_is_refused_as_the_hub_does(hub: StandInHub, client: HfApi, tmp_path: Path) -> None:
    from huggingface_hub import errors

    with pytest.raises(errors.RepositoryNotFoundError):
        client.model_info("maker/none")
    with pytest.raises(errors.RepositoryNotFoundError):
        client.model_info("maker/secret-GGUF")
    with pytest.raises(errors.RevisionNotFoundError):
        client.model_info("maker/tiny-GGUF", revision="9" * 40)
    with pytest.raises(errors.EntryNotFoundError):
        client.hf_hub_download("maker/tiny-GGUF", "none.gguf", cache_dir=tmp_path)
    with pytest.raises(errors.GatedRepoError):
        client.hf_hub_download("maker/agreed-GGUF", "a.gguf", cache_dir=tmp_path)
    with pytest.raises(errors.GatedRepoError):
        client.hf_hub_download("maker/agreed-GGUF", "a.gguf", cache_dir=tmp_path, token="hf_no")
    hub.limited = 37
    with pytest.raises(errors.HfHubHTTPError) as limited:
        client.model_info("maker/tiny-GGUF")
    assert limited.value.response.status_code == 429 and limited.value.response.headers["retry-after"] == "37"


def test_a_token_opens_what_it_may_and_goes_to_the_hubs_host_alone(hub: StandInHub, client: HfApi,
                                                                  tmp_path: Path) -> None:
    assert client.model_info("maker/secret-GGUF", token="hf_yes").private is True
    for name in ("maker/agreed-GGUF", "maker/secret-GGUF"):
        file = "a.gguf" if "agreed" in name else "s.gguf"
        assert Path(client.hf_hub_download(name, file, cache_dir=tmp_path, token="hf_yes")).read_bytes() == MODEL
    assert {one.host for one in hub.seen if "authorization" in one.headers} == {"127.0.0.1"}
    assert {one.host for one in hub.seen if one.path.startswith("/cdn/")} == {"localhost"}


def test_a_folder_is_served_as_repositories(tmp_path: Path, client: HfApi) -> None:
    (tmp_path / "maker/tiny").mkdir(parents=True)
    (tmp_path / "maker/tiny/t.gguf").write_bytes(MODEL)
    with StandInHub.of_folder(tmp_path) as server:
        server.faults = [Fault(cut=100)]
        client.endpoint = server.endpoint
        got = client.hf_hub_download("maker/tiny", "t.gguf", cache_dir=tmp_path / "c")
        assert Path(got).read_bytes() == MODEL, "after a cut it goes on"
        assert len(server.ranges()) == 2
