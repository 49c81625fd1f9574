"""Rounds against integer programming, three aims one after the other: random and hostile cases."""

from pathlib import Path

from tests.matching.rounds.checks import check_problem
from tests.matching.rounds.instances import hostile_problems, random_problem

RANDOM = 40


def exactness(_: Path, count: int = RANDOM) -> dict:
    """Return how many rounds are not the best one, or without a proof that holds."""
    problems = [problem for _, problem in hostile_problems()]
    problems += [random_problem(seed) for seed in range(10_000, 10_000 + count)]
    wrong = 0
    for problem in problems:
        try:
            check_problem(problem)
        except AssertionError:
            wrong += 1
    return {"cases": len(problems), "wrong": wrong, "right": not wrong}


MEASURES = {"exactness": exactness}
