"""Models: what is on this computer, what there is to discover, downloads, storage, and each model's own page.

Four pages behind one small choice; a model's page lies over them and leads back to where it was opened.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app import model_actions
from desktop_app.desk import Desk
from desktop_app.discover_page import DiscoverPage
from desktop_app.downloads_page import DownloadsPage
from desktop_app.installed_page import InstalledPage
from desktop_app.model_page import ModelPage
from desktop_app.models_column import WIDTH_EM, ModelsColumn
from desktop_app.page_header import PageHeader
from desktop_app.scroll_page import BAR
from desktop_app.segments import Segments
from desktop_app.shown import Shown
from desktop_app.storage_page import StoragePage

PAGES = (("installed", "On this computer"), ("discover", "Discover"), ("downloads", "Downloads"),
         ("storage", "Storage"))
NAMES = dict(PAGES)
REPAINT = 100           # ms: downloads are drawn at most ten times a second


class ModelsPage(QWidget):
    """Signals: settings_asked(specialist), chat_asked(specialist)."""

    settings_asked = Signal(str)
    chat_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName("Models")
        self.setAcceptDrops(True)
        self.header = PageHeader("Models", desk.theme, desk.icons)
        self.segments = Segments(desk.theme, "Models", PAGES)
        self.installed, self.discover = InstalledPage(desk), DiscoverPage(desk)
        self.downloads, self.storage = DownloadsPage(desk), StoragePage(desk)
        self.model = ModelPage(desk)
        self.stack = QStackedWidget()
        self._pages: dict[str, ModelsColumn] = {
            "installed": self.installed, "discover": self.discover, "downloads": self.downloads,
            "storage": self.storage}
        pages: tuple[ModelsColumn, ...] = (*self._pages.values(), self.model)
        for page in pages:
            self.stack.addWidget(page)
            page.opened.connect(self.open_model)
        for each in (self.installed, self.downloads):
            each.page_asked.connect(self.show_named)
        self.segments.chosen.connect(self._chosen)
        self.model.left.connect(self.leave_model)
        self.model.settings_asked.connect(self.settings_asked)
        self.model.chat_asked.connect(self.chat_asked)
        self._changed = Shown.NOTHING
        self._repaint = QTimer(self, singleShot=True, interval=REPAINT)
        self._repaint.timeout.connect(self._show_pending)
        self._lay_out()
        desk.theme.changed.connect(self._fit)
        self._fit()
        self._show_pending()

    def _lay_out(self) -> None:
        across = QHBoxLayout()
        across.setContentsMargins(16, 0, 16 + BAR, 8)
        self._middle = QWidget()
        inner = QHBoxLayout(self._middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.segments)
        inner.addStretch(1)
        across.addStretch(1)
        across.addWidget(self._middle, 1000)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(across)
        whole.addWidget(self.stack, 1)

    def _fit(self) -> None:
        self._middle.setMaximumWidth(round(self._desk.theme.em * WIDTH_EM))

    # ── what is on show ───────────────────────────────────────────────────────────────────────────────────
    def begin(self) -> None:
        """The page comes on show; the first time with what is here, or with Discover while there is nothing."""
        if not self.segments.present:
            self.show_named("installed" if self._desk.state.usable() else "discover")
        elif self.stack.currentWidget() is not self.model:
            self.show_named(self.segments.present)

    def show_named(self, name: str) -> None:
        """`installed`, `discover`, `downloads` or `storage`, with the keys on what is first to do there."""
        self._chosen(name)
        if not self._pages[name].focus_first():
            self.segments.focus_present()

    def open_model(self, key: str) -> None:
        """A model's page, by `specialist:ID` or `repo:OWNER/NAME`."""
        if not self.segments.present:
            self.segments.choose("installed")
        self.model.show_model(key, NAMES[self.segments.present])
        self.stack.setCurrentWidget(self.model)
        self.model.tabs.keep()
        self.model.focus_first()

    def leave_model(self) -> bool:
        """Back to where a model was opened, with the mark on it. False: none was open."""
        if self.stack.currentWidget() is not self.model:
            return False
        page = self._pages[self.segments.present]
        self.stack.setCurrentWidget(page)
        page.show_now()
        if not any(each.focus_row(self.model.key) for each in page.lists()):
            page.focus_first()
        return True

    def escape(self) -> bool:
        """Close the innermost thing that is open here. False: nothing was."""
        return self.leave_model() or (self.stack.currentWidget() is self.discover and self.discover.leave_hub())

    def _chosen(self, name: str) -> None:
        self.segments.choose(name)
        page = self._pages[name]
        self.stack.setCurrentWidget(page)
        page.begin()
        page.tabs.keep()

    # ── what happened ─────────────────────────────────────────────────────────────────────────────────────
    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state: at once, but a download's steps together, some times a second."""
        self._changed |= changed
        if changed & ~(Shown.INSTALLS | Shown.STORAGE):
            self._show_pending()
        elif not self._repaint.isActive():
            self._repaint.start()

    @property
    def is_waiting(self) -> bool:
        """Something happened that is not drawn yet."""
        return self._repaint.isActive()

    def _show_pending(self) -> None:
        changed, self._changed = self._changed, Shown.NOTHING
        self.segments.buttons["downloads"].set_count(len(self._desk.state.queue.lines()))
        self.segments.refit()
        shown = self.stack.currentWidget()
        if changed and isinstance(shown, ModelsColumn):
            shown.show_changes(changed)
            shown.tabs.keep()

    # ── files dropped on the page ─────────────────────────────────────────────────────────────────────────
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _model_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        model_actions.use_paths(self._desk, _model_paths(event))
        event.acceptProposedAction()


def _model_paths(event: QDropEvent) -> list[str]:
    """The model files and folders among what is being dragged."""
    paths = [each.toLocalFile() for each in event.mimeData().urls() if each.isLocalFile()]
    return [each for each in paths if each.lower().endswith(".gguf") or "." not in each.rsplit("/", 1)[-1]]
