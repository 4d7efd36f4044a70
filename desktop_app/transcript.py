"""The conversation as one scrolling column of messages.

It is told what to show and says what the person asked for; it sends no commands. Of a long conversation only a window
of messages are widgets: those far from what is being read are dropped and made again when they come near.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QTextEdit, QVBoxLayout, QWidget

from desktop_app.answer_message import AnswerMessage
from desktop_app.choice_prompt import ChoicePrompt
from desktop_app.find_bar import FindBar, Match
from desktop_app.icons import Icons
from desktop_app.link_dialog import offer_link
from desktop_app.message_column import MessageColumn
from desktop_app.message_frame import MessageFrame
from desktop_app.notice_view import NoticeView
from desktop_app.person_message import PersonMessage
from desktop_app.rendering import Rendering
from desktop_app.routing_words import sure_in_words
from desktop_app.theme import Theme
from router.parts import PlanStep
from router.views import CandidateView, Choice, MessageView

WINDOW = 60             # messages that are widgets when a conversation is opened
_MOST_WIDGETS = 120
_MORE = 20              # messages made at a time when the edge comes near
_SLICE = 0.03           # seconds of making messages at a time


class Transcript(QWidget):
    """Signals up: what the person asked of a message. Ids are message ids."""

    regenerate_asked = Signal(str)
    edit_asked = Signal(str, str)           # message id, its present text: put it into the composer
    delete_asked = Signal(str)
    sibling_asked = Signal(str)             # the id of the version to show
    why_asked = Signal(str)                 # "which specialist and why" of an answer
    choice_made = Signal(str, str)          # message id (or turn, as given to show_notice), Choice.action
    specialist_chosen = Signal(str, str)    # message id, who shall answer
    plan_changed = Signal(str, object)      # message id, what shall be done instead of the steps that wait
    read_asked = Signal(str, object, int)   # message id, view and place to read aloud from; None: all of it
    load_more_asked = Signal(str)           # "before" or "after"

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = Rendering(theme, icons)
        self._messages: list[MessageView] = []          # all that are loaded
        self._widgets: list[MessageFrame] = []          # of _messages[_first : _first + len(_widgets)]
        self._first = 0
        self._until = 0                                 # messages before this index and after _first are still to make
        self._more = {"before": False, "after": False}
        self._asked = ""
        self._skills: dict[str, str] = {}
        self._notices: list[NoticeView] = []
        self.column = MessageColumn(self._rendering)
        self.column.near_edge.connect(self._near_edge)
        self.column.stepped.connect(self._step)
        self.find_bar = FindBar(self._rendering, self._editors)
        self.find_bar.hide()
        self.find_bar.went_to.connect(self._show_match)
        self.find_bar.closed.connect(self._find_closed)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.column)
        self._empty: QWidget | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.find_bar)
        whole.addWidget(self._pages, 1)
        self._building = QTimer(self)
        self._building.setSingleShot(True)
        self._building.timeout.connect(self._build_some)
        self.destroyed.connect(self._rendering.close)

    # ── what to show ─────────────────────────────────────────────────────────────────────────────────────────────
    def show_messages(self, messages: tuple[MessageView, ...], more_before: bool = False, more_after: bool = False,
                      around: str = "") -> None:
        """Another conversation. Ends at the last message, or with `around` in view."""
        self._clear()
        self._messages = list(messages)
        self._more = {"before": more_before, "after": more_after}
        ids = [message.id for message in messages]
        if around in ids:
            place = ids.index(around)
            self._first = max(0, place - WINDOW // 2)
            self._make_after(WINDOW)
            found = self._widgets[place - self._first]
            self.column.hold(found)
            found.setFocus()
        else:
            self._first = len(messages)
            self._until = max(0, len(messages) - WINDOW)
            self.column.follow()
            self._build_some()
        self._show_page()

    def prepend(self, messages: tuple[MessageView, ...], more_before: bool) -> None:
        """Earlier messages, as asked for with `load_more_asked("before")`."""
        self._asked = ""
        self._build_all()
        known = {message.id for message in self._messages}
        fresh = [message for message in messages if message.id not in known]
        self._messages[:0] = fresh
        self._first += len(fresh)
        self._more["before"] = more_before
        self._make_before(_MORE)
        self._show_page()

    def append(self, messages: tuple[MessageView, ...], more_after: bool) -> None:
        """Later messages, as asked for with `load_more_asked("after")`."""
        self._asked = ""
        self._build_all()
        known = {message.id for message in self._messages}
        self._messages += [message for message in messages if message.id not in known]
        self._more["after"] = more_after
        self._make_after(_MORE)
        self._show_page()

    def add_message(self, view: MessageView) -> None:
        """A new message at the end (or its new state, when it is shown already)."""
        self._build_all()
        ids = [message.id for message in self._messages]
        if view.id in ids:
            self._messages[ids.index(view.id)] = view
            self._replace(view)
            return
        self._messages.append(view)
        if self._first + len(self._widgets) < len(self._messages) - 1:
            self.show_messages(tuple(self._messages), self._more["before"])     # the end was not in the window
            return
        self._insert(len(self._widgets), view)
        if view.role == "user":
            self.column.follow()
        self._trim("before")
        self._show_page()
        self.column.settle()

    def set_specialist(self, message: str, name: str, skill: str = "", why: str = "", sure: str = "") -> None:
        """Who answers, as soon as it is known."""
        answer = self._answer(message)
        if answer is not None:
            answer.set_specialist(name, skill, why, sure)

    def ask_who(self, message: str, candidates: tuple[CandidateView, ...], why: str) -> ChoicePrompt | None:
        """The person is to choose who answers, where the answer will be."""
        answer = self._answer(message)
        if answer is None:
            return None
        prompt = answer.ask_who(candidates, why)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(answer, prompt.accessibleName()))
        return prompt

    def show_plan(self, message: str, steps: tuple[PlanStep, ...]) -> None:
        """The steps in which an answer is given, as they are now; unknown ids are ignored."""
        answer = self._answer(message)
        if answer is not None:
            answer.show_plan(steps)
            self.column.something_new()

    def add_text(self, message: str, text: str, thought: bool = False) -> None:
        """More of an answer; unknown ids are ignored (its conversation is not the one that is shown)."""
        answer = self._answer(message)
        if answer is not None:
            answer.add_text(text, thought)
            self.column.something_new()

    def reading(self, message: str, done: int, total: int) -> None:
        """How many tokens of the prompt have been read."""
        answer = self._answer(message)
        if answer is not None:
            answer.reading(done, total)

    def finish(self, message: MessageView, error: str = "", hint: str = "", choices: tuple[Choice, ...] = ()) -> None:
        """The answer as it is now stored (state, stats); error, hint and choices when it failed."""
        for index, one in enumerate(self._messages):
            if one.id == message.id:
                self._messages[index] = message
        answer = self._answer(message.id)
        if answer is None:
            return
        answer.finish(message, error, hint, choices)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(answer, error or answer.accessibleName()))

    def show_notice(self, text: str, hint: str = "", choices: tuple[Choice, ...] = (), turn: str = "",
                    warning: bool = False) -> None:
        """A sentence under the answer whose id `turn` is, or at the end of the conversation."""
        answer = self._answer(turn)
        if answer is not None:
            answer.show_notice(text, hint, choices, "warning" if warning else "info")
            return
        notice = NoticeView(self._rendering, text, hint, choices, "warning" if warning else "info")
        notice.setObjectName(turn)
        notice.choice_made.connect(self._notice_choice)
        self._notices.append(notice)
        self.column.insert(len(self._widgets) + len(self._notices) - 1, notice)
        self._show_page()

    def set_skills(self, skills: dict[str, str]) -> None:
        """Specialist id → its first skill, for the colour of the chip's dot."""
        self._skills = dict(skills)
        for widget in self._widgets:
            if isinstance(widget, AnswerMessage) and widget.view.specialist in skills:
                view = widget.view
                widget.set_specialist(view.specialist_name or view.specialist, skills[view.specialist], view.why,
                                      sure_in_words(view.routing))

    def set_empty(self, widget: QWidget) -> None:
        """What to show while there is no message."""
        if self._pages.indexOf(widget) < 0:
            self._pages.addWidget(widget)
        self._empty = widget
        self._show_page()

    def find(self) -> None:     # type: ignore[override]
        """Open the find bar (Ctrl+F)."""
        self._build_all()
        self.find_bar.open()

    def place_of_chip(self, message: str) -> QPoint | None:
        """Where on the screen the chip of an answer ends below; None when the answer is no widget now."""
        answer = self._answer(message)
        return answer.chip_corner() if answer is not None else None

    @property
    def messages(self) -> list[MessageFrame]:
        """The messages that are widgets now, from top to bottom."""
        return list(self._widgets)

    @property
    def building(self) -> bool:
        """Whether messages of the window are still to be made."""
        return self._building.isActive()

    # ── making and dropping widgets ──────────────────────────────────────────────────────────────────────────────
    def _insert(self, index: int, view: MessageView) -> None:
        widget: MessageFrame
        if view.role == "user":
            widget = PersonMessage(self._rendering, view)
        else:
            widget = AnswerMessage(self._rendering, view, self._skills.get(view.specialist, ""))
        for signal, own in ((widget.regenerate_asked, self.regenerate_asked), (widget.edit_asked, self.edit_asked),
                            (widget.delete_asked, self.delete_asked), (widget.sibling_asked, self.sibling_asked),
                            (widget.why_asked, self.why_asked), (widget.choice_made, self.choice_made),
                            (widget.specialist_chosen, self.specialist_chosen),
                            (widget.plan_changed, self.plan_changed), (widget.read_asked, self.read_asked)):
            signal.connect(own)
        widget.link_asked.connect(self._link_asked)
        self._widgets.insert(index, widget)
        self.column.insert(index, widget)

    @Slot()
    def _build_some(self) -> None:
        """Messages from the end upwards, a slice at a time, so that the newest are there at once."""
        end = time.perf_counter() + _SLICE
        while self._first > self._until:
            self._first -= 1
            self._insert(0, self._messages[self._first])
            if time.perf_counter() > end:
                self._building.start(0)
                break
        self.column.settle()

    def _build_all(self) -> None:
        self._building.stop()
        while self._first > self._until:
            self._first -= 1
            self._insert(0, self._messages[self._first])

    def _make_before(self, count: int) -> None:
        for _ in range(min(count, self._first)):
            self._first -= 1
            self._insert(0, self._messages[self._first])
        self._until = self._first
        self._trim("after")
        self.column.settle()

    def _make_after(self, count: int) -> None:
        start = self._first + len(self._widgets)
        for view in self._messages[start : start + count]:
            self._insert(len(self._widgets), view)
        self._until = self._first
        self._trim("before")
        self.column.settle()

    def _trim(self, side: str) -> None:
        """Drop the farthest messages, but never one that is being written."""
        while len(self._widgets) > _MOST_WIDGETS:
            widget = self._widgets[0 if side == "before" else -1]
            if widget.view.state == "streaming":
                return
            self._widgets.remove(widget)
            self.column.remove(widget)
            if side == "before":
                self._first += 1
                self._until = self._first
        if side == "before":
            self.column.settle()

    def _replace(self, view: MessageView) -> None:
        for index, widget in enumerate(self._widgets):
            if widget.id == view.id:
                self._widgets.pop(index)
                self.column.remove(widget)
                self._insert(index, view)
                self.column.settle()
                return

    def _clear(self) -> None:
        self._building.stop()
        self._asked = ""
        for widget in (*self._widgets, *self._notices):
            self.column.remove(widget)
        self._widgets, self._notices, self._messages = [], [], []
        self._first = self._until = 0
        self.find_bar.close_bar()

    def _show_page(self) -> None:
        empty = self._empty is not None and not self._messages and not self._notices
        self._pages.setCurrentWidget(self._empty if empty and self._empty is not None else self.column)

    # ── looking things up ────────────────────────────────────────────────────────────────────────────────────────
    def _widget(self, message: str) -> MessageFrame | None:
        return next((widget for widget in reversed(self._widgets) if widget.id == message), None)

    def _answer(self, message: str) -> AnswerMessage | None:
        found = self._widget(message) if message else None
        return found if isinstance(found, AnswerMessage) else None

    def _editors(self) -> list[QTextEdit | QPlainTextEdit]:
        return [editor for widget in self._widgets for editor in widget.editors()]

    # ── what the person does ─────────────────────────────────────────────────────────────────────────────────────
    @Slot(str)
    def _near_edge(self, direction: str) -> None:
        if self._building.isActive():
            return
        if direction == "before" and self._first > 0:
            QTimer.singleShot(0, self, self._grow_before)
        elif direction == "after" and self._first + len(self._widgets) < len(self._messages):
            QTimer.singleShot(0, self, self._grow_after)
        elif self._more[direction] and self._asked != direction and self._messages:
            self._asked = direction
            self.load_more_asked.emit(direction)

    @Slot()
    def _grow_before(self) -> None:
        self._make_before(_MORE)

    @Slot()
    def _grow_after(self) -> None:
        self._make_after(_MORE)

    @Slot(int)
    def _step(self, by: int) -> None:
        """Focus the message before or after the one that has it."""
        focused = self.window().focusWidget()
        places = [index for index, widget in enumerate(self._widgets)
                  if widget is focused or (focused is not None and widget.isAncestorOf(focused))]
        if not self._widgets:
            return
        to = places[0] + by if places else len(self._widgets) - 1
        if 0 <= to < len(self._widgets):
            self._widgets[to].setFocus()
            self.column.reveal(self._widgets[to])

    @Slot(object)
    def _show_match(self, match: Match) -> None:
        box = match.editor.cursorRect(match.cursor)
        self.column.reveal(match.editor, box.top(), max(box.height(), 1))

    @Slot()
    def _find_closed(self) -> None:
        if self._widgets:
            self._widgets[-1].setFocus()

    @Slot(str)
    def _notice_choice(self, action: str) -> None:
        self.choice_made.emit(self.sender().objectName(), action)

    @Slot(str)
    def _link_asked(self, address: str) -> None:
        offer_link(self._rendering.theme, address, self)
