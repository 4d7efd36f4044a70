"""Hearing and speaking with the real models, beside the bare libraries in the same run.

    python -m tests.benchmarks.voice --data-dir DIR [--only words,speaking,hour] [--hour-seconds 3600]

DIR holds whisper-tiny.en, whisper-base, whisper-base-q8, silero-vad and piper-joe, installed by Consort. Each sentence
is spoken by Piper, then heard clean and with white noise 10 dB below it, by Consort (a worker process, through its
pipe) and by pywhispercpp itself (in a process of its own, same settings), turn about. Numbers are written out before
words are compared. Synthetic speech of one voice: a gate against regressions, no claim of quality. Prints a table for
people and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import statistics
import tempfile
import time
import wave
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from router.fleet.worker import Worker
from router.library.library import Library
from specialists.wire import HEARING_RATE, Audio, Finished, Hear, Heard, HeardUpTo, Load, Speak

SENTENCES = (
    "The committee will meet again on Thursday afternoon.", "Please turn off the lights before you leave the house.",
    "How long does it take to boil an egg?", "My sister moved to a small village near the sea.",
    "You can find the instructions on the second page.", "The train was late because of heavy snow.",
    "Could you summarise this article in three sentences?", "We need more paper and two boxes of pens.",
    "A good night's sleep helps you to remember what you learned.", "The museum is closed on Mondays.",
    "She wrote a letter to her grandmother every week.", "What is the difference between a lake and a pond?",
    "The new bridge will be open to traffic in spring.", "He forgot his umbrella and came home wet.",
    "Explain how a sailing boat can move against the wind.", "There are about twenty people waiting outside.",
    "The soup tastes better with a little more salt.", "Remind me to call the doctor tomorrow morning.",
    "Most of the apples on that tree are still green.", "The function returns an empty list when nothing is found.",
    "They walked along the river until it was dark.", "Is there a way to make this program run faster?",
    "The bakery on the corner sells fresh bread from six o'clock.",
    "Nobody had expected so many questions after the talk.",
    "Translate the last paragraph into simple English.", "An old clock was ticking on the wall of the kitchen.")
MODELS = ("whisper-tiny.en", "whisper-base", "whisper-base-q8")
WORDS = {"0": "zero", "1": "one", "2": "two", "3": "three", "6": "six", "20": "twenty", "6:00": "six o'clock"}
NOISE_DB = 10.0
WARM_UP = 2


class Bench:
    """Where the models lie, and how each is opened."""

    def __init__(self, folder: Path) -> None:
        library = Library.open(folder)
        self.paths = {name: str(library.path(name)) for name in (*MODELS, "silero-vad", "piper-joe")}

    def load(self, name: str) -> Load:
        """Two threads to hear, one to speak, as the roster has it on this machine."""
        if name == "piper-joe":
            path = self.paths[name]
            return Load("piper", path, context=0, threads=1, options={"configuration": f"{path}.json"})
        return Load("whisper", self.paths[name], context=0, threads=2, options={"activity": self.paths["silero-vad"]})


async def speak(voice: Worker, text: str) -> tuple[np.ndarray, int, float, Finished]:
    """The samples, their rate, the seconds it took us to have them all, and the worker's own numbers."""
    begun, sounds, finished = time.perf_counter(), [], None
    async with aclosing(voice.request(Speak("s", (text,)))) as replies:
        async for reply in replies:
            if isinstance(reply, Audio):
                sounds.append(reply)
            elif isinstance(reply, Finished):
                finished = reply
    assert finished is not None
    return np.frombuffer(b"".join(one.samples for one in sounds), "<i2"), sounds[0].rate, (
        time.perf_counter() - begun), finished


async def hear(ear: Worker, samples: np.ndarray) -> tuple[str, float]:
    """The words and the seconds they took."""
    begun, words = time.perf_counter(), []
    async with aclosing(ear.request(Hear("h", language="en", short=True, samples=samples.tobytes()))) as replies:
        words = [reply.text async for reply in replies if isinstance(reply, Heard)]
    return " ".join(words), time.perf_counter() - begun


