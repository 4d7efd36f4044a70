"""The engine of speech activity: is somebody speaking, since when, until when. It hears no words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from specialists.engine import EngineError, cannot
from specialists.engines.silero_model import FRAME_SECONDS, SileroModel
from specialists.speech_gate import SpeechGate
from specialists.wire import Detect, Detected, Errand, Failed, Load, Loading, Outcome, Ready, Reply, Task


class SileroEngine:
    """One Silero model and one stream of sound."""

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Load. Raises EngineError: bad_model or unsupported."""
        begun = time.perf_counter()
        tell(Loading(0.0))
        self._model = SileroModel(load.path)
        self._gate = SpeechGate(FRAME_SECONDS)
        return Ready("silero", 0, 0, False, time.perf_counter() - begun, threads=1)

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """It has no words: always Failed."""
        yield Failed(request.request, "bad_request", "a detector of speech hears no words")

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """Detect. Raises EngineError for anything else."""
        if not isinstance(errand, Detect):
            raise cannot(errand)
        if len(errand.samples) % 2:
            raise EngineError(Failed(errand.request, "bad_request", "half a sample"))
        if errand.fresh:
            self._model.forget()
            self._gate = SpeechGate(FRAME_SECONDS)
        found = self._model.probabilities(np.frombuffer(errand.samples, "<i2"))
        return Detected(errand.request, tuple(found), FRAME_SECONDS, self._gate.feed(found))

    def close(self) -> None:
        """Free everything."""
        del self._model
