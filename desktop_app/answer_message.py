"""An answer: who gave it, what it thought (folded), its words, notices, how it ended, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from desktop_app.answer_body import AnswerBody
from desktop_app.choice_prompt import ChoicePrompt
from desktop_app.message_frame import MessageFrame
from desktop_app.notice_view import Level, NoticeView
from desktop_app.plan_view import PlanView
from desktop_app.rendering import Rendering
from desktop_app.routing_words import sure_in_words
from desktop_app.sources_view import SourcesView
from desktop_app.specialist_chip import SpecialistChip
from desktop_app.thought_view import ThoughtView
from desktop_app.waiting_view import WaitingView
from router.parts import NoticePart, PlanPart, PlanStep, SourcesPart, TextPart, ThoughtPart, plain_text
from router.views import CandidateView, Choice, MessageView, TurnStats

_ENDS = {
    "stopped": "You stopped this answer.",
    "interrupted": "Consort ended while this was being written.",
    "failed": "This answer could not be finished.",
}

_AGAIN = Choice("Answer again", "answer_again")     # our own offer, where the router made none


class AnswerMessage(MessageFrame):
    """Streams with `add_text` between its making and `finish`; an answer that is not streaming is shown whole."""

    def __init__(self, rendering: Rendering, view: MessageView, skill: str = "") -> None:
        super().__init__(rendering, view, ("copy", "read", "regenerate", "details", "delete"))
        self._streamed = ""
        self._skill = skill
        self._thought: ThoughtView | None = None
        self._waiting: WaitingView | None = None
        self.prompt: ChoicePrompt | None = None
        self._end: NoticeView | None = None
        self.chip = SpecialistChip(rendering)
        self.chip.clicked.connect(self._ask_why)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.chip)
        head.addStretch()
        self.column.addLayout(head)
        self.plan = PlanView(rendering)
        self.plan.changed.connect(lambda steps: self.plan_changed.emit(self.id, steps))
        self.plan.hide()
        self.column.addWidget(self.plan)
        self._thoughts = QVBoxLayout()
        self.column.addLayout(self._thoughts)
        self.body = self._new_body()
        self.column.addWidget(self.body)
        self._notices = QVBoxLayout()
        self.column.addLayout(self._notices)
        self.column.addWidget(self.row)
        self.set_specialist(view.specialist_name or view.specialist, skill, view.why, sure_in_words(view.routing))
        if view.state == "streaming":
            self._begin()
        else:
            self._show_whole()

    # ── while it is being written ────────────────────────────────────────────────────────────────────────────────
    def set_specialist(self, name: str, skill: str, why: str, sure: str = "") -> None:
        """Who answers, why in words, and how sure that was."""
        self._skill = skill
        self._name = name
        if name:
            self._drop_prompt()
        self.chip.show_who(name, skill, why, sure)
        self.chip.setVisible(bool(name) or self.view.state != "streaming")
        self.name_it(name or "Answer")

    def ask_who(self, candidates: tuple[CandidateView, ...], why: str) -> ChoicePrompt:
        """The person is to choose who answers; nothing is written before that."""
        self._stop_waiting()
        self._drop_prompt()
        self.prompt = ChoicePrompt(self.rendering, candidates, why)
        self.prompt.chosen.connect(self._chosen)
        self._thoughts.addWidget(self.prompt)
        return self.prompt

    def reading(self, done: int, total: int) -> None:
        if self._waiting is not None:
            self._waiting.reading(done, total)

    def show_plan(self, steps: tuple[PlanStep, ...]) -> None:
        """The steps in which this is answered, as they are now."""
        self.plan.show_steps(steps, running=self.view.state == "streaming")
        self.plan.setVisible(bool(steps))

    def add_text(self, text: str, thought: bool) -> None:
        """More of the answer or of what the model thinks."""
        self._stop_waiting()
        if thought:
            self._thoughts_view().add(text)
            return
        if self._thought is not None:
            self._thought.finish()
        self._streamed += text
        self.body.add(text)

    def finish(self, view: MessageView, error: str = "", hint: str = "", choices: tuple[Choice, ...] = ()) -> None:
        """It is over, as `view` says; `error` and `hint` are sentences, `choices` the ways out."""
        self.view = view
        self._stop_waiting()
        self._drop_prompt()
        if self._thought is not None:
            self._thought.finish()
        if self._streamed == plain_text(view.parts) or not plain_text(view.parts):
            self.body.finish()
        else:
            self._replace_body(plain_text(view.parts))
        for part in view.parts:
            if isinstance(part, NoticePart):
                self.show_notice(part.text)
            elif isinstance(part, SourcesPart):
                self.show_sources(part)
        self.row.show_siblings(view.siblings, view.id)
        self.set_specialist(view.specialist_name or self._name, self._skill, view.why, sure_in_words(view.routing))
        self._show_end(error, hint, choices)
        self.row.show()

    def show_notice(self, text: str, hint: str = "", choices: tuple[Choice, ...] = (), level: Level = "info") -> None:
        """A sentence about this answer; the same one is shown once."""
        name = " ".join(part for part in (text, hint) if part)
        if any(notice.accessibleName() == name for notice in self.findChildren(NoticeView)):
            return
        self._add_notice(NoticeView(self.rendering, text, hint, choices, level))

    def show_sources(self, part: SourcesPart) -> None:
        """What the answer rests on, below it."""
        if part.citations and not self.findChildren(SourcesView):
            self._notices.addWidget(SourcesView(part))

    def chip_corner(self) -> QPoint:
        """The chip's lower corner on the screen, on the side where reading begins."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = self.chip.rect().bottomRight() if mirrored else self.chip.rect().bottomLeft()
        return self.chip.mapToGlobal(corner) + QPoint(0, 4)

    # ── what it tells the transcript ─────────────────────────────────────────────────────────────────────────────
    @property
    def words(self) -> str:
        return plain_text(self.view.parts) or getattr(self, "_streamed", "")

    def editors(self) -> list[QTextEdit | QPlainTextEdit]:
        return self.body.editors()

    def anchors(self) -> list[QWidget]:
        return [self, *self.body.views]

    def _new_body(self) -> AnswerBody:
        body = AnswerBody(self.rendering)
        body.link_asked.connect(self.link_asked)
        body.read_asked.connect(self._read_from)
        return body

    @Slot(object, int)
    def _read_from(self, view: object, at: int) -> None:
        if self.view.state != "streaming":
            self.read_asked.emit(self.id, view, at)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────
    def _begin(self) -> None:
        self.row.hide()
        self._wait()
        for part in self.view.parts:
            if isinstance(part, PlanPart):
                self.show_plan(part.steps)
            if isinstance(part, TextPart | ThoughtPart):
                self.add_text(part.text, isinstance(part, ThoughtPart))

    def _wait(self) -> None:
        self._waiting = WaitingView(self.rendering)
        self._thoughts.addWidget(self._waiting)

    def _show_whole(self) -> None:
        for part in self.view.parts:
            if isinstance(part, ThoughtPart):
                self._thoughts_view().show_whole(part.text)
            elif isinstance(part, PlanPart):
                self.show_plan(part.steps)
            elif isinstance(part, NoticePart):
                self.show_notice(part.text)
            elif isinstance(part, SourcesPart):
                self.show_sources(part)
        self.body.show_whole(plain_text(self.view.parts))
        self._show_end("", "", ())

    def _show_end(self, error: str, hint: str, choices: tuple[Choice, ...]) -> None:
        self.row.buttons["details"].setToolTip(figures(self.view.stats) or "Details")
        words = error or _ENDS.get(self.view.state, "")
        if not words:
            return
        level: Level = "danger" if self.view.state == "failed" else "info"
        if not error and not hint and self.view.state in ("interrupted", "failed"):
            hint, choices = "Nothing you wrote is lost.", (_AGAIN,)
        self._end = NoticeView(self.rendering, words, hint, choices, level)
        self._add_notice(self._end)

    def _add_notice(self, notice: NoticeView) -> None:
        notice.choice_made.connect(self._choose)
        self._notices.addWidget(notice)

    def _thoughts_view(self) -> ThoughtView:
        if self._thought is None:
            self._thought = ThoughtView(self.rendering)
            self._thoughts.addWidget(self._thought)
        return self._thought

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._thoughts.removeWidget(self._waiting)
            self._waiting.hide()
            self._waiting.deleteLater()
            self._waiting = None

    def _replace_body(self, text: str) -> None:
        old, self.body = self.body, self._new_body()
        self.column.replaceWidget(old, self.body)
        old.hide()
        old.deleteLater()
        self.body.show_whole(text)

    def _drop_prompt(self) -> None:
        if self.prompt is not None:
            self._thoughts.removeWidget(self.prompt)
            self.prompt.hide()
            self.prompt.deleteLater()
            self.prompt = None

    @Slot(str)
    def _chosen(self, specialist: str) -> None:
        self._drop_prompt()
        self._wait()
        self.specialist_chosen.emit(self.id, specialist)

    @Slot(str)
    def _choose(self, action: str) -> None:
        if action == _AGAIN.action:
            self.regenerate_asked.emit(self.id)
        else:
            self.choice_made.emit(self.id, action)

    @Slot()
    def _ask_why(self) -> None:
        self.why_asked.emit(self.id)


def figures(stats: TurnStats) -> str:
    """The numbers of an answer for people: `120 tokens · 14.2 tokens/s · first word after 0.8 s`."""
    said = []
    if stats.written_tokens:
        said.append(f"{stats.written_tokens:,} tokens")
    if stats.tokens_per_second:
        said.append(f"{stats.tokens_per_second:.1f} tokens/s")
    if stats.seconds_to_first_token:
        said.append(f"first word after {stats.seconds_to_first_token:.1f} s")
    return " · ".join(said)
