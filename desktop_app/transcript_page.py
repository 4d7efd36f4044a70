"""Transcripts: sound files written down, with times as they come; to be copied, saved, or asked about."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.choice_field import ChoiceField
from desktop_app.controls import ElidedLabel, button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.page_header import PageHeader
from desktop_app.shown import Notice, Shown
from desktop_app.speech_offer import SpeechOffer
from desktop_app.transcribing import Transcribing
from desktop_app.transcription_state import Job, clock, progress_in_words
from desktop_app.visible_text import clean
from desktop_app.voice_settings import language_in_words
from router.transcript_forms import FORMS, in_form

COLUMN_EM = 46
KINDS = {"txt": ("Text", "Text (*.txt)"), "srt": ("Subtitles (SubRip)", "SubRip (*.srt)"),
         "vtt": ("Subtitles (WebVTT)", "WebVTT (*.vtt)")}
SOUND = ("Sound and video (*.wav *.mp3 *.m4a *.ogg *.oga *.opus *.flac *.aac *.wma *.aiff *.amr *.mp4 *.mkv *.webm "
         "*.mov *.avi);;All files (*)")


class TranscriptPage(QWidget):
    """Signals: attach_asked(name, text): ask about it in a chat; models_asked(); noticed()."""

    attach_asked = Signal(str, str)
    models_asked = Signal()
    noticed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName("Transcripts")
        self.transcribing = Transcribing(desk, self)
        self.choose = button("Choose a file…", self.choose_files)
        self.header = PageHeader("Transcripts", desk.theme, desk.icons, (self.choose,))
        self.files = ChoiceField(desk, "Which file")
        self.files.activated.connect(self.transcribing.show_job)
        self.name = ElidedLabel("", "strong")
        self.facts = label("", "small")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.trouble, self.hint = label("", "warning"), label("", "muted")
        self.offer = SpeechOffer(desk, self.transcribing.needs)
        self.offer.models_asked.connect(self.models_asked)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName("The transcript")
        self.text.setTabChangesFocus(True)
        self.text.setStyleSheet("background: transparent;")
        self.empty = label("Drop a sound or video file on this window, or choose one. It is written down on this "
                           "computer, with times, and can be saved as text or as subtitles.", "muted")
        self.stop = button("Stop", self.transcribing.stop)
        self.again = button("Try again", self.transcribing.again)
        self.copy = button("Copy", self._copy)
        self.save = button("Save as…", self._save_menu)
        self.ask = button("Ask about it", self._ask, "primary")
        self._drawn: tuple[str, int] = ("", 0)      # the job that stands in the field, and how many of its segments
        self._lay_out()
        self.transcribing.changed.connect(self.show_now)
        desk.theme.changed.connect(self._fit)
        self._fit()
        self.show_now()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.name, 1)
        top.addWidget(self.files)
        top.addWidget(self.stop)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        for each in (self.bar, self.facts, self.trouble, self.hint, self.offer, self.empty):
            column.addWidget(each)
        column.addWidget(self.text, 1)
        self._verbs = Flow(self.ask, self.copy, self.save, self.again)
        column.addWidget(self._verbs)
        column.addStretch(0)
        across = QHBoxLayout()
        across.setContentsMargins(16, 0, 16, 16)
        across.addStretch(1)
        across.addWidget(self._column, 1000)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(across, 1)

    def _fit(self) -> None:
        self._column.setMaximumWidth(round(self._desk.theme.em * COLUMN_EM))

    # ── what the window asks of a page ────────────────────────────────────────────────────────────────────
    def begin(self) -> None:
        """The page comes on show."""
        self.show_now()

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if changed & (Shown.INSTALLS | Shown.SPECIALISTS):
            self.offer.show_now()

    def take(self, event: object) -> None:
        """An event of the router."""
        self.transcribing.take(event)

    def add(self, paths: list[Path]) -> None:
        """Files to write down."""
        self.transcribing.add(paths)

    # ── what is so ────────────────────────────────────────────────────────────────────────────────────────
    def show_now(self) -> None:
        """Draw what is so."""
        jobs, job = self.transcribing.state.jobs, self.transcribing.state.shown
        self.empty.setVisible(job is None)
        for each in (self.name, self.facts, self.text, self._verbs):
            each.setVisible(job is not None)
        self._show_files(jobs, job)
        under_way = job is not None and not job.over
        needs = job is not None and job.progress == "needs"
        self.stop.setVisible(under_way)
        self.bar.setVisible(under_way and not needs)
        self.offer.show_now()
        if not needs:
            self.offer.hide()
        if job is None:
            for each in (self.trouble, self.hint):
                each.hide()
            return
        self.name.set_whole(clean(job.path.name))
        facts = [progress_in_words(job), language_in_words(job.language) if job.language else ""]
        self.facts.setText(" · ".join(filter(None, facts)))
        self.facts.setVisible(bool(self.facts.text()))
        self.bar.setAccessibleName(f"Writing down {clean(job.path.name)}")
        known = job.total > 0
        self.bar.setRange(0, 1000 if known or job.progress == "waiting" else 0)
        self.bar.setValue(min(1000, round(1000 * job.seconds / job.total)) if known else 0)
        self.trouble.setText(clean(job.text))
        self.trouble.setVisible(bool(job.text))
        self.hint.setText(clean(job.hint))
        self.hint.setVisible(bool(job.hint))
        for verb in (self.copy, self.save, self.ask):
            verb.setVisible(bool(job.segments))
        self.again.setVisible(job.over and job.progress != "done")
        self._show_segments(job)

    def _show_files(self, jobs: list[Job], job: Job | None) -> None:
        names = [clean(each.path.name) for each in jobs]
        if names != [self.files.itemText(row) for row in range(self.files.count())]:
            self.files.clear()
            self.files.addItems(names)
        self.files.setVisible(len(jobs) > 1)
        if job is not None:
            self.files.setCurrentIndex(jobs.index(job))

    def _show_segments(self, job: Job) -> None:
        """Only what is new is added, so that hours of it stay quick and the reader's place stays."""
        if self._drawn[0] != job.request or self._drawn[1] > len(job.segments):
            self.text.clear()
            self._drawn = (job.request, 0)
        new = job.segments[self._drawn[1]:]
        if new:
            bar = self.text.verticalScrollBar()
            followed, place = bar.value() >= bar.maximum() - 1, bar.value()
            self.text.appendPlainText("\n".join(f"{clock(one.begin)}  {clean(one.text)}" for one in new))
            bar.setValue(bar.maximum() if followed and not job.over else place)
            self._drawn = (job.request, len(job.segments))

    # ── what the person does ──────────────────────────────────────────────────────────────────────────────
    def choose_files(self) -> None:
        """Ask which files to write down."""
        chosen = QFileDialog.getOpenFileNames(self.window(), "Files to write down", "", SOUND)[0]
        self.add([Path(each) for each in chosen])

    def save_as(self, form: str, path: str) -> None:
        """Write the transcript on show into a file."""
        job = self.transcribing.state.shown
        if job is None or not path:
            return
        try:
            Path(path).write_text(in_form(form, job.segments), encoding="utf-8")
        except OSError as error:
            self._say(f"The transcript could not be saved to {path} ({error.strerror or error}).",
                      "Choose another place.", "warning")
        else:
            self._say(f"The transcript was saved to {path}.", "", "info")

    def _save_menu(self) -> None:
        menu = QMenu(self)
        for form in FORMS:
            menu.addAction(KINDS[form][0], partial(self._ask_where, form))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.save.mapToGlobal(self.save.rect().bottomLeft()))

    def _ask_where(self, form: str) -> None:
        job = self.transcribing.state.shown
        if job is not None:
            suggested = str(job.path.with_suffix(f".{form}"))
            self.save_as(form, QFileDialog.getSaveFileName(self.window(), "Save the transcript", suggested,
                                                           KINDS[form][1])[0])

    def _copy(self) -> None:
        job = self.transcribing.state.shown
        if job is not None:
            QGuiApplication.clipboard().setText(in_form("txt", job.segments))

    def _ask(self) -> None:
        job = self.transcribing.state.shown
        if job is not None:
            lines = "".join(f"[{clock(one.begin)}] {one.text}\n" for one in job.segments)
            self.attach_asked.emit(f"{job.path.name} (transcript).txt", lines)

    def _say(self, text: str, hint: str, level: str) -> None:
        self._desk.state.notices.append(Notice(text, hint, level=level))
        self.noticed.emit()
