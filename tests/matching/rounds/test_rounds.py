"""Rounds by example: what the coordinator's choices, stability and backups mean."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest

from app.matching.solving.edges import Edges
from app.matching.solving.prices import Prices
from app.matching.solving.rounds import (
    PinsExceedCapacity,
    Problem,
    Round,
    Totals,
    reduce_backups,
    reduce_problem,
    solve_round,
    verify_round,
)
from tests.matching.rounds.checks import counted
from tests.matching.rounds.instances import dice, problem_of, random_problem


def test_a_family_more_is_worth_any_points() -> None:
    answer = solve_round(problem_of({(0, 0): 0, (0, 1): 1000, (1, 1): 1}, [0, 0], [1, 1]))
    assert answer.guide.tolist() == [0, 1]
    assert answer.totals == Totals(2, 0, 0, 1)


def test_the_most_urgent_family_goes_first_and_points_come_last() -> None:
    pairs = {(0, 0): 1000, (1, 0): 900, (2, 0): 1}
    assert solve_round(problem_of(pairs, [0, 1, 2], [1])).guide.tolist() == [-1, -1, 0]
    assert solve_round(problem_of(pairs, [0, 1, 1], [1])).guide.tolist() == [-1, 0, -1]
    assert solve_round(problem_of(pairs, [0, 0, 0], [1])).guide.tolist() == [0, -1, -1]


def test_the_most_urgent_family_is_served_whatever_points_it_costs() -> None:
    pairs = {(0, 0): 1000, (1, 0): 1000, (1, 1): 1000, (2, 1): 0}
    answer = solve_round(problem_of(pairs, [1, 1, 2], [1, 1]))
    assert answer.totals == Totals(2, 1, 2, 1000)


def test_a_pin_takes_the_family_and_a_place() -> None:
    pairs = {(0, 0): 500, (0, 1): 400, (1, 0): 900, (1, 1): 100}
    problem = problem_of(pairs, [0, 0], [1, 1], pins=[0, -1], pin_score=[500, 0])
    answer = solve_round(problem)
    assert answer.guide.tolist() == [0, 1]
    assert answer.pinned.tolist() == [True, False]
    assert answer.score.tolist() == [500, 100]
    assert answer.decided().tolist() == [-1, 1]


def test_a_pin_may_be_a_pair_that_no_rule_would_form() -> None:
    problem = problem_of({(1, 0): 900}, [2, 0], [2], pins=[0, -1], pin_score=[77, 0])
    answer = solve_round(problem)
    assert answer.score.tolist() == [77, 900]
    assert answer.totals == Totals(2, 1, 1, 977)


def test_a_veto_holds_in_the_round_and_for_the_backup() -> None:
    pairs = {(0, 0): 900, (0, 1): 500, (0, 2): 100}
    answer = solve_round(problem_of(pairs, [0], [1, 1, 1], vetoes=[(0, 0)]))
    assert (answer.guide.tolist(), answer.backup.tolist()) == ([1], [2])


def test_an_unchanged_pair_stays_up_to_the_stability_bonus() -> None:
    pairs = {(0, 0): 500, (0, 1): 530}
    stays = problem_of(pairs, [0], [1, 1], previous=[0], stability=31)
    goes = replace(stays, stability=29)
    assert solve_round(stays).guide.tolist() == [0]
    assert solve_round(goes).guide.tolist() == [1]


def test_the_bonus_never_shows_in_score_or_totals() -> None:
    problem = problem_of({(0, 0): 500, (1, 0): 510}, [0, 0], [1], previous=[0, -1], stability=50)
    answer = solve_round(problem)
    assert answer.score.tolist() == [500, 0]
    assert answer.totals == Totals(1, 0, 0, 500)


def test_the_bonus_never_costs_a_family() -> None:
    pairs = {(0, 0): 1000, (0, 1): 0, (1, 0): 0}
    problem = problem_of(pairs, [0, 0], [1, 1], previous=[0, -1], stability=10**6)
    assert solve_round(problem).guide.tolist() == [1, 0]


def test_backups_come_from_places_left_and_are_somebody_else() -> None:
    pairs = {(0, 0): 900, (0, 1): 100, (1, 1): 800, (1, 0): 300}
    assert solve_round(problem_of(pairs, [0, 0], [1, 1])).backup.tolist() == [-1, -1]
    assert solve_round(problem_of(pairs, [0, 0], [2, 1])).backup.tolist() == [-1, 0]
    assert solve_round(problem_of(pairs, [0, 0], [3, 3])).backup.tolist() == [1, 0]


def test_a_backup_goes_to_the_most_urgent_and_only_to_who_has_a_guide() -> None:
    pairs = {(0, 0): 900, (1, 1): 900, (0, 2): 800, (1, 2): 1, (2, 3): 5}
    problem = problem_of(pairs, [0, 2, 2], [1, 1, 1, 0])
    assert solve_round(problem).backup.tolist() == [-1, 2, -1]


def test_a_pinned_family_has_a_backup_too_and_points_decide_without_the_bonus() -> None:
    pairs = {(0, 0): 9, (0, 1): 10, (1, 2): 9, (1, 1): 11}
    problem = problem_of(
        pairs, [0, 0], [1, 1, 1], pins=[0, 2], pin_score=[9, 9], previous=[1, -1], stability=99
    )
    assert solve_round(problem).backup.tolist() == [-1, 1]
    assert solve_round(replace(problem, priority=np.array([1, 0], np.int8))).backup.tolist() == [
        1,
        -1,
    ]


def test_backups_can_be_left_out() -> None:
    problem = random_problem(3)
    answer = solve_round(problem, prepare="first")
    assert answer.guide.tolist() == solve_round(problem).guide.tolist()
    assert (answer.backup == -1).all() and answer.backup_prices is None
    assert verify_round(problem, answer)


def test_totals_are_compared_in_the_order_of_the_aims() -> None:
    ordered = [Totals(1, 9, 9, 9), Totals(2, 0, 5, 9), Totals(2, 1, 1, 9), Totals(2, 1, 2, 3)]
    assert all(lower < higher for lower, higher in pairwise(ordered))
    assert Totals(5, 4, 3, 2) - Totals(1, 1, 1, 5) == Totals(4, 3, 2, -3)


def test_the_numbers_of_families_and_guides_do_not_matter() -> None:
    for seed in range(15):
        problem = random_problem(seed)
        other = _renumbered(problem, dice(seed))
        reached = counted(problem, solve_round(problem).guide)
        assert counted(other, solve_round(other).guide) == reached


def _renumbered(problem: Problem, draw: Random) -> Problem:
    f_count, g_count = len(problem.priority), len(problem.capacity)
    families, guides = draw.sample(range(f_count), f_count), draw.sample(range(g_count), g_count)
    new_family, new_guide = np.argsort(families), np.append(np.argsort(guides), -1)
    edges = problem.edges
    return Problem(
        edges=Edges.from_pairs(
            new_family[edges.rows()],
            new_guide[edges.guide],
            edges.score,
            family_count=f_count,
            guide_count=g_count,
        ),
        priority=problem.priority[families],
        capacity=problem.capacity[guides],
        pins=new_guide[problem.pins[families]].astype(np.int32),
        pin_score=problem.pin_score[families],
        vetoes=np.stack(
            [new_family[problem.vetoes[:, 0]], new_guide[problem.vetoes[:, 1]]], axis=1
        ).astype(np.int32),
        previous=new_guide[problem.previous[families]].astype(np.int32),
        stability=problem.stability,
    )


def test_what_is_reduced_leaves_the_problem_as_it_was() -> None:
    problem = random_problem(7)
    before = [np.copy(getattr(problem.edges, name)) for name in ("ptr", "guide", "score")]
    answer = solve_round(problem)
    reduce_backups(problem, answer.guide)
    after = [getattr(problem.edges, name) for name in ("ptr", "guide", "score")]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))
    assert (reduce_problem(problem).capacity <= problem.capacity).all()


def spare() -> Problem:
    """Two families, three guides, a pin, a veto and room for backups."""
    pairs = {(0, 0): 900, (0, 1): 100, (1, 1): 800, (1, 0): 300, (2, 2): 5, (2, 1): 4}
    return problem_of(
        pairs,
        [0, 1, 2],
        [2, 3, 2],
        pins=[-1, -1, 2],
        pin_score=[0, 0, 5],
        vetoes=[(2, 0)],
        previous=[0, -1, -1],
        stability=3,
    )


def _one_more(prices: Prices | None) -> Prices:
    assert prices is not None
    return Prices(prices.family + 1, prices.guide)


def _tampered(answer: Round) -> dict[str, dict[str, Any]]:
    int32 = np.int32
    return {
        "a family left out": {"guide": np.array([-1, 1, 2], int32)},
        "a worse guide": {"guide": np.array([1, 0, 2], int32)},
        "a pin moved": {"guide": np.array([0, 1, 1], int32)},
        "a pin forgotten": {"pinned": np.array([False, False, False])},
        "a backup left out": {"backup": np.array([-1, 0, 1], int32)},
        "the guide as backup": {"backup": np.array([0, 0, 1], int32)},
        "a backup that is vetoed": {"backup": np.array([1, 0, 0], int32)},
        "points made up": {"score": np.array([900, 801, 5], int32)},
        "totals made up": {"totals": Totals(3, 1, 2, 1706)},
        "a smaller step": {"step": answer.step - 1},
        "another step for backups": {"backup_step": answer.backup_step + 1},
        "prices changed": {"prices": _one_more(answer.prices)},
        "prices of backups changed": {"backup_prices": _one_more(answer.backup_prices)},
        "backups without prices": {"backup_prices": None},
    }


TAMPERINGS = sorted(_tampered(solve_round(spare())))


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_round_that_was_tampered_with_is_not_verified(name: str) -> None:
    problem = spare()
    answer = solve_round(problem)
    assert answer.totals == Totals(3, 1, 2, 1705)
    assert answer.backup.tolist() == [1, 0, 1]
    assert verify_round(problem, answer)
    assert not verify_round(problem, replace(answer, **_tampered(answer)[name]))


@pytest.mark.parametrize(
    "change",
    [
        {"guide": np.array([0, 1, 1], np.int32)},
        {"guide": np.array([0, 1, -1], np.int32)},
        {"pinned": np.array([False, True, True])},
    ],
)
def test_a_pin_that_was_moved_is_found_without_backups_too(change: dict[str, Any]) -> None:
    problem = spare()
    answer = solve_round(problem, prepare="first")
    assert verify_round(problem, answer)
    assert not verify_round(problem, replace(answer, **change))


def test_nobody_without_a_guide_is_in_the_round_of_backups() -> None:
    second = reduce_backups(spare(), np.array([0, -1, 2], np.int32))
    assert second.edges.degrees().tolist() == [1, 0, 1]
    assert second.capacity.tolist() == [1, 3, 1]


def test_a_round_of_another_problem_is_refused() -> None:
    answer = solve_round(problem_of({(0, 0): 1}, [0], [1]))
    with pytest.raises(ValueError, match=r"guide is int32 \(3,\)"):
        verify_round(spare(), answer)


def test_more_pins_than_places_are_refused_with_the_guide() -> None:
    with pytest.raises(PinsExceedCapacity, match="guide 1") as refusal:
        problem_of({}, [0, 0], [5, 1], pins=[1, 1])
    assert refusal.value.guide == 1


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"pins": [0, -1], "vetoes": [(0, 0)]}, "both pinned and vetoed"),
        ({"pins": [2, -1]}, "pins is -1 to 1"),
        ({"pins": [-2, -1]}, "pins is -1 to 1"),
        ({"previous": [-1, 2]}, "previous is -1 to 1"),
        ({"vetoes": [(2, 0)]}, "a vetoed family is 0 to 1"),
        ({"vetoes": [(0, 2)]}, "a vetoed guide is 0 to 1"),
        ({"stability": -1}, "stability is not negative"),
        ({"pins": [0]}, "pins is int32"),
        ({"pin_score": [0]}, "pin_score is int32"),
        ({"capacity": [1]}, "capacity is int32"),
        ({"capacity": [1, -1]}, "capacity is 0 to"),
    ],
)
def test_what_cannot_be_decided_is_refused(choices: dict[str, Any], message: str) -> None:
    capacity = choices.pop("capacity", [1, 1])
    with pytest.raises(ValueError, match=message):
        replace(problem_of({}, [0, 0], [1, 1], **choices), capacity=np.array(capacity, np.int32))


@pytest.mark.parametrize("priority", [np.array([0, 3], np.int8), np.array([0, 1])])
def test_an_unknown_priority_is_refused(priority: np.ndarray) -> None:
    with pytest.raises(ValueError, match="priority is"):
        replace(problem_of({}, [0, 0], [1, 1]), priority=priority)
