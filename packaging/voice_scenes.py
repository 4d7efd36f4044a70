"""Scenes about speech for the screenshots: conversation mode in every state, dictation, a transcript, the settings."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QDialog, QScrollArea

from desktop_app.window import Window
from router import messages as m
from router.parts import TextPart
from router.views import CandidateView, MessageView, SpecialistView

JOE = SpecialistView("piper-joe", "Joe", "A calm voice.", "speech-out", (), "installed", size=63_000_000,
                     licence="CC0-1.0", languages=("en",))
EARS = SpecialistView("whisper-base", "Whisper base", "Hears a hundred languages.", "speech-in", (), "installed",
                      size=148_000_000, licence="MIT", languages=("en", "de", "fr", "es", "ar", "ja"))
SILERO = SpecialistView("silero-vad", "Silero voice activity detection", "Tells speech from silence.",
                        "speech-activity", (), "installed", size=2_300_000, licence="MIT")
ASKED = "When does the museum open on Sunday?"
ANSWER = ("On Sunday it opens at **ten** and closes at six. Your notes from March say that the garden is free until "
          "noon, so an early visit is worth it. Shall I put it into your plan for Lisbon?")
STAGES = ("needs", "opening", "first", "listening", "hearing", "thinking", "choice", "speaking", "muted", "ended")
EARLIER = "Remind me what I wanted to see in Lisbon."
EARLIER_ANSWER = "The tile museum, the miradouro above the castle, and the market on Saturday."


def speech_here(window: Window, state: str = "installed") -> None:
    """What hears and what speaks is installed, or can be."""
    for each in (JOE, EARS, SILERO):
        window.take(m.SpecialistChanged(replace(each, state=state)))     # type: ignore[arg-type]


def begin(window: Window, *, missing: bool = False) -> str:
    """Conversation mode, as far as the microphone is open; its session."""
    speech_here(window, "absent" if missing else "installed")
    window.talk()
    talking = window.room.talking
    assert talking is not None
    window.take(m.VoicesListed((), (), ("silero-vad", "whisper-base") if missing else (),
                               ("piper-joe",) if missing else (), talking.needs._request))
    window.desk.audio.microphone_moved.emit(not missing)
    return talking.state.talk


def state(window: Window, talk: str, name: str, *, microphone: bool, **more: str) -> None:
    window.take(m.TalkStateChanged(talk, name, microphone, **more))     # type: ignore[arg-type]


def exchange(window: Window, talk: str, number: int, asked: str, said: str, *, finished: bool = True) -> None:
    """A question that was heard, and its answer."""
    window.take(m.SpeechHeard(talk, asked, True, "en"))
    question = MessageView(f"s{number}", f"p{number}", "user", (TextPart(asked),), "complete", time.time())
    answer = MessageView(f"s{number}a", f"s{number}", "assistant", (), "streaming", time.time())
    window.take(m.TurnStarted(f"turn{number}", "talked", question, answer))
    window.take(m.Routed(f"turn{number}", "smollm2-135m", "SmolLM2", "It is the only one."))
    if said:
        window.take(m.TextAdded(f"turn{number}", answer.id, said))
    if finished:
        window.take(m.TurnFinished(f"turn{number}", "talked", answer.id, said, "smollm2-135m", "", "end"))


def talk(stage: str, at_home: Callable[[Window], None], *, by_key: bool = False) -> Callable[[Window], None]:
    """A scene of conversation mode in one of its states."""
    def act(window: Window) -> None:
        at_home(window)
        if by_key:
            window.take(m.PreferencesRead({"talk_mode": "push-to-talk"}))
        session = begin(window, missing=stage == "needs")
        if stage in ("needs", "opening"):
            return
        if stage == "first":
            state(window, session, "listening", microphone=True)
            return
        exchange(window, session, 1, EARLIER, EARLIER_ANSWER)
        if stage in ("listening", "muted", "ended"):
            why = {"why": "The microphone sends nothing any more.", "hint": "Choose another one in Settings, then "
                   "begin again."} if stage == "ended" else {}
            if stage == "ended":
                window.desk.audio.microphone_moved.emit(False)
            state(window, session, stage, microphone=stage == "listening", **why)
            return
        state(window, session, "hearing", microphone=True)
        if stage == "hearing":
            window.take(m.SpeechHeard(session, ASKED[:24].rstrip() + " …", False, "en"))
            for step in range(6):
                window.take(m.LevelMoved(session, 0.12 + 0.05 * math.sin(step), step * 0.1))
            return
        exchange(window, session, 2, ASKED, "" if stage in ("thinking", "choice") else ANSWER, finished=False)
        state(window, session, "thinking", microphone=False)
        if stage == "choice":
            window.take(m.ChoiceNeeded("turn2", (CandidateView("coder", "Qwen2.5 Coder", 0.9, 1.2),
                                                 CandidateView("smol", "SmolLM2", 0.3, 0.4)), "Both could answer."))
        if stage == "speaking":
            first, second = ANSWER.index("Your"), ANSWER.index("Shall")
            state(window, session, "speaking", microphone=False)
            window.take(m.SoundReady(session, 1, 0, 16_000, bytes(32_000), "s2a", 0, first - 1))
            window.take(m.SoundReady(session, 1, 1, 16_000, bytes(32_000), "s2a", first, second - 1))
            window.desk.audio.played.emit(session, 1, 1.3)
    return act


def dictation(stage: str, at_home: Callable[[Window], None]) -> Callable[[Window], None]:
    """Words on their way into the composer; or what is missing for that."""
    def act(window: Window) -> None:
        at_home(window)
        missing = stage == "missing"
        speech_here(window, "absent" if missing else "installed")
        window.chat.composer.edit.put("Please remember that the landlord")
        dictating = window.chat.dictation
        dictating.begin()
        window.take(m.VoicesListed((), (), ("silero-vad", "whisper-base") if missing else (), (),
                                   dictating.needs._request))
        if missing:
            return
        window.desk.audio.microphone_moved.emit(True)
        window.take(m.TalkStateChanged(dictating.talk, "hearing", True))
        window.take(m.SpeechHeard(dictating.talk, "comes on Tuesday at nine", False, "en"))
        window.take(m.LevelMoved(dictating.talk, 0.15, 1.0))
    return act


def voice_settings(window: Window) -> None:
    """The settings, at the part about speech."""
    speech_here(window)
    window.show_page("settings")
    dialog = window.findChild(QDialog)
    dialog.findChild(QScrollArea).ensureWidgetVisible(dialog.voice, 0, 0)
