"""What a round is to decide, and what is left of it once the coordinator's choices are kept."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from app.matching.arrays import (
    NONE,
    Bools,
    Int8s,
    Int32s,
    Int64s,
    expect,
    expect_int32,
    expect_range,
)
from app.matching.solving.edges import Edges
from app.matching.solving.prices import Prices, certify, family_optimal
from app.matching.solving.solver import heaviest_assignment, step_of, weights

HIGHEST_PRIORITY = 2


class PinsExceedCapacity(ValueError):
    """More families are pinned to a guide than the guide has room for.

    Attributes:
        guide: the guide's number.
    """

    def __init__(self, guide: int) -> None:
        super().__init__(f"more families are pinned to guide {guide} than there is room for")
        self.guide = guide


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What a round is to decide. Checked when it is made.

    Attributes:
        edges: the pairs that may be formed, F families and G guides.
        priority: int8 (F,), 0 to 2, 2 most urgent.
        capacity: int32 (G,), places each guide has for this round, pinned families included.
        pins: int32 (F,), the guide that the coordinator has fixed, else -1; any guide may be.
        pin_score: int32 (F,), points of the pinned pair; read where there is a pin.
        vetoes: int32 (k, 2), pairs (family, guide) that must not be formed.
        previous: int32 (F,), the guide in the round before, else -1.
        stability: points that an unchanged pair counts more than it scores.

    Raises:
        PinsExceedCapacity: more families are pinned to a guide than it has places.
        ValueError: a shape, a kind, an index or the bonus is wrong, or a pair is both pinned and
            vetoed.
    """

    edges: Edges
    priority: Int8s
    capacity: Int32s
    pins: Int32s
    pin_score: Int32s
    vetoes: Int32s
    previous: Int32s
    stability: int = 0

    def __post_init__(self) -> None:
        families, guides = self.edges.family_count, self.edges.guide_count
        expect("priority", self.priority, np.int8, (families,))
        expect("capacity", self.capacity, np.int32, (guides,))
        expect("vetoes", self.vetoes, np.int32, (len(self.vetoes), 2))
        expect_range("priority", self.priority, 0, HIGHEST_PRIORITY)
        expect_range("capacity", self.capacity, 0, int(np.iinfo(np.int32).max))
        for name in ("pins", "previous"):
            expect(name, getattr(self, name), np.int32, (families,))
            expect_range(name, getattr(self, name), NONE, guides - 1)
        expect("pin_score", self.pin_score, np.int32, (families,))
        expect_range("a vetoed family", self.vetoes[:, 0], 0, families - 1)
        expect_range("a vetoed guide", self.vetoes[:, 1], 0, guides - 1)
        if self.stability < 0:
            raise ValueError("stability is not negative")
        highest = int(self.edges.score.max(initial=0))
        expect_int32("stability and the highest score together", self.stability + highest)
        if (self.pins[self.vetoes[:, 0]] == self.vetoes[:, 1]).any():
            raise ValueError("a pair is both pinned and vetoed")
        over = np.flatnonzero(_load(self.pins, guides) > self.capacity)
        if len(over):
            raise PinsExceedCapacity(int(over[0]))

    @classmethod
    def without_choices(cls, edges: Edges, priority: Int8s, capacity: Int32s) -> Self:
        """Return a problem without pins, vetoes and an earlier round: `replace` adds them."""
        nobody = np.full(edges.family_count, NONE, np.int32)
        return cls(
            edges=edges,
            priority=priority,
            capacity=capacity,
            pins=nobody,
            pin_score=np.zeros(edges.family_count, np.int32),
            vetoes=np.zeros((0, 2), np.int32),
            previous=nobody,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """What is left to decide once pins, vetoes and the stability bonus are worked in.

    Families and guides keep their numbers. Prices and certificates are about this, with the
    round's `decided()` for the assignment.

    Attributes:
        edges: pairs that may still be formed; `score` includes the stability bonus.
        priority: int8 (F,).
        capacity: int32 (G,), places left.
        step: M.
        weight: int64 (E,), step · (1 + priority) + score.
    """

    edges: Edges
    priority: Int8s
    capacity: Int32s
    step: int
    weight: Int64s

    @classmethod
    def of(cls, edges: Edges, priority: Int8s, capacity: Int32s) -> Self:
        """Add the weights."""
        step = step_of(edges, capacity)
        return cls(edges, priority, capacity, step, weights(edges, priority, step))

    def solve(self) -> tuple[Int32s, Prices]:
        """Return the best assignment, int32 (F,), and its family-optimal prices."""
        found = heaviest_assignment(self.edges, self.weight, self.capacity)
        return found, family_optimal(self.edges, self.weight, self.capacity, found)

    def proves(self, assignment: Int32s, prices: Prices) -> bool:
        """Tell whether the prices prove the assignment best."""
        return certify(self.edges, self.weight, self.capacity, assignment, prices)


def reduce_problem(problem: Problem) -> Reduced:
    """Work pins (family and place go out), vetoes and the stability bonus into the pairs.

    Raises:
        WeightTooLargeError: there are so many people and points that weights reach 2**50.
    """
    edges, capacity = problem.edges, problem.capacity
    if problem.stability:
        edges = _with_bonus(edges, problem.previous, problem.stability)
    keep = np.repeat(problem.pins == NONE, edges.degrees())
    edges = edges.keeping(_without_vetoed(problem, keep))
    left = (capacity - _load(problem.pins, len(capacity))).astype(np.int32)
    return Reduced.of(edges, problem.priority, left)


def reduce_backups(problem: Problem, guide: Int32s) -> Reduced:
    """Return the second round: who has a guide, for another one from the places left over.

    Args:
        problem: what the first round decided.
        guide: int32 (F,), its answer.
    """
    edges, capacity = problem.edges, problem.capacity
    own = np.repeat(guide, edges.degrees())
    keep = (own != NONE) & (own != edges.guide)
    edges = edges.keeping(_without_vetoed(problem, keep))
    left = (capacity - _load(guide, len(capacity))).astype(np.int32)
    return Reduced.of(edges, problem.priority, left)


def _with_bonus(edges: Edges, previous: Int32s, stability: int) -> Edges:
    """Add the bonus to pairs that stand as they did before."""
    unchanged = edges.guide == np.repeat(previous, edges.degrees())
    score = edges.score + unchanged * np.int32(stability)
    return Edges(edges.ptr, edges.guide, score, edges.guide_count)


def _without_vetoed(problem: Problem, keep: Bools) -> Bools:
    """Take the vetoed pairs out of `keep`, bool (E,), in place."""
    at = problem.edges.positions(problem.vetoes[:, 0], problem.vetoes[:, 1])
    keep[at[at != NONE]] = False
    return keep


def _load(guide: Int32s, guide_count: int) -> Int64s:
    """Count each guide's families, int64 (G,)."""
    return np.bincount(guide[guide != NONE], minlength=guide_count)
