"""A spoken conversation from the microphone to the loudspeaker, on files and fakes: nothing waits for a real device."""

from __future__ import annotations

import asyncio
from itertools import groupby
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from router.messages import (
    AnswerCut,
    Ask,
    ChangePreference,
    ChoiceNeeded,
    ConversationOpened,
    Dictate,
    EndTalking,
    Event,
    HeardSound,
    MuteMicrophone,
    Noticed,
    OpenConversation,
    PushToTalk,
    ReadAloud,
    Refused,
    Routed,
    SilenceNow,
    SoundReady,
    SpecialistChanged,
    SpeechHeard,
    SpokenTurnEnded,
    StartTalking,
    Stop,
    StopSpeaking,
    TalkStateChanged,
    TurnFinished,
    TurnStarted,
)
from router.parts import plain_text
from router.talk.carrying import Carrier
from router.talk.sound import BLOCK
from router.talk.spoken_choice import AGAIN, question_for
from tests.talk_core import RATE, SpokenTalk, silence, speaking, speech, together

pytestmark = pytest.mark.process
STORY = "This is the first sentence of it. This is the second one, and it is longer. Here is a third. And a fourth one."


def states(talk: SpokenTalk) -> list[str]:
    return [state for state, _ in groupby(one.state for one in talk.told(TalkStateChanged))]


async def saved(talk: SpokenTalk) -> list[tuple[str, str, str]]:
    conversation = talk.told(TurnStarted)[-1].conversation
    talk.core.send(OpenConversation(conversation, "open"))
    opened = await talk.until(ConversationOpened, request="open")
    return [(one.role, plain_text(one.parts), one.state) for one in opened.messages]


