"""From a conversation to the messages a specialist reads, and what to leave out when they are too many. Pure.

Stable parts come first (instructions, then the turns in order), so that the worker's prefix stays reusable.
What is left out is always said: `Shortened.notice`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from router.choose.rules import mentioned
from router.memory.context import keep_head, keep_tail, refit
from router.parts import plain_text, spoken
from router.views import MessageView
from specialists.manifest import Manifest
from specialists.wire import ChatMessage, Failed


@dataclass(frozen=True)
class Shortened:
    """A conversation that fits, and the sentence that says what is not in it."""

    messages: tuple[ChatMessage, ...]
    notice: str


def conversation_prompt(system: str, history: tuple[MessageView, ...],
                        installed: tuple[Manifest, ...]) -> tuple[ChatMessage, ...]:
    """Instructions, then the turns oldest first. Roles alternate (templates insist): questions in a row are joined."""
    messages = [ChatMessage("system", system)] if system else []
    for view in history:
        if view.role == "assistant":
            text = plain_text(view.parts)
            if text and messages and messages[-1].role == "user":
                messages.append(ChatMessage("assistant", text))
            continue
        _, text = mentioned(spoken(view.parts), installed)
        if messages and messages[-1].role == "user":
            messages[-1] = ChatMessage("user", f"{messages[-1].content}\n\n{text}")
        else:
            messages.append(ChatMessage("user", text))
    return tuple(messages)


def shorten(messages: tuple[ChatMessage, ...], failed: Failed,
            overflow: Literal["refuse", "head", "tail"]) -> Shortened | None:
    """A version of `messages` that fits into `failed.context`, or None when only the person can decide what to cut."""
    window = refit(messages, failed.message_tokens, failed.prompt_tokens, failed.context)
    if not window.too_long:
        return Shortened(window.messages,
                         f"The first {window.left_out} messages of this conversation were left out: it has "
                         f"{failed.prompt_tokens:,} tokens, and {failed.context:,} can be read at once.")
    if overflow == "refuse":
        return None
    cut = keep_head if overflow == "head" else keep_tail
    newest, left_out = cut(messages[-1].content, failed.message_tokens[-1], window.room)
    end = "end" if overflow == "head" else "beginning"
    kept = (*(one for one in messages[:1] if one.role == "system"), ChatMessage("user", newest))
    return Shortened(kept, f"{left_out:,} characters at the {end} of your message were left out, as you chose.")
