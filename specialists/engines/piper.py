"""The engine that speaks: a Piper voice (VITS in ONNX), with espeak-ng's pronunciation. The only door to piper.

A voice is two files: the model at `Load.path`, and its configuration in `Load.options["configuration"]`. It speaks
clause by clause, as they are given: what makes good clauses is not its business.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from specialists.engine import EngineError, cannot
from specialists.engines.onnx_session import open_session
from specialists.speech_wire import BYTES_PER_SAMPLE
from specialists.wire import Audio, Errand, Failed, Finished, Load, Loading, Outcome, Ready, Reply, Speak, Task

MAX_CONFIGURATION = 2**20       # bytes
MOST_CHARACTERS = 500           # of a clause: 2,000 at once take 2 GB of memory
SLOWEST, QUICKEST = 0.25, 4.0
LOUDEST = 4.0
PHONEMES = ("espeak", "text")   # the others fetch dictionaries from elsewhere


class PiperEngine:
    """One voice."""

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Load. Raises EngineError: bad_model or unsupported."""
        from piper import PiperVoice
        from piper.config import PiperConfig

        begun = time.perf_counter()
        tell(Loading(0.0))
        configuration = _read(load.options.get("configuration", ""))
        if configuration.get("phoneme_type", "espeak") not in PHONEMES:
            raise EngineError(Failed("", "unsupported", f"phonemes of type {configuration['phoneme_type']}"))
        try:
            described = PiperConfig.from_dict(configuration)
        except (KeyError, TypeError, ValueError) as error:
            raise EngineError(Failed("", "bad_model", f"its configuration lacks {error}")) from error
        self._voice: Any = PiperVoice(session=open_session(load.path, load.threads or 1), config=described)
        self._rate = int(described.sample_rate)
        return Ready("piper", 0, 0, False, time.perf_counter() - begun, threads=load.threads or 1)

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """Speak. Raises EngineError for anything else, and bad_request for what it cannot say."""
        from piper import SynthesisConfig

        if not isinstance(request, Speak):
            raise cannot(request)
        if any(len(clause) > MOST_CHARACTERS for clause in request.clauses):
            raise EngineError(Failed(request.request, "too_long", f"a clause of over {MOST_CHARACTERS} characters"))
        config = self._voice.config
        if not 0 <= request.speaker < max(1, config.num_speakers):
            raise EngineError(Failed(request.request, "bad_request", f"there is no speaker {request.speaker}"))
        settings = SynthesisConfig(
            speaker_id=request.speaker, volume=min(max(request.volume, 0.0), LOUDEST),
            length_scale=config.length_scale / min(max(request.speed, SLOWEST), QUICKEST))
        begun, seconds, first, reason = time.perf_counter(), 0.0, 0.0, "end"
        for number, clause in enumerate(request.clauses):
            if stopped():
                reason = "stopped"
                break
            for chunk in self._voice.synthesize(clause, settings):
                samples = (chunk.audio_float_array * 32767.0).astype("<i2").tobytes()
                first = first or time.perf_counter() - begun
                seconds += len(samples) / BYTES_PER_SAMPLE / self._rate
                yield Audio(request.request, number, self._rate, samples)
                if stopped():
                    break
        yield Finished(request.request, reason, seconds_to_first_token=first,  # type: ignore[arg-type]
                       audio_seconds=seconds, seconds=time.perf_counter() - begun)

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """There is none that it could do."""
        raise cannot(errand)

    def close(self) -> None:
        """Free everything."""
        del self._voice


def _read(path: str) -> dict[str, Any]:
    """The voice's configuration. Raises EngineError."""
    try:
        file = Path(path)
        if file.stat().st_size > MAX_CONFIGURATION:
            raise ValueError("it is larger than any real one")
        found = json.loads(file.read_bytes())
        if not isinstance(found, dict):
            raise ValueError("it is no table")
        return found
    except (OSError, ValueError, RecursionError) as error:
        raise EngineError(Failed("", "bad_model", f"the voice’s configuration cannot be read: {error}")) from error
