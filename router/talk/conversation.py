"""A spoken conversation, from the microphone's sound to the loudspeaker's. READ `_handle` FIRST.

What is said becomes an ordinary question; what is written is said clause by clause while it is being written. Speech
over speech (or a key) cuts both off, and the saved answer is what was heard of it. Every sound has an epoch.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace

from router.errors import UserFacingError
from router.messages import (
    AnswerCut,
    Ask,
    ChoiceNeeded,
    ChooseSpecialist,
    EndTalking,
    HeardSound,
    LevelMoved,
    MuteMicrophone,
    Noticed,
    PlayedSound,
    PushToTalk,
    Regenerate,
    Routed,
    SilenceNow,
    SoundReady,
    SpeechHeard,
    StartTalking,
    Stop,
    StopSpeaking,
    TextAdded,
    TurnFinished,
    TurnStarted,
)
from router.speech_events import TalkState
from router.talk.answer_voice import AnswerVoice
from router.talk.endpoint import Rules
from router.talk.heard_sound import level, seconds_of
from router.talk.listener import Listener, Told, Utterance
from router.talk.mouth import Mouth
from router.talk.playback import Playback
from router.talk.session import Around, Session, Tick
from router.talk.spoken_choice import AGAIN, chosen_by, question_for
from router.talk.spoken_turn import SpokenTurn
from router.voice.detector import Detector
from router.voice.reading import Piece, Reading
from router.voice.speech import Sound, Transcript
from specialists.manifest import Manifest
from specialists.wire import Speak

TAIL = 0.3                      # seconds after its own sound that half-duplex goes on hearing nothing: rooms echo
SETTLING = 0.25                 # seconds after an interruption in which the front-end says what it has played
RESUMES = 2.5                   # seconds: speech so soon behind a question, before any answer, belongs to it
GONE = 10.0                     # seconds without any sound from an open microphone
UNTOLD = 3.0                    # seconds after which sound nobody speaks of counts as played
TROUBLES = 3                    # in a row, that end a conversation
OF_A_TURN = (TurnStarted, Routed, ChoiceNeeded, TextAdded, TurnFinished)
FAREWELL = 4.0                  # seconds that its last turn may take to end


@dataclass(frozen=True)
class Settled:
    """After an interruption: what was played of the turn is known."""

    spoken: SpokenTurn


class Conversation(Session):
    """Made by StartTalking. Raises nothing: `run` tells how it ended."""

    def __init__(self, start: StartTalking, around: Around) -> None:
        super().__init__(start.talk, start.request, around)
        self._start = start
        self._conversation = start.conversation
        self._epoch = 0
        self._now: SpokenTurn | None = None
        self._leaving: list[SpokenTurn] = []            # interrupted, not yet cut
        self._next: tuple[Utterance, SpokenTurn | None] | None = None       # asked once nobody is leaving
        self._resumed: SpokenTurn | None = None         # the person goes on with that question
        self._before = ""                               # said already, by somebody who goes on
        self._muted = self._key = False
        self._deaf_until = 0.0                          # in seconds of the microphone's sound
        self._heard_seconds = self._active = 0.0
        self._last_block = self._last_played = 0.0      # the loop's time
        self._troubles = 0
        self._voices = AnswerVoice(around.speech.choice, start.voice, self._tell)

    # ── opening and closing ──────────────────────────────────────────────────────────────────────────────────────────
    async def _open(self) -> None:
        speech, start = self._around.speech, self._start
        self._ears = speech.choice.hearer(start.language, start.hearing, live=True)
        self._detector = Detector(speech, speech.choice.detector())
        voice, _ = speech.choice.nearest_voice(start.language, start.voice)
        self._listener = Listener(self._detector, self._hear, Rules(pause=max(0.2, start.pause)),
                                  Told(self._began, self._words, self._said, self._trouble))
        self._unsubscribe = self._around.core.subscribe(self._core_told)
        await self._detector.probabilities(b"")
        writer = self._around.likely_writer(self._conversation, self._start.specialist)
        self._keep(speech.warm_up((self._ears, voice), writer))
        self._last_block = self._time()

    async def _close(self) -> None:
        if not hasattr(self, "_unsubscribe"):
            return
        self._interrupt()
        try:
            async with asyncio.timeout(FAREWELL):
                while self._leaving:
                    await self._handle(await self._inbox.get())
        except TimeoutError:
            self._leaving.clear()
        self._unsubscribe()
        await self._listener.close()
        await self._detector.close()

    # ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────────
    async def _handle(self, message: object) -> None:
        match message:
            case HeardSound():
                await self._heard(message.pcm)
            case TurnStarted() | TextAdded() | TurnFinished():
                self._written(message)
            case ChoiceNeeded() if self._now is not None:
                self._now.choice = message
                self._speak(self._now, Piece(question_for(message.candidates), 0, 0, "sentence"))
            case Routed() if self._now is not None:
                self._now.choice = None
            case PlayedSound():
                self._played(message)
            case PushToTalk(down=True) if not self._muted:
                self._key = True
                self._interrupt()
                self._listener.press()
            case PushToTalk(down=False) if self._key:
                self._key = False
                self._listener.release()
            case StopSpeaking():
                self._interrupt()
            case MuteMicrophone():
                self._muted = message.muted
                self._key = False
                self._listener.forget()
            case Settled():
                message.spoken.settled = True
                self._let_go()
            case Tick():
                self._look_for_what_is_missing()
            case EndTalking():
                self._end(message.why)

    def _core_told(self, event: object) -> None:
        if isinstance(event, OF_A_TURN) and self._ours(event.turn) is not None:
            self.take(event)

    def _ours(self, turn: str) -> SpokenTurn | None:
        return next((one for one in (self._now, *self._leaving) if one is not None and one.turn == turn), None)

    async def _heard(self, pcm: bytes) -> None:
        self._heard_seconds += seconds_of(pcm)
        self._last_block = self._time()
        hears = self._hears()
        if hears:
            await self._listener.feed(pcm, sounds=self._now is not None and self._now.audible)
        elif not self._listener.waits:
            self._listener.forget()
        if self._now is not None or self._listener.waits:
            self._active = self._heard_seconds
        if self._now is not None and self._now.audible:
            self._deaf_until = self._heard_seconds + TAIL
        self._tell(LevelMoved(self.talk, level(pcm) if hears else 0.0, self._heard_seconds,
                              self._listener.looking))
        if self._heard_seconds - self._active >= self._start.idle_minutes * 60:
            self._end(f"Nobody spoke for {self._start.idle_minutes:g} minutes, so the microphone is closed.")

    # ── what was said ────────────────────────────────────────────────────────────────────────────────────────────────
    def _began(self) -> None:
        """Somebody speaks: whatever is being said or thought stops; a question without an answer yet may go on."""
        now = self._now
        if now is not None and now.choice is not None:
            return                      # they say who should answer
        soon = now is not None and self._time() - now.heard.last_sample < RESUMES + now.heard.waited
        self._resumed = now if soon and now is not None and not now.playback.sent and now.question else None
        self._interrupt()
        self._show()

    def _words(self, text: str) -> None:
        self._tell(SpeechHeard(self.talk, text, False))

    def _said(self, utterance: Utterance) -> None:
        utterance = replace(utterance, text=f"{self._before} {utterance.text}".strip())
        self._before = ""
        if self._listener.speaking:         # they go on already: it is one question
            self._before = utterance.text
            return
        resumed, self._resumed = self._resumed, None
        if self._now is not None and self._now.choice is not None:
            self._choose(self._now, self._now.choice, utterance.text)
            return
        self._tell(SpeechHeard(self.talk, utterance.text, True, utterance.language))
        if utterance.text or resumed is not None:
            self._next = (utterance, resumed)
            self._ask()
        self._show()

    def _choose(self, spoken: SpokenTurn, choice: ChoiceNeeded, text: str) -> None:
        """Who should answer was asked; a click does the same."""
        chosen = chosen_by(text, choice.candidates)
        if chosen:
            self._around.core.send(ChooseSpecialist(spoken.turn, chosen))
        elif text:
            self._speak(spoken, Piece(AGAIN, 0, 0, "sentence"))

    def _ask(self) -> None:
        """An ordinary turn. It waits until the one before is what it will be."""
        if self._next is None or self._leaving or self.ending:
            return
        (utterance, resumed), self._next = self._next, None
        if resumed is not None:
            utterance = replace(utterance, text=f"{resumed.heard.text} {utterance.text}".strip())
        turn = f"{self.talk}-{uuid.uuid4().hex[:12]}"
        language = self._start.language or utterance.language
        playback = Playback(self._epoch)
        spoken = self._now = SpokenTurn(turn, utterance, playback, Reading(language or "en"),
                                        self._mouth(language, playback), self._time(), self._conversation)
        if resumed is not None and utterance.text == resumed.heard.text:        # it was only a noise
            spoken.question = resumed.question
            self._around.core.send(Regenerate(turn, self._conversation, resumed.question, self._start.specialist))
        else:
            self._around.core.send(Ask(turn, utterance.text, self._conversation, self._start.temporary,
                                  edited=resumed.question if resumed else "", specialist=self._start.specialist))

    # ── what is written ──────────────────────────────────────────────────────────────────────────────────────────────
    def _written(self, event: TurnStarted | TextAdded | TurnFinished) -> None:
        spoken = self._ours(event.turn)
        if spoken is None:
            return
        match event:
            case TurnStarted():
                self._conversation = spoken.conversation = event.conversation
                spoken.question, spoken.answer = event.question.id, event.answer.id
            case TextAdded(thought=False):
                spoken.text += event.text
                self._speak(spoken, *spoken.reading.feed(event.text))
            case TurnFinished():
                spoken.finished = True
                if event.reason == "stopped" and not spoken.interrupted:
                    self._interrupt()       # somebody stopped the turn itself
                self._speak(spoken, *spoken.reading.close())
                if event.reason == "failed":
                    spoken.failed = True
                    self._troubles += 1
                    end = len(spoken.text)
                    self._speak(spoken, Piece(f"{event.error} {event.hint}".strip(), end, end, "sentence"))
                spoken.mouth.finish()
                self._let_go()
                self._look_over()

    def _speak(self, spoken: SpokenTurn, *pieces: Piece) -> None:
        if spoken.interrupted:
            return
        for piece in pieces:
            spoken.worded = spoken.worded or self._time()
            spoken.mouth.say(piece)

    # ── what is heard of it ──────────────────────────────────────────────────────────────────────────────────────────
    def _mouth(self, language: str, playback: Playback) -> Mouth:
        """Its voice is chosen with the first clause: the answer may be in another language than the question."""
        how = Speak("", (), self._start.speed)
        voice: Manifest | None = None

        async def speak(piece: Piece) -> Sound | None:
            nonlocal voice
            written = self._now.text if self._now is not None else piece.text
            voice = voice or self._voices.voice_for(written, language)
            return await self._around.speech.speak(piece, voice, how)

        def sounded(sound: Sound) -> None:
            spoken = self._now
            if spoken is None or spoken.playback is not playback:
                return
            if not spoken.sounded:
                spoken.sounded, spoken.voicing, self._last_played = self._time(), sound.took, self._time()
            piece = sound.piece
            sequence = playback.add(piece.begin, piece.end, sound.seconds)
            self._tell(SoundReady(self.talk, playback.epoch, sequence, sound.rate, sound.samples, spoken.answer,
                                  piece.begin, piece.end))
            self._show()

        def closed() -> None:
            spoken = self._now
            if spoken is not None and spoken.playback is playback:
                spoken.voiced = playback.complete = True
                self._tell(SoundReady(self.talk, playback.epoch, playback.sequence, 0, last=True))
                self._look_over()

        def failed(error: UserFacingError) -> None:
            if self._now is not None and self._now.playback is playback:
                self._now.failed = True
            self._trouble(error)
            closed()

        return Mouth(speak, lambda: playback.waiting, sounded, closed, failed)

    def _played(self, played: PlayedSound) -> None:
        for spoken in (self._now, *self._leaving):
            if spoken is not None and spoken.playback.epoch == played.epoch:
                spoken.playback.move(played.seconds)
                spoken.mouth.played()
        self._last_played = self._time()
        self._look_over()

    def _look_over(self) -> None:
        """Is the turn heard to its end?"""
        spoken = self._now
        if spoken is not None and spoken.over:
            self._now = None
            self._troubles = self._troubles if spoken.failed else 0
            self._deaf_until = self._heard_seconds + TAIL if spoken.playback.sent else 0.0
            self._tell(spoken.ended(self.talk))
            if self._troubles >= TROUBLES:
                self._end("Something does not work again and again, so the conversation has ended.",
                          "`consort doctor` says what works here.")
            self._show()

    # ── interruptions ────────────────────────────────────────────────────────────────────────────────────────────────
    def _interrupt(self) -> None:
        """Silence at once. The turn leaves; what was heard of it is what stays."""
        spoken, self._now, self._next = self._now, None, None
        if spoken is None:
            return
        self._epoch += 1
        spoken.interrupted = True
        self._tell(SilenceNow(self.talk, self._epoch))
        self._keep(spoken.mouth.be_silent())
        self._leaving.append(spoken)
        if not spoken.finished:
            # Not before the turn's task has begun: one that is cancelled before never ends in a TurnFinished.
            asyncio.get_running_loop().call_soon(self._around.core.send, Stop(spoken.turn))
        asyncio.get_running_loop().call_later(SETTLING if spoken.playback.sent else 0.0, self.take, Settled(spoken))

    def _let_go(self) -> None:
        """Those whose turn is over and whose end is known are cut; then the next question may be asked."""
        for spoken in [one for one in self._leaving if one.finished and one.settled]:
            self._leaving.remove(spoken)
            heard = spoken.playback.heard(spoken.text)
            if spoken.answer and heard < len(spoken.text) and (
                    cut := self._around.cut(spoken.answer, heard)) is not None:
                self._tell(AnswerCut(spoken.conversation, cut))
            self._tell(spoken.ended(self.talk))
        self._ask()

    # ── how it stands ────────────────────────────────────────────────────────────────────────────────────────────────
    def _state(self) -> TalkState:
        if self._now is not None and (self._now.choice is None or self._now.audible):
            return "speaking" if self._now.audible else "thinking"
        if self._listener.speaking:
            return "hearing"
        if self._listener.waits or self._next is not None:
            return "thinking"
        return "muted" if self._muted else "listening"

    def _hears(self) -> bool:
        deaf = self._start.duplex == "half" and not self._key and (
            (self._now is not None and self._now.audible) or self._heard_seconds < self._deaf_until)
        return not self.ending and not self._muted and not deaf and (self._key or self._start.mode == "hands-free")

    def _opened(self) -> str:
        return self._conversation

    def _look_for_what_is_missing(self) -> None:
        spoken = self._now
        if spoken is not None and spoken.playback.waiting and (
                self._time() - self._last_played > spoken.playback.waiting + UNTOLD):
            spoken.playback.move(spoken.playback.sent)      # the front-end has forgotten to say so
            self._look_over()
        if spoken is None and self._hears() and self._time() - self._last_block > GONE:
            self._end("The microphone sends nothing any more.", "Choose another one in Settings, then begin again.")

    def _trouble(self, error: UserFacingError) -> None:
        """It costs a sentence, and the conversation goes on; not for ever."""
        self._troubles += 1
        self._tell(Noticed(error.text, error.hint, level="warning"))
        if self._troubles >= TROUBLES:
            self._end(error.text, error.hint)
        self._show()

    # ── models ───────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _hear(self, samples: bytes) -> Transcript:
        only = self._ears.languages[0] if len(self._ears.languages) == 1 else ""
        return await self._around.speech.hear(self._ears, samples, self._start.language or only)

    def _time(self) -> float:
        return asyncio.get_running_loop().time()
