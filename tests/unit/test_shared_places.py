"""Where other programs keep their models, on the three systems and under the variables they listen to."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.library.shared_places import places

HOME = Path("/home/me")


def folders(environment: dict[str, str], platform: str, home: Path = HOME) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in places(environment, home, platform):
        found.setdefault(one.program, []).append(one.folder.as_posix())
    return found


def test_the_usual_places_on_linux() -> None:
    assert folders({}, "linux") == {
        "LM Studio": ["/home/me/.lmstudio/models", "/home/me/.cache/lm-studio/models"],
        "Ollama": ["/home/me/.ollama/models", "/usr/share/ollama/.ollama/models"],
        "the Hugging Face cache": ["/home/me/.cache/huggingface/hub"],
        "GPT4All": ["/home/me/.local/share/nomic.ai/GPT4All"],
        "Jan": ["/home/me/.config/Jan/data", "/home/me/.local/share/Jan/data"],
        "llama.cpp": ["/home/me/.cache/llama.cpp"],
    }


def test_the_usual_places_on_macos() -> None:
    found = folders({}, "darwin")
    assert found["GPT4All"] == ["/home/me/Library/Application Support/nomic.ai/GPT4All"]
    assert found["Jan"] == ["/home/me/Library/Application Support/Jan/data"]
    assert found["llama.cpp"] == ["/home/me/Library/Caches/llama.cpp"]
    assert found["the Hugging Face cache"] == ["/home/me/.cache/huggingface/hub"]
    assert found["Ollama"] == ["/home/me/.ollama/models"]


def test_the_usual_places_on_windows() -> None:
    found = folders({"LOCALAPPDATA": "/u/Local", "APPDATA": "/u/Roaming"}, "win32")
    assert found["GPT4All"] == ["/u/Local/nomic.ai/GPT4All"]
    assert found["Jan"] == ["/u/Roaming/Jan/data", "/u/Local/Jan/data"]
    assert found["llama.cpp"] == ["/u/Local/llama.cpp"]


@pytest.mark.parametrize(("variable", "program", "folder"), [
    ("OLLAMA_MODELS", "Ollama", "/x"),
    ("HF_HUB_CACHE", "the Hugging Face cache", "/x"),
    ("HUGGINGFACE_HUB_CACHE", "the Hugging Face cache", "/x"),
    ("HF_HOME", "the Hugging Face cache", "/x/hub"),
    ("LLAMA_CACHE", "llama.cpp", "/x"),
    ("XDG_CACHE_HOME", "the Hugging Face cache", "/x/huggingface/hub"),
])
def test_a_variable_of_the_program_says_where(variable: str, program: str, folder: str) -> None:
    assert folders({variable: "/x"}, "linux")[program][0] == folder


def test_lm_studio_may_say_where_its_home_is(tmp_path: Path) -> None:
    (tmp_path / ".lmstudio-home-pointer").write_text("/big/lmstudio\n")
    assert folders({}, "linux", tmp_path)["LM Studio"][0] == "/big/lmstudio/models"


@pytest.mark.parametrize("said", [b"", b"relative", b"\xff\xfe", b"/a\0b"])
def test_a_senseless_pointer_is_none(tmp_path: Path, said: bytes) -> None:
    (tmp_path / ".lmstudio-home-pointer").write_bytes(said)
    assert len(folders({}, "linux", tmp_path)["LM Studio"]) == 2


def test_a_folder_is_named_once() -> None:
    assert [one.program for one in places({"LLAMA_CACHE": "/x", "HF_HUB_CACHE": "/x"}, HOME, "linux")
            if one.folder == Path("/x")] == ["the Hugging Face cache"]
