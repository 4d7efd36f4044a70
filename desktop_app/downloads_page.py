"""Downloads: the queue in its order, and how fast all of it together may go."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.choice_field import ChoiceField
from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.download_card import DownloadCard
from desktop_app.flow import Flow
from desktop_app.model_list import ModelList
from desktop_app.models_column import ModelsColumn
from desktop_app.placeholder import Placeholder
from desktop_app.shown import Shown
from desktop_app.words import size_in_words
from router import messages as m
from router.model_views import QueuedInstall

LIMIT = "bandwidth_limit"           # preference: bytes per second as text, empty for none
LIMITS = (0, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000)


class DownloadsPage(ModelsColumn):
    """Attributes: cards by specialist."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.cards: dict[str, DownloadCard] = {}
        self.placeholder = Placeholder(desk)
        self._places = QVBoxLayout()
        self._places.setSpacing(12)
        self._sum = label("", "muted")
        self.limit = ChoiceField(desk, "Speed limit for all downloads together")
        self.limit.activated.connect(lambda _: self._set_limit())
        self.column.addWidget(self.placeholder)
        self.column.addWidget(self._sum)
        self.column.addLayout(self._places)
        self.column.addWidget(Flow(label("Speed limit", wrap=False), self.limit))
        self.column.addWidget(label("Downloads go on after a pause, a lost connection or a restart from where they "
                                    "were, and every file is checked before it is used.", "small"))
        self.column.addStretch(1)

    def begin(self) -> None:
        """The page comes on show."""
        self._desk.send(m.ListQueue(request="queue"))
        self.show_now()

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if changed & (Shown.SPECIALISTS | Shown.INSTALLS | Shown.PREFERENCES):
            self.show_now()

    def lines(self) -> list[QueuedInstall]:
        """The queue, and behind it what an earlier session left unfinished."""
        state = self._desk.state
        lines = list(state.queue.lines())
        known = {each.specialist.partition(":")[0] for each in lines}
        return lines + [QueuedInstall(each.id, each.name, "paused", total=each.size)
                        for each in state.specialists.values() if each.state == "partial" and each.id not in known]

    def show_now(self) -> None:
        """Draw what the view state says, in place."""
        lines = self.lines()
        keys, movable = [each.specialist for each in lines], self._movable()
        for gone in [key for key in self.cards if key not in keys]:
            card = self.cards.pop(gone)
            self._places.removeWidget(card)
            card.hide()
            card.deleteLater()
        for position, line in enumerate(lines):
            card = self.cards.get(line.specialist) or self._make(line)
            item = self._places.itemAt(position)
            if item is None or item.widget() is not card:
                self._put(card, position)
            waits = movable.index(line.specialist) if line.specialist in movable else -1
            card.show_now(line, earlier=waits > 0, later=0 <= waits < len(movable) - 1)
        running = sum(each.bytes_per_second for each in lines if each.state == "running")
        self._sum.setText(f"{len(self._desk.state.queue.active())} on their way · {size_in_words(round(running))}/s")
        self._sum.setVisible(running > 0 and len(lines) > 1)
        self._show_limit()
        if lines:
            self.placeholder.leave()
        else:
            self.placeholder.say("Nothing is being downloaded", "What you install is listed here while it is on its "
                                 "way.", "Discover models", lambda: self.page_asked.emit("discover"))

    def _make(self, line: QueuedInstall) -> DownloadCard:
        card = self.cards[line.specialist] = DownloadCard(self._desk, line)
        card.moved.connect(self._move)
        card.dropped.connect(self.show_now)
        card.opened.connect(self.opened)
        return card

    def _put(self, card: DownloadCard, position: int) -> None:
        """To its place; who has the focus inside keeps it."""
        focus = self.focusWidget()
        inside = focus is not None and card.isAncestorOf(focus)
        self._places.removeWidget(card)
        self._places.insertWidget(position, card)
        if inside and focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(card)

    def _move(self, specialist: str, step: int) -> None:
        keys = self._movable()
        if specialist in keys and 0 <= keys.index(specialist) + step < len(keys):
            self._desk.send(m.MoveInQueue(specialist, keys.index(specialist) + step, request="queue"))

    def _movable(self) -> list[str]:
        """Those with a place in the queue, the next one first: what runs has none any more."""
        queue = self._desk.state.queue
        return [each.specialist for each in queue.lines() if each.state != "running" and queue.knows(each.specialist)]

    def _show_limit(self) -> None:
        present = self._desk.state.queue.limit
        choices = sorted({*LIMITS, present})
        if [self.limit.itemData(each) for each in range(self.limit.count())] != choices:
            self.limit.clear()
            for each in choices:
                self.limit.addItem(f"{size_in_words(each)}/s" if each else "None", each)
        if not self.limit.view().isVisible():
            self.limit.setCurrentIndex(choices.index(present))

    def _set_limit(self) -> None:
        wanted = int(self.limit.currentData())
        self._desk.state.queue.limit = wanted
        self._desk.send(m.ChangePreference(LIMIT, str(wanted) if wanted else ""))

    def lists(self) -> list[ModelList]:
        """The lists a model may stand in: none, downloads are cards."""
        return []

    def focus_first(self) -> bool:
        """The keys go to the first download, or to the way to one."""
        first = next(iter(self.lines()), None)
        (self.cards[first.specialist].pause if first is not None else self.placeholder.button).setFocus()
        return True
