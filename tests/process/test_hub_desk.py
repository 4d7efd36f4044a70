"""The Hub through the core's own door: found, opened, fitting, adopted and installed, and nothing asked before."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from router.errors import UserFacingError
from router.fit import Memory
from router.hub_desk import HubDesk
from router.library.hub import Hub
from router.library.install import Fetching
from router.library.library import Library
from router.library.naming import resolve
from router.library.network import Patience
from router.machine import Machine
from router.messages import (
    CheckFit,
    Event,
    FitChecked,
    HubModelOpened,
    HubSearched,
    Install,
    Noticed,
    OpenHubModel,
    SearchHub,
)
from router.model_commands import HubCommand
from router.model_views import HubModelDetail
from router.roster import Roster
from specialists.manifest import HubSource, Manifest, Settings, Sources, Variant
from tests.gguf_files import gguf, metadata
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import COMMIT, Repository, StandInHub

pytestmark = pytest.mark.process

GB = 10**9
SMALL, LARGE = gguf(), gguf(metadata(general__name="Large"), data=bytes(9_000))
KNOWN = Manifest(id="known", name="Known", description="Of the catalogue.", quantisation="Q4_K_M",
                 file_name="k-Q4_K_M.gguf",
                 sources=Sources(HubSource("maker/known-GGUF", "k-Q4_K_M.gguf", COMMIT), order=("hub",)),
                 variants=(Variant("Q8_0", "k-Q8_0.gguf"),))
Told = TypeVar("Told", bound=Event)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    repositories = {
        "maker/tiny-GGUF": Repository({"README.md": b"# Tiny", "t-Q4_K_M.gguf": SMALL, "t-Q8_0.gguf": LARGE},
                                      licence="mit"),
        "maker/known-GGUF": Repository({"k-Q4_K_M.gguf": SMALL, "k-Q8_0.gguf": LARGE, "k-Q2_K.gguf": SMALL}),
        "maker/agreed-GGUF": Repository({"README.md": b"# Agreed", "a-Q4_0.gguf": SMALL}, gated="manual",
                                        readers=("hf_yes-you-may",)),
        "maker/strange-GGUF": Repository({"s-Q4_0.gguf": gguf(metadata(general__architecture="brand-new"))}),
        "maker/empty-GGUF": Repository({"README.md": b"# Nothing"}),
    }
    with StandInHub(repositories=repositories) as server:
        yield server
    assert not server.asked_for_telemetry()


class Core:
    """A library and a desk, without the rest; `told` are the events."""

    def __init__(self, folder: Path, server: StandInHub) -> None:
        fetching = Fetching(Hub(server.endpoint, 2.0), patience=Patience(2.0, 1.0, 2, 0.001), free=lambda _: 10**12)
        self.library = Library(folder, {"known": KNOWN}, fetching)
        self.roster = Roster(self.library, Machine("Test", 2, 16 * GB), lambda _: Settings())
        self.roster.fitting.memory = lambda: Memory(8 * GB, 8 * GB, 16 * GB)
        self.told: list[Any] = []
        self.desk = HubDesk(self.library, self.roster, self.told.append)

    async def answer(self, command: HubCommand, expected: type[Told]) -> Told:
        await self.desk.answer(command)
        assert isinstance(self.told[-1], expected)
        return self.told[-1]

    async def opened(self, repo: str) -> HubModelDetail:
        return (await self.answer(OpenHubModel(repo), HubModelOpened)).detail


@pytest.fixture
def core(tmp_path: Path, server: StandInHub) -> Core:
    return Core(tmp_path, server)


async def test_results_say_which_of_them_the_catalogue_has(core: Core) -> None:
    found = await core.answer(SearchHub("known", request="r"), HubSearched)
    assert [(one.repo, one.specialist) for one in found.models] == [("maker/known-GGUF", "known")]
    assert found.request == "r" and found.cursor == ""


async def test_a_new_search_takes_the_place_of_the_one_before_it(core: Core, server: StandInHub) -> None:
    server.silent = True
    first = asyncio.create_task(core.desk.answer(SearchHub("first")))
    assert await asyncio.to_thread(server.asked.wait, 30)
    server.silent = False
    await core.answer(SearchHub("tiny"), HubSearched)
    with pytest.raises(UserFacingError, match="Another search took the place"):
        await first
    assert [one.text for one in core.told] == ["tiny"]


async def test_an_opened_repository_says_what_its_header_says_and_what_fits(core: Core, server: StandInHub) -> None:
    detail = await core.opened(f"{server.endpoint}/maker/tiny-GGUF")
    assert (detail.commit, detail.card, detail.model.licence) == (COMMIT, "# Tiny", "mit")
    assert (detail.architecture, detail.trained_context, detail.has_template, detail.trouble) == ("llama", 64, True, "")
    assert [(one.id, one.size, one.fit.level, one.fit.exact) for one in detail.quantisations] == [
        ("maker/tiny-GGUF:Q4_K_M", len(SMALL), "fits", True), ("maker/tiny-GGUF:Q8_0", len(LARGE), "fits", False)]
    assert (detail.usual, detail.model.specialist) == ("Q4_K_M", "") and "Q8_0 is the largest that fits" in detail.why
    assert core.library.manifests().keys() == {"known"}, "looking is not installing"


async def test_what_the_catalogue_has_is_ordered_as_the_catalogues(core: Core) -> None:
    detail = await core.opened("maker/known-GGUF")
    assert {one.name: one.id for one in detail.quantisations} == {
        "Q4_K_M": "known:Q4_K_M", "Q8_0": "known:Q8_0", "Q2_K": "maker/known-GGUF:Q2_K"}


@pytest.mark.parametrize(("repo", "words"), [
    ("maker/strange-GGUF", "does not know its architecture, “brand-new”"), ("maker/empty-GGUF", "no GGUF file"),
    ("maker/agreed-GGUF", "wants an agreement with its owner first")])
async def test_what_would_not_run_here_says_why_and_is_not_installed(core: Core, server: StandInHub, repo: str,
                                                                    words: str) -> None:
    assert words in (await core.opened(repo)).trouble
    with pytest.raises(UserFacingError, match=words):
        await core.desk.prepare(Install(repo))
    assert core.library.manifests().keys() == {"known"}


async def test_an_agreement_and_a_token_open_what_is_gated(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_yes-you-may")
    detail = await core.opened("maker/agreed-GGUF")
    assert (detail.trouble, detail.architecture, detail.model.gated) == ("", "llama", True)


@pytest.mark.parametrize("name", ["", "no repository", "a/b/c", "../x", "maker/--", "file:///etc/passwd"])
async def test_what_cannot_be_a_repository_is_not_asked_for(core: Core, server: StandInHub, name: str) -> None:
    with pytest.raises(UserFacingError, match="is no repository"):
        await core.desk.answer(OpenHubModel(name))
    assert server.seen == []


async def test_fit_is_known_before_anything_is_fetched_but_the_header(core: Core, server: StandInHub) -> None:
    about = await core.answer(CheckFit("known:Q8_0", 32, "r"), FitChecked)
    assert (about.specialist, about.fit.exact, about.fit.context, about.fit.level) == ("known:Q8_0", True, 32, "fits")
    longer = await core.answer(CheckFit("maker/tiny-GGUF:Q8_0", 10**6), FitChecked)
    assert longer.fit.exact and longer.fit.needed > about.fit.needed
    fetched = [one for one in server.seen if one.path.startswith("/cdn/")]
    assert fetched and all(one.headers["range"].startswith("bytes=0-") for one in fetched)


async def test_a_size_that_the_catalogue_knows_is_enough_where_the_hub_cannot_be_asked(core: Core,
                                                                                      server: StandInHub) -> None:
    server.down = 503
    with pytest.raises(UserFacingError, match="cannot say more of Known"):
        await core.desk.answer(CheckFit("known"))


async def test_a_repository_is_installed_by_name_pinned_and_checked(core: Core, tmp_path: Path) -> None:
    await core.desk.prepare(Install("maker/tiny-GGUF"))
    assert isinstance(core.told[-1], Noticed) and core.told[-1].text.startswith("Q4_K_M is the usual balance")
    manifest = resolve("maker/tiny-GGUF", core.library.manifests())
    assert manifest.sources.hub == HubSource("maker/tiny-GGUF", "t-Q4_K_M.gguf", COMMIT)
    done = await core.library.install("maker/tiny-GGUF", agreed=False, tell=lambda _: None)
    assert done.specialist == "maker--tiny-gguf" and done.path.endswith("t-Q4_K_M.gguf")
    assert done.sha256 == hashlib.sha256(SMALL).hexdigest()
    await core.desk.prepare(Install("maker/tiny-GGUF:Q8_0"))
    done = await core.library.install("maker/tiny-GGUF:Q8_0", agreed=False, tell=lambda _: None)
    assert done.sha256 == hashlib.sha256(LARGE).hexdigest()
    later = Library(tmp_path, {"known": KNOWN})
    assert later.manifests()["maker--tiny-gguf"] == manifest and later.installed()["maker--tiny-gguf"].commit == COMMIT
    view = core.roster.view("maker--tiny-gguf")
    assert (view.quantisation, view.fit.exact) == ("Q8_0", True)
    assert [one.installed for one in view.variants] == [False, True]


async def test_a_quantisation_that_there_is_not_is_said_with_those_there_are(core: Core) -> None:
    with pytest.raises(UserFacingError) as refused:
        await core.desk.prepare(Install("maker/tiny-GGUF:Q5_K_M"))
    assert refused.value.hint == "There is: Q4_K_M, Q8_0."


def test_nobody_is_asked_before_a_person_searches(server: StandInHub, tmp_path: Path) -> None:
    """Real commands in real processes: the Hub hears nothing until the search."""
    def consort(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "router", "--data-dir", str(tmp_path / "data"), *arguments],
                              capture_output=True, text=True, timeout=120, check=False,
                              env=os.environ | {"HF_ENDPOINT": server.endpoint})

    for command in (["list"], ["info", "smollm2-135m"], ["storage"], ["hub", "token"], ["recommend"]):
        consort(*command)
    assert server.seen == []
    found = consort("search", "tiny")
    assert found.returncode == 0 and "maker/tiny-GGUF" in found.stdout
    assert [one.path.partition("?")[0] for one in server.seen] == ["/api/models"]
    assert "authorization" not in server.seen[0].headers


def test_offline_the_search_is_one_sentence_and_what_is_here_is_still_listed(tmp_path: Path) -> None:
    def consort(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "router", "--data-dir", str(tmp_path / "data"), *arguments],
                              capture_output=True, text=True, timeout=120, check=False, env=os.environ | environment)

    nowhere = consort("search", "tiny", HF_ENDPOINT="http://127.0.0.1:9")
    assert nowhere.returncode == 1 and "The Hugging Face Hub cannot be asked: it could not be" in nowhere.stderr
    switched_off = consort("search", "tiny", HF_ENDPOINT="http://127.0.0.1:9", HF_HUB_OFFLINE="1")
    assert switched_off.returncode == 1 and "HF_HUB_OFFLINE is set" in switched_off.stderr
    assert consort("list", HF_HUB_OFFLINE="1").returncode == 0
