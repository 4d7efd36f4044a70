"""A spoken conversation with real models: how soon it answers, how fast it falls silent, what it must never do.

    python -m tests.benchmarks.conversation --data-dir DIR [--only latency,barge,self,pauses,soak] [--json]

DIR holds the models smollm2-135m, whisper-tiny.en, silero-vad and piper-joe, installed by Consort. Latencies are taken
in real time; the others as fast as it goes, on a clock of their own. The stages one after another are the same models
in the same run, on the same words. Prints a table for people and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from router.library.library import Library
from router.messages import (
    EndTalking,
    Event,
    LevelMoved,
    SilenceNow,
    SoundReady,
    SpokenTurnEnded,
    StartTalking,
    TalkStateChanged,
    TurnFinished,
    TurnStarted,
)
from router.talk.carrying import Carrier
from router.talk.heard_sound import RATE
from router.talk.sound import BLOCK, AudioIn
from router.talk.sound_files import FileLoudspeaker, read_wave
from router.voice.reading import read_all
from router.voice.speech import Speech
from specialists.wire import Load, Speak
from tests.rooms import CancellingMicrophone, Room, just_played, loud_seconds
from tests.spoken_files import Samples, spoken, trimmed
from tests.talk_core import EARS, VOICE, ScriptedMicrophone, SpokenTalk, silence, speaking

STORY = ("The old lighthouse stood at the end of the harbour. Every evening its keeper climbed the hundred steps. "
         "He lit the lamp and watched the ships come home. Some of them had been away for years. ") * 8
QUESTIONS = ("Tell me about the city of Paris.", "Why is the sky blue?", "How do I make a good cup of tea?",
             "What should I know about the moon?", "Tell me something about old trees.", "How does a bicycle work?")
HALVES = (("I would like to know", "how the weather is today."), ("Please tell me", "who wrote this book."),
          ("On the way home", "we bought some bread."), ("The train to London", "leaves at seven."),
          ("My brother and I", "went to the sea."), ("If it rains tomorrow", "we will stay at home."),
          ("After a long day", "she fell asleep."), ("Could you explain", "how a clock works?"),
          ("In the old garden", "there is a well."), ("When I was young", "I lived in Berlin."))


class Bench:
    """The models, as each is opened."""

    def __init__(self, folder: Path) -> None:
        library = Library.open(folder)
        self.voice = library.path("piper-joe")
        silero = library.path("silero-vad")
        self.speech = {
            "ears": Load("whisper", str(library.path("whisper-tiny.en")), threads=2, options={"activity": str(silero)}),
            "voice": Load("piper", str(self.voice), threads=1, options={"configuration": f"{self.voice}.json"}),
            "activity": Load("silero", str(silero), threads=1)}
        self.writes = {"echo": Load("llama", str(library.path("smollm2-135m")), context=2048, threads=2)}

    async def say(self, *texts: str) -> list[Samples]:
        return [trimmed(one) for one in await spoken(self.voice, texts)]


async def held(talk: SpokenTalk, microphone: AudioIn, speaker: FileLoudspeaker, start: StartTalking,
               follow: Callable[[Carrier, Event], None], *, real_time: bool) -> Carrier:
    """A conversation whose person does what `follow` has them do."""
    carrier = Carrier("talk", microphone, speaker, talk.core.send, real_time=real_time, polite=False)

    def take(event: Event) -> None:
        carrier.take(event)
        follow(carrier, event)

    leave = talk.core.subscribe(take)
    talk.core.send(start)
    await carrier.run()
    leave()
    speaker.close()
    return carrier


def asks(microphone: ScriptedMicrophone, questions: list[Samples],
         talk: SpokenTalk) -> Callable[[Carrier, Event], None]:
    """Ask the next one whenever it listens again."""
    waiting = list(questions)

    def follow(_carrier: Carrier, event: Event) -> None:
        if isinstance(event, SpokenTurnEnded) or (isinstance(event, TalkStateChanged) and event.state == "listening"
                                                  and len(waiting) == len(questions)):
            if waiting:
                microphone.say(np.concatenate((silence(0.8), waiting.pop(0))))
            else:
                talk.core.send(EndTalking("talk"))
    return follow


async def latency(bench: Bench, folder: Path) -> dict[str, Any]:
    """First sound ÷ the stages one after another; ÷ the wait and the stages' own times."""
    sound = await bench.say(*QUESTIONS)
    async with speaking(folder, real=bench.speech | bench.writes) as talk:
        times: dict[str, float] = {}
        talk.core.subscribe(lambda event: times.__setitem__(f"{type(event).__name__} {getattr(event, 'turn', '')}",
                                                            time.perf_counter()))
        microphone = ScriptedMicrophone()
        await held(talk, microphone, FileLoudspeaker(folder / "out.wav"), StartTalking("talk", language="en"),
                   asks(microphone, sound, talk), real_time=True)
        models = Speech(talk.core.fleet, talk.roster)
        rows = []
        for one, question in zip(talk.told(SpokenTurnEnded), sound, strict=False):
            pieces = read_all(one.answer)
            if not one.first_sound or len([piece for piece in pieces if piece.pause != "clause"]) < 2:
                continue
            began = time.perf_counter()
            await models.hear(EARS, np.concatenate((silence(0.4), question)).tobytes(), "en")
            hearing = time.perf_counter() - began
            began = time.perf_counter()
            for piece in pieces:
                await models.speak(piece, VOICE, Speak("", ()))
            speech = time.perf_counter() - began
            writing = times[f"TurnFinished {one.turn}"] - times[f"TurnStarted {one.turn}"]
            rows.append({"first": one.first_sound, "one_by_one": 0.5 + hearing + writing + speech,
                         "own": one.waited + one.hearing + one.writing + one.voicing})
    return {"turns": len(rows), "first_sound_s": round(statistics.median(row["first"] for row in rows), 2),
            "one_by_one_s": round(statistics.median(row["one_by_one"] for row in rows), 2),
            "ratio": round(statistics.median(row["first"] / row["one_by_one"] for row in rows), 3),
            "overhead": round(statistics.median(row["first"] / row["own"] for row in rows), 3),
            "overhead_worst": round(max(row["first"] / row["own"] for row in rows), 3)}


