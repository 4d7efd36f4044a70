"""The deterministic fake: says the words of the last user message back. Every test of logic runs on it.

It keeps the whole protocol (reading, prefix reuse, context limits, stop texts, thoughts) with words as tokens and has
no model; as an encoder it counts words. `Load.options` is its script; all values are texts:

text          what it answers, instead of the question's words (may hold <think>…</think>)
tokens        how many words it answers at most
delay         seconds per word written
read_delay    seconds that reading a prompt takes, in ten steps
load_delay    seconds that loading takes
context       its trained context in words
crash_after   the process aborts after so many words
hang_after    it goes deaf after so many words, and only killing it helps
fail_load     the code with which loading fails
notice        what Ready says besides
problem       what an examination finds
memory        bytes it takes up, from loading on
more_memory   bytes that it takes up in addition from its first answer on
most_context  the longest context there is memory for; a longer one fails with `no_memory`
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from specialists.answer_text import AnswerText
from specialists.common_prefix import common_prefix
from specialists.engine import EngineError, cannot
from specialists.engines.echo_cache import EchoCache, numbers
from specialists.kept_state import Origin, fingerprint
from specialists.paging import LEAST_BEGINNING, Paging
from specialists.wire import (
    ChatMessage,
    Counted,
    CountTokens,
    Embed,
    Embedded,
    Errand,
    Examine,
    Examined,
    Failed,
    Finished,
    Generate,
    KeepState,
    LabelsScored,
    Load,
    Loading,
    Outcome,
    Reading,
    Ready,
    Reply,
    ScoreLabels,
    StateKept,
    Task,
    Token,
)

STEPS = 10
WIDTH = 384                     # numbers in a vector, as many as the real encoder's
PAGE = 4096                     # bytes
NAP = 0.005                     # seconds between two looks at Stop while waiting


class EchoEngine:
    """An engine without a model. A word is white space and what follows it, so the words join to the text."""

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Read the script. Raises EngineError when the script says so."""
        begun = time.perf_counter()
        self._script = load.options
        self._cache = EchoCache()
        self._paging = Paging(self._cache, lambda: Origin(fingerprint(load.path), "echo", self._context, "words", "1"))
        for step in range(STEPS):
            tell(Loading(step / STEPS))
            time.sleep(self._number("load_delay") / STEPS)
        if "fail_load" in self._script:
            raise EngineError(Failed("", self._script["fail_load"], "the script said so"))  # type: ignore[arg-type]
        if load.context > self._number("most_context", math.inf):
            raise EngineError(Failed("", "no_memory", "the script said so"))
        self._held = [_taken(int(self._number("memory")))]
        trained = int(self._number("context", 8192))
        self._context = min(load.context, trained) if load.context else min(trained, 4096)
        tell(Loading(1.0))
        return Ready("echo", self._context, trained, True, time.perf_counter() - begun, threads=load.threads or 1,
                     notice=self._script.get("notice", ""))

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """Echo. Same replies, in the same order, as a real engine's."""
        begun = time.perf_counter()
        if not isinstance(request, Generate):
            raise cannot(request)
        if len(self._held) == 1:
            self._held.append(_taken(int(self._number("more_memory"))))
        each = [words(f"{message.role}: {message.content}\n") for message in request.messages]
        prompt = [word for message in each for word in message]
        room = self._context - min(64, self._context // 8)
        if len(prompt) > room:
            yield Failed(request.request, "too_long", "", tuple(map(len, each)), len(prompt), room)
            return
        heads = self._paging.heads(request.pages)
        resumed = self._paging.resume(numbers(prompt), heads)
        reused = min(common_prefix(prompt, self._cache.words), max(0, len(prompt) - 1))
        self._cache.words = prompt[:reused]
        read = Finished(request.request, "stopped", len(prompt), reused, resumed_tokens=reused if resumed else 0)
        yield Reading(request.request, reused, len(prompt), reused)
        self._keep_beginning(request, each, reused, self._paging.wants_beginning(request.beginning, heads,
                                                                                 numbers(prompt)))
        for step in range(1, STEPS + 1):
            if self._wait(self._number("read_delay") / STEPS, stopped):
                yield replace(read, seconds_to_first_token=time.perf_counter() - begun)
                return
            if step == STEPS or self._number("read_delay"):
                done = reused + (len(prompt) - reused) * step // STEPS
                self._cache.words = prompt[:done]
                yield Reading(request.request, done, len(prompt), reused)
        yield from self._write(request, read, begun, stopped)

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """Count words, make vectors of them, score labels by them, or keep those read. Raises EngineError."""
        match errand:
            case KeepState():
                try:
                    kept = self._paging.keep(errand.path, (), stopped)
                except OSError as error:
                    raise EngineError(Failed(errand.request, "internal", f"not kept: {error}")) from error
                return StateKept(errand.request, *kept)
            case CountTokens():
                return Counted(errand.request, tuple(len(words(text)) for text in errand.texts))
            case ScoreLabels():
                self._wait(self._number("read_delay"), stopped)
                if not errand.labels or not all(errand.labels):
                    raise EngineError(Failed(errand.request, "bad_request", "there is nothing to score"))
                return LabelsScored(errand.request, overlap(errand.messages, errand.labels))
            case Examine():
                problems = (self._script["problem"],) if "problem" in self._script else ()
                return Examined(errand.request, problems, template="own")
            case Embed():
                self._wait(self._number("read_delay"), stopped)
                return Embedded(errand.request, tuple(map(bag_of_words, errand.texts)))
        raise cannot(errand)

    def close(self) -> None:
        """Forget everything."""
        self._held = []
        self._cache.words = []

    def _keep_beginning(self, request: Generate, each: list[list[str]], reused: int, wanted: bool) -> None:
        """Keep the instructions, up to where questions differ, unless the cache holds more than them already."""
        beginning = [*each[0], "user:"]
        if not wanted or request.messages[0].role != "system" or not LEAST_BEGINNING <= len(beginning) >= reused:
            return
        self._cache.words = beginning
        with contextlib.suppress(OSError):
            self._paging.keep(request.beginning, (), lambda: False)

    def _write(self, request: Generate, read: Finished, begun: float, stopped: Callable[[], bool]) -> Iterator[Reply]:
        asked = next((message.content for message in reversed(request.messages) if message.role == "user"), "")
        answer = words(self._script.get("text", asked))
        if "tokens" in self._script:
            wanted = int(self._script["tokens"])
            again = words(f" {''.join(answer).strip() or 'word'}")
            answer = (answer + again * (wanted // len(again) + 1))[:wanted]
        text = AnswerText(request.stop, thinking=False)
        first = 0.0
        written = 0
        reason = "end"
        self._cache.words.append("assistant:")
        for word in answer:
            self._misbehave(written)
            if self._wait(self._number("delay"), stopped):
                reason = "stopped"
                break
            if written >= request.max_tokens or len(self._cache.words) >= self._context:
                reason = "length"
                break
            written += 1
            first = first or time.perf_counter() - begun
            self._cache.words.append(word if written > 1 else " " + word.lstrip())
            for piece, thought in text.feed(word.encode("utf-8", "replace")):
                yield Token(request.request, piece, thought)
            if text.hit:
                reason = "stop_text"
                break
        self._misbehave(written)
        for piece, thought in text.close():
            yield Token(request.request, piece, thought)
        seconds = time.perf_counter() - begun - first
        yield replace(read, reason=reason, written_tokens=written, seconds_to_first_token=first,  # type: ignore[arg-type]
                      tokens_per_second=written / seconds if seconds > 0 else 0.0)

    def _misbehave(self, written: int) -> None:
        if self._script.get("crash_after") == str(written):
            os.abort()
        while self._script.get("hang_after") == str(written):
            time.sleep(NAP)

    def _wait(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        """Let time pass; true at once when Stop was asked for."""
        until = time.perf_counter() + seconds
        while not stopped():
            left = until - time.perf_counter()
            if left <= 0:
                return False
            time.sleep(min(NAP, left))
        return True

    def _number(self, key: str, default: float = 0.0) -> float:
        return float(self._script.get(key, default))


def _taken(size: int) -> bytearray:
    """Memory that the system has really given: every page written to."""
    memory = bytearray(size)
    memory[::PAGE] = b"x" * len(memory[::PAGE])
    return memory


def words(text: str) -> list[str]:
    """The text cut before each stretch of white space: the echo engine's tokens."""
    return re.findall(r"\s*\S+|\s+$", text)


def overlap(messages: Sequence[ChatMessage], labels: Sequence[str]) -> tuple[float, ...]:
    """Log-probabilities, the higher the more often a label's words stand in the last message."""
    asked = Counter(re.findall(r"\w+", messages[-1].content.lower())) if messages else Counter[str]()
    found = [sum(asked[word] for word in re.findall(r"\w+", label.lower())) for label in labels]
    total = math.log(sum(map(math.exp, found)))
    return tuple(one - total for one in found)


def bag_of_words(text: str) -> tuple[float, ...]:
    """A vector of length one, the nearer to another the more words both share; the same on every machine."""
    counts = [0.0] * WIDTH
    for word in re.findall(r"\w+", text.lower()) or [""]:
        counts[int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()) % WIDTH] += 1.0
    length = math.sqrt(sum(count * count for count in counts))
    return tuple(count / length for count in counts)

