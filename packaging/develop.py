#!/usr/bin/env python3
"""The one script of a fresh clone: `run` starts Consort, `test` checks it, both set everything up first.

Needs Python 3.11 and nothing else that it does not fetch, build or name. It does not know how: `environment.py` makes
the virtual environment, `engine_build.py` builds llama.cpp for this machine, `system_packages.py` finds what the system
lacks.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import environment
import steps
import system_packages
from engine_build import GPUS

ROOT = Path(__file__).resolve().parent.parent
TEST_LAYERS = ("tests/test_house_rules.py", "tests/unit", "tests/contract", "tests/process", "tests/gui",
               "tests/models", "tests/e2e")
LOCKS = {
    "requirements.txt": ["pyproject.toml"],
    "requirements-dev.txt": ["pyproject.toml", "--extra", "dev", "--constraint", "packaging/requirements.txt"],
    "requirements-build.txt": ["--group", "build", "--constraint", "packaging/requirements.txt"],
}


def run(arguments: list[str]) -> int:
    """Start `consort` with the arguments given; without a subcommand that is the window."""
    home = environment.ensure(ROOT)
    if not arguments:
        system_packages.need_for_window(home.site_packages)
    consort = str(home.program("consort"))
    if os.name != "nt":                  # on Windows os.execv returns to the shell before the program ends
        os.execv(consort, [consort, *arguments])
    return subprocess.run([consort, *arguments], check=False).returncode


def test(arguments: list[str]) -> int:
    """ruff, mypy, then pytest layer by layer in one run. `--all` adds the tests on the 1.1 GB model."""
    home = environment.ensure(ROOT, dev=True)
    system_packages.need_for_tests(home.site_packages)
    everything = "--all" in arguments
    rest = [argument for argument in arguments if argument != "--all"]
    python = str(home.python)
    if any(not argument.startswith("-") for argument in rest):          # the person named files: only those
        return subprocess.run([python, "-m", "pytest", *rest], cwd=ROOT, check=False).returncode
    layers = [layer for layer in TEST_LAYERS if any((ROOT / layer).rglob("test_*.py")) or layer.endswith(".py")]
    failed: dict[str, int] = {}
    for command in (
        ["ruff", "check", "--no-cache", "."],
        ["mypy"],
        ["pytest", *([] if everything else ["-m", "not qwen"]), *rest, *layers],
    ):
        steps.say(" ".join(command))
        code = subprocess.run([python, "-m", *command], cwd=ROOT, check=False).returncode
        failed |= {command[0]: code} if code else {}
    if failed:
        steps.say(f"Not passed: {', '.join(failed)}")
    return next(iter(failed.values()), 0)


def setup(arguments: list[str]) -> int:
    """Make .venv ready without starting anything; `--gpu` chooses what the engine is built for."""
    parser = argparse.ArgumentParser(prog="develop.py setup", description=setup.__doc__)
    parser.add_argument("--gpu", choices=GPUS, help="build the engine for this; the choice is remembered")
    parser.add_argument("--dev", action="store_true", help="with the tools the tests need")
    wanted = parser.parse_args(arguments)
    home = environment.ensure(ROOT, dev=wanted.dev, gpu=wanted.gpu)
    steps.say(f"Ready: {home.program('consort')}")
    return 0


def lock(arguments: list[str]) -> int:
    """Write the lock files anew from pyproject.toml, with uv; `--upgrade` moves to the newest versions."""
    for name, options in LOCKS.items():
        command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
                   "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", *options, *arguments,
                   "--output-file", f"packaging/{name}"]
        try:
            subprocess.run(command, cwd=ROOT, check=True)
        except FileNotFoundError:
            raise steps.CannotGoOn("The lock files are made by uv, which is not on the PATH.",
                                   "pip install uv") from None
    return 0


COMMANDS = {"run": run, "test": test, "setup": setup, "lock": lock}


def main(arguments: list[str]) -> int:
    """The exit code of what was started; 1 with a sentence on stderr when it could not be; 2 for wrong usage."""
    if not arguments or arguments[0] not in COMMANDS:
        wanted_help = bool(arguments) and arguments[0] in ("-h", "--help")
        lines = [f"  {name:6} {(command.__doc__ or '').splitlines()[0]}" for name, command in COMMANDS.items()]
        print("usage: develop.py run|test|setup|lock …\n" + "\n".join(lines), file=None if wanted_help else sys.stderr)
        return 0 if wanted_help else 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except steps.CannotGoOn as problem:
        print(f"{problem.text}\nNext: {problem.remedy}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as problem:
        return problem.returncode or 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
