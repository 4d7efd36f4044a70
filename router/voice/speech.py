"""Hearing and speaking through the fleet: a model is leased, asked, and stopped when told to. It plays nothing.

The one place that asks them: conversations, dictation, answers read aloud and files all come here. Failures become
sentences; a worker that dies before it has answered is replaced once, unseen. All leases count in the one memory
budget. It keeps no sound, and does not know who is the right one to ask: that is `choice`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass, replace
from uuid import uuid4

from router.errors import UserFacingError
from router.fleet.failures import WorkerDied, WorkerFailed
from router.fleet.fleet import Fleet, Lease
from router.fleet.sentences import sentence_for_death, sentence_for_failure
from router.fleet.worker import LoadedModel
from router.roster import Roster
from router.voice.choice import Choice
from router.voice.reading import Piece
from specialists.manifest import Manifest
from specialists.wire import BYTES_PER_SAMPLE, Audio, Failed, Finished, Hear, Heard, HeardUpTo, Reply, Speak

ATTEMPTS = 2
PAUSES = {"clause": 0.06, "sentence": 0.2, "paragraph": 0.45}      # seconds of silence behind a piece, at speed 1


@dataclass(frozen=True)
class Sound:
    """A piece as sound: 16-bit mono PCM at `rate`, the silence behind it included. took: seconds to make it."""

    piece: Piece
    rate: int
    samples: bytes
    took: float = 0.0

    @property
    def seconds(self) -> float:
        return len(self.samples) / BYTES_PER_SAMPLE / self.rate


@dataclass(frozen=True)
class Transcript:
    """What was said. seconds: that the model took for it."""

    text: str
    language: str
    seconds: float


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
    """Asks the models that hear and speak. `choice`: who they are."""

    def __init__(self, fleet: Fleet, roster: Roster) -> None:
        self.choice = Choice(roster)
        self._fleet, self._roster = fleet, roster

    async def warm(self, manifest: Manifest, *, only_if_room: bool = False) -> None:
        """Bring it into memory; with `only_if_room`, not where somebody else would have to leave. Raises
        UserFacingError."""
        opening = self._roster.opening(manifest)
        needed = self._fleet.expected_bytes(manifest.id, opening.load, opening.bytes_needed)
        if only_if_room and needed + sum(one.bytes for one in self._fleet.residents()) > self._fleet.budget_bytes:
            return
        async with AsyncExitStack() as stack:
            await self.leased(stack, manifest)

    async def warm_up(self, speech: Iterable[Manifest], writer: Manifest | None) -> None:
        """Bring into memory what a first turn needs, one after another; who writes only where there is room. What
        cannot be is told when it is needed."""
        for manifest in speech:
            with suppress(UserFacingError):
                await self.warm(manifest)
        if writer is not None:
            with suppress(UserFacingError):
                await self.warm(writer, only_if_room=True)

    async def leased(self, stack: AsyncExitStack, manifest: Manifest) -> Lease:
        """A lease that lasts as long as `stack`. Raises UserFacingError."""
        opening = self._roster.opening(manifest)
        try:
            return await stack.enter_async_context(
                self._fleet.lease(manifest.id, opening.load, opening.bytes_needed))
        except WorkerFailed as failed:
            raise _sentence(failed, manifest) from failed

    async def hear(self, hearer: Manifest, samples: bytes, language: str) -> Transcript:
        """The words in one utterance at 16 kHz. Raises UserFacingError."""
        began, texts, spoken = asyncio.get_running_loop().time(), [], language
        request = Hear(uuid4().hex, language=language, short=True, samples=samples)
        async with aclosing(self._asked(hearer, request, Stopper())) as replies:
            async for reply in replies:
                if isinstance(reply, Heard):
                    texts.append(reply.text.strip())
                    spoken = reply.language or spoken
        return Transcript(" ".join(filter(None, texts)), spoken, asyncio.get_running_loop().time() - began)

    async def transcribe(self, hear: Hear, hearer: Manifest,
                         stopper: Stopper) -> AsyncGenerator[HeardUpTo | Heard | Finished, None]:
        """What is heard in a file, last of all Finished. `hear.request` is replaced. Raises UserFacingError."""
        async with aclosing(self._asked(hearer, replace(hear, request=uuid4().hex), stopper)) as replies:
            async for reply in replies:
                if isinstance(reply, HeardUpTo | Heard | Finished):
                    yield reply

    async def speak(self, piece: Piece, voice: Manifest, how: Speak, stopper: Stopper | None = None) -> Sound | None:
        """The piece as sound; None when it was stopped or there is none. `how` holds speed, volume and speaker.

        Raises UserFacingError.
        """
        began, stopper = asyncio.get_running_loop().time(), stopper or Stopper()
        request = replace(how, request=uuid4().hex, clauses=(piece.text,))
        async with aclosing(self._asked(voice, request, stopper)) as replies:
            sounds = [reply async for reply in replies if isinstance(reply, Audio)]
        if stopper.stopped or not sounds:
            return None
        rate = sounds[0].rate
        silence = bytes(BYTES_PER_SAMPLE * round(PAUSES[piece.pause] * rate / how.speed))
        return Sound(piece, rate, b"".join(one.samples for one in sounds) + silence,
                     asyncio.get_running_loop().time() - began)

    async def _asked(self, who: Manifest, request: Hear | Speak, stopper: Stopper) -> AsyncGenerator[Reply, None]:
        """The replies; a Failed becomes a sentence."""
        for attempt in range(1, ATTEMPTS + 1):
            answered = False
            try:
                async with AsyncExitStack() as stack:
                    worker = (await self.leased(stack, who)).worker
                    if stopper.stopped:
                        yield Finished(request.request, "stopped")
                        return
                    stopper.watch(worker, request.request)
                    async with aclosing(worker.request(request)) as replies:
                        async for reply in replies:
                            if isinstance(reply, Failed):
                                raise _sentence(WorkerFailed(reply.code, reply.detail, reply.sentence), who)
                            answered = True
                            if isinstance(reply, Reply):
                                yield reply
                return
            except WorkerDied as died:
                if answered or attempt == ATTEMPTS:
                    raise sentence_for_death(died, who.name) from died
            finally:
                stopper.watch(None)


def _sentence(failed: WorkerFailed, who: Manifest) -> UserFacingError:
    if failed.sentence:
        return UserFacingError(failed.sentence, "Check that it plays in a media player, then try again.")
    return sentence_for_failure(failed.code, failed.detail, who.name)
