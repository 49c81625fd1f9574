"""Whom to recruit next: the exact gain of guides who do not exist yet, and a plan of the next k.

A type is a column of hypothetical pairs: `candidates` is `Edges` with the families as rows and
types as "guides". Every type has one place.
"""

from dataclasses import dataclass
from typing import Self

from app.matching.arrays import Int8s, Int32s, Int64s
from app.matching.edges import Edges
from app.matching.rounds import Reduced, Totals


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """What one more guide of each type would bring.

    Attributes:
        value: int64 (T,), in units of weight, exact.
        served: int32 (T,), the family that the newcomer would be given, -1 if none.
        helped: int32 (T,), the family that has a guide then and has none today, -1 if the
            number of families stays the same.
        step: M of the weights.
    """

    value: Int64s
    served: Int32s
    helped: Int32s
    step: int

    def totals(self, number: int) -> Totals:
        """Return what one guide of type `number` would add to the round."""
        raise NotImplementedError


def decode(value: int, step: int) -> Totals:
    """Return what a gain from one more place means in families, priority and points.

    One more place gives a guide to one family more or to none, and takes nobody's away; so the
    whole steps of the gain, 0 to 3, tell the family's priority as well.

    Args:
        value: int, in units of weight; the points in it are less than half a step.
        step: M of the weights.
    """
    raise NotImplementedError


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A best assignment with its family-optimal prices, ready to be asked about newcomers.

    Attributes:
        edges: pairs that may be formed, newcomers of a plan as further guides.
        priority: int8 (F,).
        capacity: int32 (G,).
        assignment: int32 (F,), a best one.
        step: M, wide enough to read families and points apart after many newcomers.
        weight: int64 (E,).
        prices: int64 (F,), family-optimal.
    """

    edges: Edges
    priority: Int8s
    capacity: Int32s
    assignment: Int32s
    step: int
    weight: Int64s
    prices: Int64s

    @classmethod
    def of(cls, reduced: Reduced, assignment: Int32s, *, top_score: int = 1000) -> Self:
        """Take what a round decided; `assignment` is -1 for pinned families.

        Args:
            reduced: pairs, priorities and places left to decide about.
            assignment: int32 (F,), the best assignment of `reduced`.
            top_score: the most points a hypothetical pair can have.

        Raises:
            NotOptimalError: there is a better assignment.
        """
        raise NotImplementedError

    def gains(self, candidates: Edges) -> Gains:
        """Return the exact gain of one more guide of each type, not rounded, not estimated."""
        raise NotImplementedError

    def hire(self, candidates: Edges, number: int) -> Self:
        """Return the standing with one guide of type `number` more."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Recruit:
    """One step of a plan.

    Attributes:
        type: the number of the type.
        served: the family that the newcomer would be given, -1 if none.
        helped: the family that has a guide then and had none before, -1 if none.
        adds: what the round gains by this step.
    """

    type: int
    served: int
    helped: int
    adds: Totals


def plan_recruits(
    standing: Standing, candidates: Edges, count: int, *, only_families: bool = False
) -> tuple[Recruit, ...]:
    """Return the next `count` guides to recruit; together they gain as much as any `count` can.

    A type may come more than once. Shorter if nobody would gain by another one.

    Args:
        standing: the round as it is.
        candidates: families × types.
        count: how many.
        only_families: stop where a newcomer would no longer give one more family a guide.
    """
    raise NotImplementedError


def gain_of_places(standing: Standing, candidates: Edges, number: int, places: int) -> Totals:
    """Return what one guide of type `number` with several places would add, exactly."""
    raise NotImplementedError
