"""A real worker process at the other end of a plain pipe, without the router: for tests and benchmarks of the room."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from specialists import codec
from specialists.wire import FROM_WORKER, Failed, Finished, FromWorker, Load, Outcome, Ready, ToWorker
from specialists.worker import main


class Pipe:
    """Say and hear messages. `hear` fails the test after `patience` seconds of silence."""

    def __init__(self, connection: Any, process: Any, patience: float) -> None:
        self.connection, self.process, self.patience = connection, process, patience
        self._unframing = codec.Unframing(FROM_WORKER)

    def say(self, *messages: ToWorker) -> None:
        for message in messages:
            for frame in codec.frames(message):
                self.connection.send_bytes(frame)

    def hear(self) -> FromWorker:
        while True:
            assert self.connection.poll(self.patience), "the worker says nothing"
            message = self._unframing.take(self.connection.recv_bytes())
            if message is not None:
                return message

    def until(self, wanted: Callable[[FromWorker], bool]) -> list[FromWorker]:
        """Everything heard up to the first message that is wanted."""
        heard = [self.hear()]
        while not wanted(heard[-1]):
            heard.append(self.hear())
        return heard

    def ask(self, message: ToWorker) -> list[FromWorker]:
        """Say it and hear everything up to its last reply."""
        self.say(message)
        last = (Ready, Failed) if isinstance(message, Load) else (Finished, Failed, Outcome)
        return self.until(lambda reply: isinstance(reply, last))

    def gone(self, seconds: float = 5.0) -> bool:
        """Has the process ended, or does it within `seconds`?"""
        end = time.monotonic() + seconds
        while self.process.is_alive() and time.monotonic() < end:
            time.sleep(0.005)
        return not self.process.is_alive()


@contextmanager
def worker(patience: float = 60.0) -> Iterator[Pipe]:
    """A started worker, nothing loaded; gone afterwards, whatever happened."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=main, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Pipe(ours, process, patience)
    finally:
        ours.close()
        process.join(2)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()
