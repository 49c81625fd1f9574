"""Why a family is left over: rules that leave nobody, or others who have the same guides.

Works on bit masks and pairs alone, so it serves any set of rules.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy.typing as npt

from app.matching.arrays import Int32s, Int64s
from app.matching.edges import Edges

ANY_SIZE = 2**31 - 1


class RuleSet(NamedTuple):
    """Rules that, set aside together, would let a family have `opened` guides more.

    Attributes:
        mask: bit k set: the rule whose bit is k.
        opened: how many guides break these rules and no others.
    """

    mask: int
    opened: int


def smallest_rule_sets(failing: npt.ArrayLike, *, fixed: int = 0) -> tuple[RuleSet, ...]:
    """Return the smallest sets of rules that keep a family from every guide, best first.

    Args:
        failing: uint32 (G,), for each guide the rules that forbid the pair, as bits.
        fixed: bits of rules that nobody may set aside (protections); guides who break one of
            them are passed over.

    Returns:
        All sets of the smallest size, those that open most guides first, then by mask. Empty
        if nobody is forbidden by other rules than the fixed ones, or somebody by none at all.
    """
    raise NotImplementedError


@dataclass(frozen=True, slots=True, eq=False)
class HallGroup:
    """Families who compete for too few places: Hall's condition, violated.

    Attributes:
        families: int32, ascending, the one left over among them.
        guides: int32, ascending: no family of the group may have any other.
        places: how many places these guides have, one fewer than there are families.
    """

    families: Int32s
    guides: Int32s
    places: int


class Rivalry:
    """Who competes with whom in one assignment; made once, asked for many families."""

    def __init__(self, edges: Edges, capacity: Int32s, assignment: Int32s) -> None:
        """Take the pairs, int32 (G,) places and int32 (F,) guides or -1, of most families."""
        raise NotImplementedError

    def group(self, family: int, *, limit: int = ANY_SIZE) -> HallGroup | None:
        """Return the group that a family left over is in; None if more than `limit` families.

        The group is as small as can be: without any one of its families, the rest could all be
        served.

        Raises:
            ValueError: the family has a guide.
            NotOptimalError: one more family could be served.
        """
        raise NotImplementedError


def shortfalls(edges: Edges, weight: Int64s, guide_prices: Int64s) -> Int64s:
    """Return what the round would lose at the least, were each family left over served anyway.

    Args:
        edges: the pairs that may be formed.
        weight: int64 (E,).
        guide_prices: int64 (G,), guide-optimal.

    Returns:
        int64 (F,), in units of weight: min over g of guide_prices[g] - w(f, g). -1 for a family
        without any pair; of no meaning for one that has a guide.
    """
    raise NotImplementedError
