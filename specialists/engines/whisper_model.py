"""One Whisper model in memory: sound in, words with times out. The only door to whisper.cpp (pywhispercpp).

Settings were measured over a set of sentences, not on one (tests/benchmarks/voice.py): a window of sound context that
is too tight looks splendid on one sentence and falls into loops on the next.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specialists.engine import EngineError
from specialists.ggml_header import WhisperHeader
from specialists.speech_wire import HEARING_RATE
from specialists.wire import Failed, Load

POSITIONS = 50                  # of sound context in a second
LEAST_CONTEXT, FULL_CONTEXT = 768, 1500
SPARE_CONTEXT = 256
TOKENS_A_SECOND = 10            # the quickest speakers need about six
SPARE_TOKENS = 32
LEAST_SAMPLES = HEARING_RATE + HEARING_RATE // 10   # shorter sound is answered with nothing


@dataclass(frozen=True)
class Words:
    """What was said between `begin` and `end` (seconds), and how sure the model is of it, 0 to 1."""

    text: str
    begin: float
    end: float
    probability: float


class WhisperModel:
    """Attribute `threads`: how many it uses."""

    def __init__(self, load: Load, header: WhisperHeader) -> None:
        """`header` has been checked: whisper.cpp ends the process over a broken file. Raises EngineError: no_memory."""
        # Threads of OpenMP that wait in a loop take the cores from the model that writes beside this one.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from pywhispercpp.model import Model

        self.threads = load.threads or os.cpu_count() or 1
        self._english_only = header.english_only
        model: Any = Model(load.path, context_params={"use_gpu": load.gpu_layers != 0},
                           redirect_whispercpp_logs_to=False)
        self._model = model
        if model._ctx is None:
            raise EngineError(Failed("", "no_memory", "whisper.cpp could not load the model"))

    def hear(self, samples: NDArray[np.int16], language: str, stopped: Callable[[], bool], *,
             short: bool, whole_context: bool = False) -> list[Words]:
        """The words of at most half a minute of sound. short: one piece, without times inside it.

        language: ISO 639-1, empty to find out. An empty list when it was stopped, and when nothing was said.
        """
        seconds = len(samples) / HEARING_RATE
        sound = samples.astype(np.float32) / 32768.0
        if len(sound) < LEAST_SAMPLES:
            sound = np.pad(sound, (0, LEAST_SAMPLES - len(sound)))
        found = self._model.transcribe(sound, abort_callback=stopped, extract_probability=True,
                                       **self._settings(seconds, language, short, whole_context))
        if stopped():           # then whatever is there is a part of something
            return []
        return [Words(one.text, *_times(one, seconds, short), 0.0 if math.isnan(one.probability) else one.probability)
                for one in found]

    def language(self) -> str:
        """The language of what was heard last, ISO 639-1."""
        from pywhispercpp import model

        whisper: Any = vars(model)["pw"]      # the functions of whisper.h
        return str(whisper.whisper_lang_str(whisper.whisper_full_lang_id(self._model._ctx)))

    def close(self) -> None:
        """Free everything."""
        del self._model

    def _settings(self, seconds: float, language: str, short: bool, whole_context: bool) -> dict[str, Any]:
        """All of them, every time: what a call leaves out keeps its value from the call before."""
        context = FULL_CONTEXT if whole_context else min(FULL_CONTEXT, max(LEAST_CONTEXT, math.ceil(
            POSITIONS * seconds) + SPARE_CONTEXT))
        return {
            "n_threads": self.threads, "language": "en" if self._english_only else language or "auto",
            "detect_language": False, "translate": False, "no_context": True, "audio_ctx": context,
            "single_segment": short, "no_timestamps": short, "token_timestamps": False, "max_len": 0,
            "max_tokens": math.ceil(TOKENS_A_SECOND * seconds) + SPARE_TOKENS, "temperature": 0.0,
            "temperature_inc": 0.0, "suppress_blank": True, "suppress_nst": False, "initial_prompt": "",
            "print_progress": False, "print_realtime": False, "print_timestamps": False, "print_special": False,
        }


def _times(segment: Any, seconds: float, short: bool) -> tuple[float, float]:
    """Hundredths of a second as seconds within the sound."""
    if short:
        return 0.0, seconds
    begin = min(max(0.0, segment.t0 / 100), seconds)
    return begin, min(max(begin, segment.t1 / 100), seconds)
