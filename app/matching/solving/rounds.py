"""A round: guides for all waiting families at once, with the coordinator's choices kept."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.matching.arrays import NONE, Bools, Int32s, expect
from app.matching.solving.prices import Prices
from app.matching.solving.problems import (
    HIGHEST_PRIORITY,
    PinsExceedCapacity,
    Problem,
    Reduced,
    reduce_backups,
    reduce_problem,
)

__all__ = [
    "PinsExceedCapacity",
    "Problem",
    "Reduced",
    "Round",
    "Totals",
    "reduce_backups",
    "reduce_problem",
    "scores_of",
    "solve_round",
    "totals_of",
    "verify_round",
]


@dataclass(frozen=True, slots=True, order=True)
class Totals:
    """What a round achieves, or the difference between two; compares in the order of its aims.

    `quality` is the sum of the scores that people see. The stability bonus is left out, though
    the round counts it when it decides: so a round may be the best and yet have a few points
    fewer than another that changes more pairs.
    """

    families: int
    priority_2: int
    priority_1_or_2: int
    quality: int

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals(
            self.families - other.families,
            self.priority_2 - other.priority_2,
            self.priority_1_or_2 - other.priority_1_or_2,
            self.quality - other.quality,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """The answer, with what anybody needs to check that it is the best one.

    Attributes:
        guide: int32 (F,), each family's guide, or -1; pinned families have the pinned one.
        backup: int32 (F,), a second guide to ask if the first says no, or -1.
        pinned: bool (F,).
        score: int32 (F,), points of the pair without the stability bonus, 0 without a guide.
        step: M of the weights that `prices` are in.
        prices: family-optimal prices of what was left to decide after the pins.
        backup_step: M of the weights that `backup_prices` are in.
        backup_prices: family-optimal prices of the backups; None if none were asked for.
        totals: of all pairs, the pinned ones included, the backups not.
    """

    guide: Int32s
    backup: Int32s
    pinned: Bools
    score: Int32s
    step: int
    prices: Prices
    backup_step: int
    backup_prices: Prices | None
    totals: Totals

    def decided(self) -> Int32s:
        """Return the guides that the round chose itself, int32 (F,): -1 for the pinned too."""
        return np.where(self.pinned, np.int32(NONE), self.guide)


def solve_round(problem: Problem, *, prepare: Literal["all", "first"] = "all") -> Round:
    """Decide the round: most families, then most of priority 2, of 1 or 2, then most points.

    Points include the stability bonus. The backups are a round of their own, after the first
    one: most families with a second guide, then the most urgent, then most points.

    Args:
        problem: what is to be decided.
        prepare: "all" also finds the backups, "first" leaves them out (all -1).

    Raises:
        WeightTooLargeError: there are so many people and points that weights reach 2**50.
    """
    reduced = reduce_problem(problem)
    found, prices = reduced.solve()
    pinned = problem.pins != NONE
    guide = np.where(pinned, problem.pins, found)
    score = scores_of(problem, guide)
    second = reduce_backups(problem, guide) if prepare == "all" else None
    backup, backup_prices = second.solve() if second else (np.full_like(guide, NONE), None)
    return Round(
        guide=guide,
        backup=backup,
        pinned=pinned,
        score=score,
        step=reduced.step,
        prices=prices,
        backup_step=second.step if second else 1,
        backup_prices=backup_prices,
        totals=totals_of(problem, guide, score),
    )


def verify_round(problem: Problem, answer: Round) -> bool:
    """Tell whether the round keeps every choice and nothing better exists, without the solver.

    Checks pins, scores and totals, and the certificates of the round and of its backups.

    Raises:
        ValueError: the arrays are not of this problem's size.
    """
    for name in ("guide", "backup", "score"):
        expect(name, getattr(answer, name), np.int32, problem.pins.shape)
    pinned = problem.pins != NONE
    if (answer.pinned != pinned).any() or (answer.guide != problem.pins)[pinned].any():
        return False
    reduced = reduce_problem(problem)
    if answer.step != reduced.step or not reduced.proves(answer.decided(), answer.prices):
        return False
    score = scores_of(problem, answer.guide)
    if (answer.score != score).any() or answer.totals != totals_of(problem, answer.guide, score):
        return False
    return _verify_backups(problem, answer)


def scores_of(problem: Problem, guide: Int32s) -> Int32s:
    """Return the points of each family's pair without the bonus, int32 (F,), 0 without a guide."""
    at = problem.edges.positions(np.arange(len(guide)), guide)
    score = np.zeros(len(guide), np.int32)
    score[at != NONE] = problem.edges.score[at[at != NONE]]
    return np.where(problem.pins == NONE, score, problem.pin_score)


def totals_of(problem: Problem, guide: Int32s, score: Int32s) -> Totals:
    """Add up who is served, and the points of `scores_of`."""
    served = problem.priority[guide != NONE]
    return Totals(
        families=len(served),
        priority_2=int(np.count_nonzero(served == HIGHEST_PRIORITY)),
        priority_1_or_2=int(np.count_nonzero(served)),
        quality=int(score.sum(dtype=np.int64)),
    )


def _verify_backups(problem: Problem, answer: Round) -> bool:
    if answer.backup_prices is None:
        return bool((answer.backup == NONE).all())
    second = reduce_backups(problem, answer.guide)
    return answer.backup_step == second.step and second.proves(answer.backup, answer.backup_prices)
