"""How much memory a model that hears or speaks needs once it works. Pure arithmetic, from measurements.

Measured (PSS of the worker, half a minute heard or 230 characters spoken at once): tiny.en 243 MB of a 78 MB file, base
339 of 148, base in Q8_0 269 of 82; a medium Piper voice 267 of 63; Silero 71 of 2. The larger Whisper models' figures
are whisper.cpp's own: small 852 of 488, medium 2,100 of 1,530, large 3,900 of 3,100.
What a load then really took corrects the next footprint: `router.fleet.measured`.
"""

from __future__ import annotations

MEGABYTE = 10**6


def speech_footprint(kind: str, file_bytes: int) -> int:
    """Bytes that a model of this kind of manifest needs; file_bytes: of all its files."""
    factor, rest = {"speech-in": (1.4, 170), "speech-out": (2.0, 170)}.get(kind, (1.0, 80))
    return int(factor * file_bytes) + rest * MEGABYTE
