"""What a router would say, for tests of the window: a small catalogue, some chats, and turns."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from desktop_app.window import Window
from router import messages as m
from router.parts import TextPart
from router.views import (
    CandidateView,
    ConversationView,
    FolderView,
    MessageView,
    Routing,
    SpecialistView,
    TurnStats,
)
from specialists.manifest import Settings

STARTER = SpecialistView("smol", "SmolLM2", "Small and quick.", "language", ("general",), "absent", "135M", "Q4_1",
                         98_000_000, 8192, "Apache-2.0", sources=("hub", "index"), starter=True,
                         effective=Settings(context=4096, threads=4, temperature=0.7))
CODER = SpecialistView("coder", "Qwen2.5 Coder", "Writes code.", "language", ("code",), "installed", "1.5B", "Q4_K_M",
                       1_120_000_000, 32768, "Apache-2.0", sources=("hub",))
GEMMA = SpecialistView("gemma", "Gemma 3", "Many languages.", "language", ("general",), "absent", "270M", "Q4_K_M",
                       253_000_000, 32768, "Gemma terms", "https://ai.google.dev/gemma/terms", True, sources=("hub",))


WEIGHED = Routing("encoder", 0.93, "code", "python", 2.6, 0.01, {"code": 0.88, "math": 0.07, "general": 0.05}, 1.24,
                  (CandidateView("coder", "Qwen2.5 Coder", 0.9, 1.24),
                   CandidateView("smol", "SmolLM2", 0.31, 0.4, "Weaker at code.")))


def say_hello(window: Window, *, installed: bool = True) -> None:
    """All that the router says at the start."""
    now = time.time()
    starter = replace(STARTER, state="ready") if installed else STARTER
    coder = CODER if installed else replace(CODER, state="absent")
    window.take(m.PreferencesRead({"theme": "light"}))
    window.take(m.SpecialistsListed((starter, coder, GEMMA)))
    chats = tuple(ConversationView(f"c{number}", title, changed=now - number, created=now - number)
                  for number, title in enumerate(("Lisbon", "Rust ownership", "Sourdough")))
    window.take(m.ConversationsListed(chats if installed else (), (FolderView("f1", "Work"),) if installed else ()))


def question(text: str = "When?", number: str = "q1") -> MessageView:
    return MessageView(number, "", "user", (TextPart(text),), "complete", 1.0, (number,))


def answer(text: str = "At ten.", number: str = "a1", **more: Any) -> MessageView:
    fields: dict[str, Any] = {"state": "complete", "stats": TurnStats(100, 60, 20, 0.5, 30.0, 1.5, 2048),
                              "specialist": "smol", "specialist_name": "SmolLM2", "why": "It is small and quick."}
    fields.update(more)
    return MessageView(number, "q1", "assistant", (TextPart(text),) if text else (), created=2.0, siblings=(number,),
                       **fields)


def open_chat(window: Window, *messages: MessageView, conversation: str = "c0") -> None:
    """Open a chat and let the router answer."""
    window.open_conversation(conversation)
    view = window.desk.state.conversations[conversation]
    window.take(m.ConversationOpened(view, messages or (question(), answer())))


def start_turn(window: Window, turn: str, conversation: str = "c0") -> None:
    """The router takes up a question and chooses."""
    window.take(m.TurnStarted(turn, conversation, question(number="q2"), answer("", "a2", state="streaming")))
    window.take(m.Routed(turn, "smol", "SmolLM2", "It is the only one.", 0.91))
