"""The whole loop on real models: a voice asks the microphone file, the loudspeaker's file is written down again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from router.library.catalogue import load_catalogue
from router.messages import ChangeSettings, SpokenTurnEnded, StartTalking, TalkStateChanged, TurnStarted
from router.parts import plain_text
from router.talk.sound_files import read_wave
from router.voice.speech import Speech
from specialists.manifest import Settings
from specialists.wire import Load
from tests.installed_models import model_file
from tests.spoken_files import spoken, trimmed
from tests.talk_core import EARS, silence, speaking, together

# What the catalogue says to this model, without which it answers in French at times; greedy, so that it says one thing.
AS_INSTALLED = Settings(system_prompt=load_catalogue()["smollm2-135m"].system_prompt, temperature=0.0)


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", text.lower()))


@pytest.fixture(scope="module")
def real(smollm2: Path, request: pytest.FixtureRequest) -> dict[str, Load]:
    """How each is opened."""
    ears, voice, silero = (str(model_file(name, request.config)) for name in ("whisper-tiny.en", "piper-joe",
                                                                              "silero-vad"))
    return {"echo": Load("llama", str(smollm2), context=1024, threads=2),
            "ears": Load("whisper", ears, threads=2, options={"activity": silero}),
            "voice": Load("piper", voice, threads=1, options={"configuration": f"{voice}.json"}),
            "activity": Load("silero", silero, threads=1)}


async def test_what_a_voice_asks_is_answered_in_words_that_can_be_heard_again(
        tmp_path: Path, real: dict[str, Load]) -> None:
    voice = Path(real["voice"].path)
    question, = await spoken(voice, ["What is the capital of France?"])
    async with speaking(tmp_path, real=real) as talk:
        talk.core.send(ChangeSettings("echo", AS_INSTALLED))
        await talk.hold(together(silence(1), trimmed(question), silence(1)), StartTalking("talk", language="en"),
                        seconds=240)
        ended, = talk.told(SpokenTurnEnded)
        assert ended.heard.lower().strip(" ?.") == "what is the capital of france"
        assert plain_text(talk.told(TurnStarted)[0].question.parts) == ended.heard
        assert ended.answer and ended.said == ended.answer and not ended.interrupted
        last = talk.told(TalkStateChanged)[-1]
        assert last.state == "ended" and not last.microphone and not last.why
        played = read_wave(tmp_path / "out.wav")
        first = int(np.nonzero(np.abs(played) > 200)[0][0])
        models = Speech(talk.core.fleet, talk.roster)
        again = await models.hear(EARS, played[max(0, first - 4_000):first + 16_000 * 12].tobytes(), "en")
        spoken_first = words(" ".join(ended.answer.split()[:25]))
        assert len(words(again.text) & spoken_first) >= 0.5 * len(spoken_first)
