"""The window: sidebar, pages, notices. It takes every event into the view state and tells the pages what changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.audio import Audio
from desktop_app.bridge import StartFailed
from desktop_app.catalogue_state import MODEL
from desktop_app.chat_page import ChatPage
from desktop_app.desk import Desk
from desktop_app.frame import Frame
from desktop_app.icons import Icons
from desktop_app.notice_bar import NoticeBar
from desktop_app.sections import Row
from desktop_app.shown import Shown
from desktop_app.sidebar import Sidebar
from desktop_app.sound_files import is_sound
from desktop_app.talk_room import TalkRoom
from desktop_app.theme import Theme
from desktop_app.undo_bar import UndoBar
from desktop_app.view_state import ViewState
from desktop_app.voice_preferences import voice_preferences
from desktop_app.window_commands import WindowCommands
from router import messages as m

if TYPE_CHECKING:
    from desktop_app.models_page import ModelsPage
    from desktop_app.settings_dialog import SettingsDialog
    from desktop_app.system_page import SystemPage
    from desktop_app.transcript_page import TranscriptPage

Send = Callable[[m.Command], None]
GEOMETRY_PAUSE = 800        # ms without moving before the place is remembered
MODEL_PAGES = ("installed", "discover", "downloads", "storage")


class Window(QMainWindow):
    """Signals: quit_asked(), painted() once after the first paint."""

    quit_asked = Signal()
    painted = Signal()

    def __init__(self, send: Send, theme: Theme, *, tray: bool = False, audio: Audio | None = None) -> None:
        super().__init__()
        self._send_on, self._tray = send, tray
        self._restored = False
        self.desk = Desk(ViewState(), self.send, theme, Icons(theme), audio or Audio())
        self.setWindowTitle("Consort")
        self.setMinimumSize(360, 320)
        self.setAcceptDrops(True)
        self.resize(1120, 780)
        self.sidebar = Sidebar(self.desk)
        self.chat = ChatPage(self.desk)
        self.notices = NoticeBar(self.desk)
        self.undo_bar = UndoBar(self.desk)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.chat)
        self._others: dict[str, ModelsPage | SystemPage | TranscriptPage] = {}
        self._dialogs: list[SettingsDialog] = []
        self.frame = Frame(self.sidebar, self._beside_sidebar(), theme)
        self.room = TalkRoom(self.desk, self.frame)
        self.setCentralWidget(self.room)
        self.commands = WindowCommands(self)
        self._connect()
        self._place = QTimer(self, singleShot=True, interval=GEOMETRY_PAUSE)
        self._place.timeout.connect(self._remember_place)

    def _beside_sidebar(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.notices, self.undo_bar):
            row = QHBoxLayout()
            row.setContentsMargins(16, 8 if bar is self.notices else 0, 16, 0 if bar is self.notices else 12)
            row.addWidget(bar)
            if bar is self.undo_bar:
                column.addWidget(self.pages, 1)
            column.addLayout(row)
        return holder

    def _connect(self) -> None:
        self.sidebar.new_chat.connect(lambda: self.new_chat(False))
        self.sidebar.opened.connect(self.open_conversation)
        self.sidebar.page_asked.connect(self.show_page)
        self.sidebar.close_asked.connect(self.frame.close_drawer)
        self.chat.new_chat_asked.connect(self.new_chat)
        self.chat.page_asked.connect(self.show_page)
        self.chat.settings_asked.connect(self.show_specialist_settings)
        self.chat.noticed.connect(self.notices.show_now)
        self.chat.more.clicked.connect(self._more)
        self.chat.talk_asked.connect(self.talk)
        self.chat.sounds_given.connect(self.transcribe)
        self.room.left.connect(self._talked)
        self.room.page_asked.connect(self.show_page)
        self.desk.audio.microphone_moved.connect(
            lambda is_open: self.setWindowTitle("● Consort: the microphone is open" if is_open else "Consort"))
        self.notices.dismissed.connect(self._dismiss)
        self.notices.choice_made.connect(self._notice_choice)
        self.undo_bar.undo_asked.connect(self.undo)
        self.frame.sidebar_hidden.connect(self.chat.header.set_sidebar_button)
        self.chat.header.sidebar_asked.connect(self.frame.toggle)

    # ── the way down and up ────────────────────────────────────────────────────────────────────────────────
    def begin(self) -> None:
        """Ask the router for everything that is shown first."""
        for command in (m.ReadPreferences(), m.ListSpecialists(), m.ListConversations()):
            self.send(command)

    def send(self, command: m.Command) -> None:
        """Hand a command to the router."""
        changed = self.desk.state.sent(command)
        self._send_on(command)
        if changed:
            self._show_changes(changed)

    @Slot(object)
    def take(self, event: object) -> None:
        """Show what happened."""
        if isinstance(event, StartFailed):
            self._show_start_failed(event)
            return
        changed = self.desk.state.apply(event)
        self.chat.take(event, changed)
        self.room.take(event, changed)
        for dialog in self._dialogs:
            dialog.take(event)
        if "transcripts" in self._others:
            self.transcripts.take(event)
        if changed & ~Shown.TEXT:
            self._show_changes(changed)

    def _show_changes(self, changed: Shown) -> None:
        self.sidebar.show_changes(changed)
        for page in (*self._others.values(), *self._dialogs):
            page.show_changes(changed)
        if changed & Shown.NOTICES:
            self.notices.show_now()
        if changed & Shown.UNDO:
            self.undo_bar.show_now()
        if changed & Shown.PREFERENCES:
            chosen = voice_preferences(self.desk.state.preferences)
            self.desk.audio.choose(chosen.microphone, chosen.loudspeaker)
            self._apply_preferences()
        if changed & Shown.RAISED:
            self.bring_to_front()

    # ── what is on show ────────────────────────────────────────────────────────────────────────────────────
    def new_chat(self, temporary: bool) -> None:
        """An empty page for a new question."""
        self.chat.composer.save_draft_now()
        self.desk.state.show_new_chat(temporary)
        self.chat.show_conversation()
        self.sidebar.show_changes(Shown.CONVERSATION)
        self.show_page("chat")

    def open_conversation(self, conversation: str, around: str = "") -> None:
        """Show a conversation, at its end or around a message."""
        self.chat.begin_opening()
        self.send(m.OpenConversation(conversation, around=around))
        self.sidebar.show_changes(Shown.CONVERSATION)
        self.show_page("chat")

    def show_page(self, name: str) -> None:
        """`chat`, `models` (or one of its pages by name), `transcripts`, `system`; `settings` is a dialog over it."""
        self.frame.close_drawer()
        if name == "settings":
            self._show_settings()
            return
        self.room.leave()
        if name in MODEL_PAGES:
            self.pages.setCurrentWidget(self.models)
            self.models.show_named(name)
        elif name == "chat":
            self.pages.setCurrentWidget(self.chat)
            self.chat.composer.edit.setFocus()
        else:
            page = self._page(name)
            self.pages.setCurrentWidget(page)
            page.header.title.setFocus()
            page.begin()

    @property
    def models(self) -> ModelsPage:
        """The page about models, made when first needed."""
        page: Any = self._page("models")
        return page  # type: ignore[no-any-return]

    @property
    def transcripts(self) -> TranscriptPage:
        """The page about sound files, made when first needed."""
        page: Any = self._page("transcripts")
        return page  # type: ignore[no-any-return]

    def transcribe(self, paths: list[Path]) -> None:
        """Write sound files down."""
        self.show_page("transcripts")
        self.transcripts.add(paths)

    def _ask_about(self, name: str, text: str) -> None:
        """A transcript becomes part of the next question."""
        self.show_page("chat")
        self.chat.composer.attach_text(name, text)

    def show_model(self, key: str) -> None:
        """One model's own page, by `specialist:ID` or `repo:OWNER/NAME`."""
        self.frame.close_drawer()
        self.pages.setCurrentWidget(self.models)
        self.models.open_model(key)

    def chat_with(self, specialist: str) -> None:
        """A new chat that this specialist answers."""
        self.new_chat(False)
        self.chat.pick(specialist)

    def _page(self, name: str) -> ModelsPage | SystemPage | TranscriptPage:
        if name not in self._others:
            page: ModelsPage | SystemPage | TranscriptPage
            if name == "models":
                from desktop_app.models_page import ModelsPage
                page = ModelsPage(self.desk)
                page.settings_asked.connect(self.show_specialist_settings)
                page.chat_asked.connect(self.chat_with)
            elif name == "transcripts":
                from desktop_app.transcript_page import TranscriptPage
                page = TranscriptPage(self.desk)
                page.attach_asked.connect(self._ask_about)
                page.models_asked.connect(lambda: self.show_page("discover"))
                page.noticed.connect(self.notices.show_now)
            else:
                from desktop_app.system_page import SystemPage
                page = SystemPage(self.desk)
            self._others[name] = page
            self.pages.addWidget(page)
            page.header.sidebar_asked.connect(self.frame.toggle)
            self.frame.sidebar_hidden.connect(page.header.set_sidebar_button)
            self.frame.place()
        return self._others[name]

    def show_specialist_settings(self, specialist: str) -> None:
        """The settings of one specialist, over the page."""
        view = self.desk.state.specialists.get(specialist)
        if view is not None:
            from desktop_app.specialist_settings import SpecialistSettings
            SpecialistSettings(self.desk, view, self).open()

    def _show_settings(self) -> None:
        from desktop_app.settings_dialog import SettingsDialog
        dialog = SettingsDialog(self.desk, self, tray=self._tray, talks=self.room.talks)
        self._dialogs.append(dialog)
        dialog.finished.connect(lambda _: self._dialogs.remove(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_shortcuts(self) -> None:
        """The sheet of shortcuts, over the page."""
        from desktop_app.shortcuts_sheet import ShortcutsSheet
        ShortcutsSheet(self).open()

    def _show_start_failed(self, event: StartFailed) -> None:
        from desktop_app.start_failed import StartFailedPage
        page = StartFailedPage(event.text, event.hint)
        page.close_asked.connect(self.quit_asked)
        self.sidebar.setEnabled(False)
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)

    def focus_search(self) -> None:
        """Search in all conversations."""
        self.frame.show_sidebar()
        self.sidebar.search.setFocus()
        self.sidebar.search.selectAll()

    def escape(self) -> None:
        """Close the innermost thing that is open; with nothing open, stop the answer."""
        if self.room.talks and self.room.page is not None:
            self.room.page.escape()
            return
        if self.frame.close_drawer():
            return
        if self.sidebar.search.hasFocus() and self.sidebar.search.text():
            self.sidebar.search.clear()
        elif self.pages.currentWidget() is not self.chat:
            if self.pages.currentWidget() is not self._others.get("models") or not self.models.escape():
                self.show_page("chat")
        elif self.chat.composer.edited:
            self.chat.composer.cancel_edit()
        elif not self.chat.speech.escape() and not self.chat.stop():
            self.chat.composer.edit.setFocus()

    def talk(self) -> None:
        """Go on by voice in the chat on show."""
        state = self.desk.state
        self.chat.composer.save_draft_now()
        self.chat.dictation.drop()
        picked = "" if state.conversation else self.chat.choices.picked
        self.room.begin(state.conversation, picked, temporary=state.is_temporary)

    def _talked(self, conversation: str) -> None:
        """What was said is in the chat."""
        if conversation:
            self.open_conversation(conversation)
        else:
            self.show_page("chat")

    # ── notices, undo, the rest ────────────────────────────────────────────────────────────────────────────
    def undo(self) -> None:
        """Bring back what was deleted last."""
        if self.desk.state.undo:
            self.send(self.desk.state.undo.pop().command)
            self.undo_bar.show_now()

    def _dismiss(self) -> None:
        self._show_changes(self.desk.state.dismiss_notice())

    def _notice_choice(self, action: str) -> None:
        self._dismiss()
        if action.startswith(MODEL):
            self.show_model("specialist:" + action.removeprefix(MODEL))
        else:
            self.chat.choices.make("", action)

    def _more(self) -> None:
        current = self.desk.state.current
        if current is not None:
            below = self.chat.more.mapToGlobal(self.chat.more.rect().bottomLeft())
            self.sidebar.menu.open_for(Row(current.title, current), below)

    def bring_to_front(self) -> None:
        """Show the window before all others."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    def _apply_preferences(self) -> None:
        """At the start only: afterwards what the person changes is on show before it is stored."""
        if self._restored:
            return
        self._restored = True
        preferences = self.desk.state.preferences
        theme = preferences.get("theme", "system")
        self.desk.theme.set_mode(theme if theme in ("light", "dark") else "system")  # type: ignore[arg-type]
        zoom = preferences.get("zoom", "100")
        if zoom.isdigit():
            self.desk.theme.set_zoom(int(zoom) / 100)
        if preferences.get("geometry"):
            self.restoreGeometry(QByteArray.fromBase64(preferences["geometry"].encode()))

    def _remember_place(self) -> None:
        place = self.saveGeometry().toBase64().toStdString()
        if place != self.desk.state.preferences.get("geometry"):
            self.send(m.ChangePreference("geometry", place))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        if self._restored:
            self._place.start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(each.isLocalFile() for each in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Wherever it falls: sound is written down, other files are attached to the next question."""
        paths = [Path(each.toLocalFile()) for each in event.mimeData().urls() if each.isLocalFile()]
        if not all(is_sound(each) for each in paths):
            self.show_page("chat")
        self.chat.composer.attach(paths)
        event.acceptProposedAction()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.pages.currentWidget() is self.chat and self.focusWidget() is None:
            self.chat.composer.edit.setFocus()
        QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.chat.composer.save_draft_now()
        if self._tray and self.desk.state.preferences.get("close_to_tray") == "yes":
            event.ignore()
            self.hide()
        else:
            event.accept()
            self.quit_asked.emit()
