"""The llama.cpp engine: a GGUF model that answers conversations.

One sequence in one context; a follow-up reads only what is new, also after a restart, from a kept state. It knows no
process and no pipe; llama.cpp itself is behind `llama_model`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from specialists.answer_text import AnswerText, tokens_of
from specialists.chat_template import NO_TEMPLATE, BadTemplate, ChatTemplate, Prompt
from specialists.common_prefix import common_prefix
from specialists.engine import EngineError, cannot
from specialists.engines import llama_labels
from specialists.engines.llama_model import BATCH, CACHE, LIBRARY, Model
from specialists.examining import examine_template, examine_tokenizer, unusable
from specialists.gguf_header import BrokenModel, GgufHeader, read_header
from specialists.kept_state import MAX_ANSWERS, Head, Origin, fingerprint
from specialists.paging import LEAST_BEGINNING, Paging
from specialists.prompt_tokens import (
    Interrupted,
    Remembered,
    content_tokens,
    message_tokens,
    neutralised,
    prompt_tokens,
)
from specialists.wire import (
    ChatMessage,
    Counted,
    CountTokens,
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

PROBES = ("A", "7")             # two questions that begin differently: what their prompts share are the instructions


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
            raise EngineError(Failed("", "bad_model", str(error), sentence=str(error))) from error
        self._check_template(header)
        adapter = self._checked_adapter(load, header)
        self._header = header
        tell(Loading(0.0))
        self._model = Model(load, header, tell)
        try:
            self._template = ChatTemplate(header.chat_template, self._model.bos_text, self._model.eos_text,
                                          neutralise=lambda text: neutralised(text, self._model))
            self._remembered = Remembered()
            self._answers: list[str] = []           # those in the cache
            self._paging = Paging(self._model, lambda: Origin(fingerprint(load.path), header.architecture,
                                                              self._model.context_size, CACHE, LIBRARY, adapter()))
        except BaseException:
            self._model.close()
            raise
        return Ready(header.architecture, self._model.context_size, header.context_length, self._template.given,
                     time.perf_counter() - begun, self._model.parameters, self._model.threads, self._model.gpu_layers,
                     "" if self._template.given else NO_TEMPLATE)

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """Read what is new of the prompt, then write. A prompt that leaves no room to answer is refused as too_long."""
        begun = time.perf_counter()
        if not isinstance(request, Generate):
            raise cannot(request)
        model = self._model
        try:
            heads = self._paging.heads(request.pages)
            self._learn(heads)
            prompt = self._template.render(request.messages)
            tokens = self._tokens(request.messages, prompt, stopped)
            if not tokens:
                raise EngineError(Failed(request.request, "bad_request", "the prompt is empty"))
            room = model.context_size - min(64, model.context_size // 8)
            if len(tokens) > room:
                contents = [message.content for message in request.messages]
                yield Failed(request.request, "too_long", "", message_tokens(prompt, contents, model, stopped),
                             len(tokens), room)
                return
            beginning = self._beginning(request, tokens, heads, stopped)
        except BadTemplate as error:
            yield Failed(request.request, "bad_template", str(error))
            return
        except Interrupted:
            yield Finished(request.request, "stopped")
            return
        resumed = self._paging.resume(tokens, heads)
        reused = model.keep(tokens)
        read = Finished(request.request, "stopped", len(tokens), reused, resumed_tokens=reused if resumed else 0)
        self._answers = [message.content for message in request.messages if message.role == "assistant"]
        yield Reading(request.request, reused, len(tokens), reused)
        with model.abort.watching(stopped):
            while len(model.cached) < len(tokens):
                done = len(model.cached)
                if beginning and done == beginning:
                    with suppress(OSError):         # a disk that is full costs reading it again, another time
                        self._paging.keep(request.beginning, (), stopped)
                until = min(done + BATCH, beginning if done < beginning else len(tokens))
                if stopped() or not model.evaluate(tokens[done:until]):
                    yield read
                    return
                yield Reading(request.request, until, len(tokens), reused)
            yield from self._write(request, prompt, read, begun, stopped)

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """Count tokens (without those a template adds), score labels, or keep the state. Raises EngineError:
        bad_request for what only another engine can, internal when the file cannot be written.
        """
        match errand:
            case KeepState():
                answers = [written for text in self._answers if (written := self._remembered.find(text))]
                try:
                    kept = self._paging.keep(errand.path, answers[1 - MAX_ANSWERS:], stopped)
                except OSError as error:
                    raise EngineError(Failed(errand.request, "internal", f"not kept: {error}")) from error
                return StateKept(errand.request, *kept)
            case CountTokens():
                return Counted(errand.request, tuple(len(content_tokens(text, self._model, stopped))
                                                     for text in errand.texts))
            case ScoreLabels():
                return LabelsScored(errand.request, self._scored(errand, stopped))
            case Examine():
                problems, notes = examine_tokenizer(self._model, self._header)
                suspicions, more = examine_template(self._template, self._header.chat_template, self._model)
                state: Any = "refused" if suspicions else "own" if self._template.given else "none"
                return Examined(errand.request, (*suspicions, *problems), (*notes, *more), state)
        raise cannot(errand)

    def close(self) -> None:
        """Free everything."""
        self._model.close()

    def _scored(self, errand: ScoreLabels, stopped: Callable[[], bool]) -> tuple[float, ...]:
        """The cache holds the prompt afterwards, as if it had been read for an answer. Raises EngineError."""
        model = self._model

        def failed(code: Literal["bad_request", "bad_template", "too_long", "internal"], why: str) -> EngineError:
            return EngineError(Failed(errand.request, code, why))

        def after(tokens: list[int]) -> NDArray[np.float32] | None:
            for start in range(model.keep(tokens), len(tokens), BATCH):
                if stopped() or not model.evaluate(tokens[start:start + BATCH]):
                    return None
            return model.logits()

        try:
            tokens = self._tokens(errand.messages, self._template.render(errand.messages), stopped)
            # The plain completion format leaves the space after the colon to the answer.
            space = "" if self._template.given else " "
            labels = [model.tokens(space + label, False) if label else [] for label in errand.labels]
            llama_labels.check(labels)
        except BadTemplate as error:
            raise failed("bad_template", str(error)) from error
        except llama_labels.Unscorable as error:
            raise failed("bad_request", str(error)) from error
        except Interrupted:
            raise failed("internal", "it was stopped") from None
        if not tokens:
            raise failed("bad_request", "the prompt is empty")
        if len(tokens) + max(map(len, labels)) > model.context_size:
            raise failed("too_long", f"{len(tokens)} tokens, and there is room for {model.context_size}")
        self._answers = [message.content for message in errand.messages if message.role == "assistant"]
        with model.abort.watching(stopped):
            scores = llama_labels.score(tokens, labels, after)
        model.cut(min(len(tokens), len(model.cached)))
        if scores is None:
            raise failed("internal", "it was stopped")
        return scores

    @staticmethod
    def _checked_adapter(load: Load, base: GgufHeader) -> Callable[[], str]:
        """Names the adapter, for whoever compares kept states. Raises EngineError for one that is none for `base`."""
        if not load.adapter:
            return str
        try:
            header = read_header(load.adapter)
        except BrokenModel as error:
            raise EngineError(Failed("", "bad_model", str(error), sentence=str(error))) from error
        if not header.adapter or header.architecture != base.architecture:
            sentence = (f"It is an adapter for {header.architecture} models, not for {base.architecture} ones."
                        if header.adapter else "Its file is no adapter.")
            raise EngineError(Failed("", "bad_model", sentence, sentence=sentence))
        return lambda: f"{fingerprint(load.adapter)} {load.adapter_scale}"

    @staticmethod
    def _check_template(header: GgufHeader) -> None:
        """A template that cannot be used is found before the weights are loaded."""
        try:
            ChatTemplate(header.chat_template).check()
        except BadTemplate as error:
            raise EngineError(Failed("", "bad_template", str(error), sentence=unusable(error))) from error

    def _learn(self, heads: Sequence[Head]) -> None:
        """Know again how the answers in kept states were written, as if they had been written in this process."""
        for answer in (answer for head in heads for answer in head.answers):
            text = b"".join(map(self._model.data, answer)).decode("utf-8", "replace")
            if not self._remembered.find(text):
                self._remembered.keep(text, answer)

    def _beginning(self, request: Generate, tokens: list[int], heads: Sequence[Head],
                   stopped: Callable[[], bool]) -> int:
        """How many tokens of the prompt its instructions take, if their state is to be kept; else 0."""
        if not self._paging.wants_beginning(request.beginning, heads, tokens) or request.messages[0].role != "system":
            return 0
        length = len(tokens) - 1
        for probe in PROBES:
            messages = (request.messages[0], ChatMessage("user", probe))
            other = self._tokens(messages, self._template.render(messages), stopped)
            length = min(length, common_prefix(tokens, other))
        return length if length >= LEAST_BEGINNING else 0

    def _tokens(self, messages: Sequence[ChatMessage], prompt: Prompt, stopped: Callable[[], bool]) -> list[int]:
        roles = [message.role for message in messages]
        tokens = prompt_tokens(prompt, roles, self._model, self._remembered, stopped)
        begin = self._model.begin
        if begin is not None and tokens[:1] != [begin]:      # most templates write it themselves
            tokens.insert(0, begin)
        return tokens

    def _write(self, request: Generate, prompt: Prompt, read: Finished, begun: float,
               stopped: Callable[[], bool]) -> Iterator[Reply]:
        model = self._model
        text = AnswerText((*prompt.stop, *request.stop), prompt.thinking)
        written: list[int] = []
        reason: Any = "length"
        first = 0.0
        start = time.perf_counter()
        with model.sampler(request.sampling, request.request, request.grammar) as sample:
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
        said = tokens_of(text.said, written, model.data)
        self._remembered.keep(text.said, said)
        self._answers.append(text.said)
        if said and reason == "stop_text":      # the next prompt goes on before it, so the state had better end there
            model.cut(min(len(model.cached), read.prompt_tokens + len(said)))
        yield replace(read, reason=reason, written_tokens=len(written), seconds_to_first_token=first,
                      tokens_per_second=len(written) / seconds if seconds else 0.0)
