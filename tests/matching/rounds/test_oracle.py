"""Rounds held against integer programming: seeded random problems and hostile ones.

`FULL=1` tries 500 random ones.
"""

import os
from dataclasses import replace

import pytest

from app.matching.solving import components
from app.matching.solving.rounds import solve_round, verify_round
from tests.matching.rounds.checks import check_problem
from tests.matching.rounds.instances import hostile_problems, random_problem, towns

INSTANCES = 500 if os.environ.get("FULL") else 40
HOSTILE = dict(hostile_problems())


@pytest.mark.parametrize("seed", range(INSTANCES))
def test_a_round_is_the_best_in_every_aim(seed: int) -> None:
    check_problem(random_problem(seed))


@pytest.mark.parametrize("seed", range(INSTANCES // 4))
def test_a_round_solved_in_parts_is_the_best_too(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "BATCH", 3)
    monkeypatch.setattr(components, "DOMINANT", 2)
    check_problem(random_problem(10_000 + seed))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_round_is_the_best_where_it_is_hard(name: str) -> None:
    check_problem(HOSTILE[name])


@pytest.mark.parametrize("draw_pairs_apart", [False, True])
def test_a_large_round_proves_itself(draw_pairs_apart: bool) -> None:
    problem = towns(1, count=20, size=150)
    if draw_pairs_apart:
        town = problem.edges.rows() // 150, problem.edges.guide // 150
        problem = replace(problem, edges=problem.edges.keeping(town[0] == town[1]))
    assert (components.split(problem.edges) is None) != draw_pairs_apart
    answer = solve_round(problem)
    assert verify_round(problem, answer)
    assert 1500 < answer.totals.families < 3000
    assert (answer.backup >= 0).any()


def test_the_same_problem_has_the_same_answer() -> None:
    for seed in range(10):
        once, again = solve_round(random_problem(seed)), solve_round(random_problem(seed))
        assert once.guide.tolist() == again.guide.tolist()
        assert once.backup.tolist() == again.backup.tolist()
