"""The window's two rooms: the pages with their sidebar, and conversation mode in place of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.desk import Desk
from desktop_app.screen_lock import ScreenLock
from desktop_app.shown import Shown

if TYPE_CHECKING:
    from desktop_app.talk_page import TalkPage
    from desktop_app.talking import Talking


class TalkRoom(QStackedWidget):
    """Made of what it is before anybody talks. Attributes: talking and page, once somebody has.

    Signals: left(conversation): back to the pages, with what was said in that conversation (empty: nothing was);
    page_asked(name).
    """

    left = Signal(str)
    page_asked = Signal(str)

    def __init__(self, desk: Desk, pages: QWidget) -> None:
        super().__init__()
        self._desk = desk
        self.talking: Talking | None = None
        self.page: TalkPage | None = None
        self.addWidget(pages)

    @property
    def talks(self) -> bool:
        """Conversation mode is on show."""
        return self.page is not None and self.currentWidget() is self.page

    def begin(self, conversation: str, specialist: str, *, temporary: bool) -> None:
        """Talk, in a conversation that there is or in a new one."""
        if self.talks:
            return
        if self.page is None:
            self._make()
        assert self.page is not None and self.talking is not None
        self.setCurrentWidget(self.page)
        self.page.setFocus()
        self.talking.begin(conversation, specialist, temporary=temporary)

    def leave(self) -> None:
        """End it, if it is on."""
        if self.page is not None and self.talks:
            self.page.leave()

    def take(self, event: object, changed: Shown) -> None:
        """An event of the router, and what it changed in the view state."""
        if self.talking is not None:
            self.talking.take(event)
        if self.page is not None and changed & Shown.INSTALLS:
            self.page.offer.show_now()
        if self.page is not None and self.talking is not None and changed & Shown.PREFERENCES:
            self.talking.preferences_moved()
            self.page.show_now()

    def _make(self) -> None:
        from desktop_app.talk_page import TalkPage
        from desktop_app.talking import Talking
        self.talking = Talking(self._desk, self)
        self.page = TalkPage(self._desk, self.talking)
        self.addWidget(self.page)
        self.page.left.connect(self._back)
        self.page.models_asked.connect(lambda: self._elsewhere("discover"))
        self.page.settings_asked.connect(lambda: self.page_asked.emit("settings"))
        lock = ScreenLock(self)
        lock.locked.connect(self.talking.screen_locked)
        lock.watch()

    def _elsewhere(self, name: str) -> None:
        self.leave()
        self.page_asked.emit(name)

    def _back(self) -> None:
        assert self.talking is not None
        self.setCurrentIndex(0)
        state = self.talking.state
        self.left.emit(state.conversation if state.exchanges else "")
