"""What goes into a context window when not everything fits. Pure: numbers and texts in, texts out.

It knows no tokenizer and no database; the worker says how many tokens each message takes (`Failed(code="too_long")`).

Stability: a worker evaluates only what differs from the prompt before, so a cut that moves a little at every turn
would make it read everything again at every turn. Hence what is left out grows in large steps: when the conversation
outgrows the window, it is cut to 70 % of it, and that cut stays until the window is full again. The place of the cut
is not remembered anywhere: `refit` replays the conversation from its first turn, so a longer version of the same
conversation meets the same cuts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from specialists.wire import ChatMessage

STEP = 0.7
MARKER_TOKENS = 24
_JOINERS = ("\u200d", "\ufe0f")


@dataclass(frozen=True)
class WindowPlan:
    """What to send. `left_out` counts messages; `room` is how many tokens the newest question may take by itself.

    too_long: even the newest question alone does not fit; `messages` is then what would have to be sent.
    """

    messages: tuple[ChatMessage, ...]
    left_out: int
    too_long: bool
    room: int


def refit(messages: tuple[ChatMessage, ...], message_tokens: tuple[int, ...], prompt_tokens: int, context: int,
          reserve: int | None = None) -> WindowPlan:
    """The newest part of a conversation that leaves `reserve` tokens of `context` for the answer.

    messages: an optional system message, then questions and answers, the newest question last. message_tokens: tokens
    of each in the rendered prompt; prompt_tokens: of all of it, the template's own included. reserve: an eighth of the
    context, at most 512, unless given. Whole question-and-answer pairs go, the oldest first; never the system message,
    never the newest question. Counts that do not match the messages are estimated from their lengths.
    """
    tokens = _matching(messages, message_tokens, prompt_tokens)
    budget = context - (min(512, context // 8) if reserve is None else reserve)
    fixed = 1 if messages and messages[0].role == "system" else 0
    room = budget - max(0, prompt_tokens - sum(tokens)) - sum(tokens[:fixed])
    turns = _turns(messages, fixed)
    start = _replayed([sum(tokens[begin:end]) for begin, end in turns],
                      [tokens[begin] for begin, _ in turns], room)
    first = turns[start][0] if turns else fixed
    too_long = bool(turns) and sum(tokens[turns[-1][0]:]) > room
    return WindowPlan(messages[:fixed] + messages[first:], first - fixed, too_long, max(0, room))


def _matching(messages: tuple[ChatMessage, ...], tokens: tuple[int, ...], prompt_tokens: int) -> tuple[int, ...]:
    if len(tokens) == len(messages):
        return tokens
    letters = sum(len(message.content) for message in messages) or 1
    return tuple(-(-len(message.content) * prompt_tokens // letters) for message in messages)


def _turns(messages: tuple[ChatMessage, ...], fixed: int) -> list[tuple[int, int]]:
    """(begin, end) of each question with its answers; what stands before the first question belongs to it."""
    starts = [number for number in range(fixed, len(messages)) if messages[number].role == "user"]
    if len(messages) > fixed:
        starts = [fixed, *starts[1:]] if starts else [fixed]
    return list(zip(starts, [*starts[1:], len(messages)], strict=True))


def _replayed(sizes: Sequence[int], questions: Sequence[int], room: int) -> int:
    """The first turn that is kept. sizes: tokens of whole turns; questions: of their questions alone.

    At each turn the prompt was: the turns kept so far, then this question. Where that exceeded `room`, the oldest
    turns went until it was at most 70 % of it, or only the question was left.
    """
    start, kept = 0, 0                     # kept: tokens of the turns start … this one, without this one
    for turn, question in enumerate(questions):
        asked = sizes[turn] if turn == len(sizes) - 1 else question
        if kept + asked > room:
            while start < turn and kept + asked > STEP * room:
                kept -= sizes[start]
                start += 1
        kept += sizes[turn]
    return start


def keep_head(text: str, tokens: int, room: int) -> tuple[str, int]:
    """The beginning of `text`, which has `tokens` tokens, in about `room` tokens; and how many characters are left out.

    Cut at the end of a line, else of a word, never inside a character sequence that is shown as one. A line where the
    rest was says how much it is.
    """
    end = _characters(text, tokens, room)
    if end >= len(text):
        return text, 0
    end = _whole(text, max(text.rfind("\n", end * 3 // 4, end), 0) or _space_before(text, end) or end)
    left_out = len(text) - end
    return f"{text[:end].rstrip()}\n{_marker(left_out)}", left_out


def keep_tail(text: str, tokens: int, room: int) -> tuple[str, int]:
    """The end of `text`, as `keep_head` keeps the beginning."""
    start = len(text) - _characters(text, tokens, room)
    if start <= 0:
        return text, 0
    latest = start + (len(text) - start) // 4
    at = text.find("\n", start, latest)
    if at < 0:
        at = next((place for place in range(start, latest) if text[place].isspace()), -1)
    start = at + 1 if at >= 0 else _whole(text, start, forwards=True)
    return f"{_marker(start)}\n{text[start:].lstrip()}", start


def _characters(text: str, tokens: int, room: int) -> int:
    """How many characters go into `room` tokens, with a tenth to spare: texts are not equally dense everywhere."""
    if tokens <= room:
        return len(text)
    return max(0, int((room - MARKER_TOKENS) * 0.9 * len(text) / max(1, tokens)))


def _space_before(text: str, end: int) -> int:
    """Where the last word begins before `end`, not further back than a quarter; 0 when there is no space."""
    return next((place for place in range(end, end * 3 // 4, -1) if text[place].isspace()), 0)


def _whole(text: str, at: int, forwards: bool = False) -> int:
    """The nearest place that does not separate a mark, a joiner or a skin tone from what it belongs to."""
    step = 1 if forwards else -1
    while 0 < at < len(text) and (_continues(text[at]) or text[at - 1] == _JOINERS[0]):
        at += step
    return at


def _continues(character: str) -> bool:
    return unicodedata.combining(character) > 0 or character in _JOINERS or "\U0001f3fb" <= character <= "\U0001f3ff"


def _marker(characters: int) -> str:
    return f"[… {characters:,} characters left out here …]"
