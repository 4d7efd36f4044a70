"""What the window shows, as plain Python: `apply(event)` takes in what happened and says which parts changed.

It knows no Qt and no router beyond its messages; widgets read it and never keep a second copy of what it holds.
Commands that matter for what is shown next (a question on its way) are told to it through `sent`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from desktop_app.catalogue_state import CatalogueState
from desktop_app.fleet_state import FleetState
from desktop_app.hub_state import HubState
from desktop_app.shown import Notice, Shown, Turn, Undo
from desktop_app.storage_state import StorageState
from router import messages as m
from router.parts import SourcesPart
from router.views import Check, ConversationView, FolderView, MessageView, Routing, SearchHit, TurnStats

TITLE = 60          # characters of a title within a sentence
ALSO_HOUSEKEEPING = (m.InstallMoved, m.InstallPaused, m.ModelChecked)
ENDED = {"stopped": "stopped", "failed": "failed"}


class ViewState(CatalogueState):
    """All that is on show, and what is on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.conversations: dict[str, ConversationView] = {}
        self.folders: dict[str, FolderView] = {}
        self.listed = False
        self.current: ConversationView | None = None
        self.opening = ""
        self.around = ""
        self.temporary = False
        self.messages: list[MessageView] = []
        self.more_before = False
        self.more_after = False
        self.turns: dict[str, Turn] = {}
        self.asked: dict[str, m.Ask | m.Regenerate] = {}
        self.awaited = ""
        self.unsent: m.Ask | None = None
        self.search_text = ""
        self.hits: tuple[SearchHit, ...] = ()
        self.preferences: dict[str, str] = {}
        self.undo: list[Undo] = []
        self.checks: tuple[Check, ...] | None = None
        self.fleet = FleetState(self.undo, self.name_of)
        self.hub = HubState()
        self.storage = StorageState(self.notices)
        self._takers: dict[type, Callable[[Any], Shown]] = {
            m.TurnStarted: self._turn_started, m.Routed: self._routed, m.ChoiceNeeded: self._choice_needed,
            m.PlanMoved: self._plan_moved, m.AnswerCited: self._answer_cited,
            m.PromptRead: self._prompt_read, m.TextAdded: self._text_added, m.Noticed: self._noticed,
            m.TurnFinished: self._turn_finished, m.ConversationsListed: self._conversations_listed,
            m.ConversationOpened: self._conversation_opened, m.ConversationChanged: self._conversation_changed,
            m.ConversationDeleted: self._conversation_deleted, m.MessageDeleted: self._message_deleted,
            m.SearchFound: self._search_found, m.Exported: self._exported, m.Imported: self._imported,
            m.PreferencesRead: self._preferences_read,
            m.Diagnosed: self._diagnosed, m.WindowRaised: lambda _: Shown.RAISED, m.Refused: self._refused,
            **self.catalogue_takers(), **self.fleet.takers, **self.hub.takers, **self.storage.takers,
        }

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────
    @property
    def conversation(self) -> str:
        """The id of the conversation on show; empty for a new chat."""
        return self.current.id if self.current else ""

    @property
    def is_temporary(self) -> bool:
        """The chat on show is never written to disk."""
        return self.current.temporary if self.current else self.temporary

    @property
    def running(self) -> Turn | None:
        """The turn that is writing into the conversation on show."""
        here = self.conversation
        return next((turn for turn in self.turns.values() if here and turn.conversation == here), None)

    @property
    def busy(self) -> bool:
        """A question from this page is on its way or being answered."""
        return self.running is not None or self.awaited in self.asked

    def message(self, message: str) -> MessageView | None:
        """A message on show."""
        return next((each for each in reversed(self.messages) if each.id == message), None)

    def last(self, role: str) -> MessageView | None:
        """The last message of `user` or `assistant` on show."""
        return next((each for each in reversed(self.messages) if each.role == role), None)

    def context_use(self) -> TurnStats:
        """Tokens of the newest answer that has numbers; while one is being written, what has been read for it."""
        known = next((each.stats for each in reversed(self.messages) if each.stats.context), TurnStats())
        turn = self.running
        if turn is None or turn.read is None:
            return known
        return replace(known, prompt_tokens=turn.read.total, written_tokens=len(turn.said) + len(turn.thought))

    # ── doing ─────────────────────────────────────────────────────────────────────────────────────────────
    def sent(self, command: m.Command) -> Shown:
        """A command went to the router; remember what its events will be compared with. What is shown of it already."""
        if isinstance(command, m.Ask | m.Regenerate):
            self.asked[command.turn] = command
            if command.conversation == self.conversation:
                self.awaited = command.turn
        elif isinstance(command, m.ChooseSpecialist) and command.turn in self.turns:
            self.turns[command.turn].choice = None
        elif isinstance(command, m.OpenConversation) and not (command.before or command.after):
            self.opening, self.around, self.awaited = command.conversation, command.around, ""
        elif isinstance(command, m.Install | m.UpdateModel):
            return self.queue.sent(command)
        else:
            return self.hub.sent(command) | self.storage.sent(command)
        return Shown.NOTHING

    def show_new_chat(self, temporary: bool = False) -> Shown:
        """An empty page; the conversation begins with the first question."""
        self.current, self.temporary, self.messages = None, temporary, []
        self.more_before = self.more_after = False
        self.opening = self.around = self.awaited = ""
        return Shown.CONVERSATION | Shown.MESSAGES | Shown.TURN

    def take_unsent(self) -> m.Ask | None:
        """The question that never reached the disk, to be put back into the composer; once."""
        ask, self.unsent = self.unsent, None
        return ask

    def dismiss_notice(self) -> Shown:
        """The newest notice has been read."""
        if self.notices:
            self.notices.pop()
        return Shown.NOTICES

    def apply(self, event: object) -> Shown:
        """Take in an event; which parts of the window have changed. Unknown events change nothing."""
        taker = self._takers.get(type(event))
        answered = self.storage.answered(event) if isinstance(event, ALSO_HOUSEKEEPING) else Shown.NOTHING
        return (taker(event) if taker else Shown.NOTHING) | answered

    # ── turns ─────────────────────────────────────────────────────────────────────────────────────────────
    def _turn_started(self, event: m.TurnStarted) -> Shown:
        self.asked.pop(event.turn, None)
        turn = Turn(event.turn, event.conversation, event.answer, kept=event.answer.parts)
        self.turns[event.turn] = turn
        changed = Shown.TURN
        if event.turn == self.awaited and self.conversation != event.conversation:
            known = self.conversations.get(event.conversation)
            self.current = known or ConversationView(event.conversation, "", temporary=event.temporary,
                                                     changed=event.question.created)
            changed |= Shown.CONVERSATION
        if self.conversation != event.conversation:
            return changed
        self.awaited = ""
        self._cut_after(event.question)
        if not any(each.id == event.question.id for each in self.messages[-1:]):
            self.messages.append(event.question)
        self.messages.append(event.answer)
        return changed | Shown.MESSAGES

    def _cut_after(self, question: MessageView) -> None:
        """A regenerated or edited message begins a new branch: what followed the old one leaves the page."""
        for position, message in enumerate(self.messages):
            if message.id == question.id:
                self.messages[position:] = [question]
                return
            if message.parent == question.parent:
                del self.messages[position:]
                return

    def _routed(self, event: m.Routed) -> Shown:
        turn = self.turns.get(event.turn)
        if turn is None:
            return Shown.NOTHING
        turn.choice = None
        routing = event.routing if event.routing != Routing() else Routing(event.layer, event.confidence)
        turn.answer = replace(turn.answer, specialist=event.specialist, specialist_name=event.name,
                              why=event.why, routing=routing)
        self._replace_message(turn.answer)
        return Shown.TURN

    def _choice_needed(self, event: m.ChoiceNeeded) -> Shown:
        turn = self.turns.get(event.turn)
        if turn is None:
            return Shown.NOTHING
        turn.choice = event
        return Shown.TURN

    def _plan_moved(self, event: m.PlanMoved) -> Shown:
        turn = self.turns.get(event.turn)
        if turn is None:
            return Shown.NOTHING
        turn.plan = event.steps
        return Shown.TURN

    def _answer_cited(self, event: m.AnswerCited) -> Shown:
        turn = self.turns.get(event.turn)
        if turn is not None:            # what was checked takes the place of what was streamed
            turn.said, turn.sources = [event.text], SourcesPart(event.sources, event.citations)
        return Shown.NOTHING

    def _prompt_read(self, event: m.PromptRead) -> Shown:
        turn = self.turns.get(event.turn)
        if turn is None:
            return Shown.NOTHING
        turn.read = event
        return Shown.TURN

    def _text_added(self, event: m.TextAdded) -> Shown:
        turn = self.turns.get(event.turn)
        if turn is None:
            return Shown.NOTHING
        (turn.thought if event.thought else turn.said).append(event.text)
        return Shown.TEXT

    def _turn_finished(self, event: m.TurnFinished) -> Shown:
        asked, turn = self.asked.pop(event.turn, None), self.turns.pop(event.turn, None)
        changed = Shown.TURN
        if event.turn == self.awaited:
            self.awaited = ""
        if turn is None:
            if event.reason == "failed":
                self.notices.append(Notice(event.error, event.hint, event.choices, "warning"))
                changed |= Shown.NOTICES
                if isinstance(asked, m.Ask):
                    self.unsent = asked
                    changed |= Shown.UNSENT
            return changed
        if event.text and not turn.said:
            turn.said.append(event.text)
        finished: Any = ENDED.get(event.reason, "complete")
        turn.answer = replace(turn.answer, parts=turn.parts(), state=finished, stats=event.stats)
        self._replace_message(turn.answer)
        return changed

    def _noticed(self, event: m.Noticed) -> Shown:
        if event.turn in self.turns:
            return Shown.TURN
        self.notices.append(Notice(event.text, event.hint, event.choices, event.level))
        return Shown.NOTICES

    def _replace_message(self, view: MessageView) -> None:
        for position in range(len(self.messages) - 1, -1, -1):
            if self.messages[position].id == view.id:
                self.messages[position] = view
                return

    # ── conversations ─────────────────────────────────────────────────────────────────────────────────────
    def _conversations_listed(self, event: m.ConversationsListed) -> Shown:
        self.conversations = {each.id: each for each in event.conversations}
        self.folders = {each.id: each for each in event.folders}
        self.listed = True
        return Shown.CONVERSATIONS

    def _conversation_opened(self, event: m.ConversationOpened) -> Shown:
        ours = event.conversation.id
        changed = Shown.NOTHING
        if not event.conversation.temporary:
            self.conversations[ours] = event.conversation
            changed |= Shown.CONVERSATIONS
        if self.opening and ours == self.opening:
            self.opening = ""
            changed |= Shown.CONVERSATION
        elif ours != self.conversation:
            return changed
        self.current = event.conversation
        live = {turn.answer.id: turn for turn in self.turns.values()}
        fresh = [live[each.id].as_it_stands(each) if each.id in live else each for each in event.messages]
        if event.placed == "before":
            self.messages[:0], self.more_before = fresh, event.more_before
        elif event.placed == "after":
            self.messages += fresh
            self.more_after = event.more_after
        else:
            self.messages = fresh
            self.more_before, self.more_after = event.more_before, event.more_after
        return changed | Shown.MESSAGES | Shown.TURN

    def _conversation_changed(self, event: m.ConversationChanged) -> Shown:
        view = event.conversation
        changed = Shown.CONVERSATIONS
        if not view.temporary:
            self.conversations[view.id] = view
        if view.id == self.conversation and view != self.current:
            self.current = view
            changed |= Shown.TURN
        return changed

    def _conversation_deleted(self, event: m.ConversationDeleted) -> Shown:
        self.conversations.pop(event.conversation, None)
        title = event.title if len(event.title) <= TITLE else f"{event.title[:TITLE - 1]}…"
        self.undo.append(Undo(f"“{title or 'New chat'}” was deleted",
                              m.RestoreConversation(event.conversation)))
        changed = Shown.CONVERSATIONS | Shown.UNDO
        return changed | self.show_new_chat() if event.conversation == self.conversation else changed

    def _message_deleted(self, event: m.MessageDeleted) -> Shown:
        self.undo.append(Undo("The message and what followed it were deleted",
                              m.RestoreMessage(event.conversation, event.message)))
        return Shown.UNDO

    def _search_found(self, event: m.SearchFound) -> Shown:
        self.search_text, self.hits = event.text, event.hits
        return Shown.SEARCH

    def _exported(self, event: m.Exported) -> Shown:
        self.notices.append(Notice(f"{event.messages} messages were saved to {event.path}."))
        return Shown.NOTICES

    def _imported(self, event: m.Imported) -> Shown:
        chats = len(event.conversations)
        chats_in_words = f"{chats} conversation{'' if chats == 1 else 's'}"
        self.notices.append(Notice(f"{chats_in_words} with {event.messages} messages were imported."))
        return Shown.NOTICES

    # ── the program ───────────────────────────────────────────────────────────────────────
    def _preferences_read(self, event: m.PreferencesRead) -> Shown:
        self.preferences = dict(event.preferences)
        return Shown.PREFERENCES

    def _diagnosed(self, event: m.Diagnosed) -> Shown:
        self.checks = event.checks
        return Shown.CHECKS

    def _refused(self, event: m.Refused) -> Shown:
        if self.queue.refused(event):
            return Shown.INSTALLS
        for part in (self.fleet, self.hub, self.storage):
            if in_its_place := part.refused(event):
                return in_its_place
        changed = Shown.NOTICES
        self.notices.append(Notice(event.text, event.hint, (), "warning", event.subject))
        if event.request == self.opening and self.opening:
            self.opening = ""
        asked = self.asked.pop(event.request, None)
        if asked is not None:
            self.awaited = "" if self.awaited == event.request else self.awaited
            changed |= Shown.TURN
            if isinstance(asked, m.Ask):
                self.unsent = asked
                changed |= Shown.UNSENT
        return changed
