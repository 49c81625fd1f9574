"""What a choice costs, held against integer programming on the changed problem."""

import os
from dataclasses import replace

import numpy as np
import pytest

from app.matching.solving.consequences import (
    Move,
    Override,
    departure_loss,
    least_harm,
    price_override,
)
from app.matching.solving.prices import guide_optimal
from app.matching.solving.rounds import (
    PinsExceedCapacity,
    Problem,
    Round,
    Totals,
    reduce_problem,
    solve_round,
)
from tests.matching.rounds.checks import counted
from tests.matching.rounds.instances import dice, problem_of, random_problem
from tests.matching.rounds.oracle import first_oracle, first_pairs, levels_of

SAMPLES = 150 if os.environ.get("FULL") else 20


def after(answer: Round, override: Override) -> np.ndarray:
    """The round as the override tells it, family by family."""
    guide = answer.guide.copy()
    guide[list(override.loses)] = -1
    for move in (*override.gains, *override.moves):
        assert guide[move.family] == move.before
        guide[move.family] = move.after
    guide[override.family] = override.guide
    return guide


def forced(problem: Problem, family: int, guide: int, score: int) -> Problem:
    pins, pin_score = problem.pins.copy(), problem.pin_score.copy()
    pins[family], pin_score[family] = guide, score
    return replace(problem, pins=pins, pin_score=pin_score)


def totals(problem: Problem, guide: np.ndarray) -> Totals:
    """Totals of an assignment, the bonus left out."""
    return Totals(*levels_of(first_pairs(replace(problem, stability=0)), problem.priority, guide))


def standing(before: np.ndarray) -> dict[tuple[int, int], int]:
    return {(f, int(g)): 1 for f, g in enumerate(before) if g >= 0}


def check_override(problem: Problem, answer: Round, override: Override) -> None:
    changed = forced(problem, override.family, override.guide, override.own_after)
    guide = after(answer, override)
    unchanged = standing(answer.guide)
    reached = sum((f, int(g)) in unchanged for f, g in enumerate(guide))
    assert (*counted(changed, guide), reached) == first_oracle(changed).levels(unchanged)
    load = np.bincount(guide[guide >= 0], minlength=len(problem.capacity))
    assert (load <= problem.capacity).all()
    assert override.before == answer.totals
    assert override.after == totals(changed, guide)
    own = answer.guide[override.family]
    assert override.own_before == (None if own < 0 else answer.score[override.family])


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_a_forced_pair_is_priced_exactly_and_moves_as_few_as_can_be(seed: int) -> None:
    problem, draw = random_problem(60_000 + seed, families=25, guides=20), dice(seed)
    answer = solve_round(problem, prepare="first")
    vetoed = problem.vetoes.tolist()
    for _ in range(6):
        family = draw.randrange(len(problem.priority))
        guide = draw.randrange(len(problem.capacity))
        if [family, guide] in vetoed:
            continue
        score = problem.edges.score_of(family, guide)
        others = np.count_nonzero(np.delete(problem.pins, family) == guide)
        given = draw.randrange(1001) if score is None else None
        if others >= problem.capacity[guide]:
            with pytest.raises(PinsExceedCapacity, match=f"guide {guide} "):
                price_override(problem, answer, family, guide, score=given)
            continue
        override = price_override(problem, answer, family, guide, score=given)
        assert (override.family, override.guide) == (family, guide)
        assert override.own_after == (given if score is None else score)
        check_override(problem, answer, override)


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_the_least_harm_is_the_least_of_all_forced_pairs(seed: int) -> None:
    problem = random_problem(70_000 + seed, families=25, guides=12)
    answer = solve_round(problem, prepare="first")
    pairs = first_pairs(problem)
    for family in np.flatnonzero(answer.guide < 0)[:5].tolist():
        forced_rounds = []
        for guide in [g for f, g in pairs if f == family]:
            pinned = np.count_nonzero(problem.pins == guide)
            if pinned < problem.capacity[guide]:
                forced_rounds.append(price_override(problem, answer, family, guide))
        harm = least_harm(problem, answer, family)
        if not forced_rounds:
            assert harm is None
            continue
        assert harm is not None
        check_override(problem, answer, harm)
        reached = [levels_of(pairs, problem.priority, after(answer, o)) for o in forced_rounds]
        found = levels_of(pairs, problem.priority, after(answer, harm))
        step = reduce_problem(problem).step
        assert weight_of(found, step) == max(weight_of(levels, step) for levels in reached)
        assert len(harm.loses) == 1
        assert harm.gains == ()


def weight_of(levels: tuple[int, ...], step: int) -> int:
    return step * sum(levels[:3]) + levels[3]


@pytest.mark.parametrize("seed", range(SAMPLES))
def test_a_departure_costs_what_the_round_without_the_guide_lacks(seed: int) -> None:
    problem = replace(random_problem(80_000 + seed, families=25, guides=12), stability=0)
    answer = solve_round(problem, prepare="first")
    reduced = reduce_problem(problem)
    prices = guide_optimal(reduced.edges, reduced.weight, reduced.capacity, answer.decided())
    for guide, places in enumerate(problem.capacity):
        loss = departure_loss(problem, answer, guide)
        capacity = problem.capacity.copy()
        capacity[guide] = 0
        pins = np.where(problem.pins == guide, np.int32(-1), problem.pins)
        without = replace(problem, capacity=capacity, pins=pins)
        assert answer.totals - loss == Totals(*first_oracle(without).levels())
        if places == 1 == reduced.capacity[guide]:
            lost = loss.families, loss.priority_2, loss.priority_1_or_2, loss.quality
            assert weight_of(lost, reduced.step) == prices.guide[guide]


