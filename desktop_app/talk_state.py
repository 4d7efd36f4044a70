"""What a spoken conversation shows, as plain Python: `take(event)` says whether something changed.

Who said what so far, what of the answer has been heard, what is being said now. It knows no Qt and no device.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from router import messages as m
from router.parts import plain_text

BYTES = 2       # of a sample
Stage = Literal["", "needs", "opening", "listening", "hearing", "thinking", "speaking", "paused", "muted", "ended"]


@dataclass(frozen=True)
class _Stretch:
    """Characters of the answer, and when their sound is over, in seconds of its epoch."""

    begin: int
    end: int
    until: float


@dataclass
class Exchange:
    """A question and its answer. said: characters that have been heard or are being heard; (begin, end): those that
    sound now."""

    turn: str
    question: str
    parent: str = ""
    answer: str = ""
    message: str = ""
    name: str = ""
    said: int = 0
    sounding: tuple[int, int] = (0, 0)
    cut: bool = False
    trouble: str = ""


@dataclass
class TalkState:
    """Attributes: talk, the session (empty: none); stage; microphone: it listens; why, hint: how it ended;
    conversation, once there is one; exchanges, oldest first; heard: what is being said; choice: a question to the
    person that waits."""

    talk: str = ""
    stage: Stage = ""
    microphone: bool = False
    why: str = ""
    hint: str = ""
    conversation: str = ""
    temporary: bool = False
    exchanges: list[Exchange] = field(default_factory=list)
    heard: str = ""
    final: bool = False
    level: float = 0.0
    choice: m.ChoiceNeeded | None = None
    _epoch: int = -1
    _stretches: list[_Stretch] = field(default_factory=list)
    _made: float = 0.0

    @property
    def now(self) -> Exchange | None:
        """The exchange that is under way, or the last one."""
        return self.exchanges[-1] if self.exchanges else None

    def take(self, event: object) -> bool:
        """Take in what happened; True when something on show changed (but for the level)."""
        if not self.talk:
            return False
        if getattr(event, "talk", self.talk) != self.talk:
            return False
        match event:
            case m.TalkStateChanged():
                self._state_changed(event)
            case m.SpeechHeard():
                self.heard, self.final = event.text, event.final
            case m.LevelMoved():
                self.level = event.level
                return False
            case m.TurnStarted():
                return self._turn_started(event)
            case m.Routed() if (exchange := self._of(event.turn)) is not None:
                exchange.name, self.choice = event.name, None
            case m.ChoiceNeeded() if self._of(event.turn) is not None:
                self.choice = event
            case m.TextAdded() if (exchange := self._of(event.turn)) is not None and not event.thought:
                exchange.answer += event.text
            case m.TurnFinished() if (exchange := self._of(event.turn)) is not None:
                self.choice = None
                exchange.answer = event.text or exchange.answer
                exchange.trouble = event.error
            case m.AnswerCut():
                return self._cut(event)
            case m.SoundReady():
                self._sound(event)
                return False
            case m.SilenceNow():
                self._fall_silent(event.epoch)
            case _:
                return False
        return True

    def played(self, epoch: int, seconds: float) -> bool:
        """So much of an epoch's sound has been heard; True when another stretch sounds now."""
        exchange = self.now
        if epoch != self._epoch or exchange is None:
            return False
        now = next((one for one in self._stretches if seconds < one.until), None)
        place = (now.begin, now.end) if now is not None and seconds > 0 else (0, 0)
        if place == exchange.sounding:
            return False
        exchange.sounding = place
        exchange.said = max(exchange.said, place[1])
        return True

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────
    def _state_changed(self, event: m.TalkStateChanged) -> None:
        self.stage, self.microphone = event.state, event.microphone
        self.conversation = event.opened or self.conversation
        if event.state == "ended":
            self.why, self.hint, self.talk, self.heard, self.level = event.why, event.hint, "", "", 0.0
            if self.now is not None:
                self.now.sounding = (0, 0)
        elif event.state == "listening":
            self.heard, self.final = "", False

    def _turn_started(self, event: m.TurnStarted) -> bool:
        question = plain_text(event.question.parts)
        if self.conversation:
            if event.conversation != self.conversation:
                return False
        elif not self.final or self.heard.strip() not in question:
            return False
        self.conversation = event.conversation
        if self.now is not None and self.now.parent == event.question.parent and not self.now.said:
            self.exchanges.pop()        # the person went on: the longer question stands in its place
        self.exchanges.append(Exchange(event.turn, question, event.question.parent, message=event.answer.id))
        self.heard = ""
        self._stretches, self._made, self._epoch = [], 0.0, -1
        return True

    def _sound(self, event: m.SoundReady) -> None:
        if event.epoch != self._epoch:
            self._epoch, self._stretches, self._made = event.epoch, [], 0.0
        if event.pcm and event.rate:
            self._made += len(event.pcm) / (BYTES * event.rate)
            self._stretches.append(_Stretch(event.begin, event.end, self._made))

    def _fall_silent(self, epoch: int) -> None:
        self._epoch, self._stretches, self._made = epoch, [], 0.0
        if self.now is not None:
            self.now.sounding = (0, 0)

    def _cut(self, event: m.AnswerCut) -> bool:
        for exchange in self.exchanges:
            if exchange.message == event.message.id:
                exchange.answer, exchange.cut, exchange.sounding = plain_text(event.message.parts), True, (0, 0)
                return True
        return False

    def _of(self, turn: str) -> Exchange | None:
        return next((one for one in reversed(self.exchanges) if one.turn == turn), None)
