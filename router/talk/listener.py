"""From the microphone's sound to what was said: utterance by utterance, with its words so far while it lasts.

At each pause, and now and then while somebody speaks, Whisper hears what there is. So its words are mostly there when
the pause has become long enough to be the end. It does not know what the words are for, and tells them by callbacks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from router.errors import UserFacingError
from router.talk.endpoint import FRAME, Change, Endpointer, Rules
from router.talk.heard_sound import PRE_ROLL, RATE, HeardSoundRing
from router.voice.speech import Transcript

FRAME_SAMPLES = round(FRAME * RATE)
PARTIAL_EVERY = 1.6             # seconds of speech between two looks at its words while nobody pauses


@dataclass(frozen=True)
class Utterance:
    """What somebody said. last_sample: when its last sound came, in the loop's time. waited: seconds of silence until
    it counted as over. hearing: seconds that its words took."""

    text: str
    language: str
    last_sample: float
    waited: float
    hearing: float


class Detect(Protocol):
    """Tells speech from silence: `voice.detector.Detector`, or a test's."""

    def forget(self) -> None: ...
    def probabilities(self, samples: bytes) -> Awaitable[tuple[float, ...]]: ...


@dataclass(frozen=True)
class Told:
    """Who hears of it. began: somebody speaks. words: the words so far. said: an utterance is over (empty: it was no
    speech). failed: its words cannot be had."""

    began: Callable[[], None]
    words: Callable[[str], None]
    said: Callable[[Utterance], None]
    failed: Callable[[UserFacingError], None]


class Listener:
    """Fed with blocks of sound, one after another. Attribute `speaking`: somebody is in the middle of an utterance."""

    def __init__(self, detector: Detect, hear: Callable[[bytes], Awaitable[Transcript]], rules: Rules,
                 told: Told) -> None:
        self._detector, self._hear, self._told = detector, hear, told
        self._ends = Endpointer(rules)
        self._sound = HeardSoundRing()
        self._task: asyncio.Task[None] | None = None
        self._heard_to = -1         # the last frame of speech that `_transcript` covers
        self._transcript = Transcript("", "", 0.0)
        self._by_key = False        # a key holds this utterance open
        self._finals: list[asyncio.Task[None]] = []     # utterances that are over but for their words, in order
        self._arrived = 0.0

    @property
    def speaking(self) -> bool:
        return self._ends.speaking

    @property
    def waits(self) -> bool:
        """An utterance is under way, or over but for its words."""
        return self._ends.speaking or bool(self._finals)

    @property
    def looking(self) -> bool:
        """Its words up to a pause, or to its end, are being looked for."""
        running = self._task is not None and not self._task.done()
        return bool(self._finals) or (self._ends.speaking and self._ends.silence > 0 and running)

    async def feed(self, pcm: bytes, *, sounds: bool = False) -> None:
        """The next block; sounds: Consort itself speaks. Raises UserFacingError when the detector fails."""
        self._ends.sounds = sounds
        self._arrived = asyncio.get_running_loop().time()
        self._sound.add(pcm)
        probabilities = await self._detector.probabilities(pcm)
        for change in self._ends.feed(probabilities):
            self._follow(change)
        if self.speaking:
            self._look_again()
        else:
            self._sound.forget_before(self._sound.samples - round((PRE_ROLL + 0.2) * RATE))

    def press(self) -> None:
        """A key is down: an utterance begins now, however silent it is."""
        self._drop()
        self._by_key = True
        self._ends.begin()
        self._told.began()

    def release(self) -> None:
        """The key is up: that was all."""
        if self._by_key:
            self._by_key = False
            self._end()

    def finish(self) -> None:
        """No more sound will come: what is being said is over."""
        if self._ends.speaking:
            self._end()

    async def settle(self) -> None:
        """Wait until all words are known."""
        while self._finals:
            await asyncio.wait(self._finals)

    def forget(self) -> None:
        """What was being said does not count; the next sound begins anew."""
        self._drop()
        self._sound.forget_before(self._sound.samples)
        self._detector.forget()

    async def close(self) -> None:
        """End what is under way."""
        self._drop()
        running = [task for task in (self._task, *self._finals) if task is not None and not task.done()]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    def _drop(self) -> None:
        self._ends.forget()
        self._by_key = False
        self._heard_to = -1

    def _follow(self, change: Change) -> None:
        if self._by_key:
            return
        if change == "began":
            self._heard_to, self._transcript = -1, Transcript("", "", 0.0)
            self._told.began()
        elif change == "paused":
            self._transcribe()
        elif change == "ended":
            self._end()
        elif change == "dropped":
            self._drop()
            self._told.said(Utterance("", "", self._arrived, 0.0, 0.0))

    def _look_again(self) -> None:
        """Its words so far, if hearing is quick enough here to be worth it."""
        heard = max(self._heard_to, self._ends.begun)
        affordable = self._transcript.seconds < PARTIAL_EVERY / 2
        if affordable and (self._ends.last - heard) * FRAME >= PARTIAL_EVERY:
            self._transcribe()

    def _transcribe(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(self._so_far(), self._ends.begun, self._ends.last))

    def _so_far(self) -> bytes:
        """The sound of this utterance."""
        begin = self._ends.begun * FRAME_SAMPLES - round(PRE_ROLL * RATE)
        return self._sound.cut(max(0, begin), self._sound.samples)

    async def _look(self, samples: bytes, begun: int, last: int) -> None:
        """The words so far; they may decide that this pause is the end."""
        try:
            transcript = await self._hear(samples)
        except UserFacingError:             # it is tried again at the end, and told then
            transcript, last = Transcript("", "", 0.0), -1
        if begun != self._ends.begun or not self._ends.speaking:
            return
        self._transcript, self._heard_to, self._task = transcript, last, None
        self._told.words(transcript.text)
        if self._by_key:
            return
        if 0 <= last < self._ends.last:
            if self._ends.silence >= self._ends.rules.look:
                self._transcribe()
        elif self._ends.words(transcript.text) == "ended":
            self._end()

    def _end(self) -> None:
        """It is over; with its words, or as soon as they are there. The next one may begin meanwhile."""
        silence = self._ends.silence
        last_sample = self._arrived - silence
        known = self._transcript if self._heard_to >= self._ends.last and not self._finals else None
        if known is not None:
            self._drop()
            self._told.said(Utterance(known.text, known.language, last_sample, silence, known.seconds))
            return
        final = asyncio.create_task(self._hear_to_the_end(self._so_far(), last_sample, silence, tuple(self._finals)))
        self._finals.append(final)
        self._drop()

    async def _hear_to_the_end(self, samples: bytes, last_sample: float, silence: float,
                               before: tuple[asyncio.Task[None], ...]) -> None:
        if before:
            await asyncio.wait(before)
        try:
            heard = await self._hear(samples)
        except UserFacingError as error:
            self._finals.pop(0)
            self._told.failed(error)
            return
        self._finals.pop(0)
        since = asyncio.get_running_loop().time() - last_sample
        self._told.said(Utterance(heard.text, heard.language, last_sample, max(silence, since - heard.seconds),
                                  heard.seconds))
