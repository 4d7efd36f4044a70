"""One memory budget with real models: the account is close to the truth, and switching among three keeps within it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from router.fleet.fleet import Fleet
from router.fleet.footprint import Shape, footprint
from router.library.header import ModelFacts, look_into
from specialists.wire import ChatMessage, Finished, Generate, Load, Sampling
from tests.worker_memory import MemoryWatch

pytestmark = pytest.mark.models

CONTEXT = 2048


async def needs(path: Path) -> int:
    facts = await look_into(path)
    assert facts is not None
    shape = Shape.of(facts, (await asyncio.to_thread(path.stat)).st_size)
    return footprint(shape, CONTEXT)


async def test_a_real_file_tells_what_its_footprint_needs(smollm2: Path) -> None:
    assert await look_into(smollm2) == ModelFacts("llama", 30, 8192, 49_152, 11_520, merges=48_900,
                                                  parameters=134_515_008, quantisation="Q4_1", has_template=True)


async def test_nine_switches_among_three_models_stay_within_the_budget(smollm2: Path, gemma: Path,
                                                                       tmp_path: Path) -> None:
    copy = tmp_path / "copy.gguf"
    shutil.copyfile(smollm2, copy)          # a file of its own, so that its pages are not shared
    models = {"smollm2": smollm2, "gemma": gemma, "copy": copy}
    sizes = {name: await needs(path) for name, path in models.items()}
    budget = sizes["gemma"] + sizes["smollm2"] + 10_000_000
    assert budget < sum(sizes.values())
    fleet = Fleet(budget_bytes=budget, tell=lambda *_: None)
    with MemoryWatch() as watch:
        for number, name in enumerate(("smollm2", "gemma", "copy") * 3):
            async with fleet.lease(name, Load("llama", str(models[name]), CONTEXT, threads=1), sizes[name]) as lease:
                ask = Generate(f"r{number}", (ChatMessage("user", "Say hello. " * 10),), Sampling(0.0), max_tokens=9)
                said = [reply async for reply in lease.worker.request(ask)]
                assert isinstance(said[-1], Finished)
                fleet.note_answer(name, said[-1])
    processes = {one.id: one for one in fleet.processes()}
    await fleet.close()
    assert 0.4 * budget < watch.peak <= 1.1 * budget
    assert sum(one.what == "evicted" for one in fleet.history.newest_first()) >= 3
    for one in processes.values():
        assert one.memory == pytest.approx(one.measured, rel=0.1), "the account has learned the truth"
    for name in models:
        assert fleet.times.of(name).measured >= 2
