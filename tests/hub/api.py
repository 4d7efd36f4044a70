"""The stand-in Hub's `/api`: searching, a model's facts, its tree, single paths. Pure: a request in, a reply out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode

from tests.hub.repositories import Repository, entry, info

SORTS = {"trendingScore": "trendingScore", "downloads": "downloads", "lastModified": "lastModified", "likes": "likes"}
IN_LISTS = ("id", "modelId", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag", "library_name",
            "createdAt", "_id")
IN_FULL_LISTS = (*IN_LISTS, "author", "gated", "lastModified", "sha", "siblings")


@dataclass
class Reply:
    """What goes back. body: JSON already, or other bytes."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Api:
    """`repositories`: name → what is there. page: how many results or files an answer holds at most."""

    repositories: Mapping[str, Repository]
    endpoint: str
    page: int = 1000

    def answer(self, method: str, path: str, query: str, body: bytes, token: str) -> Reply:
        """path: from `/api/models` on."""
        asked = parse_qs(query, keep_blank_values=True)
        steps = [unquote(step) for step in path.removeprefix("/api/models").strip("/").split("/") if step]
        if not steps:
            return self._search(asked, token)
        name, rest = "/".join(steps[:2]), steps[2:]
        repo = self.repositories.get(name)
        if repo is None or (repo.private and token not in repo.readers):
            return refusal(401, "RepoNotFound", "Invalid username or password.")
        if rest[:1] in (["tree"], ["revision"], ["paths-info"]) and (len(rest) < 2 or not known(repo, rest[1])):
            return refusal(404, "RevisionNotFound", f"Invalid rev id: {rest[1:2]}")
        if method == "POST" and rest[:1] == ["paths-info"]:
            paths = parse_qs(body.decode()).get("paths", [])
            return as_json([entry(path, repo.files[path]) for path in paths if path in repo.files])
        if rest[:1] == ["tree"]:
            return self._tree(name, repo, rest, asked)
        if not rest or rest[0] == "revision":
            found = info(name, repo, "blobs" in asked)
            wanted = asked.get("expand", []) + asked.get("expand[]", [])
            return as_json({key: value for key, value in found.items() if key in (*wanted, "id", "_id")}
                           if wanted else found)
        return refusal(404, "", "Sorry, we can't find the page you are looking for.")

    def _search(self, asked: dict[str, list[str]], token: str) -> Reply:
        wanted = [tag for text in asked.get("filter", []) for tag in text.split(",")]
        words = asked.get("search", [""])[0].lower().split()
        author, pipeline = asked.get("author", [""])[0], asked.get("pipeline_tag", [""])[0]
        most = largest(asked.get("num_parameters", [""])[0])
        found = [info(name, repo) for name, repo in self.repositories.items()
                 if (not repo.private or token in repo.readers)
                 and all(tag in (*repo.all_tags, repo.pipeline) for tag in wanted)
                 and all(word in name.lower() for word in words)
                 and author in ("", name.split("/")[0]) and pipeline in ("", repo.pipeline)
                 and (not most or 0 < repo.gguf.get("total", 0) <= most)]
        if sort := SORTS.get(asked.get("sort", [""])[0]):
            found.sort(key=lambda one: one[sort], reverse=True)
        limit = min(int(asked.get("limit", ["1000"])[0]), self.page)
        expand = asked.get("expand", []) + asked.get("expand[]", [])
        kept = (*expand, "id", "_id", "modelId") if expand else IN_FULL_LISTS if "full" in asked else IN_LISTS
        rows = [{key: value for key, value in one.items() if key in kept} for one in found]
        return self._page(rows, limit, asked, "/api/models")

    def _tree(self, name: str, repo: Repository, rest: list[str], asked: dict[str, list[str]]) -> Reply:
        folder = "/".join(rest[2:])
        rows = [entry(path, content) for path, content in repo.files.items() if path.startswith(folder)]
        if "true" not in [value.lower() for value in asked.get("recursive", [])]:
            rows = [row for row in rows if "/" not in row["path"].removeprefix(folder).strip("/")]
        limit = min(int(asked.get("limit", ["1000"])[0]), self.page)
        return self._page(rows, limit, asked, f"/api/models/{name}/tree/{quote(rest[1], safe='')}")

    def _page(self, rows: list[dict[str, Any]], limit: int, asked: dict[str, list[str]], path: str) -> Reply:
        start = int(asked.get("cursor", ["0"])[0] or 0)
        reply = as_json(rows[start:start + limit])
        if start + limit < len(rows):
            following = {**asked, "cursor": [str(start + limit)]}
            reply.headers["Link"] = f'<{self.endpoint}{path}?{urlencode(following, doseq=True)}>; rel="next"'
        return reply


def known(repo: Repository, revision: str) -> bool:
    """Does the repository have that branch or commit?"""
    return revision in ("main", repo.commit)


def largest(text: str) -> float:
    """`max:6B` as a number, 0 for no limit."""
    for part in text.split(","):
        if part.startswith("max:"):
            number = part.removeprefix("max:")
            return float(number[:-1]) * {"K": 1e3, "M": 1e6, "B": 1e9}[number[-1]]
    return 0.0


def as_json(value: Any) -> Reply:
    """200 with `value`."""
    return Reply(200, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(value).encode())


def refusal(status: int, code: str, message: str) -> Reply:
    """An error as the Hub says it: in headers and in the body."""
    headers = {"Content-Type": "application/json; charset=utf-8", "X-Error-Message": message}
    if code:
        headers["X-Error-Code"] = code
    return Reply(status, headers, json.dumps({"error": message}).encode())