def bare_hearing(pipe: Any, path: str) -> None:
    """In a process of its own: pywhispercpp with the same settings, and nothing of Consort."""
    os.environ["OMP_WAIT_POLICY"] = "passive"
    from pywhispercpp.model import Model
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    model = Model(path, redirect_whispercpp_logs_to=False)
    while (samples := pipe.recv_bytes()):
        sound = np.frombuffer(samples, "<i2").astype(np.float32) / 32768.0
        seconds = len(sound) / HEARING_RATE
        begun = time.perf_counter()
        found = model.transcribe(
            sound, n_threads=2, language="en", audio_ctx=min(1500, max(768, int(np.ceil(50 * seconds)) + 256)),
            single_segment=True, no_timestamps=True, no_context=True, temperature_inc=0.0, extract_probability=True,
            max_tokens=int(np.ceil(10 * seconds)) + 32, print_progress=False, print_realtime=False,
            print_timestamps=False)
        pipe.send((" ".join(one.text for one in found), time.perf_counter() - begun))


def bare_speaking(pipe: Any, path: str) -> None:
    """In a process of its own: piper with the same session, and nothing of Consort."""
    import onnxruntime
    from piper import PiperVoice
    from piper.config import PiperConfig
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    voice = PiperVoice(session=onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"]),
                       config=PiperConfig.from_dict(json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))))
    while (text := pipe.recv()):
        begun = time.perf_counter()
        seconds = sum(len(chunk.audio_int16_bytes) / 2 / chunk.sample_rate for chunk in voice.synthesize(text))
        pipe.send((seconds, time.perf_counter() - begun))


def started(work: Any, *arguments: Any) -> Any:
    """Our end of the pipe to a process that does `work`."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    spawn.Process(target=work, args=(theirs, *arguments), daemon=True).start()
    return ours


def at_hearing_rate(samples: np.ndarray, rate: int) -> np.ndarray:
    places = np.arange(0, len(samples), rate / HEARING_RATE)
    sound = np.interp(places, np.arange(len(samples)), samples.astype(float))
    silence = np.zeros(HEARING_RATE // 4)
    return np.concatenate([silence, sound, silence]).astype("<i2")


def with_noise(samples: np.ndarray, seed: int) -> np.ndarray:
    """White noise NOISE_DB below the speech."""
    loud = np.sqrt((samples.astype(float) ** 2).mean()) * 10 ** (-NOISE_DB / 20)
    noisy = samples + np.random.default_rng(seed).standard_normal(len(samples)) * loud
    return noisy.clip(-32768, 32767).astype("<i2")


def words_of(text: str) -> list[str]:
    """As they are compared: small letters, numbers written out, one spelling."""
    found = re.findall(r"[\w':]+", text.lower().replace("’", "'"))
    return " ".join(WORDS.get(one, one) for one in found).replace("summarize", "summarise").split()


def errors(said: list[str], heard: list[str]) -> int:
    """Words to change, add or leave out (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, one in enumerate(said, 1):
        before, row[0] = row[0], place
        for other, word in enumerate(heard, 1):
            before, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, before + (one != word))
    return row[-1]


async def words(bench: Bench) -> list[dict[str, Any]]:
    """Each model over the set."""
    voice = await Worker.start(bench.load("piper-joe"))
    spoken = [at_hearing_rate(*(await speak(voice, one))[:2]) for one in SENTENCES]
    await voice.close()
    total, rows = sum(len(words_of(one)) for one in SENTENCES), []
    for name in MODELS:
        ear, bare = await Worker.start(bench.load(name)), started(bare_hearing, bench.paths[name])
        wrong, ours, theirs = {"clean": 0, "noisy": 0, "bare clean": 0}, [], []
        for turn, number in enumerate((*range(WARM_UP), *range(len(SENTENCES)))):
            said = words_of(SENTENCES[number])
            bare.send_bytes(spoken[number].tobytes())
            bare_text, bare_took = bare.recv()
            text, took = await hear(ear, spoken[number])
            noisy, _ = await hear(ear, with_noise(spoken[number], number))
            if turn < WARM_UP:
                continue
            wrong["clean"] += errors(said, words_of(text))
            wrong["bare clean"] += errors(said, words_of(bare_text))
            wrong["noisy"] += errors(said, words_of(noisy))
            ours.append(took)
            theirs.append(bare_took)
        bare.send_bytes(b"")
        await ear.close()
        seconds = sum(map(len, spoken)) / HEARING_RATE
        rows.append({
            "model": name, "wer": round(100 * wrong["clean"] / total, 1),
            "wer_noise": round(100 * wrong["noisy"] / total, 1),
            "wer_bare": round(100 * wrong["bare clean"] / total, 1),
            "slowest_to_median": round(max(ours) / statistics.median(ours), 2),
            "ours_to_bare": round(statistics.median(one / other for one, other in zip(ours, theirs, strict=True)), 3),
            "real_time_factor": round(sum(ours) / seconds, 3), "bare_real_time_factor": round(sum(theirs) / seconds, 3),
            "median_seconds": round(statistics.median(ours), 3)})
    return rows


