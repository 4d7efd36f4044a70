"""Hearing, speaking and telling speech from silence, through the fleet: which model, leased how, its errors in words.

A worker that dies is replaced once, unseen. All leases count in the one memory budget. It keeps no sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from itertools import count
from typing import Literal

from router.errors import UserFacingError
from router.fleet.failures import WorkerDied, WorkerFailed
from router.fleet.fleet import Fleet, Lease
from router.fleet.sentences import sentence_for_death, sentence_for_failure
from router.roster import Roster
from specialists.manifest import Manifest
from specialists.wire import Audio, Detect, Detected, Failed, Hear, Heard, Speak

ATTEMPTS = 2
DETECTING_PATIENCE = 5.0        # seconds for a block of 0.1 s; it takes 1 ms
_numbers = count(1)
_MISSING = {"speech-in": ("Nothing that hears is installed.", "whisper-base"),
            "speech-out": ("No voice is installed.", "piper-joe"),
            "speech-activity": ("What tells speech from silence is not installed.", "silero-vad")}


@dataclass(frozen=True)
class Transcript:
    """What was said. seconds: that the model took for it."""

    text: str
    language: str
    seconds: float


class SpeechModels:
    """The installed models of speech of one data folder."""

    def __init__(self, fleet: Fleet, roster: Roster) -> None:
        self._fleet, self._roster = fleet, roster

    def find(self, kind: Literal["speech-in", "speech-out", "speech-activity"], wanted: str = "",
             language: str = "") -> Manifest:
        """Who does it: the wanted one, else the first installed one for the language. Raises UserFacingError."""
        here = self._roster.installed_of(kind)
        if wanted:
            found = next((one for one in here if one.id == wanted), None)
            if found is None:
                raise UserFacingError(f"{self._roster.name(wanted)} is not installed.",
                                      f"Install it on the Models page, or with: consort install {wanted}")
            return found
        if not here:
            text, offer = _MISSING[kind]
            raise UserFacingError(text, f"Install it on the Models page, or with: consort install {offer}")
        return next((one for one in here if not language or not one.languages or language in one.languages), here[0])

    def speaks(self, voice: Manifest, language: str) -> bool:
        """Does the voice speak it? An unknown language counts as its own."""
        return not language or not voice.languages or language in voice.languages

    async def warm(self, manifest: Manifest) -> None:
        """Bring it into memory. Raises UserFacingError."""
        async with AsyncExitStack() as stack:
            await self.leased(stack, manifest)

    async def hear(self, manifest: Manifest, samples: bytes, language: str) -> Transcript:
        """The words in one utterance at 16 kHz. Raises UserFacingError."""
        began, texts, spoken = asyncio.get_running_loop().time(), [], language
        request = Hear(f"hear-{next(_numbers)}", language=language, short=True, samples=samples)
        async for reply in self._asked(manifest, request):
            if isinstance(reply, Heard):
                texts.append(reply.text.strip())
                spoken = reply.language or spoken
        return Transcript(" ".join(filter(None, texts)), spoken, asyncio.get_running_loop().time() - began)

    async def speak(self, manifest: Manifest, clause: str, speed: float) -> AsyncGenerator[Audio, None]:
        """The sound of one clause. Raises UserFacingError."""
        async with aclosing(self._asked(manifest, Speak(f"speak-{next(_numbers)}", (clause,), speed))) as replies:
            async for reply in replies:
                if isinstance(reply, Audio):
                    yield reply

    async def _asked(self, manifest: Manifest, request: Hear | Speak) -> AsyncGenerator[object, None]:
        for attempt in range(1, ATTEMPTS + 1):
            answered = False
            try:
                async with AsyncExitStack() as stack:
                    lease = await self.leased(stack, manifest)
                    async with aclosing(lease.worker.request(request)) as replies:
                        async for reply in replies:
                            if isinstance(reply, Failed):
                                raise sentence_for_failure(reply.code, reply.detail, manifest.name)
                            answered = True
                            yield reply
                return
            except WorkerDied as died:
                if answered or attempt == ATTEMPTS:
                    raise sentence_for_death(died, manifest.name) from died

    async def leased(self, stack: AsyncExitStack, manifest: Manifest) -> Lease:
        """A lease that lasts as long as `stack`. Raises UserFacingError."""
        opening = self._roster.opening(manifest)
        try:
            return await stack.enter_async_context(
                self._fleet.lease(manifest.id, opening.load, opening.bytes_needed))
        except WorkerFailed as failed:
            raise sentence_for_failure(failed.code, failed.detail, manifest.name) from failed


class Detector:
    """Who tells speech from silence, leased as long as a microphone is open. `close` gives it back."""

    def __init__(self, models: SpeechModels, manifest: Manifest) -> None:
        self._models, self._manifest = models, manifest
        self._stack = AsyncExitStack()
        self._lease: Lease | None = None
        self._fresh = True

    def forget(self) -> None:
        """The next sound does not go on where the last one ended."""
        self._fresh = True

    async def probabilities(self, samples: bytes) -> tuple[float, ...]:
        """Of speech in each frame that is complete now. Raises UserFacingError."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._detect(samples)
            except WorkerDied as died:
                await self.close()
                if attempt == ATTEMPTS:
                    raise sentence_for_death(died, self._manifest.name) from died
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """It may leave memory from now on."""
        self._lease, self._fresh = None, True
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()

    async def _detect(self, samples: bytes) -> tuple[float, ...]:
        if self._lease is None:
            self._lease = await self._models.leased(self._stack, self._manifest)
        request = Detect(f"detect-{next(_numbers)}", self._fresh, samples)
        try:
            async with (asyncio.timeout(DETECTING_PATIENCE),
                        aclosing(self._lease.worker.request(request)) as replies):
                reply = await anext(replies)
        except TimeoutError:
            raise WorkerDied("hang") from None
        if not isinstance(reply, Detected):
            detail = reply.detail if isinstance(reply, Failed) else "it answered something else"
            raise sentence_for_failure("internal", detail, self._manifest.name)
        self._fresh = False
        return reply.probabilities
