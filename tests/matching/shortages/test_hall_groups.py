"""Families who compete for too few places: the groups really do, and are as small as can be."""

import numpy as np
import pytest

from app.matching.advice.recruiting import Standing
from app.matching.advice.shortages import HallGroup, Rivalry, shortfalls
from app.matching.solving.prices import NotOptimalError, guide_optimal
from tests.matching.recruiting.instances import (
    SEEDS,
    Instance,
    best_assignment,
    best_totals,
    minus,
)


def left_over_with_pairs(instance: Instance, guide: np.ndarray) -> list[int]:
    return np.flatnonzero((guide < 0) & (instance.score >= 0).any(axis=1)).tolist()


def groups_of(instance: Instance) -> list[tuple[int, HallGroup]]:
    guide = best_assignment(instance)
    rivalry = Rivalry(instance.edges, instance.capacity, guide)
    return [(family, rivalry.group(family)) for family in left_over_with_pairs(instance, guide)]


def servable(instance: Instance, families: list[int]) -> int:
    score = np.full_like(instance.score, -1)
    score[families] = instance.score[families]
    only = Instance(score, instance.types, instance.priority, instance.capacity)
    return best_totals(only).families


@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_has_more_families_than_places_and_no_other_guides(seed) -> None:
    instance = Instance.random(seed)
    for family, group in groups_of(instance):
        assert family in group.families
        may_have = np.flatnonzero((instance.score[group.families] >= 0).any(axis=0))
        assert group.guides.tolist() == may_have.tolist()
        assert group.places == instance.capacity[group.guides].sum()
        assert len(group.families) == group.places + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_without_any_one_of_its_families_the_rest_of_a_group_could_be_served(seed) -> None:
    instance = Instance.random(seed)
    for _, group in groups_of(instance):
        members = group.families.tolist()
        assert servable(instance, members) == len(members) - 1
        for family in members:
            rest = [member for member in members if member != family]
            assert servable(instance, rest) == len(rest)


def test_the_random_rounds_hold_groups_of_many_sizes() -> None:
    """Else the tests above would say little."""
    rounds = [Instance.random(seed) for seed in range(15)]
    sizes = {len(group.families) for instance in rounds for _, group in groups_of(instance)}
    assert len(sizes) > 5
    assert max(sizes) > 10


def three_for_two() -> Instance:
    """Three families, two guides with a place each; a fourth family has a guide of its own."""
    return Instance(
        score=np.array([[9, 5, -1], [8, -1, -1], [-1, 7, -1], [-1, -1, 1]]),
        types=np.zeros((4, 0), int),
        priority=np.zeros(4, np.int8),
        capacity=np.array([1, 1, 1], np.int32),
    )


def test_only_rivals_stand_in_a_group() -> None:
    ((family, group),) = groups_of(three_for_two())
    assert family in (0, 1, 2)
    assert group.families.tolist() == [0, 1, 2]
    assert (group.guides.tolist(), group.places) == ([0, 1], 2)


def test_a_group_past_the_limit_is_not_told() -> None:
    instance = three_for_two()
    guide = best_assignment(instance)
    (family,) = left_over_with_pairs(instance, guide)
    rivalry = Rivalry(instance.edges, instance.capacity, guide)
    assert rivalry.group(family, limit=2) is None
    assert rivalry.group(family, limit=3) is not None


def test_a_family_nobody_may_guide_is_a_group_of_its_own() -> None:
    instance = Instance(
        score=np.array([[-1]]),
        types=np.zeros((1, 0), int),
        priority=np.zeros(1, np.int8),
        capacity=np.ones(1, np.int32),
    )
    group = Rivalry(instance.edges, instance.capacity, np.array([-1], np.int32)).group(0)
    assert (group.families.tolist(), group.guides.tolist(), group.places) == ([0], [], 0)


def test_a_family_that_has_a_guide_competes_no_more() -> None:
    rivalry = Rivalry(three_for_two().edges, three_for_two().capacity, np.array([0, -1, 1, 2]))
    with pytest.raises(ValueError, match="family 0"):
        rivalry.group(0)


def test_a_round_that_leaves_a_place_to_the_group_is_refused() -> None:
    rivalry = Rivalry(three_for_two().edges, three_for_two().capacity, np.array([0, -1, -1, 2]))
    with pytest.raises(NotOptimalError):
        rivalry.group(1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shortfall_is_what_the_round_loses_when_the_family_is_served_anyway(seed) -> None:
    instance = Instance.random(seed)
    guide = best_assignment(instance)
    standing = Standing.of(instance.reduced(), guide)
    weight = standing_weight(standing)
    prices = guide_optimal(standing.edges, weight, standing.capacity, guide)
    loss = shortfalls(standing.edges, weight, standing.capacity, prices.guide)
    before = best_totals(instance)
    could_be = ((instance.score >= 0) & (instance.capacity > 0)).any(axis=1)
    assert (loss[~could_be] == -1).all()
    for family in np.flatnonzero((guide < 0) & could_be).tolist():
        after = with_family_forced(instance, family)
        lost = minus(before, after)
        told = (
            lost.families + lost.priority_1_or_2 + lost.priority_2
        ) * standing.step + lost.quality
        assert loss[family] == told


def standing_weight(standing: Standing) -> np.ndarray:
    urgent = 1 + standing.priority[standing.edges.rows()].astype(np.int64)
    return standing.step * urgent + standing.edges.score


def with_family_forced(instance: Instance, family: int):
    """Return the best totals of a round in which the family has one of its guides."""
    best = None
    for guide in np.flatnonzero((instance.score[family] >= 0) & (instance.capacity > 0)):
        score = instance.score.copy()
        score[family] = -1
        capacity = instance.capacity.copy()
        capacity[guide] -= 1
        rest = best_totals(Instance(score, instance.types, instance.priority, capacity))
        own = int(instance.score[family, guide])
        urgent = int(instance.priority[family])
        total = type(rest)(
            rest.families + 1,
            rest.priority_2 + (urgent == 2),
            rest.priority_1_or_2 + (urgent >= 1),
            rest.quality + own,
        )
        key = (
            total.families + total.priority_1_or_2 + total.priority_2,
            total.quality,
        )
        if best is None or key > best[0]:
            best = (key, total)
    return best[1]
