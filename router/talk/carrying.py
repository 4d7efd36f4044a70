"""Between devices that have no clock of their own and a conversation: one clock for both, and what each is told.

In real time, or as fast as it goes: then time stands still while nobody hears or plays, so that a test is the same on
every computer. The window's devices have clocks and need none of this.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from router.messages import (
    Command,
    EndTalking,
    Event,
    HeardSound,
    LevelMoved,
    PlayedSound,
    SilenceNow,
    SoundReady,
    SpeechHeard,
    TalkStateChanged,
)
from router.talk.sound import BLOCK, AudioIn, AudioOut

QUIET_AT_END = 1.5              # seconds of listening to nothing, after which a microphone that is over ends it
STANDS_STILL = 10.0             # seconds at most that the clock waits for words
BLOCKS_AHEAD = 1                # that may be on their way, as fast as it goes


class Carrier:
    """`take` every event; `run` until the conversation has ended.

    polite: the microphone's person waits while Consort thinks and speaks. Attributes: `seconds`, how far the clock is;
    `ended`, the last state, once it is there; `silenced`: when (on the clock) each SilenceNow came.
    """

    def __init__(self, talk: str, microphone: AudioIn, loudspeaker: AudioOut, send: Callable[[Command], None], *,
                 real_time: bool = True, polite: bool = True) -> None:
        self._talk, self._microphone, self._loudspeaker, self._send = talk, microphone, loudspeaker, send
        self._real_time, self._polite = real_time, polite
        self.seconds = 0.0
        self.ended: TalkStateChanged | None = None
        self.silenced: list[float] = []
        self._state = TalkStateChanged(talk, "thinking")
        self._epoch = 0
        self._begun = self._looking = False
        self._complete = True           # no more sound of this epoch is to come
        self._followed = 0.0            # seconds that were heard and answered
        self._quiet = 0.0
        self._told = 0.0
        self._moved = asyncio.Event()

    def take(self, event: Event) -> None:
        """What the conversation says."""
        if getattr(event, "talk", "") != self._talk:
            return
        match event:
            case TalkStateChanged():
                self._state, self._begun, self._looking = event, True, False
                self.ended = event if event.state == "ended" else None
            case SoundReady() if event.epoch >= self._epoch:
                self._epoch, self._complete = event.epoch, event.last
                self._loudspeaker.play(event.pcm, event.rate)
                if event.last:
                    self._tell_played()
            case SilenceNow():
                self._tell_played()
                self._loudspeaker.silence()
                self._epoch, self._complete, self._told = event.epoch, True, 0.0
                self.silenced.append(self.seconds)
            case LevelMoved():
                self._followed, self._looking = event.seconds, event.looking
            case SpeechHeard():
                self._looking = False
        self._moved.set()

    async def run(self) -> None:
        """Block after block."""
        loop = asyncio.get_running_loop()
        while not self._begun:
            await self._move()
        began = loop.time()
        while self.ended is None:
            if self._real_time:
                await asyncio.sleep(began + self.seconds - loop.time())
            else:
                await asyncio.sleep(0)
                while self.ended is None and not self._may_go_on():
                    await self._move()
            if self.ended is None:
                self._tick()

    def _may_go_on(self) -> bool:
        """As fast as it goes: is there anything to hear or to play, and was the last block followed?"""
        if self._looking or self.seconds - self._followed > BLOCKS_AHEAD * BLOCK:
            return False
        if self._state.state == "speaking":
            return self._loudspeaker.waiting > 0 or self._complete
        return self._state.state != "thinking"

    def _tick(self) -> None:
        waits = self._polite and self._state.state in ("thinking", "speaking")
        self._send(HeardSound(self._talk, self._microphone.next(waits)))
        self._loudspeaker.advance(BLOCK)
        self.seconds += BLOCK
        if self._loudspeaker.played != self._told:
            self._tell_played()
        quiet = self._microphone.over and self._state.state in ("listening", "muted")
        self._quiet = self._quiet + BLOCK if quiet else 0.0
        if self._quiet >= QUIET_AT_END:
            self._send(EndTalking(self._talk))
            self._quiet = 0.0

    def _tell_played(self) -> None:
        self._told = self._loudspeaker.played
        self._send(PlayedSound(self._talk, self._epoch, self._told))

    async def _move(self) -> None:
        self._moved.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STANDS_STILL):
                await self._moved.wait()
                return
        self._looking = False
