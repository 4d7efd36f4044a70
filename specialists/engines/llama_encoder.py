"""The sentence encoder: a BERT-like GGUF model that makes one vector of a text, of length one.

Texts that fit share one run. It writes nothing; llama.cpp itself is behind `llama_model`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence

from specialists.engine import EngineError, cannot
from specialists.engines.llama_model import TEXTS_AT_ONCE, EncoderModel
from specialists.examining import examine_tokenizer
from specialists.gguf_header import BrokenModel, read_header
from specialists.wire import (
    Counted,
    CountTokens,
    Embed,
    Embedded,
    Errand,
    Examine,
    Examined,
    Failed,
    Load,
    Loading,
    Outcome,
    Ready,
    Reply,
    Task,
)

HEAD_SHARE = 2 / 3              # of the room goes to a long text's beginning, the rest to its end
LOOKED_AT = 8_192               # characters at each end of a text; more than any 512 tokens of real text


class LlamaEncoder:
    """One encoder. A text that is too long is encoded by its beginning and its end.

    Requests say what is wanted before or after what they paste in; its middle is the least telling part. One run over
    the longest input also keeps the time bounded, which averaging over all parts of a long text does not.
    """

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Check the header and load. Raises EngineError: bad_model, unsupported or no_memory."""
        begun = time.perf_counter()
        try:
            header = read_header(load.path)
        except BrokenModel as error:
            raise EngineError(Failed("", "bad_model", str(error), sentence=str(error))) from error
        self._header = header
        tell(Loading(0.0))
        self._model = EncoderModel(load, header, tell)
        return Ready(header.architecture, self._model.context_size, header.context_length, False,
                     time.perf_counter() - begun, self._model.parameters, self._model.threads, self._model.gpu_layers)

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """An encoder writes nothing: always Failed."""
        yield Failed(request.request, "bad_request", "an encoder writes no text")

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """Vectors, or tokens counted. Raises EngineError for any other errand and for one that was cancelled."""
        match errand:
            case Embed():
                return Embedded(errand.request, tuple(self._vectors(errand, stopped)))
            case CountTokens():
                return Counted(errand.request, tuple(len(self._model.tokens(text, control=False))
                                                     for text in errand.texts))
            case Examine():
                return Examined(errand.request, *examine_tokenizer(self._model, self._header, lossy=True))
        raise cannot(errand)

    def close(self) -> None:
        """Free everything."""
        self._model.close()

    def _vectors(self, errand: Embed, stopped: Callable[[], bool]) -> Iterator[tuple[float, ...]]:
        for run in runs([self._tokens(text) for text in errand.texts], self._model.context_size, TEXTS_AT_ONCE):
            if stopped():
                raise EngineError(Failed(errand.request, "bad_request", "it was cancelled"))
            for vector in self._model.encode(run):
                yield unit(vector, errand.request)

    def _tokens(self, text: str) -> list[int]:
        """What is encoded of `text`, begin and end tokens included."""
        begin = [] if self._model.begin is None else [self._model.begin]
        end = [] if self._model.end is None else [self._model.end]
        room = self._model.context_size - len(begin) - len(end)
        if len(text) > 2 * LOOKED_AT:       # reading a whole book to throw its middle away would take seconds
            text = f"{text[:LOOKED_AT]} {text[-LOOKED_AT:]}"
        return [*begin, *ends_of(self._model.tokens(text, control=False), room), *end]


def ends_of(tokens: list[int], room: int) -> list[int]:
    """At most `room` tokens: the beginning and the end of a longer list."""
    if len(tokens) <= room:
        return tokens
    head = math.ceil(room * HEAD_SHARE)
    return tokens[:head] + tokens[len(tokens) - (room - head):]


def runs(texts: Sequence[list[int]], most_tokens: int, most_texts: int) -> Iterator[list[list[int]]]:
    """Neighbouring texts grouped so that each group keeps both limits; a single text is never split."""
    run: list[list[int]] = []
    held = 0
    for tokens in texts:
        if run and (held + len(tokens) > most_tokens or len(run) == most_texts):
            yield run
            run, held = [], 0
        run.append(tokens)
        held += len(tokens)
    if run:
        yield run


def unit(vector: Sequence[float], request: str = "") -> tuple[float, ...]:
    """The vector at length one. Raises EngineError for one that has no direction."""
    length = math.sqrt(math.fsum(value * value for value in vector))
    if not math.isfinite(length) or length == 0.0:
        raise EngineError(Failed(request, "internal", f"the encoder gave a vector of length {length}"))
    return tuple(value / length for value in vector)
