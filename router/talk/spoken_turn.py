"""One spoken turn: what was heard, the answer as it grows, its voice, and when each stage was done. State only.

`conversation` decides; this holds. Times are the loop's.
"""

from __future__ import annotations

from dataclasses import dataclass

from router.events import ChoiceNeeded
from router.speech_events import SpokenTurnEnded
from router.talk.listener import Utterance
from router.talk.mouth import Mouth
from router.talk.playback import Playback
from router.voice.reading import Reading

DONE = 0.01         # seconds of sound that nobody waits for


@dataclass
class SpokenTurn:
    """finished: the ordinary turn is over. failed: something did not work. settled: after an interruption, what was
    played is known for good.

    question, answer: ids of the saved messages, once they are. asked, worded, sounded: when the question was sent, the
    first clause was complete, the first sound was given away. voicing: seconds that the first clause's sound took.
    choice: the person is asked who should answer.
    """

    turn: str
    heard: Utterance
    playback: Playback
    reading: Reading
    mouth: Mouth
    asked: float
    conversation: str = ""
    question: str = ""
    answer: str = ""
    text: str = ""
    finished: bool = False
    voiced: bool = False
    interrupted: bool = False
    settled: bool = False
    worded: float = 0.0
    sounded: float = 0.0
    voicing: float = 0.0
    failed: bool = False
    choice: ChoiceNeeded | None = None

    @property
    def over(self) -> bool:
        """Written, made and heard, to the end."""
        return self.finished and self.voiced and self.playback.waiting < DONE

    @property
    def audible(self) -> bool:
        """Its voice has begun and is not done; or it has asked something, and that is said."""
        asked = self.choice is not None and self.playback.waiting < DONE
        return self.playback.sent > 0.0 and not self.over and not asked

    def ended(self, talk: str) -> SpokenTurnEnded:
        """What there is to tell of it."""
        said = self.text[:self.playback.heard(self.text)] if self.interrupted else self.text
        if not self.sounded:
            return SpokenTurnEnded(talk, self.turn, self.heard.text, self.text, said, self.interrupted)
        return SpokenTurnEnded(
            talk, self.turn, self.heard.text, self.text, said, self.interrupted,
            first_sound=self.sounded - self.heard.last_sample, waited=self.heard.waited, hearing=self.heard.hearing,
            writing=self.worded - self.asked, voicing=self.voicing)
