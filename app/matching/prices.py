"""Shadow prices: what a place is worth, and the proof that a round cannot be bettered."""

from dataclasses import dataclass

from app.matching.arrays import Int32s, Int64s
from app.matching.edges import Edges


class NotOptimalError(ValueError):
    """The assignment can be bettered, so it has no prices."""


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """A dual solution in units of weight: what families gain and what guides' places cost.

    Attributes:
        family: int64 (F,), not negative.
        guide: int64 (G,), not negative.
    """

    family: Int64s
    guide: Int64s


def family_optimal(edges: Edges, weight: Int64s, capacity: Int32s, assignment: Int32s) -> Prices:
    """Return the smallest guide prices (and so the largest family prices).

    With them, what one more place would bring is exact for any guide, also one that does not
    exist yet: max(0, max over f of w(f, new) - family[f]).

    Raises:
        NotOptimalError: the assignment is not the best one.
    """
    raise NotImplementedError


def guide_optimal(edges: Edges, weight: Int64s, capacity: Int32s, assignment: Int32s) -> Prices:
    """Return the largest guide prices (and so the smallest family prices).

    `guide[g]` is exactly what the round loses with one place of g; min over g of
    `guide[g]` - w(f, g) is exactly what it costs to serve f, who was left over.

    Raises:
        NotOptimalError: the assignment is not the best one.
    """
    raise NotImplementedError


def certify(
    edges: Edges, weight: Int64s, capacity: Int32s, assignment: Int32s, prices: Prices
) -> bool:
    """Tell whether the prices prove the assignment best, in one look at every pair."""
    raise NotImplementedError