async def barge(bench: Bench, folder: Path, times: int = 5) -> dict[str, Any]:
    """Speech over its speech: seconds from the first sample until silence, and samples of it that were played after."""
    question, stop = await bench.say("Tell me a story.", "Please stop that now.")
    async with speaking(folder, real=bench.speech, text=STORY) as talk:
        waits, stale = [], 0
        for number in range(times):
            talk.events.clear()
            microphone, speaker = ScriptedMicrophone(), FileLoudspeaker(folder / f"out{number}.wav")
            state = {"asked": False, "onset": 0.0}

            def follow(carrier: Carrier, event: Event, microphone: ScriptedMicrophone = microphone,
                       state: dict[str, Any] = state) -> None:
                if isinstance(event, TalkStateChanged) and event.state == "listening" and not state["asked"]:
                    state["asked"] = True
                    microphone.say(question)
                elif isinstance(event, SoundReady) and event.sequence == 1 and event.epoch == 0:
                    asyncio.get_running_loop().call_later(1.0, lambda: (
                        state.__setitem__("onset", carrier.seconds), microphone.say(stop)))
                elif isinstance(event, SilenceNow) and event.epoch == 1:
                    asyncio.get_running_loop().call_later(0.7, talk.core.send, EndTalking("talk"))

            carrier = await held(talk, microphone, speaker, StartTalking("talk", duplex="full", language="en"), follow,
                                 real_time=True)
            waits.append(carrier.silenced[0] - state["onset"])
            out = read_wave(folder / f"out{number}.wav")
            stale += int(np.count_nonzero(out[round((carrier.silenced[0] + 0.065) * RATE):]))
    return {"median_s": round(statistics.median(waits), 3), "worst_s": round(max(waits), 3), "stale_samples": stale,
            "times": times}


ROOMS = (None, Room(0.02, 0.2), Room(0.08, 0.5), Room(0.16, 0.5, clip=12_000), Room(0.3, 0.8), Room(0.08, 0.5, 0.0))


async def self_trigger(bench: Bench, folder: Path) -> dict[str, Any]:
    """Loud playback comes back into the microphone for over a minute: turns begun and answers cut off by it. On
    loudspeakers, with its echo cancelled in several rooms, and (to see that it would matter) with neither. The sound
    comes back as loud as it was (half); with its echo cancelled half as loud, so that the microphone does not clip, and
    once as loud, so that it does."""
    cases = {"half": (None, 1.0), **{f"cancelled_{number}": (room, 0.5) for number, room in enumerate(ROOMS)},
             "cancelled_clipping": (Room(0.08, 0.5), 1.0), "neither": (None, 1.0)}
    return {name: await fed_back(bench, folder, room, gain, "half" if name == "half" else "full",
                                 cancels=name.startswith("cancelled")) for name, (room, gain) in cases.items()}


