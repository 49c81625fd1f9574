"""The solver alone: places, weights and parts."""

from itertools import product
from random import Random

import numpy as np
import pytest

from app.matching.solving import components
from app.matching.solving.edges import Edges
from app.matching.solving.solver import (
    WEIGHT_LIMIT,
    WeightTooLargeError,
    best_assignment,
    heaviest_assignment,
    step_of,
    weights,
)
from tests.matching.rounds.instances import dice, random_problem


def int32(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def complete(families: int, guides: int, score: int = 1) -> Edges:
    pairs = list(product(range(families), range(guides)))
    return Edges.from_pairs(
        [f for f, _ in pairs],
        [g for _, g in pairs],
        [score] * len(pairs),
        family_count=families,
        guide_count=guides,
    )


def test_one_family_outweighs_all_points_of_a_round() -> None:
    edges = complete(5, 3, score=1000)
    assert step_of(edges, int32(1, 1, 1)) == 3001
    assert step_of(edges, int32(9, 9, 9)) == 5001
    assert step_of(complete(0, 3), int32(1, 1, 1)) == 1


def test_only_families_with_a_pair_count_towards_the_step() -> None:
    edges = Edges.from_pairs([4], [0], [10], family_count=9, guide_count=1)
    assert step_of(edges, int32(5)) == 11


def test_a_weight_holds_priority_and_points() -> None:
    edges = Edges.from_pairs(
        [0, 1, 2, 2], [0, 0, 0, 1], [5, 6, 7, 8], family_count=3, guide_count=2
    )
    found = weights(edges, np.array([0, 1, 2], np.int8), 100)
    assert found.tolist() == [105, 206, 307, 308]


def test_weights_that_floating_point_cannot_hold_are_refused() -> None:
    edges = complete(1, 1)
    with pytest.raises(WeightTooLargeError, match=r"limit is 2\*\*50"):
        weights(edges, np.array([2], np.int8), WEIGHT_LIMIT // 3)
    with pytest.raises(WeightTooLargeError, match=r"limit is 2\*\*50"):
        heaviest_assignment(edges, np.array([WEIGHT_LIMIT]), int32(1))


def test_weights_up_to_the_limit_are_told_apart() -> None:
    edges = complete(3, 3)
    top = WEIGHT_LIMIT - 1
    weight = np.array([top, top - 1, 1, top - 1, top - 3, 1, top - 1, top - 1, top - 4])
    found = heaviest_assignment(edges, weight, int32(1, 1, 1))
    assert found.tolist() == [1, 0, 2]


def test_a_guide_serves_as_many_as_there_are_places_and_no_more() -> None:
    edges, nobody_urgent = complete(7, 3), np.zeros(7, np.int8)
    for capacity in ((0, 0, 0), (1, 0, 2), (2, 3, 1), (9, 9, 9), (0, 2**31 - 1, 0)):
        found = best_assignment(edges, nobody_urgent, int32(*capacity))
        load = np.bincount(found[found >= 0], minlength=3)
        assert (load <= capacity).all()
        assert load.sum() == min(7, sum(capacity))


def test_without_pairs_nobody_is_served() -> None:
    for families, guides in ((0, 0), (3, 0), (0, 3)):
        edges = complete(families, guides)
        found = best_assignment(edges, np.zeros(families, np.int8), int32(*[1] * guides))
        assert found.tolist() == [-1] * families
        assert found.dtype == np.int32


def blocks(draw: Random, sizes: list[int]) -> Edges:
    """Components of given sizes, their families and guides shuffled among each other.

    Within a component each family has the guides of a chain, which joins them all, and others.
    """
    families = draw.sample(range(sum(sizes)), sum(sizes))
    guides = draw.sample(range(sum(sizes)), sum(sizes))
    pairs, start = {}, 0
    for size in sizes:
        for at in range(size):
            for other in (at, (at + 1) % size, *draw.sample(range(size), min(6, size))):
                pairs[families[start + at], guides[start + other]] = draw.randrange(100)
        start += size
    return Edges.from_pairs(
        [f for f, _ in pairs],
        [g for _, g in pairs],
        list(pairs.values()),
        family_count=sum(sizes),
        guide_count=sum(sizes),
    )


def test_components_are_bundled_into_parts_and_none_is_torn() -> None:
    edges = blocks(dice(1), [300, 250, 90, 60, 7, 1, 1])
    parts = components.split(edges)
    assert [len(part.families) for part in parts] == [300, 250 + 90 + 60, 7 + 1 + 1]
    part_of_family = np.concatenate([np.full(len(p.families), i) for i, p in enumerate(parts)])
    part_of_guide = np.concatenate([np.full(len(p.guides), i) for i, p in enumerate(parts)])
    part_of_family = part_of_family[np.argsort(np.concatenate([p.families for p in parts]))]
    part_of_guide = part_of_guide[np.argsort(np.concatenate([p.guides for p in parts]))]
    assert (part_of_family[edges.rows()] == part_of_guide[edges.guide]).all()


def test_who_has_no_pair_is_in_no_part() -> None:
    edges = blocks(dice(1), [300, 250])
    wider = Edges(np.append(edges.ptr, [edges.ptr[-1]] * 50), edges.guide, edges.score, 600)
    parts = components.split(wider)
    assert sorted(np.concatenate([part.families for part in parts])) == list(range(550))
    assert sorted(np.concatenate([part.guides for part in parts])) == list(range(550))


@pytest.mark.parametrize("sizes", [[400], [900], [900, 50, 40], [600, 1, 1]])
def test_one_component_that_is_nearly_all_is_not_split(sizes: list[int]) -> None:
    assert components.split(blocks(dice(2), sizes)) is None


def test_a_look_at_a_few_pairs_never_joins_what_is_apart() -> None:
    edges = blocks(dice(3), [200] * 5)
    sampled, whole = components._sample(edges), components.component_labels(edges)
    assert len({(s, w) for s, w in zip(sampled, whole, strict=True)}) == len(set(sampled.tolist()))


def test_parts_and_the_whole_are_equally_good(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = blocks(dice(4), [200, 150, 100, 70, 30, 5, 1])
    draw = dice(5)
    priority = np.array([draw.choice([0, 0, 1, 2]) for _ in range(556)], np.int8)
    capacity = np.array([draw.choice([0, 1, 2]) for _ in range(556)], np.int32)
    weight = weights(edges, priority, step_of(edges, capacity))

    def solve() -> int:
        found = heaviest_assignment(edges, weight, capacity)
        load = np.bincount(found[found >= 0], minlength=556)
        assert (load <= capacity).all()
        at = edges.positions(np.arange(556), found)
        assert ((at >= 0) == (found >= 0)).all()
        return int(weight[at[at >= 0]].sum())

    in_parts = solve()
    monkeypatch.setattr(components, "BATCH", 1000)
    assert components.split(edges) is None
    assert solve() == in_parts


def test_priority_never_costs_families() -> None:
    """Every assignment of small problems is tried: urgency first serves as many as ever."""
    for seed in range(60):
        problem = random_problem(50_000 + seed, families=5, guides=4)
        edges, capacity = problem.edges, problem.capacity
        found = best_assignment(edges, problem.priority, capacity)
        everyone = _all_assignments(edges, capacity.tolist())
        served = [tuple(g >= 0 for g in guides) for guides in everyone]
        assert (found >= 0).sum() == max(map(sum, served))
        for least in (1, 2):
            urgent = problem.priority >= least
            assert (found >= 0)[urgent].sum() == max(np.array(s)[urgent].sum() for s in served)


def _all_assignments(edges: Edges, capacity: list[int]) -> list[tuple[int, ...]]:
    rows = [
        [-1, *edges.guide[start:end].tolist()]
        for start, end in zip(edges.ptr[:-1], edges.ptr[1:], strict=True)
    ]
    return [
        guides
        for guides in product(*rows)
        if all(guides.count(g) <= places for g, places in enumerate(capacity))
    ]
