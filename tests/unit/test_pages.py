"""The page file on disk: whose each state is, which one leaves, and what never stays."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.fleet.pager import budget_in, kept_budget
from router.fleet.pages import DEFAULT_BUDGET, PageFile
from specialists.wire import Load

LONG = "You answer in short sentences. " * 10


@pytest.fixture
def load(tmp_path: Path) -> Load:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"weights")
    return Load("llama", str(model), 4096)


def keep(pages: PageFile, load: Load, conversation: str, size: int = 100, tokens: int = 300,
         specialist: str = "coder") -> Path:
    """Write a state as a worker would."""
    path = Path(pages.path_for(specialist, load, conversation))
    path.write_bytes(bytes(size))
    pages.kept(str(path), specialist, load, conversation, tokens)
    return path


def age(path: Path, seconds: float) -> None:
    """As if it had been used so long ago."""
    os.utime(path, (path.stat().st_mtime - seconds,) * 2)


def test_a_state_is_found_again_after_a_restart_only_by_its_own(tmp_path: Path, load: Load) -> None:
    path = keep(PageFile(tmp_path / "pages"), load, "c1")
    pages = PageFile(tmp_path / "pages")
    assert pages.candidates("coder", load, "c1", LONG) == (str(path),)
    assert pages.candidates("coder", replace(load, threads=7), "c1", LONG) == (str(path),)
    assert pages.warm("c1") == {"coder": 300} and pages.usage() == (1, 100)
    for other in (("coder", load, "c2"), ("writer", load, "c1"), ("coder", replace(load, context=2048), "c1"),
                  ("coder", replace(load, path="other.gguf"), "c1"), ("coder", load, "")):
        assert pages.candidates(*other, LONG) == ()
    Path(load.path).write_bytes(b"other weights")
    assert pages.candidates("coder", load, "c1", LONG) == ()


def test_a_model_that_was_moved_or_whose_disk_was_away_finds_its_states(tmp_path: Path, load: Load) -> None:
    (tmp_path / "models" / "coder").mkdir(parents=True)
    here = Path(load.path).rename(tmp_path / "models" / "coder" / "model.gguf")
    path = keep(PageFile(tmp_path / "pages"), replace(load, path=str(here)), "c1")
    (tmp_path / "models").rename(tmp_path / "elsewhere")
    pages = PageFile(tmp_path / "pages")
    there = replace(load, path=str(tmp_path / "elsewhere" / "coder" / "model.gguf"))
    assert pages.candidates("coder", there, "c1", LONG) == (str(path),)


def test_who_was_used_longest_ago_leaves_first(tmp_path: Path, load: Load) -> None:
    pages = PageFile(tmp_path / "pages", 250)
    first, second = keep(pages, load, "c1"), keep(pages, load, "c2")
    age(first, 20)
    age(second, 10)
    pages.candidates("coder", load, "c1", "")           # used just now
    third = keep(pages, load, "c3")
    assert (first.exists(), second.exists(), third.exists()) == (True, False, True)
    assert pages.usage() == (2, 200)
    age(first, 30)
    pages.change_budget(150)
    assert (first.exists(), third.exists()) == (False, True)
    assert not keep(pages, load, "c4", size=151).exists(), "larger than the whole budget"


def test_without_a_budget_nothing_is_kept_and_what_was_there_goes(tmp_path: Path, load: Load) -> None:
    pages = PageFile(tmp_path / "pages")
    path = keep(pages, load, "c1")
    pages.change_budget(0)
    assert not path.exists() and pages.usage() == (0, 0)
    assert pages.path_for("coder", load, "c1") == pages.beginning_for("coder", load, LONG) == ""


def test_forgetting_a_conversation_deletes_its_states_of_all_specialists_and_nothing_else(tmp_path: Path,
                                                                                          load: Load) -> None:
    pages = PageFile(tmp_path / "pages")
    gone = [keep(pages, load, "c1"), keep(pages, load, "c1", specialist="writer")]
    stays = keep(pages, load, "c2")
    beginning = Path(pages.beginning_for("coder", load, LONG))
    beginning.write_bytes(b"b")
    pages.noticed(str(beginning), "coder", load)
    pages.forget_conversation("c1")
    pages.forget_conversation("")
    assert [path.exists() for path in (*gone, stays, beginning)] == [False, False, True, True]
    assert PageFile(tmp_path / "pages").usage()[0] == 2


def test_a_new_state_takes_the_place_of_one_kept_with_other_settings(tmp_path: Path, load: Load) -> None:
    pages = PageFile(tmp_path / "pages")
    old = keep(pages, load, "c1")
    new = keep(pages, replace(load, context=8192), "c1", tokens=400)
    assert not old.exists() and new.exists() and pages.warm("c1") == {"coder": 400}


def test_instructions_are_shared_by_conversations_of_the_same_specialist(tmp_path: Path, load: Load) -> None:
    pages = PageFile(tmp_path / "pages")
    path = pages.beginning_for("coder", load, LONG)
    assert path and path == pages.beginning_for("coder", load, LONG) != pages.beginning_for("coder", load, LONG + "!")
    assert pages.beginning_for("coder", load, "Be brief.") == ""
    pages.noticed(path, "coder", load)
    assert pages.candidates("coder", load, "c1", LONG) == (), "nothing was written"
    Path(path).write_bytes(b"state")
    pages.noticed(path, "coder", load)
    assert pages.candidates("coder", load, "c1", LONG) == pages.candidates("coder", load, "", LONG) == (path,)


def test_what_a_crash_or_a_removed_model_left_behind_goes_at_the_next_start(tmp_path: Path, load: Load) -> None:
    folder = tmp_path / "pages"
    pages = PageFile(folder)
    kept = keep(pages, load, "c1")
    other = tmp_path / "other.gguf"
    other.write_bytes(b"x")
    orphan = keep(pages, replace(load, path=str(other)), "c2")
    half = folder / "0123.page.77.new"
    nobodys = folder / "0123.page"
    for path in (half, nobodys):
        path.write_bytes(b"half")
    other.unlink()
    again = PageFile(folder)
    assert [path.exists() for path in (kept, orphan, half, nobodys)] == [True, False, False, False]
    kept.unlink()
    assert again.usage() == (1, 100) and PageFile(folder).usage() == (0, 0)


@pytest.mark.parametrize("index", [b"", b"{", b"[]", b'{"a.page": 3}', b"\xff", b"[" * 100_000])
def test_a_broken_index_costs_the_states_and_nothing_else(tmp_path: Path, load: Load, index: bytes) -> None:
    pages = PageFile(tmp_path / "pages")
    path = keep(pages, load, "c1")
    (tmp_path / "pages" / "index.json").write_bytes(index)
    assert PageFile(tmp_path / "pages").usage() == (0, 0) and not path.exists()


def test_an_index_that_names_files_elsewhere_reaches_none_of_them(tmp_path: Path, load: Load) -> None:
    pages = PageFile(tmp_path / "pages")
    keep(pages, load, "c1")
    index = tmp_path / "pages" / "index.json"
    precious = tmp_path / "precious.page"
    precious.write_bytes(b"x")
    name = next(iter((tmp_path / "pages").glob("*.page"))).name
    index.write_bytes(index.read_bytes().replace(name.encode(), b"../precious.page"))
    PageFile(tmp_path / "pages", 0)
    assert precious.exists()


def test_a_full_or_read_only_disk_keeps_nothing_and_says_nothing(tmp_path: Path, load: Load) -> None:
    assert PageFile(tmp_path / "pages", free=lambda _: 10**6).path_for("coder", load, "c1") == ""
    (tmp_path / "file").write_bytes(b"")
    pages = PageFile(tmp_path / "file" / "pages")
    assert pages.path_for("coder", load, "c1") == "" and pages.usage() == (0, 0)
    pages = PageFile(tmp_path / "pages")
    path = pages.path_for("coder", load, "c1")
    Path(path).write_bytes(b"x")
    shutil.rmtree(tmp_path / "pages")
    pages.kept(path, "coder", load, "c1", 300)
    assert pages.candidates("coder", load, "c1", "") == ()


def test_the_budget_as_a_preference() -> None:
    assert [budget_in(text) for text in ("", " ", "0", "5000000")] == [DEFAULT_BUDGET, DEFAULT_BUDGET, 0, 5_000_000]
    for nonsense in ("-1", "2 GB", "1e9", "9" * 30):
        with pytest.raises(UserFacingError):
            budget_in(nonsense)
        assert kept_budget(nonsense) == DEFAULT_BUDGET
