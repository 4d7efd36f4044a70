"""Titles for conversations, written by the starter when nobody waits: in a worker of its own, never in a KV slot that a
specialist keeps for a conversation. A title that looks wrong is dropped; the first words of the question stay.
"""

from __future__ import annotations

import re
from contextlib import aclosing
from dataclasses import replace
from importlib.resources import files

from router.fleet.fleet import Fleet
from router.fleet.worker import WorkerDied, WorkerFailed
from router.memory.store import Store
from router.parts import plain_text
from router.roster import Roster
from router.views import ConversationView
from specialists.wire import ChatMessage, Generate, Sampling, Token

READ_CHARACTERS = 600
CONTEXT = 1024
LONGEST_TITLE = 60
MOST_WORDS = 8


async def write_title(store: Store, fleet: Fleet, roster: Roster, conversation: str) -> ConversationView | None:
    """Title `conversation` with the starter; None when it has no good one or there is no starter."""
    starter = roster.starter()
    if starter.id not in {one.id for one in roster.answerers()}:
        return None
    messages, _, _ = store.path(conversation, limit=2)
    question = next((plain_text(one.parts) for one in messages if one.role == "user"), "")
    request = Generate(f"title-{conversation}", (
        ChatMessage("system", files("resources").joinpath("prompts/title.md").read_text(encoding="utf-8").strip()),
        ChatMessage("user", "How do I bake bread without yeast?"), ChatMessage("assistant", "Bread without yeast"),
        ChatMessage("user", question[:READ_CHARACTERS]),
    ), Sampling(temperature=0.0), max_tokens=16, stop=("\n",))
    opening = roster.opening(starter)
    key = f"{starter.id}/titles"
    text = ""
    try:
        async with fleet.lease(key, replace(opening.load, context=CONTEXT), opening.bytes_needed) as lease, \
                aclosing(lease.worker.request(request)) as replies:
            async for said in replies:
                if isinstance(said, Token) and not said.thought:
                    text += said.text
    except (WorkerDied, WorkerFailed):
        return None
    finally:
        await fleet.unload(key)
    title = tidy(text)
    if not title:
        return None
    store.suggest_title(conversation, title)
    return store.conversation(conversation)


def tidy(text: str) -> str:
    """The title in what a small model wrote, or an empty string when it is none. Pure."""
    title = re.sub(r"^(title|conversation)\s*:\s*", "", text.strip(), flags=re.IGNORECASE)
    title = title.strip(" \t\"'“”«»*#`.:").strip()
    if not title or len(title) > LONGEST_TITLE or len(title.split()) > MOST_WORDS or "\n" in title:
        return ""
    return title[0].upper() + title[1:]
