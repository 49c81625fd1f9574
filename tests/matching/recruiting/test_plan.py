"""The plan of the next recruits, against solving anew and against trying every combination."""

from itertools import combinations_with_replacement

import numpy as np
import pytest

from app.matching.advice.recruiting import Standing, add_up, plan_recruits
from app.matching.solving.edges import Edges
from app.matching.solving.rounds import Totals
from tests.matching.recruiting.instances import (
    SEEDS,
    Instance,
    best_assignment,
    best_totals,
    in_order,
    minus,
)


def standing_of(instance: Instance) -> Standing:
    return Standing.of(instance.reduced(), best_assignment(instance))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_gains_what_a_new_round_with_all_its_recruits_gains(seed) -> None:
    instance = Instance.random(seed)
    plan = plan_recruits(standing_of(instance), instance.candidates, 10)
    after = best_totals(instance.with_newcomers(*(step.type for step in plan)))
    assert add_up(step.adds for step in plan) == minus(after, best_totals(instance))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_two_or_three_recruits_gain_more_than_the_plan(seed) -> None:
    instance = Instance.random(seed, families=9, guides=6, types=7)
    before = best_totals(instance)
    types = range(instance.types.shape[1])
    for count in (2, 3):
        plan = plan_recruits(standing_of(instance), instance.candidates, count)
        best = max(
            in_order(minus(best_totals(instance.with_newcomers(*group)), before))
            for group in combinations_with_replacement(types, count)
        )
        assert in_order(add_up(step.adds for step in plan)) == best


@pytest.mark.parametrize("seed", SEEDS)
def test_no_step_of_a_plan_gains_more_than_the_one_before(seed) -> None:
    instance = Instance.random(seed)
    plan = plan_recruits(standing_of(instance), instance.candidates, 10)
    ranks = [(s.adds.families + s.adds.priority_1_or_2 + s.adds.priority_2) for s in plan]
    assert ranks == sorted(ranks, reverse=True)


def two_who_wait_for_the_same_language() -> Instance:
    return Instance(
        score=np.full((2, 1), -1),
        types=np.array([[500, 400], [500, -1]]),
        priority=np.array([0, 2], np.int8),
        capacity=np.array([1], np.int32),
    )


def test_a_type_may_be_recruited_twice_and_the_most_urgent_family_comes_first() -> None:
    instance = two_who_wait_for_the_same_language()
    plan = plan_recruits(standing_of(instance), instance.candidates, 10)
    assert [(step.type, step.helped) for step in plan] == [(0, 1), (0, 0)]
    assert [step.adds for step in plan] == [Totals(1, 1, 1, 500), Totals(1, 0, 0, 500)]


def test_a_plan_ends_when_nobody_would_gain() -> None:
    instance = two_who_wait_for_the_same_language()
    assert len(plan_recruits(standing_of(instance), instance.candidates, 10)) == 2
    nobody = Edges.from_pairs([], [], [], family_count=2, guide_count=4)
    assert plan_recruits(standing_of(instance), nobody, 10) == ()


def test_a_plan_for_families_only_leaves_out_recruits_who_only_fit_better() -> None:
    instance = Instance(
        score=np.array([[300], [-1]]),
        types=np.array([[900, -1], [-1, 100]]),
        priority=np.zeros(2, np.int8),
        capacity=np.array([1], np.int32),
    )
    everything = plan_recruits(standing_of(instance), instance.candidates, 10)
    families = plan_recruits(standing_of(instance), instance.candidates, 10, only_families=True)
    assert [step.type for step in everything] == [1, 0]
    assert [step.type for step in families] == [1]
