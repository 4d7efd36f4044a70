"""Models of the person's own, used where they lie: never copied, never changed, noticed when they move or change."""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.header import ModelFacts
from router.library.library import Library
from router.library.local_files import find_models
from router.library.record import InstalledModel
from specialists.manifest import Companion, HubSource, Licence, Manifest, Sources, Variant
from tests.gguf_files import gguf, metadata, written

MODEL, OTHER = gguf(), gguf(metadata(general__name="Other"))
SUM = hashlib.sha256(MODEL).hexdigest()
KNOWN = Manifest("known", "Known", "Of the catalogue.", skills=("code",), file_name="known.gguf", size=len(MODEL),
                 sha256=SUM, licence=Licence("MIT"), sources=Sources(HubSource("maker/known", "known.gguf")))
FACTS = ModelFacts("llama", trained_context=64)


async def look(path: Path) -> ModelFacts | None:
    return FACTS


def library(folder: Path, *manifests: Manifest) -> Library:
    return Library(folder / "models", {one.id: one for one in manifests}, look=look)


def use(one: Library, path: Path, name: str = "") -> InstalledModel:
    (found,) = find_models(path)
    return asyncio.run(one.use_in_place(found, name=name))


def test_a_file_is_used_where_it_lies_and_never_deleted(tmp_path: Path) -> None:
    mine = written(tmp_path, MODEL, "My Model-Q4_K_M.gguf")
    model = use(library(tmp_path), mine)
    assert (model.id, model.path, model.sha256) == ("my-my-model-q4-k-m", mine, SUM)
    again = library(tmp_path)                                           # as after a restart
    manifest = again.manifests()[model.id]
    assert (manifest.quantisation, manifest.size, manifest.trained_context) == ("Q4_K_M", len(MODEL), 64)
    assert again.path(model.id) == mine and asyncio.run(again.verify(model.id))
    assert again.remove(model.id) == 0 and mine.read_bytes() == MODEL


def test_the_same_bytes_twice_are_one_model(tmp_path: Path) -> None:
    one = library(tmp_path)
    first, twin = use(one, written(tmp_path, MODEL)), written(tmp_path, MODEL, "twin.gguf")
    assert use(one, tmp_path / "model.gguf") == first and use(one, twin) == first
    assert [*one.recorded()] == [first.id]


def test_two_models_of_one_name_have_two_ids(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    one = library(tmp_path)
    assert [use(one, written(tmp_path, MODEL)).id, use(one, written(tmp_path / "a", OTHER)).id] == [
        "my-model", "my-model-2"]


def test_a_file_that_the_catalogue_knows_is_that_specialist(tmp_path: Path) -> None:
    one = library(tmp_path, KNOWN)
    model = use(one, written(tmp_path, MODEL, "sha256-0a1b"))
    assert (model.id, model.source, one.manifests()["known"]) == ("known", "import", KNOWN)
    assert one.remove("known") == 0 and (tmp_path / "sha256-0a1b").exists()


def test_another_quantisation_of_a_specialist_that_is_there_stands_beside_it_with_its_licence(tmp_path: Path) -> None:
    variant = Variant("Q8_0", "known-q8.gguf", len(OTHER), hashlib.sha256(OTHER).hexdigest())
    one = library(tmp_path, replace(KNOWN, variants=(variant,)))
    assert use(one, written(tmp_path, MODEL, "a.gguf")).id == "known"
    second = use(one, written(tmp_path, OTHER, "b.gguf"))
    manifest = one.manifests()[second.id]
    assert (second.id, manifest.name, manifest.licence.name, manifest.skills) == ("my-b", "Known (Q8_0)", "MIT",
                                                                                  ("code",))
    alone = library(tmp_path / "new", replace(KNOWN, variants=(variant,)))
    assert (use(alone, tmp_path / "b.gguf").id, alone.recorded()["known"].quantisation) == ("known", "Q8_0")


def test_parts_and_projector_belong_to_the_model(tmp_path: Path) -> None:
    for name in ("v-00001-of-00002.gguf", "v-00002-of-00002.gguf", "mmproj-v-f16.gguf"):
        written(tmp_path, MODEL if "1-of" in name else OTHER, name)
    one = library(tmp_path)
    model = use(one, tmp_path / "v-00002-of-00002.gguf")
    manifest = one.manifests()[model.id]
    assert [companion.role for companion in manifest.companions] == ["part", "projector"]
    assert "vision" in manifest.skills and model.size_in_all == len(MODEL) + 2 * len(OTHER)
    assert isinstance(manifest.companions[0], Companion) and asyncio.run(one.verify(model.id))
    (tmp_path / "mmproj-v-f16.gguf").unlink()
    assert one.missing()[model.id].trouble == "missing"


def test_a_moved_file_is_missing_and_found_again_as_the_same_model(tmp_path: Path) -> None:
    one = library(tmp_path)
    mine = written(tmp_path, MODEL)
    model = use(one, mine, name="Mine")
    (tmp_path / "elsewhere").mkdir()
    mine.rename(tmp_path / "elsewhere" / "renamed.gguf")
    assert [*one.missing()] == [model.id]
    with pytest.raises(UserFacingError, match="The file of Mine is not there any more") as caught:
        one.path(model.id)
    assert "consort remove my-mine" in caught.value.hint
    assert use(one, tmp_path / "elsewhere").id == model.id
    assert one.path(model.id) == tmp_path / "elsewhere" / "renamed.gguf" and one.manifests()[model.id].name == "Mine"


def test_a_changed_file_is_not_used_until_it_is_imported_anew(tmp_path: Path) -> None:
    one = library(tmp_path)
    mine = written(tmp_path, MODEL)
    model = use(one, mine)
    mine.write_bytes(MODEL[:-1] + b"x")                                     # of the same size
    os.utime(mine, (1, 1))
    with pytest.raises(UserFacingError, match="was changed since Consort read it"):
        one.path(model.id)
    assert asyncio.run(one.soundness(model.id)) == "changed"
    again = use(one, mine)
    assert again.id == model.id and again.sha256 != model.sha256 and asyncio.run(one.verify(model.id))


def test_a_file_that_was_only_touched_is_sound_again_once_it_was_read(tmp_path: Path) -> None:
    one = library(tmp_path)
    model = use(one, written(tmp_path, MODEL))
    os.utime(model.path, (1, 1))
    assert one.installed() == {}
    assert asyncio.run(one.soundness(model.id)) == "sound"
    assert library(tmp_path).path(model.id) == model.path


def test_reading_a_large_file_shows_progress_and_can_be_stopped(tmp_path: Path) -> None:
    mine = written(tmp_path, MODEL + bytes(50_000_000))
    one = library(tmp_path)
    told: list[tuple[int, int]] = []

    async def stopped() -> None:
        begun = asyncio.Event()

        def tell(done: int, total: int, speed: float) -> None:
            told.append((done, total))
            begun.set()

        (found,) = find_models(mine)
        reading = asyncio.create_task(one.use_in_place(found, tell))
        await begun.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(stopped())
    assert told[0] == (0, mine.stat().st_size) and one.recorded() == {}
