"""How rankings become an answer: fusion, copies, neighbours, vectors."""

from __future__ import annotations

import numpy as np

from router.documents.finding import Candidate, fused, joined, without_copies
from router.documents.vectors import Vectors
from router.memory.passage_search import packed


def test_what_both_rankings_know_comes_before_what_one_knows_best() -> None:
    assert next(iter(fused([(1.0, [7, 1, 2]), (1.0, [8, 1, 3])]))) == 1


def test_a_ranking_that_counts_less_decides_less() -> None:
    assert list(fused([(1.0, [1, 2]), (0.1, [2, 1])])) == [1, 2]


def test_the_same_words_or_nearly_the_same_meaning_are_said_once() -> None:
    vectors = {1: np.array([1, 0], np.float32), 3: np.array([1, 0.01], np.float32), 4: np.array([0, 1], np.float32)}
    found = [Candidate(1, "a", 0, "The boat"), Candidate(2, "b", 5, "the  boat"), Candidate(3, "c", 1, "A boat"),
             Candidate(4, "d", 1, "A train")]
    assert [one.key for one in without_copies(found, vectors)] == [1, 4]


def test_neighbours_are_joined_in_reading_order_at_the_place_of_the_best() -> None:
    found = [Candidate(1, "a", 5, ""), Candidate(2, "b", 5, ""), Candidate(3, "a", 4, ""), Candidate(4, "a", 6, ""),
             Candidate(5, "a", 8, "")]
    assert [[one.key for one in run] for run in joined(found)] == [[3, 1, 4], [2], [5]]


def test_vectors_are_found_by_direction_and_only_where_allowed() -> None:
    vectors = Vectors()
    vectors.add([(key, packed((np.cos(key / 1e3), np.sin(key / 1e3)))) for key in range(3_000)])
    assert vectors.nearest((np.cos(0.017), np.sin(0.017)), 1) == [17]
    assert vectors.nearest((np.cos(0.017), np.sin(0.017)), 2, {3, 5}) == [5, 3]
    assert vectors.nearest((1.0, 0.0, 0.0), 2) == []          # of another encoder
    assert len(vectors) == 3_000
    assert list(vectors.rows([2, 9_999])) == [2]


def test_no_vectors_find_nothing() -> None:
    assert Vectors().nearest((1.0, 0.0), 5) == []
