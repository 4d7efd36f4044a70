"""What goes into a context window: whole turns, the newest question always, and cuts that stay where they are."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from router.memory.context import STEP, keep_head, keep_tail, refit
from specialists.wire import ChatMessage


def conversation(answers: int, system: bool = True) -> tuple[ChatMessage, ...]:
    """`answers` whole turns and a newest question."""
    turns = [ChatMessage("assistant" if number % 2 else "user", f"text {number}") for number in range(2 * answers + 1)]
    return (*([ChatMessage("system", "be kind")] if system else []), *turns)


SIZES = st.lists(st.integers(1, 60), min_size=0, max_size=30)


def test_what_fits_stays_as_it_is() -> None:
    messages = conversation(3)
    window = refit(messages, (5,) * 8, 50, context=50, reserve=0)
    assert (window.messages, window.left_out, window.too_long) == (messages, 0, False)


def test_the_oldest_turns_go_first_and_to_seventy_percent() -> None:
    messages = conversation(9)
    tokens = (10,) + (5,) * 19
    window = refit(messages, tokens, sum(tokens) + 5, context=110, reserve=10)
    assert window.messages[0] == messages[0]
    kept = len(window.messages) - 1
    assert kept * 5 <= STEP * 85 < (kept + 2) * 5
    assert window.messages[1:] == messages[-kept:] and window.left_out == 19 - kept
    assert window.messages[1].role == "user"


def test_a_newest_question_that_does_not_fit_by_itself_is_for_the_person_to_decide() -> None:
    window = refit(conversation(2), (10, 5, 5, 5, 5, 500), 540, context=400, reserve=100)
    assert window.too_long
    assert window.room == 400 - 100 - 10 - 10
    assert [one.role for one in window.messages] == ["system", "user"]


def test_room_for_an_answer_is_kept_without_being_asked_for() -> None:
    assert refit(conversation(0, system=False), (950,), 950, context=1000).too_long
    assert not refit(conversation(0, system=False), (850,), 850, context=1000).too_long


def test_counts_that_do_not_match_are_estimated_from_the_lengths() -> None:
    messages = conversation(50)
    window = refit(messages, (), 1000, context=500)
    assert not window.too_long and 0 < len(window.messages) < len(messages) / 2


@given(sizes=SIZES, newest=st.integers(1, 60), system=st.integers(0, 20), overhead=st.integers(0, 20),
       context=st.integers(30, 400))
def test_whatever_the_sizes_the_window_fits_and_is_the_newest_whole_turns(
        sizes: list[int], newest: int, system: int, overhead: int, context: int) -> None:
    messages = conversation(len(sizes), system=bool(system))
    tokens = ((system,) if system else ()) + tuple(half for size in sizes for half in (size, size)) + (newest,)
    window = refit(messages, tokens, sum(tokens) + overhead, context, reserve=0)
    fixed = 1 if system else 0
    kept = len(window.messages) - fixed
    assert window.messages[:fixed] == messages[:fixed]
    assert window.messages[fixed:] == messages[len(messages) - kept:] and kept % 2 == 1
    assert window.left_out == len(messages) - len(window.messages)
    assert window.too_long == (system + overhead + newest > context)
    if not window.too_long:
        assert overhead + system + sum(tokens[len(tokens) - kept:]) <= context


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=40, max_size=60),
       context=st.integers(150, 300))
def test_the_cut_stays_for_many_turns_so_the_prefix_can_be_reused(sizes: list[tuple[int, int]], context: int) -> None:
    flat = [token for size in sizes for token in size]
    cuts = []
    for asked in range(len(sizes)):
        tokens = (*flat[:2 * asked], sizes[asked][0])
        cuts.append(refit(conversation(asked, system=False), tokens, sum(tokens), context, reserve=0).left_out)
    assert cuts == sorted(cuts), "a cut never moves back"
    # Between two cuts the window must fill from 70 % (less one turn) up again: at least 30 % of it, in turns of 40.
    moves = [turn for turn in range(1, len(cuts)) if cuts[turn] != cuts[turn - 1]]
    assert all(later - earlier >= (1 - STEP) * context // 40 for earlier, later in pairwise(moves))


TEXTS = st.text(st.sampled_from("ab \n字👩‍👧é") | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400)


@given(text=TEXTS, density=st.integers(1, 4), room=st.integers(1, 200))
def test_a_true_beginning_or_end_is_kept_and_how_much_is_missing_is_said(text: str, density: int, room: int) -> None:
    tokens = max(1, len(text) // density)
    head, without_end = keep_head(text, tokens, room)
    tail, without_start = keep_tail(text, tokens, room)
    if tokens <= room:
        assert (head, tail, without_end, without_start) == (text, text, 0, 0)
        return
    assert 0 < without_end <= len(text) and 0 < without_start <= len(text)
    kept, _, marker = head.rpartition("\n")
    assert text.startswith(kept) and marker == f"[… {without_end:,} characters left out here …]"
    assert kept == text[:len(text) - without_end].rstrip()
    marker, _, kept = tail.partition("\n")
    assert text.endswith(kept) and marker == f"[… {without_start:,} characters left out here …]"
    assert kept == text[without_start:].lstrip()
    assert max(len(text) - without_end, len(text) - without_start) / len(text) * tokens <= room


def test_cuts_are_made_between_lines_or_words() -> None:
    lines = "\n".join(f"line number {number}" for number in range(1000))
    head, _ = keep_head(lines, 4000, 400)
    tail, _ = keep_tail(lines, 4000, 400)
    assert set(head.splitlines()[:-1]) <= set(lines.splitlines())
    assert set(tail.splitlines()[1:]) <= set(lines.splitlines())
    words = " ".join(f"word{number}" for number in range(1000))
    head, left_out = keep_head(words, 4000, 400)
    assert set(head.splitlines()[0].split()) <= set(words.split())
    assert f"{left_out:,}" in head and left_out > 1000
    tail, _ = keep_tail(words, 4000, 400)
    assert set(tail.splitlines()[1].split()) <= set(words.split())


def test_a_family_of_emoji_is_not_torn_apart() -> None:
    family = "👩\u200d👩\u200d👧"
    for room in range(25, 120):
        head, _ = keep_head(family * 100, 500, room)
        tail, _ = keep_tail(family * 100, 500, room)
        assert head.splitlines()[0].replace(family, "") in ("", head.splitlines()[-1])
        assert tail.splitlines()[-1].replace(family, "") in ("", tail.splitlines()[0])
