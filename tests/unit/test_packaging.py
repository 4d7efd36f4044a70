"""The setup script's decisions: what a machine lacks, which engine build fits it, what a failing step says."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parent.parent.parent / "packaging"
LOCK = (PACKAGING / "requirements.txt").read_text(encoding="utf-8")
LDD = """
/x/libQt6Widgets.so.6:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibQt6Gui.so.6 => /x/libQt6Gui.so.6 (0x00007f)
\tlibGL.so.1 => not found
\tlibEGL.so.1 => not found
\tlibGL.so.1 => not found
\tlibglib-2.0.so.0 => not found
\tlibgthread-2.0.so.0 => not found
"""


@pytest.fixture
def packaging(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The script's modules. Its folder is no package (that would shadow a distribution): imported by path."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    return {name: importlib.import_module(name) for name in ("steps", "system_packages", "engine_build", "environment",
                                                             "develop", "model_licences")}


def test_each_missing_library_is_named_once_by_its_debian_package(packaging: dict[str, ModuleType]) -> None:
    system = packaging["system_packages"]
    assert system.packages_for(system.missing_libraries(LDD)) == ["libegl1", "libgl1", "libglib2.0-0"]
    assert system.packages_for(["libnew.so.9"]) == ["libnew.so.9"]


def test_whoever_is_not_root_gets_the_line_to_type(packaging: dict[str, ModuleType],
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    system = packaging["system_packages"]
    monkeypatch.setattr(system.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(packaging["steps"].CannotGoOn) as stopped:
        system.need_for_build()
    assert stopped.value.remedy == "sudo apt-get install gcc g++"


def test_root_without_package_lists_updates_them_and_tries_again(packaging: dict[str, ModuleType], tmp_path: Path,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {told}\n[ $(wc -l < {told}) -gt 1 ]\n', encoding="utf-8")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(packaging["system_packages"], "TEST_PROGRAMS", {"no-such-program": "its-package"})
    packaging["system_packages"].need_for_tests(tmp_path)
    asked = [line.split()[-1] for line in told.read_text(encoding="utf-8").splitlines()]
    assert asked == ["its-package", "update", "its-package"]


def test_the_engine_is_cut_out_of_the_lock_with_all_its_hashes(packaging: dict[str, ModuleType]) -> None:
    cut = packaging["engine_build"].locked(LOCK)
    assert cut.startswith("llama-cpp-python==") and "--hash=sha256:" in cut
    assert cut.count("==") == 1
    with pytest.raises(packaging["steps"].CannotGoOn):
        packaging["engine_build"].locked("numpy==1.0 \\\n    --hash=sha256:00\n")


def test_an_engine_built_for_another_processor_or_card_is_not_taken(packaging: dict[str, ModuleType],
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    engine = packaging["engine_build"]
    keys = {engine.key(LOCK, gpu) for gpu in engine.GPUS}
    assert len(keys) == len(engine.GPUS)
    here = engine.key(LOCK, "cpu")
    assert engine.key(LOCK, "cpu") == here
    monkeypatch.setattr(engine, "_processor", lambda: "sse2")
    assert engine.key(LOCK, "cpu") != here


def test_a_kept_engine_is_taken_without_building(packaging: dict[str, ModuleType], tmp_path: Path) -> None:
    engine = packaging["engine_build"]
    folder = engine._cache_folder() / engine.key(LOCK, "cpu")
    folder.mkdir(parents=True)
    (folder / "engine.whl").touch()
    assert engine.wheel(LOCK, "cpu", Path("no-python"), tmp_path / "log") == folder / "engine.whl"


def test_a_step_that_fails_shows_the_end_of_its_log(packaging: dict[str, ModuleType], tmp_path: Path,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    script = "import sys; print('the reason'); sys.exit(3)"
    with pytest.raises(packaging["steps"].CannotGoOn) as stopped:
        packaging["steps"].step("Trying", [sys.executable, "-c", script], tmp_path / "log")
    printed = capsys.readouterr()
    assert printed.out == "" and "the reason" in printed.err
    assert str(tmp_path / "log") in stopped.value.remedy


def test_an_environment_that_is_up_to_date_is_left_alone(packaging: dict[str, ModuleType], tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    environment = packaging["environment"]
    (tmp_path / "packaging").mkdir()
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-build.txt"):
        (tmp_path / "packaging" / name).write_text(LOCK, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    ran: list[str] = []
    monkeypatch.setattr(packaging["steps"], "step", lambda text, *rest: ran.append(text))
    monkeypatch.setattr(packaging["steps"], "say", ran.append)
    monkeypatch.setattr(packaging["engine_build"], "wheel", lambda *rest: Path("engine.whl"))
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(environment, "_create", lambda *rest: None)

    home = environment.ensure(tmp_path)
    assert "Installing the model engine" in ran and "Installing Consort itself" in ran
    home.program("consort").parent.mkdir()
    home.program("consort").touch()
    ran.clear()
    environment.ensure(tmp_path)
    assert ran == []
    (tmp_path / "packaging" / "requirements.txt").write_text(LOCK + "\n# changed\n", encoding="utf-8")
    environment.ensure(tmp_path)
    assert "Installing Consort itself" in ran and "Installing the model engine" not in ran
    ran.clear()
    environment.ensure(tmp_path, gpu="vulkan")
    assert "Installing the model engine" in ran


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_wrong_usage_is_exit_code_2(packaging: dict[str, ModuleType], arguments: list[str], code: int) -> None:
    assert packaging["develop"].main(arguments) == code


def test_a_built_engine_is_kept_for_the_next_clone(packaging: dict[str, ModuleType], tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    engine = packaging["engine_build"]
    monkeypatch.setattr(packaging["system_packages"], "need_for_build", lambda: None)
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nfor last; do :; done\necho "$CMAKE_ARGS" > "$last/built.whl"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    built = engine.wheel(LOCK, "vulkan", python, tmp_path / "log")
    assert built.read_text(encoding="utf-8").strip() == "-DGGML_VULKAN=on"
    assert [path.name for path in built.parent.iterdir()] == ["built.whl"]
    assert engine.wheel(LOCK, "vulkan", Path("no-python"), tmp_path / "log") == built


def test_the_licences_of_the_models_are_listed_as_the_catalogue_says(packaging: dict[str, ModuleType]) -> None:
    licences = packaging["model_licences"]
    listed = licences.FILE.read_text(encoding="utf-8")
    assert listed == licences.replaced(listed, licences.ROOT / "resources" / "catalog"), (
        "run python3 packaging/model_licences.py")


def test_a_models_line_says_its_terms_and_whether_it_asks(packaging: dict[str, ModuleType], tmp_path: Path) -> None:
    (tmp_path / "code.toml").write_text('''
[[specialist]]
name = "Coder"
licence = { name = "Own", terms = "https://x", opt_in = true }
''', encoding="utf-8")
    licences = packaging["model_licences"]
    written = licences.tables(tmp_path)
    assert "### Programs" in written and "| Coder | Own | yes | https://x |" in written
    with pytest.raises(ValueError, match="are not both there"):
        licences.replaced("nothing of that sort", tmp_path)
