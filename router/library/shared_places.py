"""Where other programs keep model files on the three systems. Only paths: whether anything is there is not asked here.

Each from the program's own source or pages: LM Studio (home pointer, else ~/.cache/lm-studio, else ~/.lmstudio), Ollama
(OLLAMA_MODELS, else ~/.ollama/models; the Linux service keeps a home of its own), huggingface_hub (HF_HUB_CACHE,
HUGGINGFACE_HUB_CACHE, HF_HOME), GPT4All (Qt's AppLocalDataLocation), Jan (its data folder), llama.cpp (LLAMA_CACHE).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LONGEST_POINTER = 4096          # bytes of the file in which LM Studio says where its home is


@dataclass(frozen=True)
class Place:
    """A folder of `program`. layout: `files` lie there under their names; `ollama` and `hub` name them by checksum."""

    program: str
    folder: Path
    layout: Literal["files", "ollama", "hub"] = "files"


def places(environment: Mapping[str, str] | None = None, home: Path | None = None,
           platform: str = sys.platform) -> tuple[Place, ...]:
    """All of them, each folder once."""
    known = os.environ if environment is None else environment
    home = home or Path.home()

    def named(*variables: str) -> list[Path]:
        return [Path(os.path.expandvars(known[name])).expanduser() for name in variables if known.get(name)][:1]

    if platform == "win32":
        local = Path(known.get("LOCALAPPDATA") or home / "AppData" / "Local")
        settings = Path(known.get("APPDATA") or home / "AppData" / "Roaming")
        data, cache, caches = [local], home / ".cache", local
    elif platform == "darwin":
        settings = home / "Library" / "Application Support"
        data, cache, caches = [settings], home / ".cache", home / "Library" / "Caches"
    else:
        settings = Path(known.get("XDG_CONFIG_HOME") or home / ".config")
        data = [Path(known.get("XDG_DATA_HOME") or home / ".local" / "share")]
        cache = caches = Path(known.get("XDG_CACHE_HOME") or home / ".cache")
    hub_home = (named("HF_HOME") or [cache / "huggingface"])[0]
    services = [Path("/usr/share/ollama/.ollama/models")] if platform.startswith("linux") else []
    found = [
        *(Place("LM Studio", path / "models") for path in (*_pointer(home), home / ".lmstudio",
                                                           home / ".cache" / "lm-studio")),
        *(Place("Ollama", path, "ollama") for path in (named("OLLAMA_MODELS") or [home / ".ollama" / "models"])),
        *(Place("Ollama", path, "ollama") for path in services),
        *(Place("the Hugging Face cache", path, "hub")
          for path in (named("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") or [hub_home / "hub"])),
        *(Place("GPT4All", path / "nomic.ai" / "GPT4All") for path in data),
        *(Place("Jan", path / "Jan" / "data") for path in dict.fromkeys((settings, *data))),
        *(Place("llama.cpp", path) for path in (named("LLAMA_CACHE") or [caches / "llama.cpp"])),
    ]
    return tuple({one.folder: one for one in reversed(found)}.values())[::-1]


def _pointer(home: Path) -> list[Path]:
    try:
        with (home / ".lmstudio-home-pointer").open("rb") as file:
            said = file.read(LONGEST_POINTER).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return []
    return [Path(said)] if said and "\0" not in said and Path(said).is_absolute() else []
