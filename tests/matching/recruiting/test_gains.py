"""What one more guide would bring, against solving the round anew with that guide."""

import numpy as np
import pytest

from app.matching.advice.recruiting import Standing, add_up, decode, gain_of_places
from app.matching.solving.edges import Edges
from app.matching.solving.prices import NotOptimalError
from app.matching.solving.rounds import Totals
from tests.matching.recruiting.instances import (
    SEEDS,
    Instance,
    best_assignment,
    best_totals,
    minus,
)

NOTHING = Totals(0, 0, 0, 0)


def standing_of(instance: Instance) -> Standing:
    return Standing.of(instance.reduced(), best_assignment(instance))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gain_of_every_type_is_what_a_new_round_with_it_gains(seed) -> None:
    instance = Instance.random(seed)
    gains = standing_of(instance).gains(instance.candidates)
    before = best_totals(instance)
    for number in range(instance.types.shape[1]):
        after = best_totals(instance.with_newcomers(number))
        assert gains.totals(number) == minus(after, before)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_family_that_is_helped_has_no_guide_today_and_one_then(seed) -> None:
    instance = Instance.random(seed)
    standing = standing_of(instance)
    gains = standing.gains(instance.candidates)
    for number in range(instance.types.shape[1]):
        helped, gain = int(gains.helped[number]), gains.totals(number)
        assert (helped >= 0) == bool(gain.families)
        then = standing.hire(instance.candidates, number).assignment
        newly_served = np.flatnonzero((standing.assignment < 0) & (then >= 0))
        assert newly_served.tolist() == ([helped] if helped >= 0 else [])
        if helped >= 0:
            assert instance.priority[helped] == gain.priority_2 + gain.priority_1_or_2


@pytest.mark.parametrize("seed", SEEDS)
def test_the_newcomer_serves_the_family_that_is_named(seed) -> None:
    instance = Instance.random(seed)
    standing = standing_of(instance)
    gains = standing.gains(instance.candidates)
    for number in range(instance.types.shape[1]):
        then = standing.hire(instance.candidates, number)
        newcomer = instance.score.shape[1]
        served = int(gains.served[number])
        assert np.flatnonzero(then.assignment == newcomer).tolist() == (
            [served] if served >= 0 else []
        )
        assert (served >= 0) == (gains.value[number] > 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_newcomer_with_several_places_gains_what_a_new_round_gains(seed) -> None:
    instance = Instance.random(seed, types=6)
    standing = standing_of(instance)
    before = best_totals(instance)
    for number in range(instance.types.shape[1]):
        for places in (1, 2, 3):
            after = best_totals(instance.with_newcomers(number, places=places))
            gain = gain_of_places(standing, instance.candidates, number, places)
            assert gain == minus(after, before)


def a_chain() -> Instance:
    """Anna has guide 0; Bea could have only guide 0. The newcomer could have only Anna."""
    return Instance(
        score=np.array([[700], [300]]),
        types=np.array([[900], [-1]]),
        priority=np.array([0, 0], np.int8),
        capacity=np.array([1], np.int32),
    )


def test_a_newcomer_who_takes_over_a_family_helps_the_one_behind_it() -> None:
    gains = standing_of(a_chain()).gains(a_chain().candidates)
    assert gains.totals(0) == Totals(1, 0, 0, 900 + 300 - 700)
    assert (gains.served.tolist(), gains.helped.tolist()) == ([0], [1])


def test_points_and_families_are_told_apart_when_the_points_nearly_fill_the_step() -> None:
    """One family more may cost all the points of another: 1000 before, 0 after."""
    instance = Instance(
        score=np.array([[1000], [0]]),
        types=np.array([[0], [-1]]),
        priority=np.array([0, 0], np.int8),
        capacity=np.array([1], np.int32),
    )
    assert standing_of(instance).gains(instance.candidates).totals(0) == Totals(1, 0, 0, -1000)


def test_a_type_that_nobody_could_have_gains_nothing() -> None:
    instance = a_chain()
    nobody = Edges.from_pairs([], [], [], family_count=2, guide_count=3)
    gains = standing_of(instance).gains(nobody)
    assert [gains.totals(number) for number in range(3)] == [NOTHING] * 3
    assert gains.helped.tolist() == [-1, -1, -1]


def test_a_round_without_families_gains_nothing() -> None:
    empty = Instance(
        score=np.zeros((0, 2), int),
        types=np.zeros((0, 1), int),
        priority=np.zeros(0, np.int8),
        capacity=np.ones(2, np.int32),
    )
    standing = Standing.of(empty.reduced(), np.zeros(0, np.int32))
    assert standing.gains(empty.candidates).totals(0) == NOTHING


def test_a_round_that_can_be_bettered_is_refused() -> None:
    with pytest.raises(NotOptimalError):
        Standing.of(a_chain().reduced(), np.array([-1, -1], np.int32))


def test_more_points_than_announced_are_refused() -> None:
    standing = standing_of(a_chain())
    with pytest.raises(ValueError, match="top_score"):
        standing.gains(Edges.from_pairs([0], [0], [1001], family_count=2, guide_count=1))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, NOTHING),
        (49, Totals(0, 0, 0, 49)),
        (100, Totals(1, 0, 0, 0)),
        (95, Totals(1, 0, 0, -5)),
        (207, Totals(1, 0, 1, 7)),
        (300, Totals(1, 1, 1, 0)),
    ],
)
def test_whole_steps_tell_the_family_and_its_priority(value, told) -> None:
    assert decode(value, 101 - 1) == told


def test_gains_add_up() -> None:
    assert add_up([Totals(1, 0, 1, 5), Totals(1, 1, 1, -2)]) == Totals(2, 1, 2, 3)