async def fed_back(bench: Bench, folder: Path, room: Room | None, gain: float, duplex: str, *,
                   cancels: bool) -> dict[str, Any]:
    """One conversation in which only its own voice is heard after the first question."""
    question, = await bench.say("Tell me a story.")
    async with speaking(folder, real=bench.speech, text=STORY * 2) as talk:
        speaker = FileLoudspeaker(folder / "out.wav")
        mouth = ScriptedMicrophone(speaker, gain=gain, room=room)
        microphone = CancellingMicrophone(mouth, speaker) if cancels else mouth
        sounds, ended = {"s": 0.0}, list[int]()

        def follow(carrier: Carrier, event: Event) -> None:
            if isinstance(event, TalkStateChanged) and event.state == "listening" and not mouth.began:
                mouth.say(question)
            if isinstance(event, LevelMoved):
                sounds["s"] += loud_seconds(just_played(speaker, round(BLOCK * RATE)))
            if (sounds["s"] > 61 or carrier.seconds > 150) and not ended:
                ended.append(len(talk.told(SilenceNow)))       # the end is a silence, too
                talk.core.send(EndTalking("talk"))

        start = StartTalking("talk", duplex=duplex, language="en")  # type: ignore[arg-type]
        await held(talk, microphone, speaker, start, follow, real_time=False)
        return {"turns_by_itself": max(0, len(talk.told(TurnStarted)) - 1), "cut_off_by_itself": ended[0],
                "loud_seconds": round(loud_seconds(read_wave(folder / "out.wav")), 1)}


async def pauses(bench: Bench, folder: Path) -> dict[str, Any]:
    """Sentences with a pause of 0.4 s inside: how many became two turns."""
    halves = [*HALVES, *((second, first) for first, second in reversed(HALVES))]
    sound = await bench.say(*[half for pair in halves for half in pair])
    cut = 0
    async with speaking(folder, real=bench.speech, text="Yes.") as talk:
        for number in range(0, len(sound), 2):
            talk.events.clear()
            whole = np.concatenate((silence(0.6), sound[number], silence(0.4), sound[number + 1], silence(2.5)))
            await talk.hold(whole, StartTalking("talk", language="en"), seconds=120)
            cut += len(talk.told(TurnStarted)) != 1
    return {"cut": cut, "of": len(halves)}


async def soak(bench: Bench, folder: Path, turns: int = 50) -> dict[str, Any]:
    """Many turns in one conversation: stuck states, an open microphone at the end, growth of the program's memory."""
    question, = await bench.say("What time is it?")
    async with speaking(folder, real=bench.speech, text="It is late. You should go to bed.") as talk:
        microphone = ScriptedMicrophone()
        memory: list[int] = []

        def look(event: Event) -> None:
            if isinstance(event, SoundReady):
                talk.events.remove(event)       # the test must not keep all sound
            if isinstance(event, TurnFinished):
                memory.append(psutil.Process().memory_full_info().uss)

        talk.core.subscribe(look)
        await held(talk, microphone, FileLoudspeaker(folder / "out.wav"), StartTalking("talk", language="en"),
                   asks(microphone, [question] * turns, talk), real_time=False)
        ended = talk.told(SpokenTurnEnded)
        last = talk.told(TalkStateChanged)[-1]
        early, late = statistics.median(memory[5:15]), statistics.median(memory[-10:])
        return {"turns": len(ended), "stuck": turns - len(ended), "open_microphone": int(last.microphone),
                "memory_growth": round((late - early) / early, 4), "last_state": last.state}


TARGETS = {"latency": "ratio ≤ 0.6, overhead ≤ 1.15", "barge": "≤ 0.3 s, 0 stale", "self": "0 turns in 60 loud s",
           "pauses": "0 of 20", "soak": "0 stuck, 0 open, growth ≤ 0.05"}


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All that is wanted, one after another."""
    bench = Bench(options.data_dir)
    parts = {"latency": latency, "barge": barge, "self": self_trigger, "pauses": pauses, "soak": soak}
    results: dict[str, Any] = {}
    for name in options.only.split(",") if options.only else parts:
        with tempfile.TemporaryDirectory() as folder:
            results[name] = await parts[name](bench, Path(folder))
        if not options.json:
            print(f"{name:10} {TARGETS[name]:32} {results[name]}", flush=True)
    return results


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", type=Path, required=True)
    options.add_argument("--only", default="")
    options.add_argument("--json", action="store_true")
    print(json.dumps({"benchmark": "conversation"} | asyncio.run(measure(options.parse_args()))))


if __name__ == "__main__":
    main()
