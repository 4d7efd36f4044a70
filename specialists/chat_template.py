"""From messages to the prompt a model was trained on: its own Jinja template, or a plain completion format.

A prompt is a list of pieces: template text, in which control tokens count, and message contents, in which they must
not. Contents never pass through the template: it gets a unique placeholder for each, so a person who writes
`<|im_end|>` writes just that. It knows no tokens; the engine makes them, piece by piece.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from specialists.limited import LimitExceeded, limited
from specialists.template_sandbox import Sandbox, TemplateRefusal
from specialists.thinking import opens_thought
from specialists.wire import ChatMessage

MAX_TEMPLATE = 256 * 2**10      # characters; the longest in common use has about 20,000
MAX_RENDERED = 16 * 2**20       # characters, without the messages' contents
MAX_SECONDS = 2.0               # of rendering one prompt; real templates take milliseconds
MAX_MEMORY = 256 * 2**20        # bytes a rendering may add to the process

PAD = "\u2003"                  # white space that no template writes itself

NO_TEMPLATE = "This model file brings no chat format, so Consort asks it in plain “User/Assistant” text."


class BadTemplate(Exception):
    """The template cannot be used; the text is for the log and the Details fold."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a prompt: the content of message number `message`, or template text (then it is None)."""

    text: str
    message: int | None = None


@dataclass(frozen=True)
class Prompt:
    """The whole prompt, in order. `stop`: texts at which the answer is over. `thinking`: it begins inside a thought."""

    pieces: tuple[Piece, ...]
    stop: tuple[str, ...] = ()
    thinking: bool = False


class ChatTemplate:
    """A model's chat template, or the completion format when `source` is empty. Raises BadTemplate.

    bos, eos: the texts of the model's own begin and end tokens, which many templates write themselves.
    neutralise: makes control tokens in a content harmless; asked only for templates that look into contents.
    """

    def __init__(self, source: str, bos: str = "", eos: str = "",
                 neutralise: Callable[[str], str] = lambda text: text) -> None:
        if len(source) > MAX_TEMPLATE:
            raise BadTemplate(f"the chat template has {len(source):,} characters")
        self.given = bool(source.strip())
        self._variables = {"bos_token": bos, "eos_token": eos}
        self._neutralise = neutralise
        self._nonce = secrets.token_hex(8)
        if self.given:
            try:
                with limited(MAX_SECONDS, MAX_MEMORY):
                    self._template = Sandbox().from_string(source)
            except (LimitExceeded, TemplateError, ValueError, RecursionError, MemoryError, SyntaxError) as error:
                raise BadTemplate(f"the chat template cannot be read: {_reason(error)}") from error

    def check(self) -> None:
        """Render one short question, to find out at once whether the template is usable. Raises BadTemplate."""
        self.render((ChatMessage("user", "Hello"),))

    def render(self, messages: Sequence[ChatMessage]) -> Prompt:
        """The prompt that makes the model answer `messages`. Raises BadTemplate.

        A template that refuses or drops a system message gets it at the head of the first user message; one that
        insists on alternating roles gets neighbours of the same role joined.
        """
        if not self.given:
            return _completion(messages)
        slots = [_Slot(message.role, (number,)) for number, message in enumerate(messages)]
        refusal = ""
        lossy: Sequence[_Slot] | None = None
        for arranged in (slots, _fold(slots), _join(_fold(slots))):
            try:
                pieces = self._placed(arranged, messages)
            except TemplateRefusal as error:
                refusal = str(error)
                continue
            if pieces is not None:
                return self._prompt(pieces)
            lossy = arranged
        if lossy is None:
            raise BadTemplate(f"the chat template refuses this conversation: {refusal}")
        return self._prompt(self._plain(lossy, messages))

    def written(self, messages: Sequence[ChatMessage]) -> str:
        """The prompt as the template makes it when it sees the contents themselves: for judging the template only.

        Raises BadTemplate.
        """
        refusal = ""
        for given in (messages, *([messages[1:]] if messages[0].role == "system" else [])):
            try:
                return self._render([(message.role, message.content) for message in given])
            except TemplateRefusal as error:
                refusal = str(error)
        raise BadTemplate(f"the chat template refuses this conversation: {refusal}")

    @staticmethod
    def _prompt(pieces: list[Piece]) -> Prompt:
        tail = pieces[-1] if pieces else Piece("")
        return Prompt(tuple(pieces), thinking=tail.message is None and opens_thought(tail.text))

    def _placed(self, slots: Sequence[_Slot], messages: Sequence[ChatMessage]) -> list[Piece] | None:
        """Render with placeholders and put the contents in. None if a placeholder got lost, doubled or changed."""
        # The quote, backslash and brackets make sure a template that escapes contents (as JSON, say) is noticed.
        marks = {number: f'<{self._nonce}"{number}\\>' for slot in slots for number in slot.members}
        # The odd spaces show whether the template trims contents; if it does, so do we.
        text = self._render([(slot.role, "\n\n".join(f"{PAD}{marks[number]}{PAD}" for number in slot.members))
                             for slot in slots])
        if any(text.count(mark) != 1 for mark in marks.values()):
            return None
        pieces: list[Piece] = []
        for part in re.split(rf'({PAD}?<{self._nonce}"\d+\\>{PAD}?)', text):
            found = re.search(rf'{self._nonce}"(\d+)', part)
            if found is None:
                pieces.append(Piece(part))
                continue
            content = messages[int(found[1])].content
            content = content if part.startswith(PAD) else content.lstrip()
            pieces.append(Piece(content if part.endswith(PAD) else content.rstrip(), int(found[1])))
        return [piece for piece in pieces if piece.text]

    def _plain(self, slots: Sequence[_Slot], messages: Sequence[ChatMessage]) -> list[Piece]:
        """Render the contents themselves, control tokens in them made harmless: for templates that look into them."""
        return [Piece(self._render([
            (slot.role, "\n\n".join(self._neutralise(messages[number].content) for number in slot.members))
            for slot in slots]))]

    def _render(self, messages: list[tuple[str, str]]) -> str:
        pieces: list[str] = []
        length = 0
        try:
            with limited(MAX_SECONDS, MAX_MEMORY):
                for piece in self._template.generate(
                        messages=[{"role": role, "content": content} for role, content in messages],
                        add_generation_prompt=True, tools=None, documents=None, **self._variables):
                    pieces.append(piece)
                    length += len(piece)
                    if length > MAX_RENDERED + sum(len(content) for _, content in messages):
                        raise LimitExceeded("wrote more than 16 MB")
        except TemplateRefusal:
            raise
        except LimitExceeded as error:
            raise BadTemplate(f"the chat template {error}") from error
        except Exception as error:      # a template can fail in any way Python can
            raise BadTemplate(f"the chat template fails: {_reason(error)}") from error
        return "".join(pieces)


