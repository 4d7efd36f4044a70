"""How much memory a model needs: against arithmetic done by hand, and against real workers that were measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.fleet.footprint import MASK_BYTES, Shape, cache_values, footprint

MB = 10**6
SMOLLM = Shape(98_362_432, cache_values(30, 3, 64, 64), 49_152, 48_900)
GEMMA = Shape(253_113_024, cache_values(18, 1, 256, 256), 262_144)
QWEN = Shape(1_117_320_768, cache_values(28, 2, 128, 128), 151_936, 151_387)


def test_the_cache_holds_a_key_and_a_value_for_each_kv_head_of_each_layer() -> None:
    assert cache_values(30, 3, 64, 64) == 11_520
    assert footprint(SMOLLM, 8192) - footprint(SMOLLM, 4096) == 4096 * (11_520 * 2 + MASK_BYTES)


@pytest.mark.parametrize(("shape", "context", "measured"), [
    (SMOLLM, 512, 184 * MB), (SMOLLM, 4096, 267 * MB), (SMOLLM, 8192, 362 * MB),
    (GEMMA, 512, 376 * MB), (GEMMA, 4096, 444 * MB), (GEMMA, 8192, 520 * MB),
    (QWEN, 2048, 1_290 * MB), (QWEN, 8192, 1_470 * MB)])
def test_it_is_close_to_what_a_real_worker_took(shape: Shape, context: int, measured: int) -> None:
    assert 0.9 * measured <= footprint(shape, context) <= 1.15 * measured


@pytest.mark.parametrize(("file_bytes", "real"), [
    (98_400_000, 11_520), (253_100_000, 9_216), (1_117_300_000, 14_336), (4_920_000_000, 65_536)])
def test_what_the_file_does_not_say_is_assumed_rather_large(file_bytes: int, real: int) -> None:
    assert footprint(Shape(file_bytes), 4096) >= footprint(Shape(file_bytes, real, 128_000), 4096)


def test_a_context_left_to_the_engine_counts_as_a_usual_one() -> None:
    assert footprint(SMOLLM, 0) == footprint(SMOLLM, 4096)


@given(st.builds(Shape, st.integers(0, 10**11), st.integers(0, 10**6), st.integers(0, 10**6)),
       st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_longer_context_never_needs_less(shape: Shape, context: int, more: int) -> None:
    assert shape.file_bytes < footprint(shape, context) <= footprint(shape, context + more)
