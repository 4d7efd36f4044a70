"""The house rules, read from the source itself: who may import whom, how long a file may be, what is never written.

ARCHITECTURE.md says why each rule is there.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("desktop_app", "router", "specialists")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EVERY_PYTHON_FILE = sorted([*SOURCES, *(ROOT / "packaging").glob("*.py"), *(ROOT / "tests").rglob("*.py")])

# What each room may import of ours. Inside a room anything goes.
MAY_IMPORT = {
    "specialists": (),
    "router": ("specialists.manifest", "specialists.wire", "specialists.codec"),
    "desktop_app": ("router.messages", "router.views", "router.model_views", "router.parts", "router.errors",
                    "router.assistant", "router.second_start", "router.transcript_forms", "router.echo_cancelling",
                    "specialists.manifest", "specialists.codec"),
}
# The process that runs a specialist is started by naming its module; only this file knows the name.
ALSO_MAY = {"router/fleet/worker.py": ("specialists.worker",)}

# One door per dependency: a package, and the files that may import it.
DOORS = {
    "PySide6": r"desktop_app/.*",
    "shiboken6": r"desktop_app/.*",
    "llama_cpp": r"specialists/engines/llama_(model|build)\.py",
    "huggingface_hub": r"router/library/hub(_\w+)?\.py",
    "keyring": r"router/library/hub_token\.py",
    "apsw": r"router/memory/.*",
    "sqlite3": r"(?!)",
    "httpx2": r"router/library/.*",
    "urllib3": r"router/library/connections\.py",
    "pywebrtc_audio": r"router/echo_cancelling\.py",
    "pywhispercpp": r"specialists/engines/whisper_model\.py",
    "piper": r"specialists/engines/piper\.py",
    "onnxruntime": r"specialists/engines/onnx_session\.py",
    "sympy": r"router/tools/(expressions|mathematics)\.py",
    "av": r"specialists/engines/sound_file\.py",
    "multiprocessing": r"router/fleet/child\.py|desktop_app/__main__\.py",
    "asyncio": r"router/.*|desktop_app/bridge\.py",
    "pickle": r"(?!)",
}
MODULE_OF_DISTRIBUTION = {"llama-cpp-python": "llama_cpp", "huggingface-hub": "huggingface_hub",
                          "markdown-it-py": "markdown_it", "mdit-py-plugins": "mdit_py_plugins", "pyside6": "PySide6",
                          "scikit-learn": "sklearn",
                          "pyside6-essentials": "PySide6", "piper-tts": "piper"}


@dataclass(frozen=True)
class Import:
    """One imported name: `module` in full, `file` relative to the root, `at_top` outside any function."""

    file: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def imports_in(file: str, text: str) -> list[Import]:
    """Every import of a source text, also inside functions. `from a import b` counts as `a.b`."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [Import(file, node.lineno, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are written in full"
            found += [Import(file, node.lineno, f"{node.module}.{name.name}") for name in node.names]
    return found


def wrong_direction(one: Import) -> bool:
    """Does the import lead into a room, or a part of one, that the file's room must not know?"""
    room, target = one.file.split("/")[0], one.module.split(".")[0]
    if target == room or target not in ROOMS:
        return False
    allowed = MAY_IMPORT[room] + ALSO_MAY.get(one.file, ())
    return not any(one.module == name or one.module.startswith(name + ".") for name in allowed)


def wrong_door(one: Import) -> bool:
    """Is the package imported elsewhere than in its one place?"""
    door = DOORS.get(one.module.split(".")[0])
    return door is not None and re.fullmatch(door, one.file) is None


