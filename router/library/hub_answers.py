"""What the Hub says of models, decoded strictly into values. Everything in it is outside data: bounded, checked, plain.

A result that makes no sense is left out; an answer that makes none is one sentence. It asks nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from router.library.hub_refusals import unintelligible
from router.library.naming import is_repository

MOST_RESULTS = 200
MOST_FILES = 5_000
MOST_TAGS = 200
LONGEST_TEXT = 120              # characters of a tag, a licence, an architecture
LONGEST_PATH = 400
LARGEST_NUMBER = 2**53          # what JSON numbers can say exactly
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class HubFile:
    """A file of a repository. size in bytes; sha256 as the Hub keeps it for large files, empty for small ones."""

    path: str
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class HubModel:
    """What the Hub says of a repository. updated: seconds since the epoch. parameters: how many weights, 0 unsaid."""

    repo: str
    commit: str = ""
    licence: str = ""
    downloads: int = 0
    likes: int = 0
    updated: float = 0.0
    gated: bool = False
    private: bool = False
    tags: tuple[str, ...] = ()
    pipeline: str = ""
    parameters: int = 0
    architecture: str = ""
    files: tuple[HubFile, ...] = ()


class _Lfs(msgspec.Struct):
    sha256: str = ""
    size: int = 0


class _Sibling(msgspec.Struct):
    rfilename: str
    size: int | None = None
    lfs: _Lfs | None = None


class _Gguf(msgspec.Struct):
    total: int | None = None
    architecture: str | None = None


class _Model(msgspec.Struct):
    id: str
    sha: str | None = None
    downloads: int | None = None
    likes: int | None = None
    lastModified: str | None = None
    gated: bool | str | None = None
    private: bool | None = None
    tags: list[Any] | None = None
    pipeline_tag: str | None = None
    gguf: _Gguf | None = None
    siblings: list[msgspec.Raw] | None = None


def read_results(body: bytes) -> tuple[HubModel, ...]:
    """The models of a page of results, without those that make no sense. Raises UserFacingError."""
    try:
        rows = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise unintelligible() from error
    return tuple(model for row in rows[:MOST_RESULTS] if (model := _model(row)) is not None)


def read_model(body: bytes, repo: str) -> HubModel:
    """One repository with its files. Raises UserFacingError."""
    model = _model(body)
    if model is None or model.repo.lower() != repo.lower():
        raise unintelligible()
    return model


def read_cursor(headers: Mapping[str, str]) -> str:
    """Where the next page begins: only the cursor of the Link header's address, which itself is never followed."""
    for part in headers.get("link", "").split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            try:
                query = urlsplit(address.strip().strip("<>")).query
                return parse_qs(query, max_num_fields=100).get("cursor", [""])[0][:2_000]
            except ValueError:
                return ""
    return ""


def _model(body: bytes | msgspec.Raw) -> HubModel | None:
    try:
        said = msgspec.json.decode(body, type=_Model)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not is_repository(said.id):
        return None
    tags = tuple(plain_text(tag) for tag in (said.tags or [])[:MOST_TAGS] if isinstance(tag, str))
    licence = next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")
    commit = said.sha or ""
    return HubModel(
        repo=said.id, commit=commit if _COMMIT.fullmatch(commit) else "", licence=licence,
        downloads=_count(said.downloads), likes=_count(said.likes), updated=_time(said.lastModified or ""),
        gated=bool(said.gated), private=bool(said.private), tags=tags, pipeline=plain_text(said.pipeline_tag or ""),
        parameters=_count(said.gguf.total if said.gguf else 0),
        architecture=plain_text((said.gguf.architecture if said.gguf else "") or ""),
        files=tuple(file for one in (said.siblings or [])[:MOST_FILES] if (file := _file(one)) is not None))


def _file(one: msgspec.Raw) -> HubFile | None:
    try:
        said = msgspec.json.decode(one, type=_Sibling)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not 0 < len(said.rfilename) <= LONGEST_PATH:
        return None
    sha256 = said.lfs.sha256 if said.lfs else ""
    size = said.lfs.size if said.lfs else said.size
    return HubFile(said.rfilename, _count(size), sha256 if _SHA256.fullmatch(sha256) else "")


def plain_text(text: str) -> str:
    """One short line that holds only what can be seen."""
    return "".join(char for char in text[:LONGEST_TEXT] if char.isprintable()).strip()


def _count(number: int | None) -> int:
    return number if number is not None and 0 <= number <= LARGEST_NUMBER else 0


def _time(text: str) -> float:
    """Seconds since the epoch of the Hub's ISO time; 0.0 for anything else."""
    try:
        moment = datetime.fromisoformat(text[:40].replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
    return moment if math.isfinite(moment) and moment > 0 else 0.0
