"""Who tells speech from silence, leased as long as a microphone is open. It keeps no sound."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing
from itertools import count

from router.fleet.failures import WorkerDied
from router.fleet.fleet import Lease
from router.fleet.sentences import sentence_for_death, sentence_for_failure
from router.voice.speech import Speech
from specialists.manifest import Manifest
from specialists.wire import Detect, Detected, Failed

ATTEMPTS = 2
PATIENCE = 5.0                  # seconds for a block of 0.1 s; it takes 1 ms
_numbers = count(1)


class Detector:
    """`close` gives it back. A worker that dies is replaced once, unseen."""

    def __init__(self, speech: Speech, manifest: Manifest) -> None:
        self._speech, self._manifest = speech, manifest
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
            self._lease = await self._speech.leased(self._stack, self._manifest)
        request = Detect(f"detect-{next(_numbers)}", self._fresh, samples)
        try:
            async with asyncio.timeout(PATIENCE), aclosing(self._lease.worker.request(request)) as replies:
                reply = await anext(replies)
        except TimeoutError:
            raise WorkerDied("hang") from None
        if not isinstance(reply, Detected):
            detail = reply.detail if isinstance(reply, Failed) else "it answered something else"
            raise sentence_for_failure("internal", detail, self._manifest.name)
        self._fresh = False
        return reply.probabilities
