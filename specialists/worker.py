"""The child process: one engine, one loop, and a thread that listens.

Frames are JSON both ways, sound behind it as it is (`specialists.codec`); nothing is ever unpickled. The listener takes
Cancel at once, also while the engine is deep in C code, and ends the process the moment the other end of the pipe is
gone. It knows no model: which engine is used is said in Load, and everything an engine does wrong becomes a Failed.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Protocol

from specialists import codec
from specialists.engine import Engine, EngineError
from specialists.wire import (
    TO_WORKER,
    Cancel,
    Errand,
    Failed,
    Finished,
    FromWorker,
    Load,
    Reply,
    Task,
    Token,
    ToWorker,
)

FLUSH = 0.015                   # seconds: tokens that come faster travel together
OTHERS = "consort.engines"      # entry points of packages that bring an engine of their own
DETAIL = 4_000                  # characters of a traceback worth keeping


class Connection(Protocol):
    """What is needed of a `multiprocessing` connection."""

    def send_bytes(self, frame: bytes, /) -> None: ...
    def recv_bytes(self) -> bytes: ...
    def close(self) -> None: ...


def main(connection: Connection) -> None:
    """Serve the pipe until its other end is closed. The process ends there and then (`os._exit`)."""
    _settle()
    mailbox = Mailbox(connection)
    threading.Thread(target=mailbox.listen, name="listener", daemon=True).start()
    engine = _load(mailbox)
    while engine is None:                       # it failed; another Load may follow, or the parent hangs up
        engine = _load(mailbox)
    while True:
        message = mailbox.next()
        try:
            if isinstance(message, Task):
                _answer(engine, message, mailbox)
            elif isinstance(message, Errand):
                mailbox.send(engine.perform(message, mailbox.stopped(message.request)))
            else:
                mailbox.send(Failed("", "bad_request", f"{type(message).__name__} to a loaded worker"))
        except EngineError as error:
            mailbox.send(error.failed)
        except Exception:
            mailbox.send(Failed(getattr(message, "request", ""), "internal", _traceback()))
        finally:
            mailbox.over(message)


class Mailbox:
    """Our end of the pipe: what came and waits, what was cancelled, and the way back. Any thread may use it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: queue.SimpleQueue[ToWorker] = queue.SimpleQueue()
        self._sending = threading.Lock()
        self._known: dict[str, threading.Event] = {}        # requests not yet answered → was it cancelled?

    def listen(self) -> None:
        """Receive until the parent is gone, then leave without waiting for anything, C code included."""
        unframing = codec.Unframing(TO_WORKER)
        while True:
            try:
                frame = self._connection.recv_bytes()
            except (EOFError, OSError):
                os._exit(0)
            try:
                message = unframing.take(frame)
            except (codec.MalformedFrame, RecursionError) as error:
                self.send(Failed(_request_in(frame), "bad_request", str(error)[:DETAIL]))
                continue
            if message is None:
                continue
            if isinstance(message, Cancel):
                if message.request in self._known:
                    self._known[message.request].set()
                continue
            if isinstance(message, Task | Errand):
                self._known.setdefault(message.request, threading.Event())
            self._waiting.put(message)

    def next(self) -> ToWorker:
        """The oldest message that waits."""
        return self._waiting.get()

    def stopped(self, request: str) -> Callable[[], bool]:
        """Asks whether `request` was cancelled."""
        return self._known.setdefault(request, threading.Event()).is_set

    def over(self, message: ToWorker) -> None:
        """The message is answered; a Cancel that comes now is too late."""
        if isinstance(message, Task | Errand):
            self._known.pop(message.request, None)

    def send(self, message: FromWorker) -> None:
        """Write it. A parent that is gone ends the process."""
        frames = codec.frames(message)
        with self._sending:
            try:
                for frame in frames:
                    self._connection.send_bytes(frame)
            except OSError:
                os._exit(0)


def _load(mailbox: Mailbox) -> Engine | None:
    """Wait for Load and open its engine; None when that failed, which has been said."""
    message = mailbox.next()
    if not isinstance(message, Load):
        mailbox.send(Failed(getattr(message, "request", ""), "bad_request", "nothing is loaded"))
        return None
    try:
        engine = _engine(message.engine)
        mailbox.send(engine.open(message, mailbox.send))
    except EngineError as error:
        mailbox.send(error.failed)
    except MemoryError:
        mailbox.send(Failed("", "no_memory", _traceback()))
    except Exception:
        mailbox.send(Failed("", "internal", _traceback()))
    else:
        return engine
    return None


def _engine(name: str) -> Engine:
    """A new engine. Imported here, so that a worker carries only the library it needs."""
    if name == "echo":
        from specialists.engines.echo import EchoEngine
        return EchoEngine()
    if name == "llama":
        from specialists.engines.llama import LlamaEngine
        return LlamaEngine()
    if name == "llama-encoder":
        from specialists.engines.llama_encoder import LlamaEncoder
        return LlamaEncoder()
    if name == "whisper":
        from specialists.engines.whisper import WhisperEngine
        return WhisperEngine()
    if name == "piper":
        from specialists.engines.piper import PiperEngine
        return PiperEngine()
    if name == "silero":
        from specialists.engines.silero import SileroEngine
        return SileroEngine()
    if name == "echo-speech":
        from specialists.engines.echo_speech import EchoSpeech
        return EchoSpeech()
    for other in entry_points(group=OTHERS, name=name):     # a package that the person has installed beside Consort
        made: Engine = other.load()()
        return made
    raise EngineError(Failed("", "bad_request", f"there is no engine “{name}”"))


def _answer(engine: Engine, request: Task, mailbox: Mailbox) -> None:
    """Relay the engine's replies, neighbouring tokens joined when they come quickly."""
    stopped = mailbox.stopped(request.request)
    if stopped():
        mailbox.send(Finished(request.request, "stopped"))
        return
    held: Token | None = None
    sent = 0.0
    try:
        for reply in engine.answer(request, stopped):
            joined = _joined(held, reply)
            if held is not None and joined is None:
                mailbox.send(held)
            reply, held = joined or reply, None
            now = time.perf_counter()
            if isinstance(reply, Token) and now - sent < FLUSH:
                held = reply
            else:
                mailbox.send(reply)
                sent = now
    except Exception:
        if held is not None:
            mailbox.send(held)
        raise


def _joined(held: Token | None, reply: Reply) -> Token | None:
    """Both in one, if they are of a kind."""
    if held is not None and isinstance(reply, Token) and reply.thought == held.thought:
        return Token(held.request, held.text + reply.text, held.thought)
    return None


def _settle() -> None:
    """Make the process a quiet one: C libraries print, crash and (some) phone home if they are let."""
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", GGML_NO_BACKTRACE="1")
    with contextlib.suppress(ValueError):       # only the main thread may; in a test it is another one
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _request_in(frame: bytes) -> str:
    """The request id in a frame that is otherwise wrong, if there is one."""
    with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
        request = json.loads(frame)["request"]
        return request.encode("utf-8", "replace").decode() if isinstance(request, str) else ""
    return ""


def _traceback() -> str:
    return traceback.format_exc()[-DETAIL:].encode("utf-8", "replace").decode()
