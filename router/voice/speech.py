"""Hearing and speaking through the fleet: a model is leased, asked, and stopped when told to. It plays nothing.

Failures become sentences here; what to do with words and sound is its callers' business.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from uuid import uuid4

from router.errors import UserFacingError
from router.fleet.failures import WorkerDied, WorkerFailed
from router.fleet.fleet import Fleet
from router.fleet.sentences import sentence_for_death, sentence_for_failure
from router.fleet.worker import LoadedModel
from router.roster import Roster
from router.voice.reading import Piece
from specialists.manifest import Manifest
from specialists.wire import BYTES_PER_SAMPLE, Audio, Failed, Finished, Hear, Heard, HeardUpTo, Reply, Speak, Task

PAUSES = {"clause": 0.08, "sentence": 0.25, "paragraph": 0.5}      # seconds of silence behind a piece


@dataclass(frozen=True)
class Sound:
    """A piece as sound: 16-bit mono PCM at `rate`, the silence behind it included."""

    piece: Piece
    rate: int
    samples: bytes

    @property
    def seconds(self) -> float:
        return len(self.samples) / BYTES_PER_SAMPLE / self.rate


class Stopper:
    """Stops what is under way with it, politely; `stopped` stays true."""

    def __init__(self) -> None:
        self.stopped = False
        self._worker: LoadedModel | None = None
        self._request = ""

    def stop(self) -> None:
        self.stopped = True
        if self._worker is not None:
            self._worker.cancel(self._request)

    def watch(self, worker: LoadedModel | None, request: str = "") -> None:
        """This request is under way now, or none."""
        self._worker, self._request = worker, request


class Speech:
    """Asks the models that hear and speak."""

    def __init__(self, fleet: Fleet, roster: Roster) -> None:
        self._fleet, self._roster = fleet, roster

    async def hear(self, hear: Hear, hearer: Manifest,
                   stopper: Stopper) -> AsyncGenerator[HeardUpTo | Heard | Finished, None]:
        """What is heard, last of all Finished. `hear.request` is replaced. Raises UserFacingError."""
        opening = self._roster.opening(hearer)
        try:
            async with (self._fleet.lease(hearer.id, opening.load, opening.bytes_needed) as lease,
                        aclosing(_asked(lease.worker, replace(hear, request=uuid4().hex), hearer, stopper)) as said):
                async for reply in said:
                    if isinstance(reply, HeardUpTo | Heard | Finished):
                        yield reply
        except WorkerFailed as failed:
            raise _sentence(failed, hearer) from failed
        except WorkerDied as died:
            raise sentence_for_death(died, hearer.name) from died

    async def speak(self, pieces: Iterable[Piece], speak: Speak, voice: Manifest,
                    stopper: Stopper) -> AsyncGenerator[Sound, None]:
        """Each piece as sound, one after the other, the next one only when it is asked for. `speak` holds speed, volume
        and speaker. Raises UserFacingError.
        """
        opening = self._roster.opening(voice)
        try:
            async with self._fleet.lease(voice.id, opening.load, opening.bytes_needed) as lease:
                for piece in pieces:
                    request = replace(speak, request=uuid4().hex, clauses=(piece.text,))
                    sounds = []
                    async with aclosing(_asked(lease.worker, request, voice, stopper)) as said:
                        sounds = [reply async for reply in said if isinstance(reply, Audio)]
                    if stopper.stopped:
                        return
                    if sounds:
                        rate = sounds[0].rate
                        silence = bytes(BYTES_PER_SAMPLE * round(PAUSES[piece.pause] * rate / speak.speed))
                        yield Sound(piece, rate, b"".join(one.samples for one in sounds) + silence)
        except WorkerFailed as failed:
            raise _sentence(failed, voice) from failed
        except WorkerDied as died:
            raise sentence_for_death(died, voice.name) from died


async def _asked(worker: LoadedModel, task: Task, who: Manifest, stopper: Stopper) -> AsyncGenerator[Reply, None]:
    """The replies; a Failed becomes a sentence."""
    if stopper.stopped:
        yield Finished(task.request, "stopped")
        return
    stopper.watch(worker, task.request)
    try:
        async with aclosing(worker.request(task)) as replies:
            async for reply in replies:
                if isinstance(reply, Failed):
                    raise _sentence(WorkerFailed(reply.code, reply.detail, reply.sentence), who)
                if isinstance(reply, Reply):
                    yield reply
    finally:
        stopper.watch(None)


def _sentence(failed: WorkerFailed, who: Manifest) -> UserFacingError:
    if failed.sentence:
        return UserFacingError(failed.sentence, "Check that it plays in a media player, then try again.")
    return sentence_for_failure(failed.code, failed.detail, who.name)
