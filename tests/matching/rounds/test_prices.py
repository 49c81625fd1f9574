"""Prices: the two ends of the lattice are what one more or one less would mean."""

import os
from collections.abc import Callable

import numpy as np
import pytest

from app.matching.solving.edges import Edges
from app.matching.solving.prices import (
    NotOptimalError,
    Prices,
    certify,
    family_optimal,
    guide_optimal,
)
from app.matching.solving.rounds import Problem, Reduced, reduce_problem, solve_round
from app.matching.solving.solver import heaviest_assignment
from tests.matching.rounds.instances import hostile_problems, random_problem

SAMPLES = 100 if os.environ.get("FULL") else 15
HOSTILE = dict(hostile_problems())


def solved(problem: Problem) -> tuple[Reduced, np.ndarray, Prices, Prices]:
    reduced, answer = reduce_problem(problem), solve_round(problem, prepare="first")
    guide = answer.decided()
    high = guide_optimal(reduced.edges, reduced.weight, reduced.capacity, guide)
    return reduced, guide, answer.prices, high


def value(reduced: Reduced, capacity: np.ndarray | None = None, without: int = -1) -> int:
    """The largest weight, solved anew with other places or without a family."""
    keep = reduced.edges.rows() != without
    edges, weight = reduced.edges.keeping(keep), reduced.weight[keep]
    places = reduced.capacity if capacity is None else capacity
    found = heaviest_assignment(edges, weight, places)
    at = edges.positions(np.arange(len(found)), found)
    return int(weight[at[at >= 0]].sum())


def one_place(reduced: Reduced, guide: int, change: int) -> np.ndarray:
    capacity = reduced.capacity.copy()
    capacity[guide] += change
    return capacity


def proves(reduced: Reduced, guide: np.ndarray, prices: Prices) -> bool:
    """The certificate pair by pair, in plain Python: dual feasible, and no gap."""
    edges, u, v = reduced.edges, prices.family.tolist(), prices.guide.tolist()
    pairs = zip(edges.rows().tolist(), edges.guide.tolist(), reduced.weight.tolist(), strict=True)
    chosen = 0
    for f, g, weight in pairs:
        if u[f] + v[g] < weight:
            return False
        chosen += weight * (guide[f] == g)
    places = reduced.capacity.tolist()
    dual = sum(u) + sum(price * count for price, count in zip(v, places, strict=True))
    return min([*u, *v], default=0) >= 0 and dual == chosen


@pytest.mark.parametrize("name", HOSTILE)
def test_both_ends_prove_the_round_where_it_is_hard(name: str) -> None:
    reduced, guide, low, high = solved(HOSTILE[name])
    for prices in (low, high):
        assert certify(reduced.edges, reduced.weight, reduced.capacity, guide, prices)
        assert proves(reduced, guide, prices)


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_both_ends_prove_the_round_and_enclose_all_prices(seed: int) -> None:
    reduced, guide, low, high = solved(random_problem(20_000 + seed))
    for prices in (low, high):
        assert certify(reduced.edges, reduced.weight, reduced.capacity, guide, prices)
        assert proves(reduced, guide, prices)
    assert (low.guide <= high.guide).all()
    assert (low.family >= high.family).all()


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_the_smallest_guide_prices_are_what_one_more_place_brings(seed: int) -> None:
    reduced, _, low, _ = solved(random_problem(30_000 + seed, families=25, guides=20))
    best = value(reduced)
    for guide, price in enumerate(low.guide):
        assert value(reduced, one_place(reduced, guide, 1)) - best == price


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_the_largest_family_prices_are_what_a_family_brings(seed: int) -> None:
    reduced, _, low, _ = solved(random_problem(30_000 + seed, families=25, guides=20))
    best = value(reduced)
    for family, price in enumerate(low.family):
        assert best - value(reduced, without=family) == price


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_the_largest_guide_prices_are_what_one_place_less_costs(seed: int) -> None:
    reduced, _, _, high = solved(random_problem(30_000 + seed, families=25, guides=20))
    best = value(reduced)
    for guide in np.flatnonzero(reduced.capacity):
        assert best - value(reduced, one_place(reduced, guide, -1)) == high.guide[guide]