async def speaking(bench: Bench) -> dict[str, Any]:
    """Each sentence, by the worker and by piper itself, turn about."""
    voice, bare = await Worker.start(bench.load("piper-joe")), started(bare_speaking, bench.paths["piper-joe"])
    ratios, ours, sound, first = [], 0.0, 0.0, []
    for number, text in enumerate((*SENTENCES[:WARM_UP], *SENTENCES)):
        bare.send(text)
        bare_seconds, bare_took = bare.recv()
        samples, rate, took, finished = await speak(voice, text)
        if number < WARM_UP:
            continue
        seconds = len(samples) / rate       # a voice is never twice equally quick: compared by second of sound
        ratios.append(took / seconds / (bare_took / bare_seconds))
        ours, sound = ours + took, sound + seconds
        first.append(finished.seconds_to_first_token)
    bare.send("")
    short = [(await speak(voice, "Yes, of course."))[2] for _ in range(5)]
    await voice.close()
    return {"ours_to_bare": round(statistics.median(ratios), 3), "real_time_factor": round(ours / sound, 3),
            "first_sound_of_a_sentence": round(statistics.median(first), 3),
            "first_sound_of_a_short_clause": round(statistics.median(short), 3)}


async def hour(bench: Bench, seconds: float) -> dict[str, Any]:
    """A long file: the most its worker takes above the model that has heard one sentence."""
    voice = await Worker.start(bench.load("piper-joe"))
    samples = np.concatenate([at_hearing_rate(*(await speak(voice, one))[:2]) for one in SENTENCES])
    await voice.close()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(HEARING_RATE)
            for _ in range(int(seconds * HEARING_RATE / len(samples)) + 1):
                file.writeframes(samples.tobytes())
        ear = await Worker.start(bench.load("whisper-tiny.en"))
        await hear(ear, samples[:25 * HEARING_RATE])
        process = psutil.Process(ear.pid)
        before = most = process.memory_info().rss
        begun, segments, done = time.perf_counter(), 0, 0.0
        async with aclosing(ear.request(Hear("long", path=str(path), language="en"))) as replies:
            async for reply in replies:
                segments += isinstance(reply, Heard)
                done = reply.seconds if isinstance(reply, HeardUpTo) else done
                most = max(most, process.memory_info().rss)
        took = time.perf_counter() - begun
        await ear.close()
    return {"seconds": round(done), "above_the_model_mb": round((most - before) / 1e6, 1),
            "model_mb": round(before / 1e6), "segments": segments, "real_time_factor": round(took / done, 3)}


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All that is wanted, one after another."""
    bench, wanted, results = Bench(options.data_dir), options.only.split(","), {}
    if "words" in wanted:
        results["words"] = await words(bench)
        for row in results["words"]:
            print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    if "speaking" in wanted:
        results["speaking"] = await speaking(bench)
        print("  ".join(f"{name} {value}" for name, value in results["speaking"].items()), flush=True)
    if "hour" in wanted:
        results["hour"] = await hour(bench, options.hour_seconds)
        print("  ".join(f"{name} {value}" for name, value in results["hour"].items()), flush=True)
    return results


def main() -> None:
    """Command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data-dir", type=Path, required=True)
    options.add_argument("--only", default="words,speaking,hour")
    options.add_argument("--hour-seconds", type=float, default=3600.0)
    print(json.dumps({"benchmark": "voice"} | asyncio.run(measure(options.parse_args()))))


if __name__ == "__main__":
    main()
