"""Worker mains that misbehave in one way each, for the tests of our end of the pipe."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from typing import Any

from specialists import codec
from specialists.wire import (
    TO_WORKER,
    Cancel,
    Counted,
    CountTokens,
    Failed,
    Finished,
    Generate,
    Load,
    Loading,
    Reading,
    Ready,
    Token,
)

READY = Ready("awkward", 4096, 4096, True, 0.01)


def say(pipe: Any, message: object) -> None:
    pipe.send_bytes(codec.encode(message, tag="type"))


def hear(pipe: Any) -> Any:
    return codec.decode(pipe.recv_bytes(), TO_WORKER, tag="type")


def _opened(pipe: Any) -> Generate:
    """Load, get ready, and wait for the first request."""
    assert isinstance(hear(pipe), Load)
    say(pipe, Loading(0.5))
    say(pipe, READY)
    request = hear(pipe)
    assert isinstance(request, Generate)
    return request


def polite(pipe: Any) -> None:
    """Answers every Generate with its last message's words, and stops at Cancel after each word."""
    request = _opened(pipe)
    while True:
        if isinstance(request, Generate):
            words = request.messages[-1].content.split()
            reason = "end"
            for word in words:
                say(pipe, Token(request.request, word))
                if pipe.poll(0.02) and isinstance(hear(pipe), Cancel):
                    reason = "stopped"
                    break
            say(pipe, Finished(request.request, reason, written_tokens=len(words)))
        elif isinstance(request, CountTokens):
            say(pipe, Counted(request.request, tuple(len(text.split()) for text in request.texts)))
        try:
            request = hear(pipe)
        except EOFError:
            return


def segfaults_while_writing(pipe: Any) -> None:
    request = _opened(pipe)
    say(pipe, Token(request.request, "half an ans"))
    os.kill(os.getpid(), signal.SIGSEGV)


def killed_by_the_system(pipe: Any) -> None:
    _opened(pipe)
    os.kill(os.getpid(), signal.SIGKILL)


def exits_while_loading(pipe: Any) -> None:
    hear(pipe)
    sys.exit(3)


def refuses_to_load(pipe: Any) -> None:
    hear(pipe)
    say(pipe, Failed("", "bad_model", "not a GGUF file"))
    hear(pipe)


def loads_forever(pipe: Any) -> None:
    hear(pipe)
    say(pipe, Loading(0.25))
    time.sleep(600)


def speaks_nonsense(pipe: Any) -> None:
    _opened(pipe)
    pipe.send_bytes(b"\x80\x04 this is no JSON")
    time.sleep(600)


def deaf_while_reading(pipe: Any) -> None:
    """Stuck in C with the interpreter lock held, as a badly behaved extension would be."""
    request = _opened(pipe)
    say(pipe, Reading(request.request, 1, 1000))
    holds_the_interpreter_lock()


def deaf_while_writing(pipe: Any) -> None:
    request = _opened(pipe)
    say(pipe, Token(request.request, "one "))
    holds_the_interpreter_lock()


def never_reads_its_pipe(pipe: Any) -> None:
    hear(pipe)
    say(pipe, READY)
    time.sleep(600)


def ignores_sigterm(pipe: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hear(pipe)
    say(pipe, READY)
    time.sleep(600)


def talks_of_other_requests(pipe: Any) -> None:
    request = _opened(pipe)
    say(pipe, Token("somebody else's", "secret"))
    say(pipe, Finished("somebody else's", "end"))
    say(pipe, Token(request.request, "mine"))
    say(pipe, Finished(request.request, "end", written_tokens=1))
    hear(pipe)


def holds_the_interpreter_lock() -> None:
    """Exponential backtracking: one C call that lasts for years and never lets another thread run."""
    re.match(r"(a+)+$", "a" * 64 + "b")
