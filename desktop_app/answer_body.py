"""The words of an answer: blocks shown by their own views, at most 30 times a second and never for long at a time.

What is shown already is never touched again; see `blocks` for why only the end can change. A very long text is taken
in slices between which the event loop runs, and beyond `SHOWN_AT_ONCE` it waits behind a button.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from desktop_app.blocks import Block, BlockStream
from desktop_app.code_view import CodeView
from desktop_app.math_view import MathView
from desktop_app.prose_view import ProseView
from desktop_app.rendering import Rendering
from desktop_app.table_view import TableView

SHOWN_AT_ONCE = 400_000     # characters
_COST_OF_A_VIEW = 500       # characters that a widget counts for
_EVERY = 33                 # ms between repaints of a growing answer
_SLICE = 0.010              # seconds of work between two looks at the event loop
_PIECE = 4_000              # characters taken at a time
BlockView = ProseView | CodeView | TableView | MathView


class AnswerBody(QWidget):
    """`add` text as it comes, `finish` when it is whole. `link_asked` with an address that nothing has opened yet."""

    link_asked = Signal(str)
    read_asked = Signal(object, int)    # the view, a place in it: read aloud from there
    settled = Signal()          # all that was given is shown

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = rendering
        self._stream = BlockStream()
        self._references: dict[str, object] = {}
        self._places: list[list[BlockView]] = []    # the views of each block; several blocks may share a prose view
        self._dirty = 0
        self._waiting = ""
        self._ended = False
        self._closed = False
        self._room = SHOWN_AT_ONCE
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._more: QPushButton | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._work)

    # ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────
    def add(self, text: str) -> None:
        """More of the answer."""
        self._waiting += text
        if not self._timer.isActive():
            self._timer.start(_EVERY)

    def finish(self) -> None:
        """No more comes."""
        self._ended = True
        self._timer.start(0)

    def show_whole(self, text: str) -> None:
        """A finished answer, its beginning at once and the rest as time allows."""
        self._waiting, self._ended = text, True
        self._work()

    @property
    def busy(self) -> bool:
        """Whether something given is not shown yet (and not behind the button)."""
        return self._timer.isActive()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def views(self) -> list[BlockView]:
        """The views from top to bottom."""
        seen: dict[BlockView, None] = {}
        for views in self._places:
            seen.update(dict.fromkeys(views))
        return list(seen)

    def beginnings(self) -> list[tuple[BlockView, str]]:
        """The views from top to bottom, each with the first line of the Markdown it shows (trimmed)."""
        first: dict[BlockView, str] = {}
        for block, views in zip(self._stream.blocks, self._places, strict=False):
            for view in views:
                first.setdefault(view, block.text.strip().partition("\n")[0].strip() if view is views[0] else "")
        return list(first.items())

    def editors(self) -> list[QTextEdit | QPlainTextEdit]:
        """Everything with text that can be searched, from top to bottom."""
        return [view.text if isinstance(view, CodeView) else view for view in self.views
                if not isinstance(view, MathView)]

    @Slot()
    def _work(self) -> None:
        end = time.perf_counter() + _SLICE
        while True:
            if self._dirty < len(self._stream.blocks):
                self._show(self._dirty)
                self._dirty += 1
            elif self._waiting and self._room > 0:
                piece, self._waiting = self._waiting[:_PIECE], self._waiting[_PIECE:]
                self._room -= len(piece)
                self._feed(piece)
            elif self._ended and not self._waiting and not self._closed:
                self._closed = True
                self._dirty = min(self._dirty, self._stream.close())
                self._drop_from(len(self._stream.blocks))
            else:
                break
            if time.perf_counter() > end:
                self._timer.start(0)
                return
        self._offer_more()
        self.settled.emit()

    def _feed(self, piece: str) -> None:
        self._dirty = min(self._dirty, self._stream.feed(piece))
        self._drop_from(len(self._stream.blocks))

    def _show(self, index: int) -> None:
        block = self._stream.blocks[index]
        if index < len(self._places):
            if self._fits(self._places[index][0], block):
                self._update(index, block)
                return
            self._drop_from(index)
        last = self._places[-1][-1] if self._places else None
        if (block.kind == "prose" and isinstance(last, ProseView) and last.indent == block.indent
                and not last.full):
            self._places.append([last])
        else:
            self._places.append([self._place(self._view_of(block), block.indent)])
        self._update(index, block)

    @staticmethod
    def _fits(view: BlockView, block: Block) -> bool:
        wanted = {"prose": ProseView, "code": CodeView, "table": TableView, "math": MathView}[block.kind]
        return isinstance(view, wanted) and view.indent == block.indent

    def _view_of(self, block: Block) -> BlockView:
        if block.kind == "code":
            return CodeView(self._rendering, block)
        if block.kind == "math":
            return MathView(self._rendering, block)
        rich: ProseView | TableView
        if block.kind == "table":
            rich = TableView(self._rendering, self._references, block)
        else:
            rich = ProseView(self._rendering, self._references, block.indent)
        self._connect(rich)
        return rich

    def _connect(self, rich: ProseView | TableView) -> None:
        rich.link_asked.connect(self.link_asked)
        rich.reads_aloud = True
        rich.read_asked.connect(lambda at: self.read_asked.emit(rich, at))

    def _update(self, index: int, block: Block) -> None:
        view = self._places[index][-1]
        if isinstance(view, ProseView):
            view.put(self._index_in(view, index), block.text, block.joined)
            return
        view.put(block)
        while isinstance(view, TableView) and view.full and view.next_row < len(block.pieces):
            view = TableView(self._rendering, self._references, block, view.next_row)
            self._connect(view)
            self._places[index].append(self._place(view, block.indent))

    def _index_in(self, view: ProseView, index: int) -> int:
        before = 0
        while index - before - 1 >= 0 and self._places[index - before - 1][-1] is view:
            before += 1
        return before

    def _place(self, view: BlockView, indent: int) -> BlockView:
        self._room -= _COST_OF_A_VIEW
        at = self._column.count() - (1 if self._more is not None else 0)
        if indent:
            row = QHBoxLayout()
            row.setContentsMargins(round(self._rendering.theme.em * 0.55 * indent), 0, 0, 0)
            row.addWidget(view)
            self._column.insertLayout(at, row)
        else:
            self._column.insertWidget(at, view)
        view.show()
        return view

    def _drop_from(self, index: int) -> None:
        while len(self._places) > index:
            for view in self._places.pop():
                if isinstance(view, ProseView):
                    view.take_back()
                    if view.count:
                        continue
                view.hide()
                self._column.removeWidget(view)
                view.deleteLater()
        self._dirty = min(self._dirty, index)

    # ── very long ones ───────────────────────────────────────────────────────────────────────────────────────────
    def _offer_more(self) -> None:
        if self._waiting and self._room <= 0:
            if self._more is None:
                self._more = QPushButton()
                self._more.setProperty("kind", "link")
                self._more.clicked.connect(self._show_more)
                self._column.addWidget(self._more)
            self._more.setText(f"Show more ({len(self._waiting):,} characters are left)")
        elif self._more is not None:
            self._column.removeWidget(self._more)
            self._more.hide()
            self._more.deleteLater()
            self._more = None

    @Slot()
    def _show_more(self) -> None:
        self._room = SHOWN_AT_ONCE
        self._timer.start(0)
