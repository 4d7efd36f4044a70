"""Where to cut a long sound so that each piece can be heard by itself: at pauses, as soon as a piece is complete.

Fed with the probability of speech in each frame; what is no speech is left out. Pure; it holds no sound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from specialists.speech_gate import ENTER, LEAVE

PADDING = 0.2                   # seconds kept before and after speech: soft sounds lie there
LONG_PAUSE = 2.0                # seconds of silence that always end a stretch
SHORT_PAUSE = 0.3               # seconds of silence that end one which is long enough
ENOUGH = 18.0                   # seconds
MOST = 28.0                     # seconds: Whisper hears half a minute at once
LOOK_BACK = 8.0                 # seconds: where in one without a pause the least likely place is looked for
LEAST_SPEECH = 0.12             # seconds of speech in a stretch worth hearing


class Stretches:
    """All numbers are frames of `frame_seconds`. `needed_from`: no stretch to come begins before."""

    def __init__(self, frame_seconds: float) -> None:
        def frames(seconds: float) -> int:
            return round(seconds / frame_seconds)

        self._padding, self._long, self._short = frames(PADDING), frames(LONG_PAUSE), frames(SHORT_PAUSE)
        self._enough, self._most, self._back = frames(ENOUGH), frames(MOST), frames(LOOK_BACK)
        self._least = frames(LEAST_SPEECH)
        self._recent: deque[float] = deque(maxlen=self._back)
        self._frame = 0             # the number of the next one
        self._free_from = 0         # the end of the last stretch
        self._begin = -1            # of the stretch that is open; -1: none
        self._last = 0              # behind its last frame of speech
        self._speech = 0            # its frames of speech
        self._speaking = False

    @property
    def needed_from(self) -> int:
        return self._begin if self._begin >= 0 else max(self._free_from, self._frame - self._padding)

    def feed(self, probabilities: Iterable[float]) -> Iterator[tuple[int, int]]:
        """The stretches (begin, end) that these frames complete."""
        for probability in probabilities:
            self._recent.append(probability)
            self._speaking = probability >= (LEAVE if self._speaking else ENTER)
            if self._speaking:
                if self._begin < 0:
                    self._begin, self._speech = max(self._free_from, self._frame - self._padding), 0
                self._last = self._frame + 1
                self._speech += 1
            self._frame += 1
            if self._begin >= 0 and (end := self._end()):
                if self._speech >= self._least:
                    yield self._begin, end
                self._free_from = end
                goes_on = end < self._last
                self._begin, self._speech = (end, self._last - end) if goes_on else (-1, 0)

    def close(self) -> Iterator[tuple[int, int]]:
        """The sound is over: the stretch that is still open."""
        if self._begin >= 0 and self._speech >= self._least:
            yield self._begin, min(self._frame, self._last + self._padding)
        self._begin = -1

    def _end(self) -> int:
        """Where the open stretch ends, when that is decided; else 0."""
        silence, length = self._frame - self._last, self._frame - self._begin
        if silence >= self._long or (silence >= self._short and length >= self._enough):
            return min(self._last + self._padding, self._frame)
        if length >= self._most:
            return self._quietest()
        return 0

    def _quietest(self) -> int:
        """The middle of the three frames in a row that are least likely speech, not long ago."""
        recent = list(self._recent)
        place = min(range(1, len(recent) - 1), key=lambda one: sum(recent[one - 1:one + 2]))
        return self._frame - len(recent) + place
