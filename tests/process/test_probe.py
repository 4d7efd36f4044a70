"""A model file is looked into by a process of its own: what it says comes back, what is no model costs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.library.header import ModelFacts, look_into
from tests.gguf_files import gguf, metadata, written

pytestmark = pytest.mark.process


async def test_the_facts_of_a_sound_file_come_back(tmp_path: Path) -> None:
    facts = await look_into(written(tmp_path, gguf()))
    assert facts == ModelFacts("llama", layers=2, trained_context=64, vocabulary=3, cache_values=2 * 2 * (8 + 8),
                               merges=1, parameters=128, quantisation="F32", has_template=True)


@pytest.mark.parametrize("content", [b"", b"GGUF and then nothing", gguf(metadata(llama__block_count=100_000))])
async def test_a_file_that_is_no_model_has_no_facts(tmp_path: Path, content: bytes) -> None:
    assert await look_into(written(tmp_path, content)) is None


async def test_a_file_that_is_not_there_has_no_facts(tmp_path: Path) -> None:
    assert await look_into(tmp_path / "gone.gguf") is None
