"""What a model has to do on trial, by its kind, and what of its answer counts as sound.

A trial gets a loaded worker and asks it little: enough to see that it works, and to measure how fast. A new kind of
specialist is a new line in `TRIALS`. It knows no files, no fleet and no record.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from router.fleet.failures import WorkerFailed
from router.fleet.worker import LoadedModel
from specialists.wire import (
    HEARING_RATE,
    Audio,
    ChatMessage,
    Detect,
    Detected,
    Embed,
    Embedded,
    Errand,
    Examine,
    Examined,
    Failed,
    Finished,
    Generate,
    Hear,
    Heard,
    Outcome,
    Sampling,
    Speak,
    Token,
)

MOST_TOKENS = 32                # of the sample: enough to see words, and to measure writing
READ_FIRST = (                  # some hundred tokens, so that reading is measured, too
    "The river rises in the hills in the north, where it is cold and clear, and runs between meadows and small woods "
    "down to the plain. In spring the snow melts and the water is high; then the ferry at the old mill does not run, "
    "and people walk an hour to the bridge. In summer children swim where the river bends, and on Sundays the farmers "
    "sell apples, honey and bread on its bank. In the towns below there were once eleven mills; two still turn.")
QUESTION = "Where does the river rise? Answer in one short sentence."
TEXTS = ("The cat sleeps on the sofa.", "A kitten naps on the couch.", "Shares fell after the bank's quarterly report.")
NEAR = 1e-3                     # how far from one the length of a vector of length one may be
SPEECH = 0.5                    # a probability of speech from which on somebody speaks
ALIKE = 0.9999                  # two vectors nearer than this are the same vector


@dataclass(frozen=True)
class Trial:
    """How it went. problems: sentences, each a reason to refuse; sample: what it wrote; finished: with its speeds."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sample: str = ""
    template: str = ""
    finished: Finished | None = None


Try = Callable[[LoadedModel], Awaitable[Trial]]


async def try_language(worker: LoadedModel) -> Trial:
    """Its file's tokenizer and template, then a greedy answer that must be text. Raises WorkerDied, WorkerFailed."""
    examined = await _examined(worker)
    if examined.problems:
        return Trial(examined.problems, examined.notes, template=examined.template)
    request = Generate("check-sample", (ChatMessage("user", f"{READ_FIRST}\n\n{QUESTION}"),),
                       Sampling(temperature=0.0, repeat_penalty=1.0), MOST_TOKENS)
    said: list[str] = []
    finished = None
    async with aclosing(worker.request(request)) as replies:
        async for reply in replies:
            match reply:
                case Token():
                    said.append(reply.text)
                case Finished():
                    finished = reply
                case Failed():
                    raise WorkerFailed(reply.code, reply.detail, reply.sentence)
    sample = "".join(said)
    return Trial(text_troubles(sample), examined.notes, printable(sample), examined.template, finished)


async def try_encoder(worker: LoadedModel) -> Trial:
    """Three texts become vectors of length one that differ, and two that mean the same are nearer to each other."""
    examined = await _examined(worker)
    if examined.problems:
        return Trial(examined.problems, examined.notes)
    embedded = await _only(worker, Embed("check-vectors", TEXTS))
    problems = vector_troubles(embedded.vectors) if isinstance(embedded, Embedded) else ("It makes no vectors.",)
    return Trial(problems, examined.notes)


async def try_hearing(worker: LoadedModel) -> Trial:
    """A second of silence, in which it must hear nothing. Raises WorkerDied, WorkerFailed."""
    heard, finished = [], None
    async with aclosing(worker.request(Hear("check-hearing", short=True, samples=bytes(2 * HEARING_RATE)))) as replies:
        async for reply in replies:
            match reply:
                case Heard():
                    heard.append(reply.text)
                case Finished():
                    finished = reply
                case Failed():
                    if "activity" in reply.detail:      # its companion is not installed yet: that says nothing of it
                        return Trial(notes=("It was opened; hearing needs the detector of speech, too.",))
                    raise WorkerFailed(reply.code, reply.detail, reply.sentence)
    return Trial(("It hears words in silence.",) if heard else (), finished=finished)


async def try_speaking(worker: LoadedModel) -> Trial:
    """A few numbers, which must sound. Raises WorkerDied, WorkerFailed."""
    sound, finished = b"", None
    async with aclosing(worker.request(Speak("check-speaking", ("1, 2, 3.",)))) as replies:
        async for reply in replies:
            match reply:
                case Audio():
                    sound += reply.samples
                case Finished():
                    finished = reply
                case Failed():
                    raise WorkerFailed(reply.code, reply.detail, reply.sentence)
    return Trial(() if any(sound) else ("It makes no sound.",), finished=finished)


async def try_detecting(worker: LoadedModel) -> Trial:
    """A second of silence, which must be no speech. Raises WorkerDied, WorkerFailed."""
    said = await _only(worker, Detect("check-detecting", fresh=True, samples=bytes(2 * HEARING_RATE)))
    quiet = isinstance(said, Detected) and said.probabilities and max(said.probabilities) < SPEECH
    return Trial(() if quiet else ("It takes silence for speech.",))


async def try_answering(worker: LoadedModel) -> Trial:
    """For kinds that have no trial of their own: it is loaded, so its engine knows it. More is seen at first use."""
    return Trial()


TRIALS: dict[str, Try] = {"language": try_language, "encoder": try_encoder, "speech-in": try_hearing,
                          "speech-out": try_speaking, "speech-activity": try_detecting}


async def _examined(worker: LoadedModel) -> Examined:
    said = await _only(worker, Examine("check-file"))
    return said if isinstance(said, Examined) else Examined("check-file")


async def _only(worker: LoadedModel, errand: Errand) -> Outcome:
    async with aclosing(worker.request(errand)) as replies:
        reply = await anext(replies)
    if isinstance(reply, Failed):
        raise WorkerFailed(reply.code, reply.detail, reply.sentence)
    assert isinstance(reply, Outcome)       # that is all an errand is ever answered with
    return reply


# ── what counts as sound (pure) ──────────────────────────────────────────────────────────────────────────────────────
def text_troubles(text: str) -> tuple[str, ...]:
    """Why what it wrote is no text; nothing, where it is one. What it says is not judged."""
    seen = "".join(text.split())
    if not seen:
        return ("It writes nothing.",)
    if text.count("\ufffd") > len(seen) / 4:
        return ("It writes bytes that are no text.",)
    if sum(unicodedata.category(one) in ("Cc", "Cf", "Co", "Cn") for one in seen) > len(seen) / 2:
        return ("It writes only control characters.",)
    if re.fullmatch(r"(\S{1,12}?)\1{7,}\S{0,11}", seen):
        return (f"It writes the same again and again: “{printable(seen)[:24]}…”.",)
    return ()


def vector_troubles(vectors: tuple[tuple[float, ...], ...]) -> tuple[str, ...]:
    """Why what it made of `TEXTS` tells no meanings apart."""
    if len(vectors) != len(TEXTS) or any(
            not math.isclose(math.hypot(*one), 1.0, abs_tol=NEAR) for one in vectors):
        return ("Its vectors are not of length one.",)
    first, same, other = vectors
    if _alike(first, other) > ALIKE:
        return ("It makes the same vector of every text.",)
    if _alike(first, same) <= _alike(first, other):
        return ("Its vectors do not tell what is alike.",)
    return ()


def _alike(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


def printable(text: str) -> str:
    """On one line, nothing invisible: a sample is shown to people."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
