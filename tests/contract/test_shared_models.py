"""What other programs keep is found by their own layouts, and what is hostile in it costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from router.library import shared_models
from router.library.local_files import find_models
from router.library.shared_places import Place
from router.model_views import SharedModel
from specialists.manifest import HubSource, Licence, Manifest, Sources
from tests.gguf_files import gguf, metadata, written

MODEL, OTHER = gguf(), gguf(metadata(general__name="Other"))
SUM, OTHER_SUM = (hashlib.sha256(content).hexdigest() for content in (MODEL, OTHER))
KNOWN = Manifest("known", "Known", "Of the catalogue.", file_name="known.gguf", sha256=SUM,
                 licence=Licence("MIT"), sources=Sources(HubSource("maker/known", "known.gguf")))


def find(*where: Place, used: dict[Path, str] | None = None) -> list[SharedModel]:
    return list(shared_models.find(where, {"known": KNOWN}, used or {}))


def ollama(folder: Path, name: str, model: str, **other: str) -> None:
    """A manifest as Ollama writes it: four folders, OCI layers."""
    layers = [{"mediaType": kind, "digest": digest, "size": 1} for kind, digest in
              ((shared_models.MODEL, model), *other.items(), ("application/vnd.ollama.image.license", "sha256:00"))]
    path = folder / "manifests" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:1"}, "layers": layers}))


def blob(folder: Path, content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    (folder / "blobs").mkdir(parents=True, exist_ok=True)
    written(folder / "blobs", content, f"sha256-{sha256}")
    return f"sha256:{sha256}"


def test_ollamas_blobs_have_the_names_of_their_manifests(tmp_path: Path) -> None:
    ollama(tmp_path, "registry.ollama.ai/library/qwen2.5/0.5b", blob(tmp_path, MODEL))
    ollama(tmp_path, "hf.co/maker/other/q8", blob(tmp_path, OTHER))
    found = {one.name: one for one in find(Place("Ollama", tmp_path, "ollama"))}
    assert set(found) == {"qwen2.5:0.5b", "hf.co/maker/other:q8"}
    assert found["qwen2.5:0.5b"] == SharedModel(str(tmp_path / "blobs" / f"sha256-{SUM}"), "qwen2.5:0.5b", "Ollama",
                                                len(MODEL), known_as="known")
    (model,) = find_models(Path(found["qwen2.5:0.5b"].path))
    assert model.path == tmp_path / "blobs" / f"sha256-{SUM}"


def test_the_name_is_known_again_when_the_blob_is_taken_into_use(tmp_path: Path,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path))
    ollama(tmp_path, "registry.ollama.ai/library/qwen2.5/0.5b", blob(tmp_path, MODEL))
    models = find_models(tmp_path / "blobs" / f"sha256-{SUM}")
    assert shared_models.names_by_path(models) == {models[0].path: "qwen2.5:0.5b"}
    assert shared_models.names_by_path(find_models(written(tmp_path, MODEL))) == {}


def test_what_an_ollama_model_sees_with_comes_along(tmp_path: Path) -> None:
    ollama(tmp_path, "registry.ollama.ai/library/llava/7b", blob(tmp_path, MODEL),
           **{shared_models.PROJECTOR: blob(tmp_path, OTHER)})
    (model, sha256), = shared_models.in_place(Place("Ollama", tmp_path, "ollama"))
    assert model.projector == tmp_path / "blobs" / f"sha256-{OTHER_SUM}" and sha256 == SUM


@pytest.mark.parametrize("digest", [
    "sha256:../../../../etc/passwd", "sha256:" + "0" * 64, "sha256:" + "A" * 64, "../x", "", "sha256-",
    "md5:" + "0" * 32,
])
def test_a_digest_leads_nowhere_but_to_a_blob(tmp_path: Path, digest: str) -> None:
    (tmp_path / "blobs").mkdir()
    ollama(tmp_path, "registry.ollama.ai/library/evil/latest", digest)
    assert find(Place("Ollama", tmp_path, "ollama")) == []


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"null", b'{"layers": 5}', b'{"layers": [5]}', b"\xff" * 100, b"[" * 100_000,
    b'{"layers": [{"mediaType": 1}]}', b" " * (shared_models.LONGEST_MANIFEST + 10),
])
def test_a_hostile_manifest_is_left_out_and_the_others_stay(tmp_path: Path, content: bytes) -> None:
    ollama(tmp_path, "registry.ollama.ai/library/good/latest", blob(tmp_path, MODEL))
    ollama(tmp_path, "registry.ollama.ai/library/evil/latest", "sha256:0")
    (tmp_path / "manifests/registry.ollama.ai/library/evil/latest").write_bytes(content)
    assert [one.name for one in find(Place("Ollama", tmp_path, "ollama"))] == ["good:latest"]


def test_a_pipe_or_a_loop_where_a_manifest_should_be_holds_nobody_up(tmp_path: Path) -> None:
    ollama(tmp_path, "registry.ollama.ai/library/good/latest", blob(tmp_path, MODEL))
    folder = tmp_path / "manifests/registry.ollama.ai/library/evil"
    folder.mkdir()
    os.mkfifo(folder / "latest")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(tmp_path / "blobs" / f"sha256-{OTHER_SUM}")
    ollama(tmp_path, "registry.ollama.ai/library/pipe/latest", f"sha256:{OTHER_SUM}")
    assert [one.name for one in find(Place("Ollama", tmp_path, "ollama"))] == ["good:latest"]


def test_the_hub_cache_is_read_through_its_links(tmp_path: Path) -> None:
    repo = tmp_path / "models--maker--known"
    snapshot = repo / "snapshots" / ("c" * 40)
    (repo / "blobs").mkdir(parents=True)
    snapshot.mkdir(parents=True)
    written(repo / "blobs", MODEL, SUM)
    (snapshot / "known-Q4_K_M.gguf").symlink_to(Path("../../blobs") / SUM)
    again = repo / "snapshots" / ("d" * 40)
    again.mkdir()
    (again / "known-Q4_K_M.gguf").symlink_to(Path("../../blobs") / SUM)
    (found,) = find(Place("the Hugging Face cache", tmp_path, "hub"))
    assert (found.name, found.known_as, found.size) == ("known-Q4_K_M", "known", len(MODEL))


def test_plain_files_are_models_with_their_parts_and_projectors_grouped(tmp_path: Path) -> None:
    folder = tmp_path / "maker" / "vision"
    folder.mkdir(parents=True)
    for name in ("v-00001-of-00002.gguf", "v-00002-of-00002.gguf", "mmproj-v.gguf"):
        written(folder, MODEL, name)
    written(tmp_path, OTHER, "flat.gguf")
    (tmp_path / "localdocs.db").write_bytes(b"SQLite")
    assert sorted((one.name, one.size) for one in find(Place("Jan", tmp_path))) == [
        ("flat", len(OTHER)), ("v", 3 * len(MODEL))]


def test_what_is_used_here_already_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, MODEL, "one.gguf")
    (found,) = find(Place("GPT4All", tmp_path), used={path: "my-one"})
    assert found == replace(found, specialist="my-one")


def test_places_that_are_not_there_or_may_not_be_read_hold_nothing(tmp_path: Path) -> None:
    written(tmp_path, MODEL, "a file")
    assert find(Place("Jan", tmp_path / "absent"), Place("Jan", tmp_path / "a file")) == []


def test_of_a_folder_that_holds_very_much_the_first_files_are_offered(tmp_path: Path,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.library.local_files.MOST_ENTRIES", 20)
    written(tmp_path, MODEL, "first.gguf")
    (tmp_path / "z").mkdir()
    for number in range(30):
        (tmp_path / "z" / f"{number}.txt").touch()
    written(tmp_path / "z", OTHER, "last.gguf")
    assert [one.name for one in find(Place("Jan", tmp_path))] == ["first"]
