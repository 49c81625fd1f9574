"""A round: guides for all waiting families at once, with the coordinator's choices kept."""

from dataclasses import dataclass
from typing import Literal, Self

from app.matching.arrays import Bools, Int8s, Int32s, Int64s
from app.matching.edges import Edges
from app.matching.prices import Prices


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
        pins: int32 (F,), the guide that the coordinator has fixed, else -1; need not be in `edges`.
        pin_score: int32 (F,), points of the pinned pair; read where there is a pin.
        vetoes: int32 (k, 2), pairs (family, guide) that must not be formed.
        previous: int32 (F,), the guide in the round before, else -1.
        stability: points that an unchanged pair counts more than it scores.

    Raises:
        PinsExceedCapacity: more families are pinned to a guide than it has places.
        ValueError: a shape or an index is wrong, or a pair is both pinned and vetoed.
    """

    edges: Edges
    priority: Int8s
    capacity: Int32s
    pins: Int32s
    pin_score: Int32s
    vetoes: Int32s
    previous: Int32s
    stability: int = 0

    @classmethod
    def without_choices(cls, edges: Edges, priority: Int8s, capacity: Int32s) -> Self:
        """Return a problem with no pins, vetoes or earlier round; `dataclasses.replace` adds them."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Totals:
    """What a round achieves, or the difference between two. Compares in the order of its aims.

    `quality` is the sum of the scores that people see: the stability bonus, which the round
    counts when it decides, is left out.
    """

    families: int
    priority_2: int
    priority_1_or_2: int
    quality: int

    def __sub__(self, other: "Totals") -> "Totals":
        raise NotImplementedError


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
        backup_prices: family-optimal prices of the backups.
        totals: of all pairs, the pinned ones included.
    """

    guide: Int32s
    backup: Int32s
    pinned: Bools
    score: Int32s
    step: int
    prices: Prices
    backup_step: int
    backup_prices: Prices
    totals: Totals


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """What is left to decide once pins, vetoes and the stability bonus are worked in.

    Families and guides keep their numbers. Everything in `prices` and `consequences` is about
    this: `guide_optimal(reduced.edges, reduced.weight, reduced.capacity, answer.guide …)`.

    Attributes:
        edges: pairs that may still be formed; `score` includes the stability bonus.
        priority: int8 (F,).
        capacity: int32 (G,), places left beside the pins.
        step: M.
        weight: int64 (E,), step · (1 + priority) + score.
    """

    edges: Edges
    priority: Int8s
    capacity: Int32s
    step: int
    weight: Int64s


def reduce_problem(problem: Problem) -> Reduced:
    """Work pins (family and place go out), vetoes and the stability bonus into the pairs."""
    raise NotImplementedError


def reduce_backups(problem: Problem, guide: Int32s) -> Reduced:
    """Return the second round: matched families, other guides than their own, places left over."""
    raise NotImplementedError


def solve_round(problem: Problem, *, prepare: Literal["all", "first"] = "all") -> Round:
    """Decide the round: most families, then most of priority 2, of 1 or 2, then most points.

    Args:
        problem: what is to be decided.
        prepare: "all" also finds the backups, "first" leaves them out (all -1).
    """
    raise NotImplementedError


def verify_round(problem: Problem, answer: Round) -> bool:
    """Tell whether the round keeps every choice and nothing better exists, without the solver.

    Checks pins, scores and totals, and the certificates of the round and of its backups.
    """
    raise NotImplementedError
