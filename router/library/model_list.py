"""The list of installed models as a file people can read (TOML), to set up another computer with the same bytes.

Pure text to values and back. A list comes from outside: everything in it is checked here, and one thing that is wrong
makes all of it worth nothing.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import msgspec

from router.errors import UserFacingError
from router.library.naming import is_repository
from router.library.paths import is_safe_file, is_safe_id
from specialists.manifest import Settings

VERSION = 1
LONGEST = 1 << 20           # bytes of a list; a hundred models make 50 kB
MOST_MODELS = 1_000
MOST_COMPANIONS = 999       # parts of a split file
LONGEST_TEXT = 200          # characters of a name
LONGEST_PROMPT = 20_000
LARGEST = 1 << 44           # bytes of a file
LIMITS = {"context": (0, 1 << 24), "threads": (0, 1024), "gpu_layers": (-1, 100_000), "max_tokens": (1, 1 << 24),
          "temperature": (0, 100), "top_p": (0, 1), "top_k": (0, 1 << 20), "min_p": (0, 1), "repeat_penalty": (0, 100),
          "seed": (-(1 << 63), 1 << 63)}
HEAD = ("# Models of Consort. `consort models sync FILE` installs the very same ones on another computer.\n"
        "# Every file is known by its checksum (sha256); whatever has another one is refused.\n")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"([0-9a-f]{40})?")
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+ ()-]*(/[A-Za-z0-9_][A-Za-z0-9._+ ()-]*)*")


@dataclass(frozen=True)
class ListedFile:
    """A further file of a model. role and file as in `specialists.manifest.Companion`."""

    name: str
    sha256: str
    size: int = 0
    role: Literal["projector", "part", "configuration"] = "part"
    file: str = ""


@dataclass(frozen=True)
class ListedModel:
    """One model of the list: which bytes, and where they came from. file: its path in the repository of the Hub."""

    id: str
    sha256: str
    name: str = ""
    quantisation: str = ""
    source: Literal["hub", "index", "import"] = "hub"
    repo: str = ""
    file: str = ""
    commit: str = ""
    file_name: str = ""
    size: int = 0
    licence: str = ""
    terms: str = ""
    opt_in: bool = False
    companions: tuple[ListedFile, ...] = ()
    settings: Settings = Settings()


@dataclass(frozen=True)
class _List:
    version: int
    model: tuple[ListedModel, ...] = ()


def write_list(models: tuple[ListedModel, ...]) -> str:
    """The list as TOML; what is empty is left out."""
    lines = [HEAD, f"version = {VERSION}"]
    for model in models:
        entry = {key: value for key, value in msgspec.to_builtins(model).items() if value}
        companions, settings = entry.pop("companions", ()), entry.pop("settings", {})
        lines += ["", "[[model]]", *(f"{key} = {_value(value)}" for key, value in entry.items())]
        if companions:
            lines += ["companions = [", *(f"    {_table(one)}," for one in companions), "]"]
        chosen = {key: value for key, value in settings.items() if value is not None}
        if chosen:
            lines += ["[model.settings]", *(f"{key} = {_value(value)}" for key, value in chosen.items())]
    return "\n".join(lines) + "\n"


def read_list(content: bytes) -> tuple[ListedModel, ...]:
    """The models of a list. Raises UserFacingError with the first thing that is wrong."""
    if len(content) > LONGEST:
        raise _wrong("it is too long")
    try:
        parsed = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _wrong(f"it is not TOML ({str(error)[:120]})") from error
    version = parsed.get("version")
    if isinstance(version, int) and version > VERSION:
        raise UserFacingError("The list was written by a newer Consort.", "Use that version, or write the list anew.")
    if version != VERSION or isinstance(version, bool):
        raise _wrong("it does not say that it is one (version = 1)")
    try:
        models = msgspec.convert(parsed, _List).model
    except msgspec.ValidationError as error:
        raise _wrong(str(error)[:200]) from error
    if len(models) > MOST_MODELS:
        raise _wrong(f"it names more than {MOST_MODELS:,} models")
    for number, model in enumerate(models, 1):
        complaint = _complaint(model)
        if complaint:
            raise _wrong(f"in model number {number}, {complaint}")
    if len({model.id for model in models}) < len(models):
        raise _wrong("it names a model twice")
    return models


def _complaint(model: ListedModel) -> str:
    """What is wrong with one entry, as a part of a sentence; empty when nothing is."""
    texts = (model.name, model.quantisation, model.licence, model.terms)
    files = (model.file_name, *(one.name for one in model.companions))
    paths = (model.file, *(one.file for one in model.companions))
    sums = (model.sha256, *(one.sha256 for one in model.companions))
    sizes = (model.size, *(one.size for one in model.companions))
    rules = (
        (is_safe_id(model.id), "“id” is no plain name"),
        (all(len(text) <= LONGEST_TEXT and text.isprintable() for text in texts), "a name is too long or not plain"),
        (all(map(_SHA256.fullmatch, sums)), "a checksum is not 64 hexadecimal digits"),
        (all(0 <= size <= LARGEST for size in sizes), "a size makes no sense"),
        (bool(_COMMIT.fullmatch(model.commit)), "“commit” is none"),
        (not model.repo or is_repository(model.repo), "“repo” is no repository"),
        (all(not path or _is_path(path) for path in paths), "a path is no plain path in a repository"),
        (all(not name or is_safe_file(name) for name in files), "a file name is not plain"),
        (all(one.name for one in model.companions), "a companion has no name"),
        (len(model.companions) <= MOST_COMPANIONS, "there are too many companions"),
        (len(model.settings.system_prompt or "") <= LONGEST_PROMPT, "“system_prompt” is too long"),
        (all(least <= value <= most for name, (least, most) in LIMITS.items()      # false for NaN, too
             if (value := getattr(model.settings, name)) is not None), "a setting makes no sense"),
    )
    return next((complaint for holds, complaint in rules if not holds), "")


def _is_path(path: str) -> bool:
    return bool(_PATH.fullmatch(path)) and len(path) <= 500 and is_safe_file(PurePosixPath(path).name)


def _wrong(complaint: str) -> UserFacingError:
    return UserFacingError(f"This is no list of models: {complaint}.",
                           "`consort models lock FILE` writes one. Nothing was changed.")


def _table(entry: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key} = {_value(value)}" for key, value in entry.items() if value) + "}"


def _value(value: Any) -> str:
    """Booleans, numbers and texts as JSON has them are TOML, too, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
