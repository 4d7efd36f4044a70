"""A LoRA adapter is a specialist of its own on the base's file, and changes nothing of the base. SmolLM2-135M."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from router.assistant import open_assistant
from router.messages import (
    Ask,
    Command,
    Event,
    ImportModel,
    Installed,
    ModelChecked,
    ModelsImported,
    Refused,
    Remove,
    TurnFinished,
)
from specialists.engine import EngineError
from specialists.engines.llama import LlamaEngine
from specialists.wire import ChatMessage, Finished, Generate, KeepState, Load, Sampling, StateKept, Token
from tests.adapter_files import write_adapter

pytestmark = pytest.mark.models

QUESTION = (ChatMessage("system", "You name things. " * 30), ChatMessage("user", "Name three colours."))


@pytest.fixture(scope="module")
def adapter(smollm2: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_adapter(tmp_path_factory.mktemp("adapter") / "colours.gguf", smollm2)


@contextmanager
def opened(path: Path, adapter: Path | None = None, scale: float = 1.0) -> Iterator[LlamaEngine]:
    engine = LlamaEngine()
    engine.open(Load("llama", str(path), context=1024, adapter=str(adapter or ""), adapter_scale=scale), lambda _: None)
    try:
        yield engine
    finally:
        engine.close()


def answer(engine: LlamaEngine, pages: tuple[str, ...] = ()) -> tuple[str, Finished]:
    request = Generate("r", QUESTION, Sampling(temperature=0.0, repeat_penalty=1.0), 24, pages=pages)
    replies = list(engine.answer(request, lambda: False))
    assert isinstance(replies[-1], Finished)
    return "".join(reply.text for reply in replies if isinstance(reply, Token)), replies[-1]


def test_an_adapter_changes_what_is_said_and_at_strength_zero_nothing(smollm2: Path, adapter: Path) -> None:
    with opened(smollm2) as base:
        plain, _ = answer(base)
    with opened(smollm2, adapter) as changed:
        assert answer(changed)[0] != plain
    with opened(smollm2, adapter, 0.0) as unchanged:
        assert answer(unchanged)[0] == plain
    with opened(smollm2) as again:
        assert answer(again)[0] == plain


def test_a_kept_state_of_the_base_is_none_of_the_adapter(smollm2: Path, adapter: Path, tmp_path: Path) -> None:
    page = str(tmp_path / "state.page")
    with opened(smollm2) as base:
        plain, _ = answer(base)
        kept = base.perform(KeepState("k", page), lambda: False)
        assert isinstance(kept, StateKept) and kept.tokens > 64
    with opened(smollm2) as base:
        said, finished = answer(base, (page,))
        assert finished.resumed_tokens > 64 and said == plain
    with opened(smollm2, adapter) as changed:
        assert answer(changed, (page,))[1].resumed_tokens == 0


@pytest.mark.parametrize(("architecture", "wider", "why"), [("gemma3", 0, "for gemma3 models"),
                                                            ("", 32, "does not fit")])
def test_an_adapter_of_another_model_is_refused_with_a_sentence(
        smollm2: Path, tmp_path: Path, architecture: str, wider: int, why: str) -> None:
    other = write_adapter(tmp_path / "other.gguf", smollm2, architecture=architecture, wider=wider)
    with pytest.raises(EngineError) as raised, opened(smollm2, other):
        pass
    assert raised.value.failed.code == "bad_model" and why in raised.value.failed.sentence


def test_a_model_is_no_adapter(smollm2: Path) -> None:
    with pytest.raises(EngineError, match="no adapter"), opened(smollm2, smollm2):
        pass


async def test_an_adapter_is_imported_checked_asked_and_holds_its_base(smollm2: Path, adapter: Path,
                                                                       tmp_path: Path) -> None:
    core = await open_assistant(tmp_path)
    events: asyncio.Queue[Event] = asyncio.Queue()
    core.subscribe(events.put_nowait)

    async def until(command: Command, *wanted: type[Event]) -> list[Event]:
        core.send(command)
        heard = []
        async with asyncio.timeout(120):
            while not heard or not isinstance(heard[-1], wanted):
                heard.append(await events.get())
        return heard

    try:
        heard = await until(ImportModel(str(smollm2), request="m"), ModelsImported)
        base = next(event.specialist for event in heard if isinstance(event, Installed))
        heard = await until(ImportModel(str(adapter), request="a"), Refused)
        assert isinstance(heard[-1], Refused) and "changes another model" in heard[-1].text
        heard = await until(ImportModel(str(adapter), base=base, name="Colours", request="a"), ModelsImported)
        checked = next(event for event in heard if isinstance(event, ModelChecked))
        assert checked.check.state == "passed" and checked.check.template == "own"
        view = core.roster.view(checked.specialist)
        assert view.base == base and view.name == "Colours" and view.in_place
        opening = core.roster.opening(core.roster.manifest(checked.specialist))       # type: ignore[arg-type]
        assert (opening.load.path, opening.load.adapter) == (str(smollm2), str(adapter))
        ask = Ask("t", "Name three colours.", specialist=checked.specialist, max_tokens=12, temperature=0.0)
        end = (await until(ask, TurnFinished))[-1]
        assert isinstance(end, TurnFinished) and end.specialist == checked.specialist and end.text and not end.error
        refused = (await until(Remove(base, "r"), Refused))[-1]
        assert isinstance(refused, Refused) and "Colours is attached to it" in refused.text
    finally:
        await core.close()
