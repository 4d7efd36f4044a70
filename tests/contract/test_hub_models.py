"""Models of the Hub as a person meets them: searched, opened, refused with a sentence; nothing said unasked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from router.errors import UserFacingError
from router.library.hub import Hub
from router.library.hub_models import Opened, open_model, search
from router.library.sources import SourceFailed
from router.model_commands import SearchHub
from specialists.manifest import HubSource
from tests.hub.api import Reply
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import COMMIT, Repository, StandInHub

MODEL = b"GGUF" + bytes(1000)
CARD = b"---\nlicense: mit\n---\n# Tiny\n\n<img src='https://elsewhere.example/x.png' alt='A fox'> Small.\n"


@pytest.fixture
def server() -> Iterator[StandInHub]:
    repositories = {
        "maker/tiny-1B-GGUF": Repository(
            {"README.md": CARD, "tiny-Q4_K_M.gguf": MODEL, "tiny-Q8_0.gguf": MODEL * 2, "mmproj-tiny-f16.gguf": MODEL,
             "model.safetensors": MODEL, "../up.gguf": MODEL}, licence="mit", downloads=5, trending=1,
            tags=("gguf", "code"), gguf={"total": 10**9}),
        "maker/big-70B-GGUF": Repository({"big-Q4_K_M.gguf": MODEL}, downloads=50, trending=9),
        "maker/agreed-2B-GGUF": Repository({"README.md": CARD, "a-Q4_0.gguf": MODEL}, gated="manual", downloads=7,
                                           readers=("hf_good-token",)),
        "maker/secret-GGUF": Repository({"s-Q4_0.gguf": MODEL}, private=True, readers=("hf_good-token",)),
    }
    with StandInHub(repositories=repositories, tokens=("hf_other-token",)) as server:
        yield server
    assert not server.asked_for_telemetry()
    assert {one.host for one in server.seen if "authorization" in one.headers} <= {"127.0.0.1"}


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)


def found(server: StandInHub, **wanted: Any) -> list[str]:
    models, cursor = asyncio.run(search(Hub(server.endpoint, 2.0), SearchHub(**wanted)))
    return [one.repo.removeprefix("maker/") for one in models] + ([cursor] if cursor else [])


def opened(server: StandInHub, repo: str) -> Opened:
    async def look() -> Opened:
        async with Hub(server.endpoint, 2.0).session() as session:
            return await open_model(session, repo)

    return asyncio.run(look())


def refusal(work: Callable[[], Any]) -> UserFacingError:
    with pytest.raises(UserFacingError) as refused:
        work()
    return refused.value


def test_models_are_found_by_words_skill_licence_and_order(server: StandInHub) -> None:
    assert found(server) == ["big-70B-GGUF", "tiny-1B-GGUF", "agreed-2B-GGUF"]
    assert found(server, sort="downloads")[:2] == ["big-70B-GGUF", "agreed-2B-GGUF"]
    assert found(server, text="tiny") == found(server, skill="code") == found(server, licence="MIT") == ["tiny-1B-GGUF"]
    assert found(server, skill="vision") == [] == found(server, text="nothing like it")


def test_what_is_too_large_is_left_out_and_its_place_filled(server: StandInHub) -> None:
    assert found(server, largest=2 * 10**9, limit=1) == ["tiny-1B-GGUF", "2"]
    assert found(server, largest=2 * 10**9, limit=1, cursor="2") == ["agreed-2B-GGUF"]


def test_results_know_what_the_hub_says(server: StandInHub) -> None:
    (one,), _ = asyncio.run(search(Hub(server.endpoint), SearchHub("tiny")))
    assert (one.licence, one.downloads, one.parameters, one.gated, one.private) == ("mit", 5, 10**9, False, False)
    (gated,), _ = asyncio.run(search(Hub(server.endpoint), SearchHub("agreed")))
    assert gated.gated and gated.updated > 1.7e9


def test_an_opened_repository_shows_its_ways_to_be_had_and_a_safe_card(server: StandInHub) -> None:
    found = opened(server, "maker/tiny-1B-GGUF")
    assert found.model.commit == COMMIT and found.card == "# Tiny\n\nA fox Small."
    assert [(one.name, one.size) for one in found.quantisations] == [("Q4_K_M", 2008), ("Q8_0", 3012)]
    assert all(one.projector is not None and one.parts[0].sha256 for one in found.quantisations)
    assert not any("up.gguf" in file.path for one in found.quantisations for file in one.files)


def test_a_gated_repository_can_be_looked_at_and_says_so(server: StandInHub) -> None:
    assert opened(server, "maker/agreed-2B-GGUF").model.gated


def test_a_token_opens_what_is_private(server: StandInHub, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = refusal(lambda: opened(server, "maker/secret-GGUF"))
    assert "no repository maker/secret-GGUF" in missing.text and "hub token --set" in missing.hint
    monkeypatch.setenv("HF_TOKEN", "hf_good-token")
    assert opened(server, "maker/secret-GGUF").model.private and "secret-GGUF" in found(server)
    monkeypatch.setenv("HF_TOKEN", "hf_wrong-token")
    assert "does not know the access token" in refusal(lambda: found(server)).text


def test_too_many_questions_say_how_long_to_wait_and_are_not_repeated(server: StandInHub) -> None:
    for seconds, words in ((37, "37 seconds"), (300, "5 minutes"), (10**12, "some minutes")):
        server.limited, before = seconds, len(server.seen)
        refused = refusal(lambda: found(server))
        assert "asks for patience" in refused.text and words in refused.hint
        assert len(server.seen) == before + 1
    server.limited = 37
    with pytest.raises(SourceFailed, match="it asks to wait 37 seconds"):
        asyncio.run(Hub(server.endpoint, 2.0).find(HubSource("maker/tiny-1B-GGUF", "tiny-Q8_0.gguf")))


def test_a_server_in_trouble_is_one_sentence(server: StandInHub) -> None:
    server.down = 503
    assert "HTTP 503" in refusal(lambda: found(server)).text


def test_nobody_there_is_one_sentence_and_what_is_installed_is_remembered() -> None:
    refused = refusal(lambda: asyncio.run(search(Hub("http://127.0.0.1:9", 1.0), SearchHub())))
    assert refused.text == "The Hugging Face Hub cannot be asked: it could not be reached."
    assert "What is installed works without it" in refused.hint


def test_offline_by_the_persons_wish_asks_nobody(server: StandInHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in refusal(lambda: found(server)).text
    assert server.seen == []


HOSTILE = {
    "no JSON": Reply(200, {}, b"<html>Sign in to the hotel</html>"),
    "deep": Reply(200, {}, b"[" * 200_000),
    "huge": Reply(200, {}, b'["' + b"x" * (20 << 20) + b'"]'),
    "another type": Reply(200, {}, b'{"error": 5}'),
    "no text": Reply(200, {"Content-Encoding": "gzip"}, b"no gzip"),
    "a loop": Reply(302, {"Location": "/api/models"}),
    "nowhere": Reply(302, {"Location": "http://[::bad/"}),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_answer_costs_one_sentence(server: StandInHub, kind: str) -> None:
    server.answers = {"/api/models": HOSTILE[kind], "/api/models/maker/tiny-1B-GGUF": HOSTILE[kind]}
    for work in (lambda: found(server), lambda: opened(server, "maker/tiny-1B-GGUF")):
        refused = refusal(work)
        assert "makes no sense" in refused.text or "cannot be asked" in refused.text


def test_a_redirect_elsewhere_does_not_carry_the_token(server: StandInHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_good-token")
    server.answers["/api/models"] = Reply(302, {"Location": f"{server.elsewhere}/api/elsewhere"})
    server.answers["/api/elsewhere"] = Reply(200, {}, b"[]")
    assert found(server) == []
    assert [("authorization" in one.headers, one.host) for one in server.seen] == [
        (True, "127.0.0.1"), (False, "localhost")]


def test_a_search_that_is_given_up_ends_at_once(server: StandInHub) -> None:
    async def give_up() -> None:
        server.silent = True
        running = asyncio.create_task(search(Hub(server.endpoint), SearchHub()))
        assert await asyncio.to_thread(server.asked.wait, 30)
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()

    asyncio.run(give_up())