@pytest.mark.parametrize("seed", range(SAMPLES // 4))
def test_a_departure_costs_as_many_families_when_stability_counts(seed: int) -> None:
    problem = replace(random_problem(90_000 + seed, families=25, guides=12), stability=50)
    answer = solve_round(problem, prepare="first")
    for guide in range(len(problem.capacity)):
        loss = departure_loss(problem, answer, guide)
        capacity = problem.capacity.copy()
        capacity[guide] = 0
        pins = np.where(problem.pins == guide, np.int32(-1), problem.pins)
        without = replace(problem, capacity=capacity, pins=pins)
        left = answer.totals - loss
        best = first_oracle(without).levels()
        assert (left.families, left.priority_2, left.priority_1_or_2) == best[:3]


def three_families() -> Problem:
    """Family 0 may have guides 0 and 1, family 1 guide 1 and 2, family 2 guide 2 only."""
    pairs = {(0, 0): 300, (0, 1): 800, (1, 1): 700, (1, 2): 900, (2, 2): 400}
    return problem_of(pairs, [0, 0, 2], [1, 1, 1])


def test_an_override_tells_who_moves_and_what_it_costs() -> None:
    problem = three_families()
    answer = solve_round(problem)
    assert answer.guide.tolist() == [0, 1, 2]
    assert price_override(problem, answer, 0, 1) == Override(
        family=0,
        guide=1,
        before=Totals(3, 1, 1, 1400),
        after=Totals(2, 1, 1, 1200),
        own_before=300,
        own_after=800,
        loses=(1,),
        gains=(),
        moves=(),
    )


def test_an_override_tells_who_moves_on_and_who_is_better_served() -> None:
    problem = problem_of(
        {(0, 0): 500, (0, 1): 100, (1, 0): 400, (2, 1): 300, (2, 2): 200}, [0, 0, 0], [1, 1, 1]
    )
    problem = replace(problem, pins=np.array([0, -1, -1], np.int32))
    answer = solve_round(problem)
    assert answer.guide.tolist() == [0, -1, 1]
    override = price_override(problem, answer, 0, 1)
    assert override.gains == (Move(1, -1, 0),)
    assert override.moves == (Move(2, 1, 2),)
    assert override.loses == ()
    assert override.after - override.before == Totals(1, 0, 0, 100 + 400 + 200 - 0 - 300)


@pytest.mark.parametrize(("points", "moves"), [(6, (Move(1, 1, 0), Move(2, 2, 1))), (5, ())])
def test_one_point_moves_two_families_and_a_tie_moves_none(
    points: int, moves: tuple[Move, ...]
) -> None:
    pairs = {(0, 0): 1000, (0, 3): 1, (1, 0): 10, (1, 1): 10, (2, 1): points, (2, 2): 5}
    problem = problem_of(pairs, [0, 0, 0], [1, 1, 1, 1])
    assert price_override(problem, solve_round(problem), 0, 3).moves == moves


def test_the_pair_that_stands_costs_nothing() -> None:
    problem = three_families()
    answer = solve_round(problem)
    override = price_override(problem, answer, 2, 2)
    assert override.after == override.before
    assert (override.loses, override.gains, override.moves) == ((), (), ())


def test_a_pinned_pair_that_may_not_be_formed_keeps_its_score() -> None:
    problem = replace(
        three_families(),
        pins=np.array([-1, -1, 0], np.int32),
        pin_score=np.array([0, 0, 123], np.int32),
    )
    override = price_override(problem, solve_round(problem), 2, 0)
    assert (override.own_before, override.own_after) == (123, 123)


def test_a_guide_full_of_pins_takes_nobody_else() -> None:
    problem = replace(three_families(), pins=np.array([-1, -1, 2], np.int32))
    answer = solve_round(problem)
    with pytest.raises(PinsExceedCapacity) as refusal:
        price_override(problem, answer, 1, 2)
    assert refusal.value.guide == 2
    narrow = replace(problem, edges=problem.edges.without([1], [1]))
    assert least_harm(narrow, solve_round(narrow), 1) is None


def test_a_vetoed_pair_and_one_without_a_score_are_refused() -> None:
    problem = replace(three_families(), vetoes=np.array([[0, 1]], np.int32))
    answer = solve_round(problem)
    with pytest.raises(ValueError, match="both pinned and vetoed"):
        price_override(problem, answer, 0, 1)
    with pytest.raises(ValueError, match="say the score"):
        price_override(problem, answer, 2, 0)


def test_who_has_a_guide_needs_no_harm() -> None:
    problem = three_families()
    with pytest.raises(ValueError, match="family 0 has a guide"):
        least_harm(problem, solve_round(problem), 0)
