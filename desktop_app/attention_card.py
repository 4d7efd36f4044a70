"""A model on this computer that cannot be used: why, and the one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop_app import model_actions
from desktop_app.controls import ElidedLabel, button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.model_words import outside_text, why_not_usable
from router.views import SpecialistView


class AttentionCard(QFrame):
    """Drawn for one view; another state makes another card. Attributes: act, the way on; other, the way out."""

    def __init__(self, desk: Desk, view: SpecialistView) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(f"{view.name} cannot be used")
        mark = label(wrap=False)
        mark.setPixmap(desk.icons.pixmap("warning", "warning"))
        mark.setAccessibleName("Needs attention")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(ElidedLabel(outside_text(view.name, 120), "strong"))
        words.addWidget(label(why_not_usable(view)))
        if view.state == "refused":
            self.act = button("Check again", lambda: model_actions.check(desk, view.id), "",
                              f"Check {view.name} again")
        elif view.in_place:
            self.act = button("Find it…", lambda: model_actions.find_file_again(desk, self, view), "primary",
                              f"Find the file of {view.name}")
        else:
            self.act = button("Install again", lambda: model_actions.install(desk, self, view.id), "primary",
                              f"Install {view.name} again")
        gone = "Forget" if view.in_place else "Remove…"
        self.other = button(gone, lambda: model_actions.remove(desk, self, view.id), "",
                            f"{gone.rstrip('…')} {view.name}")
        verbs = Flow(self.act, self.other)
        words.addSpacing(4)
        words.addWidget(verbs)
        across = QHBoxLayout(self)
        across.setContentsMargins(16, 12, 16, 12)
        across.setSpacing(12)
        across.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(words, 1)
