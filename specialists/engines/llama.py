"""The llama.cpp engine: a GGUF model that answers conversations.

One sequence in one context; a follow-up reads only what is new. It knows no process and no pipe; llama.cpp itself is
behind `llama_model`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from specialists.answer_text import AnswerText, tokens_of
from specialists.chat_template import NO_TEMPLATE, BadTemplate, ChatTemplate, Prompt
from specialists.engine import EngineError, Reply, cannot
from specialists.engines.llama_model import BATCH, Model
from specialists.gguf_header import BrokenModel, GgufHeader, read_header
from specialists.prompt_tokens import (
    Interrupted,
    Remembered,
    content_tokens,
    message_tokens,
    neutralised,
    prompt_tokens,
)
from specialists.wire import (
    Counted,
    CountTokens,
    Errand,
    Failed,
    Finished,
    Generate,
    Load,
    Loading,
    Outcome,
    Reading,
    Ready,
    Token,
)


class LlamaEngine:
    """One GGUF model."""

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Check the header, load, make the context.

        Raises EngineError: bad_model, bad_template, unsupported or no_memory.
        """
        begun = time.perf_counter()
        try:
            header = read_header(load.path)
        except BrokenModel as error:
            raise EngineError(Failed("", "bad_model", str(error))) from error
        self._check_template(header)
        tell(Loading(0.0))
        self._model = Model(load, header, tell)
        try:
            self._template = ChatTemplate(header.chat_template, self._model.bos_text, self._model.eos_text,
                                          neutralise=lambda text: neutralised(text, self._model))
            self._remembered = Remembered()
        except BaseException:
            self._model.close()
            raise
        return Ready(header.architecture, self._model.context_size, header.context_length, self._template.given,
                     time.perf_counter() - begun, self._model.parameters, self._model.threads, self._model.gpu_layers,
                     "" if self._template.given else NO_TEMPLATE)

    def answer(self, request: Generate, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """Read what is new of the prompt, then write. A prompt that leaves no room to answer is refused as too_long."""
        begun = time.perf_counter()
        model = self._model
        try:
            prompt = self._template.render(request.messages)
            tokens = self._tokens(request, prompt, stopped)
            room = model.context_size - min(64, model.context_size // 8)
            if len(tokens) > room:
                contents = [message.content for message in request.messages]
                yield Failed(request.request, "too_long", "", message_tokens(prompt, contents, model, stopped),
                             len(tokens), room)
                return
        except BadTemplate as error:
            yield Failed(request.request, "bad_template", str(error))
            return
        except Interrupted:
            yield Finished(request.request, "stopped")
            return
        reused = model.keep(tokens)
        yield Reading(request.request, reused, len(tokens), reused)
        with model.abort.watching(stopped):
            for start in range(reused, len(tokens), BATCH):
                if stopped() or not model.evaluate(tokens[start:start + BATCH]):
                    yield Finished(request.request, "stopped", len(tokens), reused)
                    return
                yield Reading(request.request, min(start + BATCH, len(tokens)), len(tokens), reused)
            yield from self._write(request, prompt, len(tokens), reused, begun, stopped)

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """Count tokens (without those a template adds). Raises EngineError for what only another engine can."""
        match errand:
            case CountTokens():
                return Counted(errand.request, tuple(len(content_tokens(text, self._model, stopped))
                                                     for text in errand.texts))
        raise cannot(errand)

    def close(self) -> None:
        """Free everything."""
        self._model.close()

    @staticmethod
    def _check_template(header: GgufHeader) -> None:
        """A template that cannot be used is found before the weights are loaded."""
        try:
            ChatTemplate(header.chat_template).check()
        except BadTemplate as error:
            raise EngineError(Failed("", "bad_template", str(error))) from error

    def _tokens(self, request: Generate, prompt: Prompt, stopped: Callable[[], bool]) -> list[int]:
        roles = [message.role for message in request.messages]
        tokens = prompt_tokens(prompt, roles, self._model, self._remembered, stopped)
        begin = self._model.begin
        if begin is not None and tokens[:1] != [begin]:      # most templates write it themselves
            tokens.insert(0, begin)
        if not tokens:
            raise EngineError(Failed(request.request, "bad_request", "the prompt is empty"))
        return tokens

    def _write(self, request: Generate, prompt: Prompt, read: int, reused: int, begun: float,
               stopped: Callable[[], bool]) -> Iterator[Reply]:
        model = self._model
        text = AnswerText((*prompt.stop, *request.stop), prompt.thinking)
        written: list[int] = []
        reason: Any = "length"
        first = 0.0
        start = time.perf_counter()
        with model.sampler(request.sampling, request.request) as sample:
            while len(written) < request.max_tokens:
                if stopped():
                    reason = "stopped"
                    break
                token = sample()
                if model.ends(token):
                    reason = "end"
                    break
                written.append(token)
                first = first or time.perf_counter() - begun
                for piece, thought in text.feed(model.data(token)):
                    yield Token(request.request, piece, thought)
                if text.hit:
                    reason = "stop_text"
                    break
                if len(model.cached) >= model.context_size:
                    break
                if not model.evaluate([token]):
                    reason = "stopped"
                    break
        seconds = time.perf_counter() - start
        for piece, thought in text.close():
            yield Token(request.request, piece, thought)
        self._remembered.keep(text.said, tokens_of(text.said, written, model.data))
        yield Finished(request.request, reason, read, reused, len(written), first,
                       len(written) / seconds if seconds else 0.0)
