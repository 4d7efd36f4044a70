"""Our end of the pipe: one worker process, asked by asyncio.

Frames are JSON, sound behind it as it is (`specialists.codec`); nothing a worker says is ever unpickled. One thread
per worker (`router.fleet.child`) starts the process, posts its frames to the loop and sees it off; everything else
happens on the loop. The file knows no engine, no model and no budget; who may be loaded is the fleet's business.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

from router.fleet.child import Child
from router.fleet.failures import Cause, WorkerDied, WorkerFailed, died
from specialists import codec
from specialists.wire import (
    FROM_WORKER,
    Cancel,
    Errand,
    Failed,
    Finished,
    FromWorker,
    Load,
    Loading,
    Outcome,
    Ready,
    Task,
    Token,
)

__all__ = ["LoadedModel", "Patience", "Worker", "WorkerDied", "WorkerFailed"]

log = logging.getLogger("consort.fleet")

MAIN = "specialists.worker:main"
UNKILLABLE = 5.0                    # seconds after SIGKILL until we stop waiting (it is stuck in the kernel)


@dataclass(frozen=True)
class Patience:
    """How long a worker may be silent before it counts as hung, and how long it may take to obey. Seconds."""

    loading: float = 120.0
    reading: float = 120.0
    writing: float = 60.0
    stop_reading: float = 2.0
    stop_writing: float = 0.5
    leave: float = 0.5


class _Talk:
    """One request on its way: the frames that came and are not read yet. None: the worker is no more."""

    def __init__(self, request: str) -> None:
        self.request = request
        self.frames: asyncio.Queue[FromWorker | None] = asyncio.Queue()
        self.written = 0
        self.over = False
        self.cancelled: asyncio.TimerHandle | None = None


class LoadedModel(Protocol):
    """What the fleet and its callers need of a worker; tests give fakes."""

    @property
    def ready(self) -> Ready: ...
    @property
    def alive(self) -> bool: ...
    @property
    def gone(self) -> asyncio.Future[None]: ...
    @property
    def pid(self) -> int: ...
    def request(self, message: Task | Errand) -> AsyncGenerator[FromWorker, None]: ...
    def cancel(self, request: str) -> None: ...
    async def close(self) -> None: ...


class Worker:
    """One loaded model in its own process. Made by `start`, ended by `close`.

    alive: it can be asked. gone: done when the process has ended and its memory is free.
    """

    def __init__(self, target: str, patience: Patience) -> None:
        self.alive = True
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._patience = patience
        self._death: WorkerDied | None = None
        self._ready: Ready | None = None
        self._first = _Talk("")
        self._talk: _Talk | None = self._first
        self._turn = asyncio.Lock()
        self._abandoned: set[asyncio.Task[None]] = set()
        self._unframing = codec.Unframing(FROM_WORKER)
        self._child = Child(target, patience.leave, self._arrived, self._ended)

    @classmethod
    async def start(cls, load: Load, *, on_loading: Callable[[float], None] | None = None, target: str = MAIN,
                    patience: Patience | None = None) -> Worker:
        """Start a process and load the model. `on_loading` gets the fraction in memory, 0…1, on the loop.

        Raises WorkerFailed when the model cannot be loaded, the process dies, or it is silent for longer than
        `patience.loading`. Cancelling ends the process.
        """
        worker = cls(target, patience or Patience())
        worker._child.start(*codec.frames(load))
        try:
            worker._ready = await worker._loaded(on_loading or (lambda _fraction: None))
        except BaseException:
            worker._end("closed")
            await worker.close()
            raise
        return worker

    @property
    def ready(self) -> Ready:
        """What the worker said when the model was loaded."""
        assert self._ready is not None      # `start` gives no worker before that
        return self._ready

    @property
    def pid(self) -> int:
        """The process id; it is not reused before `gone`."""
        return self._child.pid

    async def request(self, message: Task | Errand) -> AsyncGenerator[FromWorker, None]:
        """The replies, the last one Finished, Failed or an errand's. One request at a time; a second one waits.

        Leaving early (break with `aclosing`, or cancellation) stops the request first: the worker gets
        Cancel and is killed when it does not obey in time. Raises WorkerDied, and ValueError for text that
        is not Unicode.
        """
        frames = codec.frames(message)
        await self._turn.acquire()
        talk = self._talk = _Talk(message.request)
        try:
            if not self.alive:
                raise self._death or WorkerDied("closed")
            asyncio.get_running_loop().run_in_executor(None, self._child.send, *frames)
            while not talk.over:
                reply = await self._next(talk)
                if isinstance(reply, Finished | Outcome | Failed):
                    self._finish(talk)
                yield reply
        except WorkerDied:
            self._finish(talk)
            raise
        finally:
            if not talk.over:       # a task of its own, so that a second cancellation cannot cut it short
                stopping = asyncio.create_task(self._abandon(talk))
                self._abandoned.add(stopping)
                stopping.add_done_callback(self._abandoned.discard)
                await asyncio.shield(stopping)

    def cancel(self, request: str) -> None:
        """Stop this request. Its replies still end in Finished with reason `stopped`, also when the worker
        is deaf.

        A request that is over is not an error.
        """
        talk = self._talk
        if talk is None or talk.request != request or talk.cancelled or not self.alive:
            return
        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, self._child.send, *codec.frames(Cancel(request)))
        grace = self._patience.stop_writing if talk.written else self._patience.stop_reading
        talk.cancelled = loop.call_later(grace, self._end, "deaf")

    async def close(self) -> None:
        """End the process, politely at first. After this its memory is free. Twice is no error."""
        if self.alive:
            self._death = self._death or WorkerDied("closed")
            self.alive = False
            self._child.dismiss()
        try:
            async with asyncio.timeout(2 * self._patience.leave + 1.0):
                await asyncio.shield(self.gone)
        except TimeoutError:
            await self._make_gone()

    async def _make_gone(self) -> None:
        self._child.kill()
        try:
            async with asyncio.timeout(UNKILLABLE):
                await asyncio.shield(self.gone)
        except TimeoutError:
            log.warning("worker %d cannot be killed; it is stuck in the operating system", self.pid)

    # ── from the thread ─────────────────────────────────────────────────────────────────────────────────────
    def _arrived(self, frame: bytes) -> None:
        try:
            message = self._unframing.take(frame)
        except codec.MalformedFrame as error:
            self._end("malformed", str(error))
            return
        if message is None:
            return
        talk = self._talk
        if talk is not None and self.alive and getattr(message, "request", talk.request) == talk.request:
            talk.written += isinstance(message, Token)
            talk.frames.put_nowait(message)

    def _ended(self, exit_code: int | None, detail: str) -> None:
        self.alive = False
        if self._death is None:
            self._death = WorkerDied("crashed", None, detail) if detail else died(exit_code)
        self._child.release()
        if self._talk is not None:
            self._talk.frames.put_nowait(None)
        self.gone.set_result(None)

    def _end(self, cause: Cause, detail: str = "") -> None:
        """Kill it, and say so at once: whoever waits for an answer need not wait for the funeral."""
        if not self.alive:
            return
        self.alive = False
        self._death = WorkerDied(cause, None, detail)
        self._child.kill()
        if self._talk is not None:
            self._talk.frames.put_nowait(None)

    # ── one request ─────────────────────────────────────────────────────────────────────────────────────────
    async def _loaded(self, on_loading: Callable[[float], None]) -> Ready:
        while True:
            try:
                async with asyncio.timeout(self._patience.loading):
                    message = await self._first.frames.get()
            except TimeoutError:
                raise WorkerFailed("hang", f"silent for {self._patience.loading:g} s while loading") from None
            match message:
                case Loading(fraction):
                    on_loading(fraction)
                case Ready():
                    self._talk = None
                    return message
                case Failed(code=code, detail=detail, sentence=sentence):
                    raise WorkerFailed(code, detail, sentence)
                case None:
                    death = self._death or WorkerDied("closed")
                    raise WorkerFailed(death.cause, death.detail)

    async def _next(self, talk: _Talk) -> FromWorker:
        limit = self._patience.writing if talk.written else self._patience.reading
        try:
            async with asyncio.timeout(limit):
                message = await talk.frames.get()
        except TimeoutError:
            self._end("hang", f"silent for {limit:g} s")
            message = await talk.frames.get()
        if message is not None:
            return message
        death = self._death or WorkerDied("closed")
        if death.cause == "deaf":
            return Finished(talk.request, "stopped", written_tokens=talk.written)
        raise death

    async def _abandon(self, talk: _Talk) -> None:
        self.cancel(talk.request)
        while not isinstance(await talk.frames.get(), Finished | Outcome | Failed | None):
            pass
        self._finish(talk)

    def _finish(self, talk: _Talk) -> None:
        if talk.cancelled:
            talk.cancelled.cancel()
        talk.over = True
        self._talk = None
        self._turn.release()
