"""What the person asks of the router in a chat: why this one, another one instead, and whom when it asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.desk import Desk, new_id
from router import messages as m

if TYPE_CHECKING:
    from desktop_app.chat_page import ChatPage


class ChatRouting(QObject):
    """Turns what is asked of the card and of the choice into commands."""

    def __init__(self, desk: Desk, page: ChatPage) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._after_stop: tuple[str, str, str] | None = None        # conversation, message, specialist

    def why(self, message: str) -> None:
        """Open the card about an answer, below its chip."""
        from desktop_app.why_card import WhyCard
        answer = self._desk.state.message(message)
        if answer is not None:
            card = WhyCard(answer, self._desk, self._page)
            card.ask_instead.connect(self.ask_instead)
            place = self._page.transcript.place_of_chip(message)
            card.open_near(place or self._page.mapToGlobal(self._page.middle.geometry().topLeft()))

    def ask_instead(self, message: str, specialist: str) -> None:
        """Answer again with another specialist, and remember that requests like this belong to it.

        An answer that is still being written is stopped first. A temporary chat teaches nothing.
        """
        state = self._desk.state
        if state.busy:
            self._after_stop = (state.conversation, message, specialist)
            self._page.stop()
        else:
            self._page.regenerate(message, specialist)
        if not state.is_temporary:
            self._desk.send(m.CorrectRouting(message, specialist))

    def show_choice(self) -> None:
        """The turn on show may wait for the person: let them choose. Who is writing meanwhile goes on writing."""
        turn = self._desk.state.running
        if turn is None or turn.choice is None:
            return
        prompt = self._page.transcript.ask_who(turn.answer.id, turn.choice.candidates, turn.choice.why)
        composer, focus = self._page.composer, self._page.window().focusWidget()
        if prompt is not None and not composer.text and focus in (None, composer.edit, composer.send_button):
            prompt.take_focus()

    def choose(self, message: str, specialist: str) -> None:
        """The person has chosen who answers."""
        turn = self._desk.state.running
        if turn is not None and turn.answer.id == message:
            self._desk.send(m.ChooseSpecialist(turn.id, specialist))
        self._page.composer.edit.setFocus()

    def change_plan(self, message: str, steps: tuple[str, ...]) -> None:
        """The person wants other steps in place of those that wait."""
        turn = self._desk.state.running
        if turn is not None and turn.answer.id == message:
            self._desk.send(m.ChangePlan(turn.id, steps))

    def turn_finished(self, conversation: str) -> None:
        """The answer that had to be stopped is over: ask the other one, whatever is on show by now."""
        if self._after_stop is not None and self._after_stop[0] == conversation:
            (_, message, specialist), self._after_stop = self._after_stop, None
            self._desk.send(m.Regenerate(new_id(), conversation, message, specialist))
