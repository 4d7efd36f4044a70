"""A real worker process at the end of a pipe: it survives what it is sent, and never outlives the other end."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from specialists.wire import (
    Cancel,
    ChatMessage,
    Counted,
    CountTokens,
    Failed,
    Finished,
    FromWorker,
    Generate,
    Load,
    Loading,
    Reading,
    Ready,
    Token,
)
from tests.gguf_files import gguf, metadata, written
from tests.worker_pipe import Pipe, worker

pytestmark = pytest.mark.process

LOOP = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"


def question(request: str = "r", words: str = "one two three") -> Generate:
    return Generate(request, (ChatMessage("user", words),))


def echo(pipe: Pipe, **script: str) -> Ready:
    ready = pipe.ask(Load("echo", "", options=script))[-1]
    assert isinstance(ready, Ready)
    return ready


def said(replies: list[FromWorker]) -> str:
    return "".join(reply.text for reply in replies if isinstance(reply, Token))


def test_it_loads_answers_counts_and_goes_when_the_pipe_is_closed() -> None:
    with worker() as pipe:
        heard = pipe.ask(Load("echo", ""))
        assert isinstance(heard[0], Loading) and isinstance(heard[-1], Ready)
        replies = pipe.ask(question())
        assert isinstance(replies[0], Reading) and said(replies) == "one two three"
        assert isinstance(replies[-1], Finished) and replies[-1].reason == "end"
        assert pipe.ask(CountTokens("c", ("a b", ""))) == [Counted("c", (2, 0))]
        pipe.connection.close()
        assert pipe.gone()
        assert pipe.process.exitcode == 0


def test_quick_tokens_travel_together_and_slow_ones_alone() -> None:
    with worker() as pipe:
        echo(pipe, tokens="3000")
        quick = pipe.ask(replace(question(), max_tokens=3000))
        assert len(said(quick).split()) == 3000
        assert sum(isinstance(reply, Token) for reply in quick) < 300
    with worker() as pipe:
        echo(pipe, delay="0.03", tokens="5")
        assert sum(isinstance(reply, Token) for reply in pipe.ask(question())) == 5


@pytest.mark.parametrize("frame", [
    b"", b"\x80\x05cos\nsystem\n", b"{", b'{"type": "Nonsense"}', b'{"type": "Generate", "request": "x"}',
    b'{"type": "CountTokens", "request": "x", "texts": ["\\ud800"]}', b"[" * 100_000,
])
def test_a_frame_that_is_no_message_is_refused_and_the_next_one_served(frame: bytes) -> None:
    with worker() as pipe:
        echo(pipe)
        pipe.connection.send_bytes(frame)
        refused = pipe.hear()
        assert isinstance(refused, Failed) and refused.code == "bad_request"
        assert refused.request == ("x" if b'"x"' in frame else "")
        assert isinstance(pipe.ask(question())[-1], Finished)


def test_what_comes_at_the_wrong_time_is_refused() -> None:
    with worker() as pipe:
        early = pipe.ask(question("early"))[-1]
        assert isinstance(early, Failed) and (early.request, early.code) == ("early", "bad_request")
        unknown = pipe.ask(Load("abacus", ""))[-1]
        assert isinstance(unknown, Failed) and unknown.code == "bad_request" and "abacus" in unknown.detail
        echo(pipe)
        twice = pipe.ask(Load("echo", ""))[-1]
        assert isinstance(twice, Failed) and twice.code == "bad_request"
        assert isinstance(pipe.ask(question())[-1], Finished)


def test_an_engine_that_fails_costs_one_request() -> None:
    with worker() as pipe:
        echo(pipe, delay="not a number")
        failed = pipe.ask(question())[-1]
        assert isinstance(failed, Failed) and failed.code == "internal" and "not a number" in failed.detail
        assert isinstance(pipe.ask(CountTokens("c", ("a",)))[-1], Counted)


def test_cancel_ends_the_running_request_and_the_ones_that_wait() -> None:
    with worker() as pipe:
        echo(pipe, tokens="100000", delay="0.01")
        pipe.say(question("first"), question("second"), CountTokens("third", ("a",)))
        pipe.until(lambda reply: isinstance(reply, Token))
        pipe.say(Cancel("second"), Cancel("first"), Cancel("never heard of"))
        heard = pipe.until(lambda reply: isinstance(reply, Counted))
        ends = [(reply.request, reply.reason) for reply in heard if isinstance(reply, Finished)]
        assert ends == [("first", "stopped"), ("second", "stopped")]
        assert not any(isinstance(reply, Token) and reply.request == "second" for reply in heard)


def test_a_cancel_that_comes_too_late_stops_nothing_later() -> None:
    with worker() as pipe:
        echo(pipe)
        pipe.ask(question("r"))
        pipe.say(Cancel("r"))
        assert said(pipe.ask(question("r"))) == "one two three"


@pytest.mark.parametrize("script", [{"delay": "3600"}, {"read_delay": "3600"}, {"hang_after": "1"}])
def test_it_goes_at_once_when_the_parent_is_gone_whatever_it_is_doing(script: dict[str, str]) -> None:
    with worker() as pipe:
        echo(pipe, **script)
        pipe.say(question())
        pipe.hear()
        pipe.connection.close()
        assert pipe.gone(2)


def test_a_crash_is_an_end_of_the_pipe() -> None:
    with worker() as pipe:
        echo(pipe, crash_after="2")
        pipe.say(question())
        with pytest.raises(EOFError):
            while True:
                pipe.hear()
        assert pipe.gone() and pipe.process.exitcode not in (0, None)


def test_ctrl_c_in_the_terminal_is_the_parents_business() -> None:
    with worker() as pipe:
        echo(pipe, delay="0.02")
        pipe.say(question())
        pipe.hear()
        os.kill(pipe.process.pid, signal.SIGINT)
        assert isinstance(pipe.until(lambda reply: isinstance(reply, Finished))[-1], Finished)


def test_a_worker_is_small_and_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with worker() as pipe:
        echo(pipe)
        assert psutil.Process(pipe.process.pid).memory_info().rss < 60 * 2**20
        pipe.ask(question())
        pipe.connection.close()
        pipe.gone()
    assert capfd.readouterr() == ("", "")


BAD_FILES = {
    "empty": (b"", "bad_model", "empty"),
    "no model": (b"<!DOCTYPE html>" * 99, "bad_model", "not a GGUF"),
    "cut off": (gguf()[:-100], "bad_model", "cut off"),
    "100,000 layers": (gguf(metadata(llama__block_count=100_000)), "bad_model", "block_count"),
    "huge metadata": (gguf(metadata(**{f"key{n}": "x" * 50_000 for n in range(99)}), n_entries=10**9),
                      "bad_model", "claims"),
    "a 1 MB template": (gguf(metadata(tokenizer__chat_template="x" * 2**20)), "bad_model", "bytes long"),
    "unknown architecture": (gguf({"general.architecture": "perceptron", "perceptron.block_count": 2}),
                             "unsupported", "unknown model architecture"),
    "missing weights": (gguf(), "bad_model", ""),
    "a template that reaches for Python": (
        gguf(metadata(tokenizer__chat_template="{{ ''.__class__.__mro__[1].__subclasses__() }}")),
        "bad_template", "unsafe"),
    "a template that runs for ever": (gguf(metadata(tokenizer__chat_template=LOOP)), "bad_template", "ran for more"),
}


@pytest.mark.parametrize(("content", "code", "why"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_model_file_is_one_clear_failure(tmp_path: Path, content: bytes, code: str, why: str) -> None:
    path = written(tmp_path, content)
    with worker() as pipe:
        began = time.monotonic()
        failed = pipe.ask(Load("llama", str(path)))[-1]
        assert isinstance(failed, Failed), failed
        assert (failed.request, failed.code) == ("", code) and why in failed.detail
        assert time.monotonic() - began < 30
        assert echo(pipe).architecture == "echo", "the worker is alive and can load something else"
