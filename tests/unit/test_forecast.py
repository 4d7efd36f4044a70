"""How long a specialist would take: what is in memory, what must be read, what is warm, who is busy."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from router.choose.expected import CHARACTERS_PER_TOKEN, TEMPLATE_TOKENS
from router.choose.request import Request
from router.choose.rules import Situation
from router.fleet.placement import Resident
from router.fleet.times import Speed
from router.forecast import LEAVING_SECONDS, Forecast
from router.views import ProcessView
from specialists.manifest import Manifest, Settings

CODER = Manifest("coder", "Coder", "")
SPEED = Speed(load_seconds=4.0, read_per_second=100.0, write_per_second=10.0, answer_tokens=100.0, start_seconds=0.1)


class FixedTimes:
    """Everyone is equally fast."""

    def of(self, specialist: str) -> Speed:
        return SPEED


@dataclass
class FakeFleet:
    """What is in memory, as the test says."""

    there: tuple[ProcessView, ...] = ()
    times: FixedTimes = field(default_factory=FixedTimes)

    def processes(self) -> tuple[ProcessView, ...]:
        return self.there

    def residents(self) -> tuple[Resident, ...]:
        return tuple(Resident(one.id, 1, 0.0) for one in self.there)


class FakeRoster:
    """No system prompt."""

    def effective(self, manifest: Manifest) -> Settings:
        return Settings(system_prompt="")


def seconds(*there: ProcessView, warm: dict[str, int] | None = None, text: str = "", **situation: object) -> float:
    forecast = Forecast(FakeFleet(there), FakeRoster(), lambda _: warm or {})     # type: ignore[arg-type]
    return forecast(CODER, Request(text), Situation(**situation)).first_word       # type: ignore[arg-type]


READY = ProcessView("coder", "Coder", "language", "ready")
LITTLE = 0.1 + TEMPLATE_TOKENS / 100.0


def test_what_is_in_memory_need_not_be_loaded() -> None:
    assert seconds(READY) == pytest.approx(LITTLE)
    assert seconds() == pytest.approx(LITTLE + 4.0)


def test_others_in_memory_may_have_to_leave_first() -> None:
    other = ProcessView("other", "Other", "language", "ready")
    assert seconds(other) == pytest.approx(LITTLE + 4.0 + LEAVING_SECONDS)


def test_who_is_busy_is_waited_for() -> None:
    assert seconds(ProcessView("coder", "Coder", "language", "busy")) == pytest.approx(LITTLE + 5.0)


def test_the_tokens_of_the_conversation_are_those_that_were_counted() -> None:
    long = {"conversation": "c", "prompt_characters": 5_000, "read_tokens": 1_000, "read_characters": 5_000}
    assert seconds(READY, **long) == pytest.approx(LITTLE + 10.0)
    assert seconds(READY, warm={"coder": 1_000}, **long) == pytest.approx(LITTLE)
    assert seconds(READY, warm={"other": 1_000}, **long) == pytest.approx(LITTLE + 10.0)


def test_new_words_are_read_also_when_all_else_is_warm() -> None:
    text = "x" * int(200 * CHARACTERS_PER_TOKEN)
    assert seconds(READY, text=text, warm={"coder": 5_000}, conversation="c", prompt_characters=20_000) == (
        pytest.approx(LITTLE + 2.0))