def _reason(error: BaseException) -> str:
    """Why a template fails, as the end of a sentence for a person."""
    match error:
        case RecursionError():
            return "it goes round in circles or is nested too deeply"
        case MemoryError():
            return "it takes too much memory"
        case SecurityError():
            return f"it wants what none may have: {str(error).removeprefix('the chat template ').rstrip('.')}"
    return " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__


@dataclass(frozen=True)
class _Slot:
    """A message as the template will see it: a role and the numbers of the messages whose contents it holds."""

    role: str
    members: tuple[int, ...]


def _fold(slots: Sequence[_Slot]) -> list[_Slot]:
    """Every system message moved to the head of the next user message (or made one, if none follows)."""
    folded: list[_Slot] = []
    waiting: tuple[int, ...] = ()
    for slot in slots:
        if slot.role == "system":
            waiting += slot.members
        elif slot.role == "user":
            folded.append(_Slot("user", waiting + slot.members))
            waiting = ()
        else:
            folded.append(slot)
    return [*folded, _Slot("user", waiting)] if waiting else folded


def _join(slots: Sequence[_Slot]) -> list[_Slot]:
    """Neighbours of the same role made one."""
    joined: list[_Slot] = []
    for slot in slots:
        if joined and joined[-1].role == slot.role:
            joined[-1] = _Slot(slot.role, joined[-1].members + slot.members)
        else:
            joined.append(slot)
    return joined


def _completion(messages: Sequence[ChatMessage]) -> Prompt:
    """The format for a base model: it goes on writing the dialogue, so the next “User:” ends its answer."""
    pieces: list[Piece] = []
    for number, message in enumerate(messages):
        before = {"system": "", "user": "User: ", "assistant": "Assistant:"}[message.role]
        content = message.content.strip()
        if message.role == "assistant" and content:
            content = f" {content}"         # the model writes this space itself, as part of its first word
        pieces += [Piece(before), Piece(content, number), Piece("\n\n" if message.role == "system" else "\n")]
    pieces.append(Piece("Assistant:"))
    return Prompt(tuple(piece for piece in pieces if piece.text), stop=("\nUser:", "\nAssistant:"))
