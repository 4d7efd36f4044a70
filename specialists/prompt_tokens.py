"""From the pieces of a prompt to tokens, so that a follow-up's tokens begin with those the model has already read.

Control tokens come from template text only. Between two of them everything is tokenised as one text, exactly as if
the whole prompt had been; an answer the model wrote itself keeps the tokens it was written with. It knows no library:
the vocabulary is passed in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from specialists.chat_template import Prompt

CHUNK = 16_384                  # characters tokenised in one call: about 10 ms, so Stop also works in a 10 MB paste
REMEMBERED_TOKENS = 262_144     # of all answers together; the oldest go first (1 MB)


class Vocabulary(Protocol):
    """What is needed of a model's vocabulary."""

    def tokens(self, text: str, control: bool) -> list[int]:
        """The text's tokens. `control`: control tokens written in it count as such."""
        ...

    def control_text(self, token: int) -> str:
        """How a control token is written; empty for every other token."""
        ...

    def eats_space(self, token: int) -> tuple[bool, bool]:
        """Does a control token swallow the white space before it, after it?"""
        ...


class Interrupted(Exception):
    """Stop was asked for while a long prompt was being tokenised."""


class Remembered:
    """The exact tokens of answers by their text. Tokenising a text again need not give what was sampled."""

    def __init__(self, most: int = REMEMBERED_TOKENS) -> None:
        self._answers: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self._most, self._held = most, 0

    def keep(self, text: str, tokens: Sequence[int]) -> None:
        """`text` was written as `tokens`. White space around the text is not significant."""
        key = text.strip()
        if not key or not tokens:
            return
        self._held += len(tokens) - len(self._answers.pop(key, ()))
        self._answers[key] = tuple(tokens)
        while self._held > self._most:
            self._held -= len(self._answers.popitem(last=False)[1])

    def find(self, text: str) -> tuple[int, ...]:
        """The tokens `text` was written as, or none."""
        key = text.strip()
        if key in self._answers:
            self._answers.move_to_end(key)
        return self._answers.get(key, ())


def prompt_tokens(prompt: Prompt, roles: Sequence[str], vocabulary: Vocabulary, remembered: Remembered,
                  stopped: Callable[[], bool]) -> list[int]:
    """The whole prompt's tokens. `roles` are those of the messages. Raises Interrupted."""
    tokens: list[int] = []
    text: list[str] = []

    def flush() -> None:
        tokens.extend(content_tokens("".join(text), vocabulary, stopped))
        text.clear()

    trim = False
    for piece in prompt.pieces:
        own = piece.message is not None and roles[piece.message] == "assistant"
        written = remembered.find(piece.text) if own else ()
        if written:
            flush()
            tokens.extend(written)
            continue
        parts = [piece.text] if piece.message is not None else _split(piece.text, vocabulary)
        for part in parts:
            if isinstance(part, str):
                text.append(part.lstrip() if trim else part)
                trim = trim and not text[-1]
                continue
            before, trim = vocabulary.eats_space(part)
            if before and text:
                text[-1] = text[-1].rstrip()
            flush()
            tokens.append(part)
    flush()
    return tokens


def content_tokens(text: str, vocabulary: Vocabulary, stopped: Callable[[], bool]) -> list[int]:
    """Tokens of a text in which control tokens are plain text. Raises Interrupted."""
    tokens: list[int] = []
    for chunk in _chunks(text):
        if stopped():
            raise Interrupted
        tokens.extend(vocabulary.tokens(chunk, False))
    return tokens


def message_tokens(prompt: Prompt, contents: Sequence[str], vocabulary: Vocabulary,
                   stopped: Callable[[], bool]) -> tuple[int, ...]:
    """How many tokens each message takes with the template text before it. Raises Interrupted.

    Counted piece by piece, so the sum may differ by a token or two per message from the whole prompt's.
    """
    counts = [0] * len(contents)
    before = 0
    for piece in prompt.pieces:
        if piece.message is None:
            before += len(vocabulary.tokens(piece.text, True))
            continue
        counts[piece.message] += before + len(content_tokens(piece.text, vocabulary, stopped))
        before = 0
    if not any(counts):         # the template looked into the contents: there are no pieces of messages
        counts = [len(content_tokens(content, vocabulary, stopped)) for content in contents]
    return tuple(counts)


def neutralised(text: str, vocabulary: Vocabulary) -> str:
    """The text with a zero-width space inside everything that would be read as a control token."""
    while found := {written for token in vocabulary.tokens(text, True) if (written := vocabulary.control_text(token))}:
        before = text
        for written in found:
            text = text.replace(written, written[0] + "\u200b" + written[1:])
        if text == before:
            break
    return text


def _split(text: str, vocabulary: Vocabulary) -> Iterator[str | int]:
    """Template text as stretches of plain text and control tokens."""
    at = 0
    for token in vocabulary.tokens(text, True):
        written = vocabulary.control_text(token)
        found = text.find(written, at) if written else -1
        if found >= 0:
            if found > at:
                yield text[at:found]
            yield token
            at = found + len(written)
    if at < len(text):
        yield text[at:]


def _chunks(text: str) -> Iterator[str]:
    """The text in stretches of at most CHUNK characters, cut before white space where there is some."""
    start = 0
    while len(text) - start > CHUNK:
        end = max(text.rfind(" ", start + 1, start + CHUNK), text.rfind("\n", start + 1, start + CHUNK))
        end = end if end > start + CHUNK // 2 else start + CHUNK
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]
