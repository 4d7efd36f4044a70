"""Builds the model engine (llama-cpp-python) from its source, for exactly this machine, and keeps the wheel.

llama-cpp-python publishes no wheels, and llama.cpp compiled for this processor is several times faster than a portable
build. pip's own wheel cache cannot be used: it would hand a wheel built for one processor or GPU to another, which ends
in an illegal instruction. So built wheels are kept by key: source, Python, processor features, GPU, compiler flags.
It does not know the virtual environment beyond its Python.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sys
from pathlib import Path

import steps
import system_packages

PACKAGE = "llama-cpp-python"
GPUS = ("cpu", "cuda", "vulkan", "metal")
# The switches are llama.cpp's own (docs/build.md of its repository).
CMAKE_SWITCHES = {"cpu": "-DGGML_METAL=off", "cuda": "-DGGML_CUDA=on", "vulkan": "-DGGML_VULKAN=on",
                  "metal": "-DGGML_METAL=on"}
# Only instruction sets a compiler may use: the kernel's other flags change with its updates.
INSTRUCTION_SETS = re.compile(
    r"(avx|sse|ssse|fma|f16c|bmi|amx|adx|movbe|popcnt|abm|aes|vaes|vpclmul|pclmul|gfni|sha|asimd|sve|sme|i8mm|bf16|fphp).*")


def default_gpu() -> str:
    """Metal on a Mac with Apple's processor, where it needs nothing more; elsewhere the processor."""
    return "metal" if sys.platform == "darwin" and platform.machine() == "arm64" else "cpu"


def key(lock: str, gpu: str) -> str:
    """Names a build: the same key means that the same wheel will do."""
    facts = (locked(lock), sys.version.split()[0], sys.platform, platform.machine(), _processor(), gpu,
             os.environ.get("CMAKE_ARGS", ""))
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16]


def locked(lock: str) -> str:
    """The engine's own requirement with its hashes, cut out of a lock file's text."""
    found = re.search(rf"^{PACKAGE}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    if found is None:
        raise steps.CannotGoOn(f"{PACKAGE} is not in packaging/requirements.txt.", "python3 packaging/develop.py lock")
    return found[0]


def wheel(lock: str, gpu: str, python: Path, log: Path) -> Path:
    """The engine's wheel for this machine, built if it was not before. The build tools must be installed in `python`'s
    environment. Raises steps.CannotGoOn."""
    folder = _cache_folder() / key(lock, gpu)
    kept = sorted(folder.glob("*.whl"))
    if kept:
        return kept[0]
    system_packages.need_for_build()
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    requirement = unfinished / "engine.txt"
    requirement.write_text(locked(lock), encoding="utf-8")
    environment = dict(os.environ)
    environment["CMAKE_ARGS"] = f"{CMAKE_SWITCHES[gpu]} {environment.get('CMAKE_ARGS', '')}".strip()
    environment["PATH"] = f"{python.parent}{os.pathsep}{environment.get('PATH', '')}"
    steps.step(
        f"Building the model engine for this machine ({gpu}): about 6 minutes on two cores, once",
        [str(python), "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-build-isolation", "--no-cache-dir",
         "--require-hashes", "--requirement", str(requirement), "--wheel-dir", str(unfinished)],
        log, environment)
    requirement.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return next(folder.glob("*.whl"))


def _processor() -> str:
    """The processor's instruction sets, where the system tells; llama.cpp is compiled with -march=native."""
    try:
        listing = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", listing, re.MULTILINE)
    return " ".join(sorted(word for word in found[1].split() if INSTRUCTION_SETS.fullmatch(word))) if found else ""


def _cache_folder() -> Path:
    """The platform's folder for what can be made again."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "consort-build" / "engine"
