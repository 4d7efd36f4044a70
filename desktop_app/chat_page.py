"""The chat: title, who answers, the transcript, the composer, and what the person asks of a message.

It turns clicks into commands and events into calls of the transcript; what is shown is decided by the view state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.catalogue_state import MODEL
from desktop_app.chat_choices import ChatChoices
from desktop_app.chat_routing import ChatRouting
from desktop_app.chat_speech import ChatSpeech
from desktop_app.composer import Composer
from desktop_app.context_meter import ContextMeter
from desktop_app.controls import IconButton, label
from desktop_app.desk import Desk, new_id
from desktop_app.first_start import FirstStart
from desktop_app.model_words import why_not_usable
from desktop_app.page_header import PageHeader
from desktop_app.routing_words import sure_in_words
from desktop_app.shown import Notice, Shown
from desktop_app.specialist_picker import SpecialistPicker
from desktop_app.welcome import Welcome
from desktop_app.words import title_of
from router import messages as m
from router.parts import AttachmentPart, plain_text
from router.views import Choice

if TYPE_CHECKING:
    from desktop_app.transcript import Transcript

Overflow = Literal["refuse", "head", "tail"]
COLUMN_EM = 46              # the reading column is at most this wide
OPENING_IS_SLOW = 300       # ms


class ChatPage(QWidget):
    """Signals: new_chat_asked(temporary), page_asked(name), settings_asked(specialist), noticed(), menu_asked(menu),
    talk_asked(), sounds_given(paths)."""

    new_chat_asked = Signal(bool)
    page_asked = Signal(str)
    settings_asked = Signal(str)
    noticed = Signal()
    menu_asked = Signal(QMenu)
    talk_asked = Signal()
    sounds_given = Signal(list)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._on_show: list[str] = []
        self._waiting: tuple[str, tuple[AttachmentPart, ...]] | None = None
        self._draft_restored = False
        theme, icons = desk.theme, desk.icons
        self.picker = SpecialistPicker(theme, icons)
        self.picker.picked.connect(self.pick)
        self.picker.refused.connect(self._cannot_pick)
        self.meter = ContextMeter(theme)
        self.not_saved: QLabel = label("Not saved", "warning", wrap=False)
        self.not_saved.hide()
        self.temporary = IconButton("temporary", "Temporary chat, never saved", theme, icons)
        self.temporary.setCheckable(True)
        self.temporary.clicked.connect(lambda checked: self.new_chat_asked.emit(checked))
        self.more = IconButton("more", "More about this chat", theme, icons)
        self.header = PageHeader("New chat", theme, icons,
                                 (self.not_saved, self.picker, self.meter, self.temporary, self.more))
        self._transcript: Transcript | None = None
        self.welcome = Welcome()
        self.first_start: FirstStart | None = None
        self.middle = QStackedWidget()
        self.middle.addWidget(self.welcome)
        self.composer = Composer(theme, icons)
        self.speech = ChatSpeech(desk, self.composer)
        self.reading, self.reading_bar = self.speech.reading, self.speech.reading_bar
        self.dictation = self.speech.dictation
        self.choices = ChatChoices(desk, self)
        self.routing = ChatRouting(desk, self)
        self._connect()
        self._slow = QTimer(self, singleShot=True, interval=OPENING_IS_SLOW)
        self._slow.timeout.connect(self._show_opening)
        self._lay_out()
        theme.changed.connect(self._fit)
        self._fit()

    @property
    def transcript(self) -> Transcript:
        """The messages. Made when first needed: what renders Markdown would double the time to the first paint."""
        if self._transcript is None:
            from desktop_app.transcript import Transcript
            self._transcript = Transcript(self._desk.theme, self._desk.icons)
            self._transcript.setAccessibleName("Messages")
            self._connect_transcript(self._transcript)
            self.middle.addWidget(self._transcript)
            self._tell_skills()
        return self._transcript

    def _connect_transcript(self, shown: Transcript) -> None:
        shown.regenerate_asked.connect(lambda message: self.regenerate(message))
        shown.edit_asked.connect(self.edit)
        shown.delete_asked.connect(lambda message: self._send(m.DeleteMessage(self._desk.state.conversation, message)))
        shown.sibling_asked.connect(lambda message: self._send(m.ChooseSibling(self._desk.state.conversation, message)))
        shown.why_asked.connect(self.routing.why)
        shown.choice_made.connect(self.choices.make)
        shown.specialist_chosen.connect(self.routing.choose)
        shown.plan_changed.connect(self.routing.change_plan)
        shown.load_more_asked.connect(self._load_more)
        from desktop_app.reading_marks import ReadingMarks
        marks = ReadingMarks(shown, self._desk.theme)
        self.reading.sounding.connect(marks.mark)
        shown.read_asked.connect(lambda message, view, at: self.reading.read(message, marks.place(message, view, at))
                                 if view is not None else self.reading.read_or_stop(message))

    def _connect(self) -> None:
        self.composer.asked.connect(self.ask)
        self.composer.stop_asked.connect(self.stop)
        self.composer.draft_changed.connect(self._save_draft)
        self.composer.edit_last_asked.connect(self.edit_last)
        self.composer.could_not.connect(self._say)
        self.composer.talk_asked.connect(self.talk_asked)
        self.composer.sounds_given.connect(self.sounds_given)
        self.speech.models_asked.connect(lambda: self.page_asked.emit("discover"))
        self.speech.settings_asked.connect(lambda: self.page_asked.emit("settings"))

    def _lay_out(self) -> None:
        self._centred = QWidget()
        centred = QVBoxLayout(self._centred)
        centred.setContentsMargins(0, 0, 0, 0)
        centred.setSpacing(8)
        centred.addWidget(self.speech)
        centred.addWidget(self.composer)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 16)
        foot.addStretch(1)
        foot.addWidget(self._centred, 1000)
        foot.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.middle, 1)
        whole.addLayout(foot)

    def _fit(self) -> None:
        self._centred.setMaximumWidth(round(self._desk.theme.em * COLUMN_EM))

    def _send(self, command: m.Command) -> None:
        self._desk.send(command)

    def _say(self, text: str, hint: str = "") -> None:
        self._desk.state.notices.append(Notice(text, hint, level="warning"))
        self.noticed.emit()

    # ── what happened ──────────────────────────────────────────────────────────────────────────────────────
    def take(self, event: object, changed: Shown) -> None:
        """Show an event the view state has taken in."""
        state = self._desk.state
        self.speech.take(event)
        if isinstance(event, m.TextAdded):
            turn = state.turns.get(event.turn)
            if turn is not None and turn.conversation == state.conversation:
                self.transcript.add_text(event.message, event.text, event.thought)
            return
        if changed & Shown.CONVERSATION:
            self.show_conversation()
        if changed & Shown.MESSAGES:
            self._show_messages(event)
        self._take_turn_event(event)
        if changed & (Shown.TURN | Shown.CONVERSATIONS | Shown.MESSAGES):
            self._show_head()
        if changed & Shown.SPECIALISTS:
            self._show_specialists()
        if changed & Shown.INSTALLS:
            self.speech.show_installs()
            if self.first_start is not None:
                self.first_start.show_now()
        if changed & Shown.UNSENT and (ask := state.take_unsent()) is not None:
            self.composer.put(ask.text, ask.attachments)
        if changed & Shown.PREFERENCES:
            self._take_preferences()

    def _take_turn_event(self, event: object) -> None:
        state = self._desk.state
        if isinstance(event, m.PlanMoved):
            self.transcript.show_plan(event.message, event.steps)
        if isinstance(event, m.TurnFinished):
            answer = state.message(event.message)
            if answer is not None and event.conversation == state.conversation:
                self.transcript.finish(answer, event.error, event.hint, event.choices)
            self.routing.turn_finished(event.conversation)
            return
        turn = state.turns.get(getattr(event, "turn", ""))
        if turn is None or turn.conversation != state.conversation:
            return
        if isinstance(event, m.Routed):
            view = state.specialists.get(event.specialist)
            skill = view.skills[0] if view and view.skills else ""
            self.transcript.set_specialist(turn.answer.id, event.name, skill, event.why,
                                           sure_in_words(turn.answer.routing))
        elif isinstance(event, m.ChoiceNeeded):
            self.routing.show_choice()
        elif isinstance(event, m.PromptRead):
            self.transcript.reading(turn.answer.id, event.done, event.total)
        elif isinstance(event, m.Noticed):
            self.transcript.show_notice(event.text, event.hint, event.choices, turn.answer.id,
                                        event.level == "warning")

    def _show_messages(self, event: object) -> None:
        state = self._desk.state
        ids = [each.id for each in state.messages]
        if isinstance(event, m.ConversationOpened) and event.placed == "before":
            self.transcript.prepend(tuple(state.messages[:len(event.messages)]), state.more_before)
        elif isinstance(event, m.ConversationOpened) and event.placed == "after":
            self.transcript.append(tuple(state.messages[len(ids) - len(event.messages):]), state.more_after)
        elif isinstance(event, m.TurnStarted) and ids[:len(self._on_show)] == self._on_show:
            for message in state.messages[len(self._on_show):]:
                self.transcript.add_message(message)
        else:
            self.transcript.show_messages(tuple(state.messages), state.more_before, state.more_after, state.around)
        self._on_show = ids
        self._show_middle()
        self.routing.show_choice()

    def _show_middle(self) -> None:
        """The messages; without any, what this page is for."""
        if self._desk.state.messages:
            self.middle.setCurrentWidget(self.transcript)
        else:
            self.middle.setCurrentWidget(self.first_start or self.welcome)

    def show_conversation(self) -> None:
        """Another conversation, or a new chat, has come on show."""
        state = self._desk.state
        self._slow.stop()
        self.dictation.drop()
        if not isinstance(self._desk.state.asked.get(state.awaited), m.Ask):
            draft = state.current.draft if state.current else self._new_draft()
            if not state.running:
                self.composer.put(draft)
        self.welcome.show_for(temporary=state.is_temporary)
        if not state.conversation:
            self._on_show = []
        self._show_middle()
        self._show_head()
        self.composer.edit.setFocus()

    def begin_opening(self) -> None:
        """A conversation has been asked for; say so when that takes long."""
        self.composer.save_draft_now()
        self._slow.start()

    def _show_opening(self) -> None:
        if self._desk.state.opening:
            self.welcome.show_for(temporary=False, opening=True)
            self.middle.setCurrentWidget(self.welcome)

    def _show_head(self) -> None:
        state = self._desk.state
        self.header.title.set_whole(title_of(state.current) if not state.is_temporary else "Temporary chat")
        self.not_saved.setVisible(state.is_temporary)
        self.temporary.setVisible(not state.conversation)
        self.temporary.setChecked(state.is_temporary)
        self.more.setVisible(bool(state.conversation) and not state.is_temporary)
        self.composer.set_busy(state.busy)
        self.meter.show_use(state.context_use())
        picked = state.current.specialist if state.current else self.choices.picked
        self.picker.show_specialists(state.usable(), picked, tuple(state.unsound()))

    def _show_specialists(self) -> None:
        state = self._desk.state
        self._tell_skills()
        starter = state.starter()
        if state.first_start and self.first_start is None and starter is not None:
            self.first_start = FirstStart(self._desk, starter)
            self.first_start.models_asked.connect(lambda: self.page_asked.emit("discover"))
            self.middle.addWidget(self.first_start)
            self._show_middle()
        elif not state.first_start and self.first_start is not None:
            self.middle.removeWidget(self.first_start)
            self.first_start.deleteLater()
            self.first_start = None
            self._show_middle()
            self.composer.edit.setFocus()
        if self.first_start is not None:
            self.first_start.show_now()
            self.first_start.show_kept(self._waiting[0] if self._waiting else "")
        if self._waiting is not None and state.usable():
            (text, attachments), self._waiting = self._waiting, None
            self.ask(text, attachments, "")
        self._show_head()

    def _tell_skills(self) -> None:
        if self._transcript is not None:
            views = self._desk.state.specialists.values()
            self._transcript.set_skills({each.id: each.skills[0] for each in views if each.skills})

    # ── what the person does ───────────────────────────────────────────────────────────────────────────────
    def ask(self, text: str, attachments: tuple[AttachmentPart, ...], edited: str) -> None:
        """Ask, here and now; before a specialist is installed, keep the question until then."""
        state = self._desk.state
        self.dictation.drop()
        if not state.usable() and not state.turns:
            earlier = self._waiting or ("", ())
            self._waiting = ("\n\n".join(filter(None, (earlier[0], text))), earlier[1] + attachments)
            self._save_draft(self._waiting[0])
            if self.first_start is not None:
                self.first_start.show_kept(self._waiting[0])
            return
        self._save_draft("")
        picked = "" if state.conversation else self.choices.picked
        self._send(m.Ask(new_id(), text, state.conversation, state.is_temporary, edited, picked, attachments))
        self._show_head()

    def regenerate(self, message: str, specialist: str = "", overflow: Overflow = "refuse") -> None:
        """Answer again, as another version."""
        if not self._desk.state.busy:
            here = self._desk.state.conversation
            self._send(m.Regenerate(new_id(), here, message, specialist, overflow=overflow))
            self._show_head()

    def stop(self) -> bool:
        """Stop the answer being written here; False when there is none."""
        state = self._desk.state
        turn = state.running.id if state.running else state.awaited if state.awaited in state.asked else ""
        if turn:
            self._send(m.Stop(turn))
        return bool(turn)

    def edit(self, message: str, text: str) -> None:
        """Put a message of the person into the composer, to be asked in other words."""
        view = self._desk.state.message(message)
        attached = tuple(part for part in view.parts if isinstance(part, AttachmentPart)) if view else ()
        self.composer.begin_edit(message, text, attached)

    def edit_last(self) -> None:
        """The same for the last message."""
        message = self._desk.state.last("user")
        if message is not None and not self._desk.state.busy:
            self.edit(message.id, plain_text(message.parts))

    def pick(self, specialist: str) -> None:
        """Who answers in this chat from now on; empty for whom the router chooses."""
        if self._desk.state.conversation:
            self._send(m.PickSpecialist(self._desk.state.conversation, specialist))
        else:
            self.choices.picked = specialist
            self._show_head()

    def _cannot_pick(self, specialist: str) -> None:
        """Why it is not asked, and where more can be done about it."""
        state = self._desk.state
        view = state.specialists[specialist]
        state.notices.append(Notice(f"{view.name} cannot be used. {why_not_usable(view)}", "",
                                    (Choice("Look at it", MODEL + specialist),), "warning"))
        self.noticed.emit()

    def _load_more(self, where: str) -> None:
        state = self._desk.state
        if state.messages and state.conversation:
            before = state.messages[0].id if where == "before" else ""
            after = state.messages[-1].id if where == "after" else ""
            self._send(m.OpenConversation(state.conversation, before=before, after=after))

    # ── drafts ─────────────────────────────────────────────────────────────────────────────────────────────
    def _save_draft(self, text: str) -> None:
        state = self._desk.state
        if state.is_temporary or self.composer.edited:
            return
        if state.conversation:
            self._send(m.SaveDraft(state.conversation, text))
        elif text != self._new_draft():
            state.preferences["draft"] = text
            self._send(m.ChangePreference("draft", text))

    def _new_draft(self) -> str:
        state = self._desk.state
        return "" if state.is_temporary else state.preferences.get("draft", "")

    def _take_preferences(self) -> None:
        state = self._desk.state
        self.composer.edit.enter_sends = state.preferences.get("enter", "send") == "send"
        if not self._draft_restored:
            self._draft_restored = True
            if not state.conversation and not self.composer.text and self._new_draft():
                self.composer.put(self._new_draft())
