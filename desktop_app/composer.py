"""The composer: the words, the attachments, what is being edited, and one button that sends or stops.

It knows no command; the chat page turns its signals into some.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.attachments import attachment_from_file, attachment_from_paste, storable
from desktop_app.composer_edit import ComposerEdit
from desktop_app.controls import IconButton, button, label
from desktop_app.dialogs import ask_text_files
from desktop_app.flow import FlowLayout
from desktop_app.icons import Icons
from desktop_app.sound_files import is_sound
from desktop_app.theme import Theme
from desktop_app.words import size_in_words
from router.errors import UserFacingError
from router.parts import AttachmentPart

DRAFT_PAUSE = 500       # ms without a key before the draft is saved


class Composer(QFrame):
    """Signals: asked(text, attachments tuple, edited message id or ""), stop_asked(), draft_changed(text),
    edit_last_asked(), could_not(text, hint), dictate_asked(), talk_asked(), sounds_given(list of paths)."""

    asked = Signal(str, object, str)
    stop_asked = Signal()
    draft_changed = Signal(str)
    edit_last_asked = Signal()
    could_not = Signal(str, str)
    dictate_asked = Signal()
    talk_asked = Signal()
    sounds_given = Signal(list)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._attachments: list[AttachmentPart] = []
        self._busy = False
        self._edited = ""
        self._kept: tuple[str, list[AttachmentPart]] = ("", [])      # words and attachments from before an edit began
        self._pastes = 0
        self.setObjectName("composer")
        self.setAcceptDrops(True)
        self.edit = ComposerEdit(theme)
        self.edit.send_asked.connect(self._send)
        self.edit.edit_last_asked.connect(self.edit_last_asked)
        self.edit.files_given.connect(self.attach)
        self.edit.long_paste.connect(self._attach_paste)
        self.edit.textChanged.connect(self._typed)
        self.edit.installEventFilter(self)
        self._draft = QTimer(self, singleShot=True, interval=DRAFT_PAUSE)
        self._draft.timeout.connect(lambda: self.draft_changed.emit(self.text))
        self.attach_button = IconButton("attach", "Attach a text file", theme, icons)
        self.attach_button.clicked.connect(self.choose_files)
        self.dictate_button = IconButton("microphone", "Dictate", theme, icons)
        self.dictate_button.setCheckable(True)
        self.dictate_button.clicked.connect(lambda _: self.dictate_asked.emit())
        self.talk_button = IconButton("talk", "Talk with Consort", theme, icons)
        self.talk_button.clicked.connect(lambda _: self.talk_asked.emit())
        self.send_button = IconButton("send", "Send", theme, icons, token="on_accent")
        self.send_button.setObjectName("send")
        self.send_button.clicked.connect(lambda: self.stop_asked.emit() if self._busy else self._send())
        self._editing = QWidget()
        self._editing.hide()
        self._chips = QWidget()
        self._chips.hide()
        self._lay_out()
        theme.changed.connect(self._draw)
        self._draw()
        self._draft.stop()

    def _lay_out(self) -> None:
        bar = QHBoxLayout(self._editing)
        bar.setContentsMargins(0, 0, 0, 0)
        self._editing_words: QLabel = label("Editing your message. The old version stays.", "small")
        bar.addWidget(self._editing_words, 1)
        bar.addWidget(button("Cancel", self.cancel_edit, "link", "Cancel the edit"))
        self._flow = FlowLayout(self._chips, 4)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.edit, 1, Qt.AlignmentFlag.AlignVCenter)
        for each in (self.attach_button, self.dictate_button, self.talk_button, self.send_button):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 8, 8)
        whole.setSpacing(4)
        whole.addWidget(self._editing)
        whole.addWidget(self._chips)
        whole.addLayout(row)

    # ── what stands in it ──────────────────────────────────────────────────────────────────────────────────
    @property
    def text(self) -> str:
        """The words as they can be stored."""
        return storable(self.edit.toPlainText())

    @property
    def attachments(self) -> tuple[AttachmentPart, ...]:
        """What is attached, in order."""
        return tuple(self._attachments)

    @property
    def edited(self) -> str:
        """The message being edited, empty when there is none."""
        return self._edited

    def put(self, text: str, attachments: tuple[AttachmentPart, ...] = ()) -> None:
        """Show other words (a draft, a question that came back). Not reported as a draft."""
        self._leave_edit()
        self._attachments = list(attachments)
        self.edit.put(text)
        self._draft.stop()
        self._show_attachments()

    def begin_edit(self, message: str, text: str, attachments: tuple[AttachmentPart, ...] = ()) -> None:
        """Change a message already sent; what stood here comes back afterwards."""
        if not self._edited:
            self._kept = (self.edit.toPlainText(), list(self._attachments))
        self._edited = message
        self._attachments = list(attachments)
        self.edit.put(text)
        self._draft.stop()
        self._editing.show()
        self._show_attachments()
        self.edit.setFocus()

    def cancel_edit(self) -> None:
        """Leave the message as it was."""
        words, attachments = self._kept
        self._leave_edit()
        self._attachments = list(attachments)
        self.edit.put(words)
        self._draft.stop()
        self._show_attachments()
        self.edit.setFocus()

    def set_busy(self, busy: bool) -> None:
        """While an answer is being written the button stops it."""
        if busy != self._busy:
            self._busy = busy
            self._draw()

    def save_draft_now(self) -> None:
        """The page is about to show something else."""
        if self._draft.isActive():
            self._draft.stop()
            self.draft_changed.emit(self.text)

    # ── attachments ────────────────────────────────────────────────────────────────────────────────────────
    def choose_files(self) -> None:
        """Ask which files to attach."""
        self.attach([Path(path) for path in ask_text_files(self.window())])

    def attach(self, paths: list[Path]) -> None:
        """Attach files; for one that cannot be, say why and go on with the others. Sound goes another way."""
        sounds = [path for path in paths if is_sound(path)]
        if sounds:
            self.sounds_given.emit(sounds)
        for path in (path for path in paths if path not in sounds):
            try:
                self._attachments.append(attachment_from_file(path))
            except UserFacingError as error:
                self.could_not.emit(error.text, error.hint)
        self._show_attachments()

    def attach_text(self, name: str, text: str) -> None:
        """Attach words that come from elsewhere in the window."""
        words = storable(text)
        self._attachments.append(AttachmentPart(name=name, text=words, size=len(words.encode())))
        self._show_attachments()
        self.edit.setFocus()

    def _attach_paste(self, text: str) -> None:
        self._pastes += 1
        self._attachments.append(attachment_from_paste(text, self._pastes))
        self._show_attachments()

    def _detach(self, number: int) -> None:
        del self._attachments[number]
        self._show_attachments()
        self.edit.setFocus()

    def _show_attachments(self) -> None:
        self._flow.clear()
        for number, each in enumerate(self._attachments):
            name = each.name if len(each.name) <= 32 else f"{each.name[:20]}…{each.name[-9:]}"
            chip = button(f"{name} · {size_in_words(each.size)}  ✕", partial(self._detach, number), "",
                          f"Remove the attachment {each.name}")
            chip.setToolTip(f"{each.name}: click to remove")
            self._flow.addWidget(chip)
        self._chips.setVisible(bool(self._attachments))
        self._changed()

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────
    def set_dictating(self, on: bool) -> None:
        """Whether the microphone is open for dictation."""
        self.dictate_button.setChecked(on)
        self.dictate_button.set_look("microphone", "End dictation" if on else "Dictate", "accent" if on else "muted")

    def _send(self) -> None:
        if self.edit.heard:
            self.edit.write_heard(self.edit.heard)
        if self._busy or not (self.text.strip() or self._attachments):
            return
        words, attachments, edited = self.text, self.attachments, self._edited
        kept = self._kept if edited else ("", [])
        self._leave_edit()
        self._attachments = list(kept[1])
        self.edit.put(kept[0])
        self._draft.stop()
        self._show_attachments()
        self.asked.emit(words, attachments, edited)

    def _leave_edit(self) -> None:
        self._edited, self._kept = "", ("", [])
        self._editing.hide()

    def _typed(self) -> None:
        self._changed()
        if not self._edited:
            self._draft.start()

    def _changed(self) -> None:
        something = bool(self._attachments) or not self.edit.document().isEmpty()
        if self.send_button.isEnabled() != (self._busy or something):
            self.send_button.setEnabled(self._busy or something)
            self._draw_send()

    def _draw(self) -> None:
        self._changed()
        self._draw_send()
        t = self._theme.tokens
        edge = t.focus if self.edit.hasFocus() else t.border
        self.setStyleSheet(
            f"#composer {{ background: {t.raised}; border: 1px solid {edge}; border-radius: 10px; }}"
            f"#send {{ background: {t.accent}; border-radius: 6px; border: 2px solid {t.accent}; }}"
            f"#send:focus {{ border: 2px solid {t.text}; }}"
            f"#send:disabled {{ background: {t.hover}; border-color: {t.hover}; }}")

    def _draw_send(self) -> None:
        if self._busy:
            self.send_button.set_look("stop", "Stop the answer", "on_accent")
        else:
            token = "on_accent" if self.send_button.isEnabled() else "muted"
            self.send_button.set_look("send", "Send", token)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            QTimer.singleShot(0, self, self._draw)
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.edit.insertFromMimeData(event.mimeData())
        event.acceptProposedAction()
