"""Pairs in compressed rows, and the small array idioms under them."""

import re

import numpy as np
import pytest

from app.matching.arrays import starts_of, stretches
from app.matching.solving.edges import Edges


def edges_of(*pairs: tuple[int, int, int], families: int = 3, guides: int = 4) -> Edges:
    family, guide, score = zip(*pairs, strict=True) if pairs else ((), (), ())
    return Edges.from_pairs(family, guide, score, family_count=families, guide_count=guides)


def pairs_in(edges: Edges) -> list[tuple[int, int, int]]:
    columns = edges.rows().tolist(), edges.guide.tolist(), edges.score.tolist()
    return list(zip(*columns, strict=True))


def test_pairs_stand_by_family_and_guide_whatever_their_order() -> None:
    edges = edges_of((2, 3, 5), (0, 1, 7), (2, 0, 6))
    assert pairs_in(edges) == [(0, 1, 7), (2, 0, 6), (2, 3, 5)]
    assert edges.ptr.tolist() == [0, 1, 1, 3]
    assert (edges.family_count, edges.guide_count, edges.edge_count) == (3, 4, 3)
    assert edges.degrees().tolist() == [1, 0, 2]


def test_rows_are_as_small_as_they_can_be() -> None:
    edges = edges_of((0, 0, 1))
    kinds = edges.ptr.dtype, edges.guide.dtype, edges.score.dtype, edges.rows().dtype
    assert [kind.name for kind in kinds] == ["int64", "int32", "int32", "int32"]


def test_nobody_at_all_has_no_pairs() -> None:
    edges = edges_of(families=0, guides=0)
    assert pairs_in(edges) == []
    assert edges.positions([], []).tolist() == []


def test_a_score_is_found_and_what_is_no_pair_has_none() -> None:
    edges = edges_of((0, 1, 7), (2, 0, 0), (2, 3, 5))
    found = {(f, g): edges.score_of(f, g) for f in range(3) for g in range(4)}
    assert {pair: score for pair, score in found.items() if score is not None} == {
        (0, 1): 7,
        (2, 0): 0,
        (2, 3): 5,
    }


def test_positions_are_those_of_the_pairs_and_nobody_is_no_pair() -> None:
    edges = edges_of((0, 1, 7), (0, 3, 1), (2, 0, 6))
    assert edges.positions([2, 0, 1, 1, 0], [0, 3, 0, -1, 4]).tolist() == [2, 1, -1, -1, -1]


def test_pairs_are_taken_out_and_unknown_ones_do_nothing() -> None:
    edges = edges_of((0, 1, 7), (0, 3, 1), (2, 0, 6))
    left = edges.without([0, 1, 2], [3, 3, 2])
    assert pairs_in(left) == [(0, 1, 7), (2, 0, 6)]
    assert (left.family_count, left.guide_count) == (3, 4)


def test_keeping_pairs_keeps_everybodys_number() -> None:
    edges = edges_of((0, 1, 7), (1, 3, 1), (2, 0, 6))
    assert pairs_in(edges.keeping(np.array([False, True, True]))) == [(1, 3, 1), (2, 0, 6)]
    assert edges.keeping(np.ones(3, np.bool_)) is edges


@pytest.mark.parametrize(
    "pairs",
    [[(0, 1, 7), (0, 1, 8)], [(3, 0, 1)], [(0, 4, 1)], [(0, -1, 1)], [(0, 0, -1)], [(-1, 0, 1)]],
)
def test_wrong_pairs_are_refused(pairs: list[tuple[int, int, int]]) -> None:
    with pytest.raises(ValueError, match=r"each once|family is|guide is|score is"):
        edges_of(*pairs)


@pytest.mark.parametrize(
    ("ptr", "guide", "message"),
    [
        ([0, 2], [1, 0], "ascend"),
        ([0, 1, 1], [0, 1], "from 0 to the number of pairs"),
        ([1, 2], [0, 1], "from 0 to the number of pairs"),
        ([], [], "from 0 to the number of pairs"),
        ([0, 2, 1, 2], [0, 1], "never falls"),
    ],
)
def test_wrong_rows_are_refused(ptr: list[int], guide: list[int], message: str) -> None:
    guides = np.array(guide, np.int32)
    with pytest.raises(ValueError, match=message):
        Edges(np.array(ptr, np.int64), guides, np.zeros_like(guides), 2)


def test_a_new_row_may_begin_anywhere() -> None:
    edges = Edges(np.array([0, 2, 2, 3]), np.array([0, 1, 0], np.int32), np.ones(3, np.int32), 2)
    assert pairs_in(edges) == [(0, 0, 1), (0, 1, 1), (2, 0, 1)]


def test_another_kind_of_number_is_refused() -> None:
    message = re.escape("score is int32 (1,), not float64 (1,)")
    with pytest.raises(ValueError, match=message):
        Edges(np.array([0, 1]), np.zeros(1, np.int32), np.ones(1), 1)  # type: ignore[arg-type]


def test_stretches_are_laid_end_to_end() -> None:
    assert starts_of(np.array([2, 0, 3])).tolist() == [0, 2, 2, 5]
    assert stretches(np.array([7, 1, 2]), np.array([2, 0, 3])).tolist() == [7, 8, 2, 3, 4]