def relative(path: Path) -> str:
    """As it is written in messages, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    """Lines as `wc -l` counts them."""
    return path.read_text(encoding="utf-8").count("\n")


ALL_IMPORTS = [one for path in SOURCES for one in imports_in(relative(path), path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("file", "line", "wrong"), [
    ("specialists/worker.py", "import router.messages", True),
    ("specialists/worker.py", "from specialists import wire", False),
    ("router/turn.py", "from specialists import wire", False),
    ("router/turn.py", "from specialists.engines import llama", True),
    ("router/turn.py", "def later():\n    import desktop_app.app", True),
    ("desktop_app/app.py", "from router import messages as m", False),
    ("desktop_app/app.py", "from router.memory.store import Store", True),
])
def test_the_direction_rule_knows_right_from_wrong(file: str, line: str, wrong: bool) -> None:
    assert [wrong_direction(one) for one in imports_in(file, line)] == [wrong]


@pytest.mark.parametrize(("file", "line", "wrong"), [
    ("router/turn.py", "from PySide6.QtCore import QObject", True),
    ("desktop_app/app.py", "from PySide6.QtCore import QObject", False),
    ("specialists/engines/llama_model.py", "import llama_cpp", False),
    ("specialists/worker.py", "import llama_cpp.llama_cpp", True),
    ("router/memory/store.py", "import sqlite3", True),
    ("desktop_app/app.py", "import asyncio", True),
])
def test_the_door_rule_knows_right_from_wrong(file: str, line: str, wrong: bool) -> None:
    assert [wrong_door(one) for one in imports_in(file, line)] == [wrong]


def test_rooms_import_in_one_direction() -> None:
    assert [str(one) for one in ALL_IMPORTS if wrong_direction(one)] == []


def test_every_dependency_has_one_door() -> None:
    assert [str(one) for one in ALL_IMPORTS if wrong_door(one)] == []


def test_every_imported_package_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", line)[0].lower() for line in project["dependencies"]}  # type: ignore[index]
    modules = {MODULE_OF_DISTRIBUTION.get(name, name.replace("-", "_")) for name in declared}
    known = modules | set(sys.stdlib_module_names) | set(ROOMS) | {"resources"}
    assert sorted({str(one) for one in ALL_IMPORTS if one.module.split(".")[0] not in known}) == []


def test_every_dependency_is_imported_somewhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", line)[0].lower() for line in project["dependencies"]}  # type: ignore[index]
    used = {one.module.split(".")[0] for one in ALL_IMPORTS}
    run_as_program = {"pip"}
    unused = {name for name in declared - run_as_program
              if MODULE_OF_DISTRIBUTION.get(name, name.replace("-", "_")) not in used}
    assert unused == set()


def test_every_package_is_listed_for_installation() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"])
    present = {relative(path.parent).replace("/", ".") for path in SOURCES if path.name == "__init__.py"}
    assert listed == present | {"resources"}


def test_files_are_short() -> None:
    sizes = {relative(path): lines_of(path) for path in SOURCES}
    assert {name: size for name, size in sizes.items() if size > 400} == {}
    assert statistics.median(sizes.values()) <= 120


def test_every_module_says_what_it_is() -> None:
    silent = [relative(path) for path in EVERY_PYTHON_FILE
              if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(
                  ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_names_say_what_a_thing_is() -> None:
    vague = re.compile(r"(Manager|Helpers?|Utils?)$", re.IGNORECASE)
    classes = [f"{relative(path)}: {node.name}" for path in SOURCES
               for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
               if isinstance(node, ast.ClassDef) and vague.search(node.name)]
    files = [relative(path) for path in SOURCES if vague.search(path.stem)]
    assert classes + files == []


def test_nothing_is_left_for_later() -> None:
    for_later = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error")) + r")\b")
    assert [relative(path) for path in EVERY_PYTHON_FILE if for_later.search(path.read_text(encoding="utf-8"))] == []


def test_packaging_is_no_package() -> None:
    """An __init__.py there would shadow the `packaging` distribution."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_file_names_a_package_index() -> None:
    """Where packages come from is the person's own setting. The hosts are in pieces to keep them out of here."""
    hosts = ["pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian", "test." + "pypi"]
    options = ["--index" + "-url", "--extra" + "-index-url", "--find" + "-links", "file:" + "///"]
    folders = ("catalog", "prompts")
    texts = [*(ROOT / "packaging").glob("*.txt"), *EVERY_PYTHON_FILE, *ROOT.glob("*.md"), *ROOT.glob("*.toml"),
             *(path for folder in folders for path in (ROOT / "resources" / folder).rglob("*") if path.is_file())]
    found = [f"{relative(path)}: {host}" for path in texts for host in hosts
             if host in path.read_text(encoding="utf-8")]
    found += [f"{relative(path)}: {option}" for path in (ROOT / "packaging").glob("*.txt") for option in options
              if option in path.read_text(encoding="utf-8")]
    assert found == []


def test_every_locked_package_is_pinned_and_hashed() -> None:
    for lock in (ROOT / "packaging").glob("requirements*.txt"):
        entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        wrong = [entry.split("\n")[0] for entry in entries
                 if not re.match(r"[\w.-]+(\[[\w,]+\])?==\S+", entry) or "--hash=sha256:" not in entry]
        assert (lock.name, wrong) == (lock.name, [])


def test_the_lock_files_hold_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, wanted in (
        ("requirements.txt", project["project"]["dependencies"]),
        ("requirements-dev.txt", project["project"]["optional-dependencies"]["dev"]),
        ("requirements-build.txt", project["dependency-groups"]["build"]),
    ):
        locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "packaging" / name).read_text(encoding="utf-8"), re.MULTILINE))
        declared = {re.match(r"[\w-]+", line)[0].lower() for line in wanted}  # type: ignore[index]
        assert declared <= locked, name


def test_ci_runs_the_line_that_the_readme_gives() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    run_line, test_line = re.findall(r"^python3 packaging/develop\.py .*$", readme, re.MULTILINE)[:2]
    assert " run ask " in run_line
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last == f"exec {test_line}"


def test_the_licences_of_everything_are_listed() -> None:
    listed = (ROOT / "THIRD_PARTY_LICENSES.md").read_text(encoding="utf-8")
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "packaging" / "requirements.txt").read_text(
        encoding="utf-8"), re.MULTILINE)
    everywhere = {name for name in locked if name != "httpx2-jsfetch"}     # that one is for browsers only
    models = [(one["name"], one["licence"]["name"]) for path in (ROOT / "resources" / "catalog").glob("*.toml")
              for one in tomllib.loads(path.read_text(encoding="utf-8"))["specialist"]]
    assert [name for name in everywhere if f"| {name} |" not in listed] == []
    assert [name for name, licence in models if f"| {name} | {licence} |" not in listed] == []


def test_no_two_test_files_have_one_name() -> None:
    names = sorted(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in set(names) if names.count(name) > 1] == [], "pytest would import one of them only"
