"""Sentences as sound, spoken by a real voice in a worker of its own. For tests of speech."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from router.fleet.worker import Worker
from router.talk.heard_sound import RATE
from router.talk.sound_files import resampled
from specialists.wire import Audio, Load, Speak

Samples = NDArray[np.int16]


async def spoken(voice: Path, texts: Sequence[str], speed: float = 1.0) -> list[Samples]:
    """Each text at RATE. voice: the model's file, its configuration beside it."""
    worker = await Worker.start(Load("piper", str(voice), threads=1, options={"configuration": f"{voice}.json"}))
    try:
        found: list[list[Samples]] = [[] for _ in texts]
        async for reply in worker.request(Speak("s", tuple(texts), speed)):
            if isinstance(reply, Audio):
                found[reply.clause].append(resampled(np.frombuffer(reply.samples, "<i2"), reply.rate, RATE))
        return [np.concatenate(one) for one in found]
    finally:
        await worker.close()


def trimmed(samples: Samples, loud: int = 200) -> Samples:
    """Without the silence at both ends."""
    places = np.nonzero(np.abs(samples) > loud)[0]
    return samples[places[0]:places[-1] + 1] if len(places) else samples


def louder(samples: Samples, decibels: float) -> Samples:
    """Louder, or softer with a negative number."""
    return np.clip(samples * 10 ** (decibels / 20), -32768, 32767).astype(np.int16)