async def test_what_is_said_is_heard_answered_and_spoken(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        await talk.hold(together(silence(1), speech("hello there my friend"), silence(1)))
        assert [(one.heard, one.answer.strip(), one.interrupted) for one in talk.told(SpokenTurnEnded)] == [
            ("hello there my friend", "hello there my friend", False)]
        assert states(talk) == ["listening", "hearing", "thinking", "speaking", "listening", "ended"]
        assert speech("hello there my friend").tobytes() in talk.said.tobytes()
        assert await saved(talk) == [("user", "hello there my friend", "complete"),
                                     ("assistant", "hello there my friend", "complete")]


async def test_the_microphone_is_closed_when_it_ends_and_half_duplex_hears_nothing_meanwhile(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        await talk.hold(together(silence(0.5), speech("what do you say"), silence(0.5)))
        told = talk.told(TalkStateChanged)
        assert told[-1].state == "ended" and not told[-1].microphone
        assert [one.microphone for one in told if one.state == "speaking"] == [False]
        assert told[0].microphone


async def test_half_duplex_never_answers_its_own_voice(tmp_path: Path) -> None:
    """Everything the loudspeaker plays comes back into the microphone, as loud as it was."""
    async with speaking(tmp_path, text=STORY) as talk:
        question = together(silence(0.5), speech("tell me a story please"), silence(0.6))
        loops = together(*[speech(STORY)] * 10)
        await talk.hold(together(question, loops[:RATE * 60]), polite=False,
                        commands=lambda _, event: EndTalking("talk") if isinstance(event, SpokenTurnEnded) else None)
        assert len(talk.told(TurnStarted)) == 1


async def test_interrupting_silences_stops_and_keeps_only_what_was_heard(tmp_path: Path) -> None:
    async with speaking(tmp_path, text=STORY, delay="0.02") as talk:
        heard = together(silence(0.5), speech("tell me a story please"), silence(3.0), speech("stop that please now"),
                         silence(0.7))
        carrier = await talk.hold(heard, StartTalking("talk", duplex="full"), polite=False, commands=once_answered)
        first = talk.told(SpokenTurnEnded)[0]
        assert first.interrupted and STORY.startswith(first.said) and 0 < len(first.said) < len(STORY)
        assert (await saved(talk))[1] == ("assistant", first.said, "stopped")
        cut = talk.told(AnswerCut)[0]
        assert plain_text(cut.message.parts) == first.said
        asked = [plain_text(one.question.parts) for one in talk.told(TurnStarted)]
        assert asked == ["tell me a story please", "stop that please now"]
        assert_quiet_after_interruption(talk, carrier)


def once_answered(_carrier: Carrier, event: Event) -> EndTalking | None:
    """The second turn was begun: that is enough."""
    return EndTalking("talk") if isinstance(event, SoundReady) and event.epoch >= 1 else None


def assert_quiet_after_interruption(talk: SpokenTalk, carrier: Carrier) -> None:
    """Silence within 0.3 s of the interrupting speech, and no stale sample after it."""
    onset = 0.5 + len(speech("tell me a story please")) / RATE + 3.0
    assert carrier.silenced and carrier.silenced[0] - onset <= 0.3
    place = round(carrier.silenced[0] * RATE)
    assert not np.any(talk.said[place:place + round(0.5 * RATE)])
    epochs = [event.epoch for event in talk.events if isinstance(event, SoundReady | SilenceNow)]
    assert epochs == sorted(epochs)


async def test_stop_by_a_key_is_an_interruption_too(tmp_path: Path) -> None:
    def stop(carrier: Carrier, event: Event) -> StopSpeaking | None:
        return StopSpeaking("talk") if isinstance(event, SoundReady) and event.sequence == 1 else None

    async with speaking(tmp_path, text=STORY, delay="0.05") as talk:
        await talk.hold(together(silence(0.5), speech("tell me a story please"), silence(1)), commands=stop)
        ended = talk.told(SpokenTurnEnded)[0]
        assert ended.interrupted and len(ended.said) < len(STORY)
        assert talk.told(TurnFinished)[0].reason == "stopped"
        assert states(talk)[-2:] == ["listening", "ended"]


async def test_stopping_the_turn_itself_silences_it_too(tmp_path: Path) -> None:
    def stop(_carrier: Carrier, event: Event) -> Stop | None:
        return Stop(talk.told(TurnStarted)[0].turn) if isinstance(event, SoundReady) and event.sequence == 0 else None

    async with speaking(tmp_path, text=STORY, delay="0.05") as talk:
        await talk.hold(together(silence(0.5), speech("tell me a story please"), silence(1)), commands=stop)
        ended = talk.told(SpokenTurnEnded)[0]
        assert ended.interrupted and len(ended.said) < len(STORY) and talk.told(SilenceNow)


async def test_a_front_end_that_never_says_what_it_played_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        talk.core.send(StartTalking("talk"))
        await hear(talk, "talk", silence(0.5), speech("hello there"), silence(0.9))
        ended = await talk.until(SpokenTurnEnded)
        assert ended.heard == "hello there" and not ended.interrupted
        await talk.until(TalkStateChanged, state="listening", opened=talk.told(TurnStarted)[0].conversation)


async def test_what_tells_speech_from_silence_may_be_killed(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        talk.core.send(StartTalking("talk"))
        await talk.until(TalkStateChanged, state="listening")
        psutil.Process(next(one.pid for one in talk.core.fleet.processes() if one.id == "activity")).kill()
        await hear(talk, "talk", silence(0.5), speech("hello there"), silence(0.9))
        assert (await talk.until(TurnStarted)).question.parts[0].text == "hello there"  # type: ignore[union-attr]


async def test_whoever_goes_on_before_the_answer_asks_one_longer_question(tmp_path: Path) -> None:
    async with speaking(tmp_path, read_delay="3") as talk:
        talk.core.send(StartTalking("talk"))
        await hear(talk, "talk", silence(0.5), speech("how is the weather"), silence(0.6))
        await talk.until(TurnStarted)
        await talk.until(TalkStateChanged, state="thinking", opened=talk.told(TurnStarted)[0].conversation)
        await hear(talk, "talk", speech("in the north"), silence(0.7))
        await talk.until(SpokenTurnEnded, heard="how is the weather in the north", seconds=30)
        assert [plain_text(one.question.parts) for one in talk.told(TurnStarted)] == [
            "how is the weather", "how is the weather in the north"]
        assert [one[1] for one in await saved(talk)] == ["how is the weather in the north"] * 2


async def test_a_pause_inside_a_sentence_does_not_cut_it(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        await talk.hold(together(silence(0.5), speech("I would like"), silence(0.4), speech("some tea please"),
                                 silence(1)))
        assert [one.heard for one in talk.told(SpokenTurnEnded)] == ["I would like some tea please"]


async def test_push_to_talk_hears_only_while_the_key_is_down(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        talk.core.send(StartTalking("talk", mode="push-to-talk"))
        await talk.until(TalkStateChanged, state="listening")
        assert not talk.told(TalkStateChanged)[-1].microphone
        for down, text in ((None, "nobody hears this"), (True, "but they do hear this")):
            if down:
                talk.core.send(PushToTalk("talk", True))
            talk.core.send(HeardSound("talk", speech(text).tobytes()))
        talk.core.send(PushToTalk("talk", False))
        assert (await talk.until(TurnStarted)).question.parts[0].text == "but they do hear this"  # type: ignore[union-attr]
        talk.core.send(EndTalking("talk"))
        await talk.until(TalkStateChanged, state="ended")


async def test_a_muted_microphone_is_not_listened_to(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        talk.core.send(StartTalking("talk"))
        talk.core.send(MuteMicrophone("talk", True))
        await talk.until(TalkStateChanged, state="muted", microphone=False)
        talk.core.send(HeardSound("talk", together(speech("secret"), silence(1)).tobytes()))
        talk.core.send(MuteMicrophone("talk", False))
        talk.core.send(HeardSound("talk", together(speech("public"), silence(1)).tobytes()))
        assert (await talk.until(SpeechHeard, final=True)).text == "public"
        talk.core.send(EndTalking("talk", "The screen was locked."))
        assert (await talk.until(TalkStateChanged, state="ended")).why == "The screen was locked."


async def test_nobody_speaks_for_long_and_the_microphone_is_closed(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        talk.core.send(StartTalking("talk", idle_minutes=0.05))
        for _ in range(60):
            talk.core.send(HeardSound("talk", bytes(2 * round(BLOCK * RATE))))
        assert "microphone is closed" in (await talk.until(TalkStateChanged, state="ended")).why


async def test_a_voice_that_crashes_costs_a_sentence_and_the_conversation_goes_on(tmp_path: Path) -> None:
    async with speaking(tmp_path, speech={"voice": {"crash_after": "0"}}) as talk:
        one = together(speech("hello there my friend"), silence(1.5))
        await talk.hold(together(silence(0.5), one, one))
        assert len(talk.told(SpokenTurnEnded)) == 2
        assert all("crashed" in notice.text for notice in talk.told(Noticed)) and talk.told(Noticed)
        assert talk.told(TalkStateChanged)[-1].why == ""


async def test_ears_that_never_work_end_it_with_a_sentence(tmp_path: Path) -> None:
    async with speaking(tmp_path, speech={"ears": {"crash_after": "0"}}) as talk:
        one = together(speech("hello there my friend"), silence(1.5))
        await talk.hold(together(silence(0.5), one, one, one, one))
        last = talk.told(TalkStateChanged)[-1]
        assert last.state == "ended" and "crashed" in last.why and last.hint


async def test_an_answer_that_fails_is_said_and_the_next_question_is_answered(tmp_path: Path) -> None:
    async with speaking(tmp_path, crash_after="3", delay="0.1") as talk:
        await talk.hold(together(silence(0.5), speech("one two three four five six"), silence(1)))
        assert talk.told(TurnFinished)[0].reason == "failed"
        said = [event for event in talk.told(SoundReady) if event.pcm]
        assert len(said) >= 2 and states(talk)[-2:] == ["listening", "ended"]


async def test_an_answer_in_another_language_gets_a_voice_that_speaks_it(tmp_path: Path) -> None:
    german = "Das ist nicht der erste Satz, und auch nicht der letzte. Es gibt noch einen."
    async with speaking(tmp_path, there=("echo", "ears", "voice", "stimme", "activity"), text=german) as talk:
        await talk.hold(together(silence(0.5), speech("say it in German please"), silence(1)))
        assert talk.told(SpokenTurnEnded)[0].said == german
        used = {one.specialist.id for one in talk.told(SpecialistChanged) if one.specialist.state == "busy"}
        assert "stimme" in used


async def test_fifty_turns_leave_nothing_behind(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        one = together(speech("how are you today"), silence(0.9))
        await talk.hold(together(silence(0.5), *[one] * 50), seconds=150)
        assert [ended.answer.strip() for ended in talk.told(SpokenTurnEnded)] == ["how are you today"] * 50
        last = talk.told(TalkStateChanged)[-1]
        assert (last.state, last.microphone, last.why) == ("ended", False, "")
        assert not talk.core._speech._running


async def test_what_is_missing_is_offered(tmp_path: Path) -> None:
    async with speaking(tmp_path, there=("echo", "ears", "activity")) as talk:
        talk.core.send(StartTalking("talk", request="r"))
        refused = await talk.until(Refused, request="r")
        assert "voice" in refused.text and "consort install" in refused.hint
        assert (await talk.until(TalkStateChanged, state="ended")).why == refused.text


async def test_dictation_writes_down_and_nobody_answers(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        talk.core.send(Dictate("d"))
        await hear(talk, "d", silence(0.5), speech("Dear Sir or Madam."), silence(0.3))
        assert (await talk.until(SpeechHeard, final=False)).text == "Dear Sir or Madam."
        await hear(talk, "d", silence(0.7), speech("Thank you for the"))
        talk.core.send(EndTalking("d"))
        await talk.until(TalkStateChanged, state="ended")
        finals = [one.text for one in talk.told(SpeechHeard) if one.final]
        assert finals == ["Dear Sir or Madam.", "Thank you for the"]
        assert any(not one.final for one in talk.told(SpeechHeard)) and not talk.told(TurnStarted)


async def hear(talk: SpokenTalk, name: str, *parts: NDArray[np.int16]) -> None:
    """At the microphone of a session, all at once."""
    sound = together(*parts)
    for place in range(0, len(sound), 1024):
        talk.core.send(HeardSound(name, sound[place:place + 1024].tobytes()))


async def test_an_answer_is_read_aloud_from_any_sentence(tmp_path: Path) -> None:
    async with speaking(tmp_path, text=STORY) as talk:
        talk.core.send(Ask("t", "tell me a story"))
        answer = (await talk.until(TurnFinished)).message
        begin = STORY.index("Here is")
        talk.core.send(ReadAloud("read", answer, begin))
        await talk.until(SoundReady, talk="read", last=True)
        sounds = [one for one in talk.told(SoundReady) if one.pcm]
        assert " ".join(STORY[one.begin:one.end] for one in sounds).split() == STORY[begin:].split()
        assert all(one.message == answer for one in sounds)
        talk.core.send(EndTalking("read"))
        await talk.until(TalkStateChanged, state="ended", talk="read")


async def test_a_long_answer_is_not_made_into_sound_far_ahead_of_the_ears(tmp_path: Path) -> None:
    async with speaking(tmp_path, text=STORY * 30) as talk:
        talk.core.send(Ask("t", "tell me a story"))
        answer = (await talk.until(TurnFinished)).message
        talk.core.send(ReadAloud("read", answer))
        await talk.until(SoundReady, talk="read", sequence=5)
        assert not any(one.last for one in talk.told(SoundReady))
        assert sum(len(one.pcm) for one in talk.told(SoundReady)) < 40 * 2 * RATE
        talk.core.send(EndTalking("read"))
        await talk.until(SilenceNow, talk="read")


async def test_any_text_is_read_aloud_such_as_to_try_a_voice(tmp_path: Path) -> None:
    async with speaking(tmp_path) as talk:
        talk.core.send(ReadAloud("read", text="Hello. This is my voice."))
        await talk.until(SoundReady, talk="read", last=True)
        assert b"".join(one.pcm for one in talk.told(SoundReady)).find(speech("This is my voice.").tobytes()) > 0
        talk.core.send(EndTalking("read"))
        await talk.until(TalkStateChanged, state="ended", talk="read")


async def test_an_answer_that_no_voice_speaks_is_read_by_another_and_the_right_one_is_offered(tmp_path: Path) -> None:
    german = "Das ist nicht der erste Satz, und auch nicht der letzte. Es gibt noch einen."
    async with speaking(tmp_path, text=german) as talk:
        one = together(speech("say it in German please"), silence(1.5))
        await talk.hold(together(silence(0.5), one, one))
        assert [ended.said for ended in talk.told(SpokenTurnEnded)] == [german, german]
        notice, = talk.told(Noticed)
        assert "German" in notice.text and "consort install stimme" in notice.hint
        assert [choice.action for choice in notice.choices] == ["install:stimme"]


async def test_who_should_answer_is_asked_aloud_and_answered_by_voice(tmp_path: Path) -> None:
    async with speaking(tmp_path, there=("echo", "coder", "ears", "voice", "activity")) as talk:
        talk.core.send(ChangePreference("routing", "ask"))
        await talk.hold(together(silence(0.5), speech("hello there my friend"), silence(1.5),
                                 speech("what about some tea"), silence(1.5), speech("the second please"), silence(1)))
        asked, = talk.told(ChoiceNeeded)
        second = asked.candidates[1]
        assert talk.told(Routed)[-1].specialist == second.specialist
        assert [one.heard for one in talk.told(SpokenTurnEnded)] == ["hello there my friend"]
        heard = talk.said.tobytes()
        assert speech(question_for(asked.candidates)).tobytes() in heard and speech(AGAIN).tobytes() in heard
        assert talk.told(SpokenTurnEnded)[0].said.strip() == "hello there my friend"
        assert [text for role, text, _ in await saved(talk) if role == "user"] == ["hello there my friend"]


async def test_who_will_answer_is_in_memory_before_the_first_word_is_over(tmp_path: Path) -> None:
    async with speaking(tmp_path, there=("echo", "ears", "voice", "activity")) as talk:
        talk.core.send(StartTalking("talk"))
        await talk.until(TalkStateChanged, state="listening")
        async with asyncio.timeout(10):
            while not any(one.id == "echo" for one in talk.core.fleet.processes()):     # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not talk.told(TurnStarted)
        talk.core.send(EndTalking("talk"))
        await talk.until(TalkStateChanged, state="ended")
