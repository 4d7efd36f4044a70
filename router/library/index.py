"""The package index as a source: the person's own pip is asked where the wheels lie, under the person's own settings.

No index address stands in Consort. pip downloads nothing and installs nothing here: its dry run prints a report
(https://pip.pypa.io/en/stable/reference/installation-report/) with each wheel's address and sha256.
It does not fetch wheels (`router.library.wheels` does).
"""

from __future__ import annotations

import ast
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from router.library.network import Route
from router.library.sources import Found, SourceFailed, Unreachable
from specialists.manifest import IndexSource

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9._!+-]*")
REPORT = ("-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--only-binary", ":all:",
          "--no-input", "--disable-pip-version-check", "--retries", "1", "--quiet", "--report", "-")
SETTINGS = ("-m", "pip", "--disable-pip-version-check", "config", "list")

NOT_REACHED = "it could not be reached"

Run = Callable[[tuple[str, ...], float], Awaitable[tuple[int, bytes, bytes]]]


class _Archive(msgspec.Struct):
    hashes: dict[str, str] = msgspec.field(default_factory=dict)
    hash: str = ""


class _Download(msgspec.Struct):
    url: str
    archive_info: _Archive = msgspec.field(default_factory=_Archive)


class _Metadata(msgspec.Struct):
    name: str
    version: str = ""


class _Item(msgspec.Struct):
    download_info: _Download
    metadata: _Metadata


class _Report(msgspec.Struct):
    install: list[_Item]


async def run_python(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
    """Run this Python with `arguments`: exit code, output, errors. Killed after `limit` seconds or when cancelled.

    Raises TimeoutError, OSError, and SourceFailed where there is no Python to run.
    """
    if getattr(sys, "frozen", False):       # a packaged Consort is no Python: it would start itself
        raise SourceFailed("this build of Consort has no pip")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(limit):
            output, errors = await process.communicate()
        return process.returncode or 0, output, errors
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass(frozen=True)
class Index:
    """`run` runs Python with arguments (tests hand in their own); `limit` in seconds for one question to pip."""

    run: Run = run_python
    limit: float = 120.0

    async def find(self, source: IndexSource) -> tuple[Found, ...]:
        """Each package's wheel, in the order of `source`. Raises SourceFailed with pip's reason."""
        for package in source.packages:
            if not _REQUIREMENT.fullmatch(package):
                raise SourceFailed(f"“{package}” is no package and version")
        code, output, errors = await self._ask((*REPORT, *dict.fromkeys(source.packages)))
        if code:
            raise _failure(errors.decode("utf-8", "replace"))
        try:
            items = msgspec.json.decode(output, type=_Report).install
        except msgspec.DecodeError as error:
            raise SourceFailed("pip's answer could not be understood") from error
        wheels = {_normal(item.metadata.name): item.download_info for item in items}
        return tuple(_found(package, wheels) for package in source.packages)

    async def route(self) -> Route:
        """Certificates and proxy from pip's own settings; wheels lie where pip would fetch them."""
        code, output, _errors = await self._ask(SETTINGS)
        if code:
            return Route()
        settings: dict[str, str] = {}
        for line in output.decode("utf-8", "replace").splitlines():
            key, _, value = line.partition("=")
            try:
                settings[key.rpartition(".")[2]] = str(ast.literal_eval(value))     # pip prints Python literals
            except (ValueError, SyntaxError):
                continue
        return Route(settings.get("cert", ""), settings.get("proxy", ""))

    async def _ask(self, arguments: tuple[str, ...]) -> tuple[int, bytes, bytes]:
        try:
            return await self.run(arguments, self.limit)
        except TimeoutError as error:
            raise Unreachable(f"pip did not answer within {self.limit:.0f} seconds") from error
        except OSError as error:
            raise SourceFailed("pip could not be started") from error


def _found(package: str, wheels: dict[str, _Download]) -> Found:
    download = wheels.get(_normal(package.partition("==")[0]))
    if download is None:
        raise SourceFailed(f"it does not offer {package}")
    sha256 = download.archive_info.hashes.get("sha256", "") or download.archive_info.hash.removeprefix("sha256=")
    return Found(download.url, sha256)


def _normal(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _failure(errors: str) -> SourceFailed:
    words = _reason(errors)
    return Unreachable(words) if words == NOT_REACHED else SourceFailed(words)


def _reason(errors: str) -> str:
    if "No module named pip" in errors:
        return "this Python has no pip"
    if "No matching distribution" in errors and ("connection" in errors.lower() or "Retrying" in errors):
        return NOT_REACHED
    if "No matching distribution" in errors:
        return "it does not offer this model's packages"
    if "certificate verify failed" in errors.lower():
        return "its certificate could not be verified"
    lines = [line.strip() for line in errors.splitlines() if line.strip().startswith("ERROR:")]
    return f"pip said: {lines[-1].removeprefix('ERROR:').strip()[:200]}" if lines else "pip failed"
