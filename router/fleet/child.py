"""A worker's process as its parent sees it: the pipe to it and the thread that starts it, listens and sees it off.

The only file that knows multiprocessing. It carries frames and knows none of their meaning.

`spawn` runs the top level of a start script again in every child (but not a package's `__main__`), so
scripts keep their work under `if __name__ == "__main__"`.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any

from router.fleet import tether

log = logging.getLogger("consort.fleet")

LARGEST_FRAME = 64 * 2**20          # bytes; a worker that announces more is broken


class Child:
    """The process, its pipe and its thread. `arrived` (a frame) and, once and last, `ended` run on the loop."""

    def __init__(self, target: str, leave: float, arrived: Callable[[bytes], None],
                 ended: Callable[[int | None, str], None]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pid = 0
        self._loop = asyncio.get_running_loop()
        self._arrived, self._ended, self._leave = arrived, ended, leave
        self._pipe, self._their_pipe = spawn.Pipe()
        self._their_lifeline, self._lifeline = spawn.Pipe(duplex=False)
        self._dismissed, self._dismissal = spawn.Pipe(duplex=False)
        self._process = spawn.Process(target=tether.run, daemon=True, name="consort-worker",
                                      args=(self._their_pipe, self._their_lifeline, target))
        self._sending = threading.Lock()
        self._doomed = False

    def start(self, *first: bytes) -> None:
        """Begin; the frames `first` are sent as soon as the process exists. Returns at once (a spawn takes 0.2 s)."""
        threading.Thread(target=self._live, args=(first,), name="consort-worker", daemon=True).start()

    def send(self, *frames: bytes) -> None:
        """Nothing comes between `frames`. Blocks while the pipe is full, so never on the loop.

        A dead worker is reported by `ended` only.
        """
        with self._sending:
            try:
                for frame in frames:
                    self._pipe.send_bytes(frame)
            except OSError as error:
                log.debug("worker %d no longer listens: %s", self.pid, error)

    def dismiss(self) -> None:
        """Hang up; the worker ends by itself, or is made to after `leave` seconds."""
        self._dismissal.close()

    def kill(self) -> None:
        """Now. Safe at any time, also before the process exists."""
        self._doomed = True
        if self.pid:
            self._process.kill()

    def release(self) -> None:
        """Give back what the process held here (file descriptors). After `ended`."""
        for end in (self._pipe, self._lifeline, self._dismissal, self._dismissed):
            end.close()
        if self.pid:
            self._process.close()

    # ── in the thread ───────────────────────────────────────────────────────────────────────────────────────
    def _live(self, first: tuple[bytes, ...]) -> None:
        try:
            try:
                self._process.start()
            finally:
                self._their_pipe.close()        # else its death would not end our reading
                self._their_lifeline.close()
        except Exception as error:              # no more processes, no memory for one: it never lived
            self._post(self._ended, None, repr(error))
            return
        self.pid = self._process.pid or 0
        if self._doomed:
            self._process.kill()
        self.send(*first)
        self._listen()
        self._see_off()
        self._post(self._ended, self._process.exitcode, "")

    def _listen(self) -> None:
        sources: list[Any] = [self._pipe, self._process.sentinel, self._dismissed]
        while True:
            ready = wait(sources)
            if self._dismissed in ready or self._pipe not in ready:
                return
            try:
                frame = self._pipe.recv_bytes(LARGEST_FRAME)
            except (EOFError, OSError):
                return
            self._post(self._arrived, frame)

    def _see_off(self) -> None:
        if not self._sending.acquire(timeout=self._leave):      # it does not even read what is sent to it
            self._process.kill()
            self._sending.acquire()
        self._pipe.close()
        self._sending.release()
        self._process.join(self._leave)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(self._leave)
        while self._process.exitcode is None:
            self._process.kill()
            self._process.join(1.0)

    def _post(self, call: Callable[..., None], *values: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *values)
        except RuntimeError:        # the loop is closed: nobody is left to listen to
            self.kill()
