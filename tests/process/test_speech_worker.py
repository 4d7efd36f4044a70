"""A worker that hears and speaks: sound goes through the pipe as it is, and Stop ends it, as with words."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from router.fleet.worker import Patience, Worker, WorkerDied
from specialists.engines.echo_speech import sound_of
from specialists.wire import Audio, Detect, Detected, Failed, Finished, Generate, Hear, Heard, Load, Speak

pytestmark = pytest.mark.process

SILENCE = b"\0\0" * 16_000


async def start(**script: str) -> Worker:
    return await Worker.start(Load("echo-speech", "", options=script), patience=Patience(stop_reading=0.3))


async def test_what_is_spoken_is_heard_again() -> None:
    worker = await start()
    spoken = [reply async for reply in worker.request(Speak("s1", ("Guten Tag,", "wie geht es?")))]
    sounds = [reply for reply in spoken if isinstance(reply, Audio)]
    assert [sound.clause for sound in sounds] == [0, 1]
    heard = [reply async for reply in worker.request(
        Hear("h1", samples=SILENCE + sounds[0].samples + SILENCE + sounds[1].samples))]
    assert [reply.text for reply in heard if isinstance(reply, Heard)] == ["Guten Tag,", "wie geht es?"]
    assert isinstance(spoken[-1], Finished) and isinstance(heard[-1], Finished)
    await worker.close()


async def test_detection_goes_on_where_it_ended() -> None:
    worker = await start()
    changes = []
    for sound in (SILENCE, sound_of("hello"), SILENCE):
        replies = [reply async for reply in worker.request(Detect(f"d{len(changes)}", samples=sound))]
        assert isinstance(replies[0], Detected)
        changes += replies[0].changes
    assert [change.what for change in changes] == ["began", "ended"]
    assert changes[0].at == pytest.approx(1.0, abs=0.04)
    await worker.close()


async def test_speaking_is_stopped_between_two_clauses() -> None:
    worker = await start(delay="0.02")
    async with aclosing(worker.request(Speak("s1", ("word",) * 500))) as replies:
        heard = 0
        async for reply in replies:
            heard += isinstance(reply, Audio)
            if heard == 2:
                worker.cancel("s1")
    assert isinstance(reply, Finished) and reply.reason == "stopped"
    assert heard < 20
    assert worker.alive
    await worker.close()


async def test_one_that_goes_deaf_is_ended_and_one_that_crashes_costs_one_exception() -> None:
    deaf = await start(hang_after="1")
    async with aclosing(deaf.request(Speak("s1", ("one", "two")))) as replies:
        assert isinstance(await anext(replies), Audio)
        deaf.cancel("s1")
        assert (await anext(replies)).reason == "stopped"       # type: ignore[union-attr]
    await deaf.close()
    crashing = await start(crash_after="1")
    with pytest.raises(WorkerDied):
        [reply async for reply in crashing.request(Speak("s1", ("one", "two")))]
    await crashing.close()


async def test_what_it_cannot_do_it_says() -> None:
    worker = await start()
    replies = [reply async for reply in worker.request(Generate("g1", ()))]
    assert isinstance(replies[0], Failed) and replies[0].code == "bad_request"
    await worker.close()
