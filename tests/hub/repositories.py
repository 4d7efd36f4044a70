"""Repositories of the stand-in Hub as values, and as the JSON that the real Hub says of them. Knows no sockets.

Shapes after huggingface_hub 2.4 (`hf_api.py`), which reads every answer made here in tests/contract/test_stand_in.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = (".gguf", ".safetensors", ".bin")       # what the Hub keeps apart from git (LFS)
Content = bytes | Path


@dataclass
class Repository:
    """files: path → bytes, or a file on disk. gated: "auto" or "manual" wants an agreement; readers: the tokens that
    may read a gated or private one. updated as the Hub writes times. card: the words of front matter as the API gives
    them. gguf: what the Hub read from the header itself. commits: which revisions there are besides `main`."""

    files: dict[str, Content] = field(default_factory=dict)
    commit: str = COMMIT
    tags: tuple[str, ...] = ("gguf",)
    pipeline: str = "text-generation"
    licence: str = ""
    downloads: int = 0
    likes: int = 0
    trending: int = 0
    updated: str = "2026-11-01T12:00:00.000Z"
    gated: str = ""
    private: bool = False
    readers: tuple[str, ...] = ()
    gguf: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_folder(cls, folder: Path, **facts: Any) -> Repository:
        """Every file below `folder`."""
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        return cls(files=dict(files), **facts)

    @property
    def all_tags(self) -> list[str]:
        return [*self.tags, *([f"license:{self.licence}"] if self.licence else [])]

    def may_read(self, token: str) -> bool:
        """May who shows `token` fetch its files?"""
        return not (self.gated or self.private) or token in self.readers


def size_of(content: Content) -> int:
    """In bytes."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def piece_of(content: Content, start: int, end: int, block: int = 1 << 20) -> Iterator[bytes]:
    """The bytes from `start` up to `end`, in blocks."""
    if isinstance(content, bytes):
        yield content[start:end]
        return
    with content.open("rb") as file:
        file.seek(start)
        while start < end and (data := file.read(min(block, end - start))):
            start += len(data)
            yield data


def sha256_of(content: Content) -> str:
    """Hexadecimal digits."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return _sha256_of_file(content, content.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _sha256_of_file(path: Path, changed: int) -> str:
    digest = hashlib.sha256()
    for block in piece_of(path, 0, path.stat().st_size):
        digest.update(block)
    return digest.hexdigest()


def is_large(path: str) -> bool:
    """Does the Hub keep it in LFS, and redirect to a CDN for it?"""
    return path.endswith(LARGE)


def git_blob(content: Content) -> str:
    """Git's name of the content, which is the ETag of a small file."""
    data = b"".join(piece_of(content, 0, size_of(content)))
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def info(name: str, repo: Repository, blobs: bool = False) -> dict[str, Any]:
    """What the Hub says of a model; with the files' sizes and checksums only if `blobs`."""
    siblings: list[dict[str, Any]] = []
    for path, content in repo.files.items():
        sibling: dict[str, Any] = {"rfilename": path}
        if blobs:
            sibling |= {"size": size_of(content), "blobId": git_blob(content) if not is_large(path) else "0" * 40}
            if is_large(path):
                sibling["lfs"] = {"sha256": sha256_of(content), "size": size_of(content), "pointerSize": 134}
        siblings.append(sibling)
    return {
        "_id": hashlib.md5(name.encode()).hexdigest()[:24], "id": name, "modelId": name, "author": name.split("/")[0],
        "sha": repo.commit, "lastModified": repo.updated, "createdAt": repo.updated, "private": repo.private,
        "gated": repo.gated or False, "disabled": False, "downloads": repo.downloads, "likes": repo.likes,
        "trendingScore": repo.trending, "tags": repo.all_tags, "pipeline_tag": repo.pipeline,
        "library_name": "gguf", "siblings": siblings, "usedStorage": sum(map(size_of, repo.files.values())),
        "cardData": {"license": repo.licence} if repo.licence else {}, "spaces": [], **(
            {"gguf": repo.gguf} if repo.gguf else {}),
    }


def entry(path: str, content: Content) -> dict[str, Any]:
    """One file as the tree and paths-info give it."""
    plain: dict[str, Any] = {"type": "file", "oid": git_blob(content) if not is_large(path) else "0" * 40,
                             "size": size_of(content), "path": path}
    if is_large(path):
        plain["lfs"] = {"oid": sha256_of(content), "size": size_of(content), "pointerSize": 134}
    return plain
