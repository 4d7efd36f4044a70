"""The virtual environment of a clone: made once, brought up to date when a lock file changed, else left alone.

Everything installed is pinned and hashed by the lock files beside this one; where it comes from is the person's own
pip configuration. It does not know what the environment is used for.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import engine_build
import steps

STAMP = "consort-setup.json"


@dataclass(frozen=True)
class Environment:
    """The folder .venv and where things lie in it."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.program("python")

    @property
    def site_packages(self) -> Path:
        """Where packages are installed."""
        if os.name == "nt":
            return self.folder / "Lib" / "site-packages"
        return self.folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"

    def program(self, name: str) -> Path:
        """An installed program's path."""
        return self.folder / "Scripts" / f"{name}.exe" if os.name == "nt" else self.folder / "bin" / name


def ensure(root: Path, dev: bool = False, gpu: str | None = None) -> Environment:
    """The clone's environment, ready. `dev` adds the tests' tools; `gpu` None keeps what it was built for before.

    Raises steps.CannotGoOn.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 — this script is started by whatever Python the person has
        raise steps.CannotGoOn(f"Consort needs Python 3.11 or newer; this is {sys.version.split()[0]}.",
                               "start this script with a newer python3")
    home = Environment(root / ".venv")
    before = _read_stamp(home)
    gpu = gpu or before.get("gpu") or engine_build.default_gpu()
    dev = dev or before.get("dev") == "yes"
    packaging = root / "packaging"
    lock = (packaging / "requirements.txt").read_text(encoding="utf-8")
    wanted = {"lock": _fingerprint(root), "engine": engine_build.key(lock, gpu), "gpu": gpu,
              "dev": "yes" if dev else "no", "python": sys.version.split()[0]}
    if before == wanted and home.program("consort").exists():
        return home

    log = home.folder / "setup.log"
    _create(home, wanted["python"])
    _install_build_tools(home, packaging / "requirements-build.txt", log)
    if before.get("engine") != wanted["engine"]:
        built = engine_build.wheel(lock, gpu, home.python, log)
        steps.step("Installing the model engine",
                   _pip(home, "install", "--no-index", "--no-deps", "--force-reinstall", str(built)), log)
    requirements = packaging / ("requirements-dev.txt" if dev else "requirements.txt")
    steps.step("Installing the packages Consort stands on (about 300 MB the first time)",
               _pip(home, "install", "--require-hashes", "--no-build-isolation", "--requirement", str(requirements)),
               log)
    steps.step("Installing Consort itself",
               _pip(home, "install", "--no-deps", "--no-build-isolation", "--editable", str(root)), log)
    (home.folder / STAMP).write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    return home


def _create(home: Environment, version: str) -> None:
    """An empty environment without pip, unless one of this Python version is there. Debian's python3 has `venv` but no
    `ensurepip`, so pip is put in from outside afterwards."""
    settings = home.folder / "pyvenv.cfg"
    if home.python.exists() and settings.exists() and f"version = {version}\n" in settings.read_text(encoding="utf-8"):
        return
    steps.say("Creating .venv")
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home.folder)], check=False)
    if done.returncode != 0:
        raise steps.CannotGoOn("Python could not create a virtual environment.", "apt-get install python3-venv")


def _install_build_tools(home: Environment, requirements: Path, log: Path) -> None:
    """The pinned pip and what builds packages from source, put in by the pip of the Python that runs this script, or
    by the environment's own once it has one."""
    has_pip = (home.site_packages / "pip").exists()
    if has_pip:
        pip = [str(home.python), "-m", "pip"]
    else:
        pip = [sys.executable, "-m", "pip", "--python", str(home.python)]
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0:
            raise steps.CannotGoOn("This Python has no pip.", "apt-get install python3-pip")
    steps.step("Installing the build tools",
               [*pip, "install", "--quiet", "--require-hashes", "--requirement", str(requirements)], log)


def _pip(home: Environment, *arguments: str) -> list[str]:
    return [str(home.python), "-m", "pip", *arguments]


def _read_stamp(home: Environment) -> dict[str, str]:
    try:
        return dict(json.loads((home.folder / STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _fingerprint(root: Path) -> str:
    """Of everything that decides what is installed."""
    names = ("pyproject.toml", "packaging/requirements.txt", "packaging/requirements-dev.txt",
             "packaging/requirements-build.txt")
    return hashlib.sha256(b"\0".join((root / name).read_bytes() for name in names)).hexdigest()
