"""The file of a kept state: what was written comes back, and nothing doubtful ever does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specialists.kept_state import BrokenPage, Head, Origin, fingerprint, read_body, read_head, write_page

ORIGIN = Origin("abc", "llama", 4096, "f16", "1.0")
TOKENS = (1, 2, 3, 2**31)
ANSWERS = ((2, 3), (), (7,))
BODY = bytes(range(256)) * 3


def whole(path: Path, origin: Origin = ORIGIN) -> Head:
    """The head, after the whole file was checked."""
    head = read_head(path, origin)
    read_body(head)
    return head


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "a.page"
    assert write_page(path, ORIGIN, TOKENS, ANSWERS, BODY) == path.stat().st_size
    return path


def test_what_was_kept_comes_back(page: Path) -> None:
    head = read_head(page, ORIGIN)
    assert (head.tokens, head.answers, bytes(read_body(head))) == (TOKENS, ANSWERS, BODY)


def test_only_its_owner_may_read_it_and_nothing_else_is_left_in_the_folder(page: Path) -> None:
    assert page.stat().st_mode & 0o077 == 0
    assert [one.name for one in page.parent.iterdir()] == ["a.page"]


@pytest.mark.parametrize("change", [{"model": "abd"}, {"architecture": "gemma"}, {"context": 2048}, {"cache": "q8_0"},
                                    {"library": "1.1"}])
def test_the_state_of_another_model_or_with_other_settings_is_refused(page: Path, change: dict[str, object]) -> None:
    with pytest.raises(BrokenPage, match="another model"):
        read_head(page, replace(ORIGIN, **change))      # type: ignore[arg-type]


def test_a_changed_byte_anywhere_is_noticed(page: Path) -> None:
    data = page.read_bytes()
    for place in range(len(data)):
        page.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1:])
        with pytest.raises(BrokenPage):
            whole(page)


def test_a_file_cut_off_anywhere_or_too_long_is_noticed(page: Path) -> None:
    data = page.read_bytes()
    for length in range(len(data)):
        page.write_bytes(data[:length])
        with pytest.raises(BrokenPage):
            whole(page)
    page.write_bytes(data + b"x")
    with pytest.raises(BrokenPage):
        whole(page)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_other_file_is_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.page"
    for begin in (b"", b"KeptPage\x01\0\0\0"):
        path.write_bytes(begin + data)
        with pytest.raises(BrokenPage):
            whole(path)


@pytest.mark.parametrize("header", [
    b'{"origin":{"model":"abc","architecture":"llama","context":4096,"cache":"f16","library":"1.0"},"tokens":%d,'
    b'"answers":[%d],"body":%d}' % numbers
    for numbers in ((2**62, 0, 1), (-1, 1, 1), (0, -5, 1), (1, 1, 2**62), (1, 1, 0), (4, 2**22, 1))] + [b"{" * 60_000])
def test_impossible_numbers_in_the_header_cost_no_memory(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "a.page"
    path.write_bytes(b"KeptPage" + (1).to_bytes(4, "little") + len(header).to_bytes(4, "little") + header + bytes(99))
    with pytest.raises(BrokenPage):
        whole(path)


def test_a_file_that_changes_between_its_head_and_its_body_is_refused(page: Path) -> None:
    head = read_head(page, ORIGIN)
    write_page(page, ORIGIN, (4, *TOKENS[1:]), ANSWERS, BODY)
    with pytest.raises(BrokenPage):
        read_body(head)


def test_nothing_there_a_folder_and_a_vanished_file_are_refused_alike(page: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(BrokenPage):
            read_head(path, ORIGIN)
    head = read_head(page, ORIGIN)
    page.unlink()
    with pytest.raises(BrokenPage):
        read_body(head)


def test_writing_that_is_stopped_or_fails_leaves_the_old_state_as_it_was(page: Path, tmp_path: Path) -> None:
    assert write_page(page, ORIGIN, (9,), (), b"new", stopped=lambda: True) == 0
    assert whole(page).tokens == TOKENS
    with pytest.raises(OSError):
        write_page(tmp_path / "no" / "a.page", ORIGIN, (9,), (), b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["a.page"]


def test_a_fingerprint_tells_models_apart_but_not_names_or_dates(tmp_path: Path) -> None:
    data = bytes(3 * 2**20)
    one, same, other, longer = (tmp_path / name for name in "abcd")
    for path, content in ((one, data), (same, data), (other, data[:-1000] + b"x" * 1000), (longer, data + b"\0")):
        path.write_bytes(content)
    assert fingerprint(one) == fingerprint(same) != ""
    assert len({fingerprint(path) for path in (one, longer)}) == 2
    other.write_bytes(b"\0GGUF" + data[5:])
    assert fingerprint(other) != fingerprint(one)
    assert fingerprint(tmp_path / "none") == ""
