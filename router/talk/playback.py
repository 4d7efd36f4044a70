"""What of an answer has been heard: the pieces that went to the loudspeaker, and how much of them it has played. Pure.

One for each epoch. Seconds are of sound, counted from the epoch's first sample.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A piece of sound: the characters it says, and when it is over."""

    begin: int
    end: int
    until: float


class Playback:
    """Attributes: `epoch`; `sent`, seconds of sound given to the loudspeaker; `played`, what it has played of them;
    `complete`: no more follows."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.sent = self.played = 0.0
        self.complete = False
        self.sequence = 0
        self._said: list[Said] = []

    @property
    def waiting(self) -> float:
        """Seconds of sound that are still to be heard."""
        return max(0.0, self.sent - self.played)

    @property
    def over(self) -> bool:
        """Everything is made and heard."""
        return self.complete and self.waiting < 0.01

    def add(self, begin: int, end: int, seconds: float) -> int:
        """So much more goes to the loudspeaker; its number in the sequence."""
        self.sent += seconds
        self._said.append(Said(begin, end, self.sent))
        self.sequence += 1
        return self.sequence - 1

    def move(self, seconds: float) -> None:
        """The loudspeaker has played up to there. It never goes back."""
        self.played = min(max(self.played, seconds), self.sent)

    def heard(self, text: str) -> int:
        """How many characters of the answer `text` were heard, up to a word's end within the piece that was cut."""
        before, begun = 0, 0.0
        for piece in self._said:
            if self.played >= piece.until - 0.01:
                before, begun = max(before, piece.end), piece.until
                continue
            share = (self.played - begun) / (piece.until - begun)
            if share <= 0.0:
                break
            within = text[piece.begin:piece.begin + int(share * (piece.end - piece.begin))]
            return max(before, piece.begin + whole_words(within, text[piece.begin:piece.end]))
        return before


def whole_words(part: str, whole: str) -> int:
    """The length of `part`, the beginning of `whole`, without a word that is cut."""
    if len(part) >= len(whole) or not part or whole[len(part)].isspace():
        return len(part)
    cut = max(part.rfind(" "), part.rfind("\n"))
    return max(0, cut)
