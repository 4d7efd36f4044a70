"""Which models a path holds: one file, parts, a folder; and a sentence for everything that is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.local_files import find_models
from tests.gguf_files import gguf, written

MODEL = gguf()


def names(path: Path) -> list[str]:
    return [one.name for one in find_models(path)]


def test_a_file_is_a_model_under_its_own_name(tmp_path: Path) -> None:
    (found,) = find_models(written(tmp_path, MODEL, "My Model-Q4_K_M.gguf"))
    assert (found.name, found.parts, found.projector) == ("My Model-Q4_K_M", (), None)
    assert found.size == len(MODEL)


@pytest.mark.parametrize("named", ["big-00001-of-00003.gguf", "big-00003-of-00003.gguf", "."])
def test_the_parts_of_a_split_file_are_one_model_whichever_is_named(tmp_path: Path, named: str) -> None:
    paths = [written(tmp_path, MODEL, f"big-0000{number}-of-00003.gguf") for number in (1, 2, 3)]
    (found,) = find_models(tmp_path / named)
    assert (found.path, found.parts, found.name) == (paths[0], tuple(paths[1:]), "big")


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    written(tmp_path, MODEL, "big-00001-of-00002.gguf")
    with pytest.raises(UserFacingError, match=r"one of 2 parts, and big-00002-of-00002\.gguf is missing"):
        find_models(tmp_path / "big-00001-of-00002.gguf")


def test_a_folder_of_several_holds_several_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "maker" / "two").mkdir(parents=True)
    written(tmp_path, MODEL, "one.gguf")
    written(tmp_path / "maker" / "two", MODEL, "two.GGUF")
    written(tmp_path, b"GGUF", "cut.gguf")
    written(tmp_path, b"text" * 100, "text.gguf")
    written(tmp_path, MODEL, "half-00001-of-00002.gguf")
    assert names(tmp_path) == ["one", "two"]


@pytest.mark.parametrize(("projector", "model", "others", "belongs"), [
    ("mmproj-model-f16.gguf", "llava.gguf", (), True),
    ("mmproj-model-f16.gguf", "llava.gguf", ("other.gguf",), False),
    ("mmproj-gemma-3-4b-it-f16.gguf", "gemma-3-4b-it-Q4_K_M.gguf", ("other.gguf",), True),
    ("mmproj-gemma-3-4b-it-f16.gguf", "qwen.gguf", (), False),
])
def test_what_a_vision_model_sees_with_is_found_beside_it(tmp_path: Path, projector: str, model: str,
                                                          others: tuple[str, ...], belongs: bool) -> None:
    for name in (projector, model, *others):
        written(tmp_path, MODEL, name)
    (found,) = find_models(tmp_path / model)
    assert found.projector == (tmp_path / projector if belongs else None)
    assert [one for one in names(tmp_path) if "mmproj" in one] == []


def test_a_loop_of_links_ends_and_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "models"
    inside.mkdir()
    written(inside, MODEL)
    (inside / "again").symlink_to(inside)
    (tmp_path / "loop.gguf").symlink_to(tmp_path / "loop.gguf")
    assert names(tmp_path) == ["model"]
    with pytest.raises(UserFacingError, match="cannot be read"):
        find_models(tmp_path / "loop.gguf")


def test_a_link_to_a_file_keeps_its_own_name(tmp_path: Path) -> None:
    """Parts are found by their names, and a cache names what its links lead to by checksums."""
    (tmp_path / "link.gguf").symlink_to(written(tmp_path, MODEL, "0123abcd"))
    assert find_models(tmp_path / "link.gguf")[0].path == tmp_path / "link.gguf"


@pytest.mark.parametrize(("make", "says"), [
    (lambda path: path.write_bytes(b""), "is not a GGUF model file"),
    (lambda path: path.write_bytes(b"PK\3\4" * 100), "is not a GGUF model file"),
    (lambda path: path.write_bytes(b"GGUF"), "is not a GGUF model file"),
    (lambda path: path.mkdir(), "There is no GGUF model in the folder"),
    (os.mkfifo, "is no file"),
    (lambda path: None, "cannot be read"),
])
def test_what_is_no_model_gets_a_sentence(tmp_path: Path, make: object, says: str) -> None:
    path = tmp_path / "thing.gguf"
    make(path)  # type: ignore[operator]
    with pytest.raises(UserFacingError, match=says) as caught:
        find_models(path)
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize("path", ["/nowhere/x.gguf", "a\0b.gguf", "x" * 5000, "big-99999-of-99999.gguf", "~nobody/x"])
def test_a_senseless_path_gets_a_sentence(tmp_path: Path, path: str) -> None:
    with pytest.raises(UserFacingError):
        find_models(tmp_path / path)


def test_a_projector_alone_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="sees with"):
        find_models(written(tmp_path, MODEL, "mmproj-x.gguf"))


def test_a_folder_that_holds_very_much_is_not_walked_to_its_end(tmp_path: Path,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.library.local_files.MOST_ENTRIES", 10)
    for number in range(6):
        (tmp_path / f"f{number}").mkdir()
        (tmp_path / f"f{number}" / "x.txt").touch()
    written(tmp_path / "f5", MODEL)
    with pytest.raises(UserFacingError, match="holds too much to look for models in all of it"):
        find_models(tmp_path)


def test_a_name_that_steers_the_terminal_is_shown_as_text(tmp_path: Path) -> None:
    assert names(written(tmp_path, MODEL, "evil\x1b[2J\nname.gguf")) == ["evil?[2J?name"]
    with pytest.raises(UserFacingError, match=r"^[ -~]+$"):
        find_models(written(tmp_path, b"none", "evil\x1b[2J.gguf"))


def test_a_name_that_is_no_text_is_said_and_left_out_of_folders(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff.gguf")
    path.write_bytes(MODEL)
    written(tmp_path, MODEL, "good.gguf")
    assert names(tmp_path) == ["good"]
    with pytest.raises(UserFacingError, match="is not text") as refused:
        find_models(path)
    refused.value.text.encode()
