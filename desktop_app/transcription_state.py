"""Sound files that are written down, as plain Python: one after another, each with its segments as they come.

`take(event)` says whether something changed. It knows no Qt and no router beyond its messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from desktop_app.words import duration_in_words
from router import messages as m

Progress = Literal["waiting", "needs", "running", "done", "stopped", "failed"]


@dataclass
class Job:
    """One file. seconds of total (0: not known) have been heard; text, hint: what is to be said about its end."""

    path: Path
    request: str
    progress: Progress = "waiting"
    seconds: float = 0.0
    total: float = 0.0
    language: str = ""
    segments: list[m.Segment] = field(default_factory=list)
    text: str = ""
    hint: str = ""

    @property
    def over(self) -> bool:
        """Nothing more comes."""
        return self.progress in ("done", "stopped", "failed")


@dataclass
class TranscriptionState:
    """Attributes: jobs, in the order they were given; shown, the one on show."""

    jobs: list[Job] = field(default_factory=list)
    shown: Job | None = None

    @property
    def current(self) -> Job | None:
        """The one that is under way, or has to wait for a model."""
        return next((job for job in self.jobs if job.progress in ("running", "needs")), None)

    @property
    def next(self) -> Job | None:
        """The one that comes next."""
        return next((job for job in self.jobs if job.progress == "waiting"), None)

    def add(self, path: Path, request: str) -> Job:
        """Another file; it is on show unless one is being written down."""
        job = Job(path, request)
        self.jobs.append(job)
        if self.shown is None or self.shown.over:
            self.shown = job
        return job

    def take(self, event: object) -> bool:
        """Take in what happened; True when something on show may have changed."""
        job = next((one for one in self.jobs if one.request == getattr(event, "request", None)), None)
        if job is None or job.over:
            return False
        match event:
            case m.TranscriptMoved():
                job.seconds, job.total = event.seconds, event.total
            case m.SegmentTranscribed():
                job.segments.append(event.segment)
                job.language = event.language
            case m.Transcribed():
                _finish(job, event)
            case m.Refused():
                job.progress, job.text, job.hint = "failed", event.text, event.hint
            case _:
                return False
        return True


def _finish(job: Job, event: m.Transcribed) -> None:
    job.segments, job.language = list(event.segments), event.language
    job.seconds, job.total = event.seconds, max(event.seconds, event.promised)
    job.progress = "stopped" if event.stopped else "done"
    if event.broke_off:
        short = f" It says it is {duration_in_words(event.promised)} long." if event.promised > event.seconds else ""
        job.text = f"The file is damaged or cut off after {duration_in_words(event.seconds)}.{short}"
        job.hint = "This is what could be heard of it. Copy it again from where it is whole."
    elif event.stopped:
        job.text = f"Stopped after {duration_in_words(event.seconds)}. What there is is kept."
    elif not event.segments:
        job.text = "No speech was heard in this file."


def clock(seconds: float) -> str:
    """`0:07`, `12:30` or `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def progress_in_words(job: Job) -> str:
    """How far it is."""
    match job.progress:
        case "waiting":
            return "Waits for the one before it"
        case "running" if job.total:
            return f"{clock(job.seconds)} of {clock(job.total)}"
        case "running":
            return f"{clock(job.seconds)} so far" if job.seconds else "Opening the file"
        case "done":
            return f"{clock(job.seconds)} written down"
    return ""
