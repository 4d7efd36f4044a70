"""Does a model fit? Said before it is fetched, in gigabytes, and never more hopeful than the fleet will be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.fit import Memory, bytes_on_card, fit, layers_on_card, longest_context
from router.fleet.footprint import Shape, cache_values, footprint

GB = 10**9
LLAMA_8B = Shape(4_920_000_000, cache_values(32, 8, 128, 128), 128_256, 280_000)
SMALL = Shape(98_362_432, 11_520, 49_152, 48_900)
LAPTOP = Memory(budget=5 * GB, free=4 * GB, total=8 * GB)
DESKTOP = Memory(budget=20 * GB, free=18 * GB, total=32 * GB)


def test_what_fits_says_what_it_needs_and_what_is_free() -> None:
    view = fit(SMALL, 4096, LAPTOP, exact=True)
    assert (view.level, view.exact, view.context, view.available) == ("fits", True, 4096, 4 * GB)
    assert view.sentence == f"This model needs {view.needed / 1e6:.0f} MB; 4.00 GB are free."
    assert fit(SMALL, 4096, LAPTOP, exact=False).sentence.startswith("This model needs about ")


def test_what_models_may_not_take_does_not_fit_and_says_how_much_they_may() -> None:
    view = fit(LLAMA_8B, 2048, Memory(4 * GB, 6 * GB, 8 * GB), exact=True)
    assert view.level == "no" and view.available == 4 * GB
    assert view.sentence == "This model needs 5.32 GB; models may take 4.00 GB of the 8.00 GB here."


def test_a_shorter_context_may_make_it_fit() -> None:
    view = fit(LLAMA_8B, 16_384, Memory(6 * GB, 7 * GB, 12 * GB), exact=True)
    assert view.level == "tight" and "With 4,096 tokens it fits" in view.sentence


def test_what_other_programs_hold_makes_it_tight() -> None:
    view = fit(LLAMA_8B, 4096, Memory(12 * GB, 3 * GB, 16 * GB), exact=True)
    assert view.level == "tight" and "only 3.00 GB are free now" in view.sentence


def test_a_graphics_card_takes_it_whole_or_in_part() -> None:
    whole = fit(LLAMA_8B, 4096, Memory(5 * GB, 4 * GB, 8 * GB, card=12 * GB), exact=True)
    assert whole.level == "fits" and "the graphics card has 12.00 GB" in whole.sentence
    partly = fit(LLAMA_8B, 4096, Memory(5 * GB, 4 * GB, 8 * GB, card=4 * GB), exact=True)
    assert partly.level == "partly" and "3.60 GB of it fit on the graphics card" in partly.sentence
    nowhere = fit(LLAMA_8B, 4096, Memory(1 * GB, 1 * GB, 8 * GB, card=2 * GB), exact=True)
    assert nowhere.level == "no"


def test_layers_go_onto_the_card_as_far_as_they_fit() -> None:
    assert layers_on_card(LLAMA_8B, 32, 4096, 0) == layers_on_card(LLAMA_8B, 0, 4096, GB) == -1
    assert layers_on_card(LLAMA_8B, 32, 4096, 12 * GB) == -1
    assert 16 <= layers_on_card(LLAMA_8B, 32, 4096, 4 * GB) < 32
    assert layers_on_card(LLAMA_8B, 32, 4096, 300_000_000) == 0


def test_an_unknown_size_is_not_guessed() -> None:
    assert fit(Shape(0), 4096, DESKTOP, exact=False).level == "unknown"


@pytest.mark.parametrize("context", [512, 1024])
def test_there_is_a_shortest_context(context: int) -> None:
    assert longest_context(LLAMA_8B, context, 10**12) == 0


BYTES = st.integers(0, 10**12)


@given(st.integers(1, 10**12), st.integers(1, 2**20), BYTES, BYTES, BYTES)
def test_what_is_said_to_fit_is_within_what_models_may_take(size: int, context: int, budget: int, free: int,
                                                           card: int) -> None:
    shape = Shape(size, 10_000, 50_000)
    view = fit(shape, context, Memory(budget, free, 2 * budget, card), exact=True)
    if view.level == "fits" and not card:
        assert footprint(shape, context) <= min(budget, free)
    if view.level == "no":
        assert footprint(shape, context) > budget
    assert view.sentence.endswith((".", "here.")) and view.needed > 0
    assert bytes_on_card(shape, context) > size
