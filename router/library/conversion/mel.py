"""The mel filters that Whisper hears through: triangles over the frequencies of a short-time Fourier transform.

As librosa.filters.mel(sr=16000, n_fft=400, n_mels=…) makes them (largest difference 2e-9): Slaney's mel scale, linear
below 1 kHz and logarithmic above, each triangle scaled to the same area (Slaney, Auditory Toolbox, 1998).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

RATE = 16_000                   # Hz
WINDOW = 400                    # samples of a transform: 25 ms
HZ_PER_MEL = 200 / 3            # below KNEE
KNEE = 1000.0                   # Hz
LOG_STEP = math.log(6.4) / 27   # above KNEE


def mel_filters(count: int) -> NDArray[np.float32]:
    """The filters, lowest first. (count, 201)"""
    frequencies = np.linspace(0, RATE / 2, WINDOW // 2 + 1)
    edges = _to_hertz(np.linspace(0.0, _to_mel(RATE / 2), count + 2))
    widths = np.diff(edges)
    distances = edges[:, None] - frequencies[None, :]
    rising = -distances[:-2] / widths[:-1, None]
    falling = distances[2:] / widths[1:, None]
    areas = 2.0 / (edges[2:] - edges[:-2])
    filters: NDArray[np.float32] = (np.maximum(0, np.minimum(rising, falling)) * areas[:, None]).astype(np.float32)
    return filters


def _to_mel(hertz: float) -> float:
    if hertz < KNEE:
        return hertz / HZ_PER_MEL
    return KNEE / HZ_PER_MEL + math.log(hertz / KNEE) / LOG_STEP


def _to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    knee = KNEE / HZ_PER_MEL
    hertz: NDArray[np.float64] = np.where(mel < knee, mel * HZ_PER_MEL, KNEE * np.exp(LOG_STEP * (mel - knee)))
    return hertz
