"""What a choice costs: the whole round before and after, exactly.

Only those whom a chain of shared guides joins to the change are solved again; the rest of the
round stays best as it is.
"""

from dataclasses import dataclass, replace

import numpy as np

from app.matching.arrays import NONE, Int32s, Int64s
from app.matching.solving.components import component_labels, pairs_of
from app.matching.solving.prices import guide_optimal
from app.matching.solving.problems import Reduced
from app.matching.solving.rounds import Problem, Round, Totals, reduce_problem, scores_of, totals_of
from app.matching.solving.solver import heaviest_assignment


@dataclass(frozen=True, slots=True)
class Move:
    """A family that goes from one guide to another; -1 is no guide."""

    family: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Override:
    """The round as it is, and as it would be with `family` forced to `guide`.

    Among all best rounds with the forced pair, the one that changes the fewest pairs is told.

    Attributes:
        family: the family that the coordinator places.
        guide: with whom.
        before: totals as it is.
        after: totals with the forced pair.
        own_before: the family's points today, None without a guide.
        own_after: the family's points with the forced pair.
        loses: families that would have no guide any longer, ascending.
        gains: other families that would get one, by family.
        moves: other families that would change from one guide to another, by family.
    """

    family: int
    guide: int
    before: Totals
    after: Totals
    own_before: int | None
    own_after: int
    loses: tuple[int, ...]
    gains: tuple[Move, ...]
    moves: tuple[Move, ...]


def price_override(
    problem: Problem, answer: Round, family: int, guide: int, *, score: int | None = None
) -> Override:
    """Return the exact change of the whole round if `family` is given `guide`.

    Args:
        problem: what the round decided.
        answer: the best round, as `solve_round` returns it.
        family: whom the coordinator places; may be without a guide today, or pinned.
        guide: with whom; need not be a pair that may be formed, if `score` is given.
        score: points of the pair; read from the pairs or the pin when it is left out.

    Raises:
        PinsExceedCapacity: all places of the guide are pinned to others.
        ValueError: the pair is vetoed, or no score is known for it.
    """
    forced = _with_pin(problem, family, guide, score)
    left = answer.guide[family]
    touched = np.array([guide] if left == NONE else [guide, left])
    after = _solve_again(forced, answer, families=np.zeros(0, np.int64), guides=touched)
    points = scores_of(forced, after)
    changed = np.flatnonzero(after != answer.guide)
    others = [Move(int(f), int(answer.guide[f]), int(after[f])) for f in changed if f != family]
    return Override(
        family=family,
        guide=guide,
        before=answer.totals,
        after=totals_of(forced, after, points),
        own_before=None if left == NONE else int(answer.score[family]),
        own_after=int(points[family]),
        loses=tuple(move.family for move in others if move.after == NONE),
        gains=tuple(move for move in others if move.before == NONE),
        moves=tuple(move for move in others if NONE not in (move.before, move.after)),
    )


def departure_loss(problem: Problem, answer: Round, guide: int) -> Totals:
    """Return what is lost, before minus after, if the guide leaves with all places.

    Families who were pinned to the guide look for another one like everybody else. For a guide
    with one place this is the guide-optimal price, in families and points.

    Args:
        problem: what the round decided.
        answer: the best round, as `solve_round` returns it.
        guide: who leaves.
    """
    capacity = problem.capacity.copy()
    capacity[guide] = 0
    pins = np.where(problem.pins == guide, np.int32(NONE), problem.pins)
    without = replace(problem, capacity=capacity, pins=pins)
    touched = np.flatnonzero(answer.guide == guide)
    after = _solve_again(without, answer, families=touched, guides=np.zeros(0, np.int64))
    return answer.totals - totals_of(without, after, scores_of(without, after))


def least_harm(problem: Problem, answer: Round, family: int) -> Override | None:
    """Return the least harmful way to serve a family that was left over, None if nobody may.

    The largest guide prices say what each place is worth to the others (Leonard 1983), so the
    smallest of price less weight is the smallest loss; among equals, the first guide.

    Args:
        problem: what the round decided.
        answer: the best round, as `solve_round` returns it.
        family: who has no guide.

    Raises:
        ValueError: the family has a guide.
    """
    if answer.guide[family] != NONE:
        raise ValueError(f"family {family} has a guide")
    reduced = reduce_problem(problem)
    at = pairs_of(reduced.edges, np.array([family]))[1]
    at = at[reduced.capacity[reduced.edges.guide[at]] > 0]
    if not len(at):
        return None
    prices = guide_optimal(reduced.edges, reduced.weight, reduced.capacity, answer.decided())
    guides = reduced.edges.guide[at]
    cheapest = int(guides[np.argmin(prices.guide[guides] - reduced.weight[at])])
    return price_override(problem, answer, family, cheapest)


def _with_pin(problem: Problem, family: int, guide: int, score: int | None) -> Problem:
    """Return the problem with one pin more, or another one for this family."""
    if score is None:
        score = problem.edges.score_of(family, guide)
    if score is None and problem.pins[family] == guide:
        score = int(problem.pin_score[family])
    if score is None:
        raise ValueError(f"family {family} may not have guide {guide}: say the score of the pair")
    pins, pin_score = problem.pins.copy(), problem.pin_score.copy()
    pins[family], pin_score[family] = guide, score
    return replace(problem, pins=pins, pin_score=pin_score)


def _solve_again(problem: Problem, answer: Round, *, families: Int64s, guides: Int64s) -> Int32s:
    """Return the best guides for a changed problem, int32 (F,), changing as few as can be.

    Args:
        problem: the problem after the change.
        answer: the best round before it.
        families: those whom the change touches.
        guides: likewise.
    """
    reduced = reduce_problem(problem)
    labels = component_labels(reduced.edges)
    family_count = reduced.edges.family_count
    touched = labels[np.concatenate((families, guides + family_count))]
    near = np.isin(labels[:family_count], touched)
    keep = np.repeat(near, reduced.edges.degrees())
    found = heaviest_assignment(
        reduced.edges.keeping(keep), _favouring(reduced, answer.guide)[keep], reduced.capacity
    )
    after = np.where(near, found, answer.guide)
    return np.where(problem.pins == NONE, after, problem.pins)


def _favouring(reduced: Reduced, guide: Int32s) -> Int64s:
    """Return the weights, int64 (E,), so that ties are broken for pairs that stand today.

    Every weight is raised to a multiple of more than there are families, so that all the ones
    that are added together never outweigh a single point.
    """
    edges = reduced.edges
    weight = reduced.weight * (edges.family_count + 1)
    weight += edges.guide == np.repeat(guide, edges.degrees())
    return weight
