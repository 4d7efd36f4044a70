"""Silero's model of speech activity: how likely is there speech in each 32 ms? It keeps what it heard before.

https://github.com/snakers4/silero-vad, version 5 and later: 512 samples at 16 kHz behind the last 64 of the frame
before, and a state of 2 × 128 numbers. It does not decide when speech begins or ends (`specialists.speech_gate`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specialists.engine import EngineError
from specialists.engines.onnx_session import open_session
from specialists.speech_wire import HEARING_RATE
from specialists.wire import Failed

FRAME = 512                     # samples
CONTEXT = 64                    # samples of the frame before
STATE = (2, 1, 128)
FRAME_SECONDS = FRAME / HEARING_RATE


class SileroModel:
    """One stream of sound. Raises EngineError for a file that is another model."""

    def __init__(self, path: str) -> None:
        self._session = open_session(path)
        if {one.name for one in self._session.get_inputs()} != {"input", "state", "sr"}:
            raise EngineError(Failed("", "unsupported", "it is no Silero model of version 5 or later"))
        self._rate = np.array(HEARING_RATE, np.int64)
        self.forget()

    def forget(self) -> None:
        """The next samples are the first."""
        self._state = np.zeros(STATE, np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._rest = np.zeros(0, np.int16)

    def probabilities(self, samples: NDArray[np.int16]) -> list[float]:
        """One for each frame that is whole now; what is left of a frame waits."""
        samples = np.concatenate((self._rest, samples))
        whole = len(samples) // FRAME
        self._rest = samples[whole * FRAME:]
        found = []
        for frame in (samples[:whole * FRAME].astype(np.float32) / 32768.0).reshape(whole, FRAME):
            heard = np.concatenate((self._context, frame))[None]
            output, self._state = self._session.run(None, {"input": heard, "state": self._state, "sr": self._rate})
            self._context = frame[-CONTEXT:]
            found.append(float(output[0, 0]))
        return found
