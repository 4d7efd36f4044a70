"""The header of a model on the Hub: read without the rest of the file, as strictly as a local one, and bounded."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator

import pytest

from router.library.engine_build import EngineBuild
from router.library.header import ModelFacts, NoHeader
from router.library.hub import Hub
from router.library.hub_answers import HubFile
from router.library.hub_header import FIRST, LARGEST_HEADER, facts_of
from tests.gguf_files import gguf, metadata
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import COMMIT, Fault, Repository, StandInHub

pytestmark = pytest.mark.process

WORDS = [f"a word that is token number {number:07}" for number in range(60_000)]
LONG = gguf(metadata(tokenizer__ggml__tokens=WORDS, tokenizer__ggml__token_type=[1] * len(WORDS)))
SMALL = gguf()
REST = bytes(20 << 20)          # what would be fetched of the weights, if anything were


@pytest.fixture
def server() -> Iterator[StandInHub]:
    files = {"deep/long name.gguf": LONG + REST, "small.gguf": SMALL}
    with StandInHub(repositories={"maker/m": Repository(dict(files))}) as hub:
        yield hub


async def facts(server: StandInHub, file: str, size: int = 0) -> ModelFacts:
    content = server.repositories["maker/m"].files[file]
    assert isinstance(content, bytes)
    one = HubFile(file, size or len(content), hashlib.sha256(content).hexdigest())
    async with Hub(server.endpoint, 5.0).session() as session:
        return await facts_of(session, "maker/m", COMMIT, one)


async def test_a_long_header_is_fetched_in_growing_pieces_and_nothing_behind_it(server: StandInHub) -> None:
    found = await facts(server, "deep/long name.gguf")
    assert (found.architecture, found.vocabulary, found.has_template) == ("llama", 60_000, True)
    pieces = [one.headers["range"] for one in server.seen if one.path.startswith("/cdn/")]
    assert pieces[0] == f"bytes=0-{FIRST - 1}" and len(pieces) == 4
    starts = [int(piece.removeprefix("bytes=").split("-")[0]) for piece in pieces]
    ends = [int(piece.rpartition("-")[2]) + 1 for piece in pieces]
    assert starts == [0, *ends[:-1]], "no byte twice"
    assert len(LONG) <= ends[-1] <= 2 * len(LONG)


async def test_a_short_file_is_read_whole(server: StandInHub) -> None:
    assert (await facts(server, "small.gguf")).cache_values == 2 * 2 * (8 + 8)


async def test_a_server_without_ranges_is_read_up_to_the_headers_end(server: StandInHub) -> None:
    server.faults = [Fault(ignore_range=True) for _ in range(4)]
    assert (await facts(server, "deep/long name.gguf")).vocabulary == 60_000


@pytest.mark.parametrize(("content", "words"), [
    (b"<html>Sign in</html>" * 99, "not a GGUF model"),
    (gguf(metadata(llama__block_count=100_000)), "impossible value"),
    (b"GGUF" + bytes([3, 0, 0, 0]) + b"\xff" * 16, "sensible")])
async def test_what_cannot_be_a_sound_model_is_refused_with_the_reason(server: StandInHub, content: bytes,
                                                                      words: str) -> None:
    server.repositories["maker/m"].files["small.gguf"] = content
    with pytest.raises(NoHeader, match=words):
        await facts(server, "small.gguf")


async def test_weights_that_the_file_has_no_room_for_are_seen_before_they_are_fetched(server: StandInHub) -> None:
    with pytest.raises(NoHeader, match="cut off"):
        await facts(server, "deep/long name.gguf", size=len(LONG) - 100)


async def test_a_header_without_end_is_given_up(server: StandInHub) -> None:
    text = struct.pack("<IQ", 8, 4096) + bytes(4096)
    endless = b"GGUF" + struct.pack("<IQQ", 3, 0, 9_999) + b"".join(
        struct.pack("<Q", 8) + b"%08d" % number + text for number in range(9_000))
    server.repositories["maker/m"].files["small.gguf"] = endless + REST
    with pytest.raises(NoHeader, match="longer than 32 MB"):
        await facts(server, "small.gguf")
    assert sum(int(one.headers["range"].rpartition("-")[2]) + 1 - int(one.headers["range"][6:].split("-")[0])
               for one in server.seen if one.path.startswith("/cdn/")) == LARGEST_HEADER


async def test_the_engine_says_itself_which_architectures_it_knows() -> None:
    engine = EngineBuild()
    assert await engine.knows("llama") and await engine.knows("gemma3")
    assert not await engine.knows("no-such-thing") and not await engine.knows("clip") and not await engine.knows("")
    assert (await engine.look()).version and engine.gpu_memory >= 0