def worse(reduced: Reduced, guide: np.ndarray) -> list[np.ndarray]:
    """The best assignment made worse by one family, in every way that keeps the rules."""
    found = []
    load = np.bincount(guide[guide >= 0], minlength=len(reduced.capacity))
    for family in range(len(guide)):
        own = reduced.edges.guide[reduced.edges.ptr[family] : reduced.edges.ptr[family + 1]]
        for other in (-1, *own[load[own] < reduced.capacity[own]]):
            changed = guide.copy()
            changed[family] = other
            found.append(changed)
    return found


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_what_can_be_bettered_has_neither_prices_nor_proof(seed: int) -> None:
    problem = random_problem(40_000 + seed, families=15, guides=12)
    reduced, guide, low, high = solved(problem)
    edges, weight, capacity = reduced.edges, reduced.weight, reduced.capacity
    best = value(reduced)
    for changed in worse(reduced, guide):
        at = edges.positions(np.arange(len(changed)), changed)
        if weight[at[at >= 0]].sum() == best:
            continue
        for prices in (low, high):
            assert not certify(edges, weight, capacity, changed, prices)
        for find in (family_optimal, guide_optimal):
            with pytest.raises(NotOptimalError, match=r"bettered|trading"):
                find(edges, weight, capacity, changed)


def two_by_two() -> tuple[Reduced, np.ndarray]:
    """Two families who have each other's better guide, by one point: only trading helps."""
    edges = Edges.from_pairs(
        [0, 0, 1, 1], [0, 1, 0, 1], [1, 2, 2, 1], family_count=2, guide_count=2
    )
    places = np.ones(2, np.int32)
    return Reduced.of(edges, np.zeros(2, np.int8), places), np.array([0, 1], np.int32)


@pytest.mark.parametrize("find", [family_optimal, guide_optimal])
def test_who_would_gain_by_trading_is_found_out_soon(find: Callable[..., Prices]) -> None:
    reduced, guide = two_by_two()
    with pytest.raises(NotOptimalError, match="trading"):
        find(reduced.edges, reduced.weight, reduced.capacity, guide)


@pytest.mark.parametrize("find", [family_optimal, guide_optimal])
def test_an_assignment_that_breaks_a_rule_has_no_prices(find: Callable[..., Prices]) -> None:
    problem = HOSTILE["all pairs alike"]
    reduced, guide, low, _ = solved(problem)
    crowded = np.zeros_like(guide)
    stranger = np.where(guide < 0, np.int32(9), guide)
    for broken, message in ((crowded, "places"), (stranger, "may not have")):
        with pytest.raises(NotOptimalError, match=message):
            find(reduced.edges, reduced.weight, reduced.capacity, broken)
        assert not certify(reduced.edges, reduced.weight, reduced.capacity, broken, low)


def test_prices_that_were_tampered_with_prove_nothing() -> None:
    reduced, guide, low, _ = solved(random_problem(3))
    inputs = reduced.edges, reduced.weight, reduced.capacity, guide
    assert certify(*inputs, low)
    for part in ("family", "guide"):
        for change in (-1, 1, -(2**53), 2**53, 2**62):
            for index in range(0, len(getattr(low, part)), 7):
                changed = {"family": low.family.copy(), "guide": low.guide.copy()}
                changed[part][index] += change
                assert certify(*inputs, Prices(**changed)) == proves(
                    reduced, guide, Prices(**changed)
                )
    assert not certify(*inputs, Prices(low.family[:-1], low.guide))
    assert not certify(*inputs, Prices(low.family, low.guide[:-1]))


def int32(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def int64(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int64)


@pytest.mark.parametrize(
    ("pairs", "assignment", "family", "guide"),
    [
        # A pair is worth more than its prices: nobody is served, though somebody could be.
        ({(0, 0): 5}, (-1,), (0,), (0,)),
        # Who is left over costs something.
        ({(0, 0): 5}, (-1,), (5,), (0,)),
        # A guide with a place left costs something.
        ({(0, 0): 5}, (-1,), (0,), (5,)),
        # A family's price is negative: the other family is worth more.
        ({(0, 0): 1, (1, 0): 5}, (0, -1), (-4, 0), (5,)),
        # A guide's price is negative: the other guide is worth more.
        ({(0, 0): 5, (0, 1): 7}, (0,), (7,), (-2, 0)),
        # A chosen pair is worth less than its prices.
        ({(0, 0): 5, (0, 1): 7}, (0,), (7,), (0, 0)),
        # The sum of two prices wraps around.
        ({(0, 0): 5, (0, 1): 7}, (0,), (2**62,), (2**62, 0)),
    ],
)
def test_each_condition_of_a_proof_counts(
    pairs: dict[tuple[int, int], int],
    assignment: tuple[int, ...],
    family: tuple[int, ...],
    guide: tuple[int, ...],
) -> None:
    edges = Edges.from_pairs(
        [f for f, _ in pairs],
        [g for _, g in pairs],
        list(pairs.values()),
        family_count=len(family),
        guide_count=len(guide),
    )
    prices = Prices(int64(*family), int64(*guide))
    places = np.ones(len(guide), np.int32)
    assert not certify(edges, int64(*pairs.values()), places, int32(*assignment), prices)
