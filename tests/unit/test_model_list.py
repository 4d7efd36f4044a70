"""The list of models: what is written can be read again, people can read it, and nonsense costs a sentence."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from router.errors import UserFacingError
from router.library.model_list import LONGEST, ListedFile, ListedModel, read_list, write_list
from specialists.manifest import Settings

SUM, OTHER = "ab" * 32, "cd" * 32
MODEL = ListedModel(
    "vision-7b", SUM, "Vision “7B” \\ \x7f", "Q4_K_M", "hub", "maker/vision", "q4/vision-00001-of-00002.gguf", "c" * 40,
    "vision-00001-of-00002.gguf", 123, "Apache-2.0", "https://example.org/terms", True,
    (ListedFile("vision-00002-of-00002.gguf", OTHER, 5),
     ListedFile("mmproj.gguf", OTHER, 6, "projector", "mmproj.gguf")),
    Settings(context=8192, temperature=0.2, system_prompt="Be\nbrief. \"Yes.\""))
PLAIN = replace(MODEL, name="Vision 7B")
LEAST = f'version = 1\n[[model]]\nid = "a"\nsha256 = "{SUM}"\n'


def test_what_is_written_is_read_again() -> None:
    other = ListedModel("plain", OTHER)
    assert read_list(write_list((PLAIN, other)).encode()) == (PLAIN, other)
    assert read_list(write_list(()).encode()) == ()


def test_people_can_read_it() -> None:
    text = write_list((MODEL,))
    assert text.startswith("# Models of Consort.") and 'quantisation = "Q4_K_M"\n' in text
    assert "[model.settings]\ncontext = 8192\n" in text.replace('system_prompt = "Be\\nbrief. \\"Yes.\\""\n', "")
    assert tomllib.loads(text)["model"][0]["name"] == MODEL.name


@pytest.mark.parametrize(("content", "says"), [
    (b"", "does not say that it is one"),
    (b"\xff\xfe", "not TOML"),
    (b"GGUF" + bytes(100), "not TOML"),
    (b"[" * 5000, "not TOML"),
    (b"a = 1\n" * (LONGEST // 5), "too long"),
    (b"version = true", "does not say that it is one"),
    (b'version = "1"', "does not say that it is one"),
    (b"version = 2", "newer Consort"),
    (b"version = 1\nmodel = 5", "array"),
    (b"version = 1\n[[model]]\nid = 5", "str"),
    (b"version = 1\n[[model]]\nid = 'a'", "sha256"),
    (b"version = 1\n" + b"[[model]]\nid = 'a'\nsha256 = 'b'\n" * 1001, "more than 1,000"),
    (LEAST.encode() + LEAST.encode()[12:], "twice"),
])
def test_nonsense_costs_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(UserFacingError, match=says):
        read_list(content)


@pytest.mark.parametrize("line", [
    'repo = "../../etc"', 'repo = "a/b/c"', 'repo = "https://evil.example/x"', 'file = "../x.gguf"',
    'file = "/etc/passwd"',
    'file = "a\\\\b.gguf"', 'file = "a/./b.gguf"', 'file_name = "../x"', 'file_name = "a/b"', 'file_name = "CON"',
    'commit = "main"', 'commit = "../x"', "size = -1", "size = 99999999999999999999", 'source = "http"',
    'name = "a\\u001b[31m"', f'name = "{"x" * 201}"', 'companions = [{name = "../x", sha256 = "' + SUM + '"}]',
    'companions = [{name = "x", sha256 = "nonsense"}]',
    'companions = [{name = "x", sha256 = "' + SUM + '", role = "y"}]',
    'companions = [{name = "", sha256 = "' + SUM + '"}]', "settings = {context = 99999999999}",
    "settings = {temperature = nan}", "settings = {temperature = inf}", "settings = {threads = -5}",
    'settings = {context = "x"}',
])
def test_a_hostile_entry_makes_the_whole_list_worth_nothing(line: str) -> None:
    read_list(LEAST.encode())
    with pytest.raises(UserFacingError, match="no list of models") as refused:
        read_list(f"{LEAST}{line}\n".encode())
    assert "Nothing was changed" in refused.value.hint


@pytest.mark.parametrize("name", ["../a", "A", "", "con", "a/b", "a b"])
def test_an_id_is_a_plain_name(name: str) -> None:
    with pytest.raises(UserFacingError, match="“id” is no plain name"):
        read_list(LEAST.replace('"a"', f'"{name}"').encode())
