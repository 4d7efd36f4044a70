"""The encoder in a worker process of its own, without a model: it answers, and its death costs one answer at most."""

from __future__ import annotations

import asyncio
import math
import os
import signal
from pathlib import Path

import pytest

from router.choose.encoder import KEY, Encoder, EncoderOpening
from router.fleet.fleet import Fleet
from router.library.conversion import convert
from specialists.engines.echo import bag_of_words
from specialists.wire import (
    ChatMessage,
    Counted,
    CountTokens,
    Embed,
    Embedded,
    Failed,
    Generate,
    Load,
    Ready,
    ScoreLabels,
)
from tests.gguf_files import gguf, metadata, written
from tests.tiny_encoder import PLACES, WIDE, published
from tests.tiny_encoder import written as published_in
from tests.worker_pipe import worker

pytestmark = pytest.mark.process


def test_a_worker_makes_vectors_between_other_requests() -> None:
    with worker() as pipe:
        pipe.ask(Load("echo", ""))
        assert pipe.ask(Embed("e", ("a cat", ""))) == [Embedded("e", (bag_of_words("a cat"), bag_of_words("")))]
        assert pipe.ask(CountTokens("c", ("a cat",))) == [Counted("c", (2,))]
        assert pipe.ask(Embed("none", ())) == [Embedded("none", ())]


def test_what_was_converted_is_what_the_engine_opens(tmp_path: Path) -> None:
    convert("bert-encoder", published_in(tmp_path, published()), tmp_path / "tiny.gguf")
    with worker() as pipe:
        ready = pipe.ask(Load("llama-encoder", str(tmp_path / "tiny.gguf")))[-1]
        assert isinstance(ready, Ready), ready
        assert (ready.architecture, ready.context, ready.threads, ready.has_chat_template) == ("bert", PLACES, 1, False)
        texts = ("the cat", "", "The CAT", "cats " * 999, "cats " * 9, "\n\t ", "never seen", "猫 [SEP]",
                 *"abcdefghijkl")
        told = pipe.ask(Embed("e", texts))[-1]
        assert isinstance(told, Embedded) and len(told.vectors) == len(texts)
        for text, vector in zip(texts, told.vectors, strict=True):
            assert len(vector) == WIDE and math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-6), text
        assert math.dist(told.vectors[0], told.vectors[2]) < 1e-3, "capitals do not matter"
        assert math.dist(told.vectors[1], told.vectors[5]) < 1e-3, "white space is nothing"
        assert math.dist(told.vectors[3], told.vectors[4]) < 1e-3, "both fill the model with the same words"
        assert math.dist(told.vectors[0], told.vectors[1]) > 1e-2
        assert pipe.ask(CountTokens("c", ("the cats", "", "[SEP]"))) == [Counted("c", (3, 0, 3))]
        for message in (Generate("g", (ChatMessage("user", "hello"),)), ScoreLabels("s", (), ("yes", "no"))):
            refused = pipe.ask(message)[-1]
            assert isinstance(refused, Failed) and (refused.code, refused.request) == ("bad_request", message.request)


@pytest.mark.parametrize(("content", "code"), [
    (b"", "bad_model"),
    (b"not a model at all", "bad_model"),
    (gguf(metadata(), []), "bad_model"),
])
def test_a_bad_file_is_one_clear_failure_of_the_encoder_too(tmp_path: Path, content: bytes, code: str) -> None:
    with worker() as pipe:
        reply = pipe.ask(Load("llama-encoder", str(written(tmp_path, content))))[-1]
        assert isinstance(reply, Failed) and (reply.code, reply.request) == (code, "")
        assert isinstance(pipe.ask(Load("echo", ""))[-1], Ready)


async def test_a_worker_that_is_killed_is_replaced() -> None:
    notices: list[str] = []
    fleet = Fleet(budget_bytes=10**9, tell=lambda *what: None)
    encoder = Encoder(fleet, lambda: EncoderOpening(Load("echo", ""), 10**6), notices.append, patience=20.0)
    assert await encoder.vector("a cat") == bag_of_words("a cat")
    async with fleet.lease(KEY, Load("echo", ""), 10**6, pinned=True) as lease:
        first = lease.worker
    os.kill(first.pid, signal.SIGKILL)      # type: ignore[attr-defined]
    await first.gone
    assert await encoder.vector("a dog") == bag_of_words("a dog") and notices == []
    await encoder.close()
    await fleet.close()


async def test_closing_while_it_works_leaves_nothing_behind() -> None:
    fleet = Fleet(budget_bytes=10**9, tell=lambda *what: None)
    slow = EncoderOpening(Load("echo", "", options={"read_delay": "30"}), 10**6)
    encoder = Encoder(fleet, lambda: slow, lambda text: None, patience=0.1)
    await encoder.warm()
    assert await encoder.vector("a cat") is None
    await encoder.close()
    await fleet.close()
    assert fleet.residents() == () and asyncio.all_tasks() == {asyncio.current_task()}
