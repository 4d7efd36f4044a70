"""Writes sound files down, one after another. It turns what a person does into commands; it knows no widget."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.catalogue_state import USABLE
from desktop_app.desk import Desk, new_id
from desktop_app.speech_needs import SpeechNeeds
from desktop_app.transcription_state import Job, TranscriptionState
from desktop_app.voice_preferences import voice_preferences
from router import messages as m


class Transcribing(QObject):
    """Attributes: state, what is shown; needs, what has to be installed first. Signals: changed()."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.state = TranscriptionState()
        self.needs = SpeechNeeds(desk, self._ready, self._lacking)

    def add(self, paths: Iterable[Path]) -> None:
        """Files to write down; the first begins at once."""
        for path in paths:
            self.state.add(path.absolute(), new_id())
        self._go_on()

    def stop(self) -> None:
        """No more of the one on show; what there is is kept."""
        job = self.state.shown
        if job is None or job.over:
            return
        if job.progress == "running":
            self._desk.send(m.StopVoice(job.request))
            return
        if job.progress == "needs":
            self.needs.forget()
        job.progress, job.text = "stopped", "It was not begun."
        self._go_on()

    def again(self) -> None:
        """The one on show once more, from its beginning."""
        job = self.state.shown
        if job is not None and job.over:
            job.progress, job.request, job.segments, job.text, job.hint = "waiting", new_id(), [], "", ""
            job.seconds = job.total = 0.0
            self._go_on()

    def show_job(self, number: int) -> None:
        """Another one on show."""
        if 0 <= number < len(self.state.jobs):
            self.state.shown = self.state.jobs[number]
            self.changed.emit()

    def take(self, event: object) -> None:
        """An event of the router."""
        self.needs.take(event)
        if self.state.take(event):
            self._go_on()

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────
    def _go_on(self) -> None:
        """Begin the next one, when nothing is under way."""
        job = self.state.next
        if self.state.current is None and job is not None:
            job.progress = "needs"
            self.needs.look(speaks=False)
        self.changed.emit()

    def _ready(self) -> None:
        job = self.state.current
        if job is not None and job.progress == "needs":
            self._begin(job)

    def _begin(self, job: Job) -> None:
        state = self._desk.state
        chosen = voice_preferences(state.preferences, frozenset(
            each.id for each in state.specialists.values() if each.state in USABLE))
        job.progress = "running"
        self._desk.send(m.Transcribe(str(job.path), chosen.language, chosen.hearing, job.request))
        self.changed.emit()

    def _lacking(self) -> None:
        self.changed.emit()
