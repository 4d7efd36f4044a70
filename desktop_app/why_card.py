"""The card behind the chip: who answered, why, how sure, what it cost, and who else could be asked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.theme import Theme
from router.messages import Routed
from router.views import MessageView, SpecialistView, TurnStats

LAYERS = {"rules": "by simple rules", "picked": "because you picked it", "encoder": "by what the question means",
          "classifier": "by the router's trained model", "selector": "by past answers", "planner": "by a plan"}


def rows_of(stats: TurnStats) -> list[tuple[str, str]]:
    """The numbers of an answer in words; what was not measured is left out."""
    read = max(stats.prompt_tokens - stats.reused_tokens, 0)
    rows = [
        ("Read", f"{read:,} tokens, {stats.reused_tokens:,} more were remembered" if stats.prompt_tokens else ""),
        ("Wrote", f"{stats.written_tokens:,} tokens" if stats.written_tokens else ""),
        ("First word after", f"{stats.seconds_to_first_token:.1f} s" if stats.seconds_to_first_token else ""),
        ("Speed", f"{stats.tokens_per_second:.1f} tokens/s" if stats.tokens_per_second else ""),
        ("Loading took", f"{stats.load_seconds:.1f} s" if stats.load_seconds else ""),
        ("Context", f"{stats.context:,} tokens" if stats.context else ""),
    ]
    return [(name, words) for name, words in rows if words]


class WhyCard(QFrame):
    """A popup; Esc or a click beside it closes it. Signals: ask_instead(message id, specialist id)."""

    ask_instead = Signal(str, str)

    def __init__(self, answer: MessageView, routed: Routed | None, others: list[SpecialistView], theme: Theme,
                 parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._around = parent
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Who answered, and why")
        self.setStyleSheet(f"WhyCard {{ background: {theme.tokens.raised}; border: 1px solid {theme.tokens.border}; }}")
        room = parent.window().width() - 32
        self.setFixedWidth(min(round(theme.em * 24), room))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(8)
        whole.addWidget(label(answer.specialist_name or answer.specialist or "Nobody yet", "heading"))
        why = routed.why if routed is not None else answer.why
        whole.addWidget(label(why or "It is not known any more why it was chosen."))
        if routed is not None:
            layer = LAYERS.get(routed.layer, f"by {routed.layer}")
            whole.addWidget(label(f"{round(100 * routed.confidence)} % sure, chosen {layer}", "muted"))
        numbers = QFormLayout()
        numbers.setContentsMargins(0, 8, 0, 0)
        numbers.setHorizontalSpacing(16)
        for name, words in rows_of(answer.stats):
            numbers.addRow(label(name, "muted", wrap=False), label(words))
        whole.addLayout(numbers)
        for other in others:
            if other.id != answer.specialist:
                whole.addWidget(button(f"Ask {other.name} instead", partial(self._ask, answer.id, other.id)))
        whole.addWidget(button("Close", self.close, "quiet"), 0, Qt.AlignmentFlag.AlignTrailing)

    def open_near(self, place: QPoint) -> None:
        """Show it with its corner near a place on the screen, wholly inside its window."""
        self.adjustSize()
        around = self._around.window().geometry()
        left = min(max(place.x(), around.left() + 16), max(around.right() - self.width() - 16, around.left()))
        top = min(max(place.y(), around.top() + 16), max(around.bottom() - self.height() - 16, around.top()))
        self.move(left, top)
        self.show()
        self.focusNextChild()

    def _ask(self, message: str, specialist: str) -> None:
        self.close()
        self.ask_instead.emit(message, specialist)
