"""Why a family is left over: rules that leave nobody, or others who have the same guides.

Works on bit masks and pairs alone, so it serves any set of rules. A family that some guide may
have, and that still has none in a round of most families, stands in a group that breaks Hall's
condition (Hall 1935): more families than places, and no way out of the group.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.matching.arrays import NONE, Int32s, Int64s, starts_of, stretches
from app.matching.solving.components import pairs_of
from app.matching.solving.edges import Edges
from app.matching.solving.prices import NotOptimalError

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
    masks = np.asarray(failing, np.uint32)
    masks = masks[(masks & np.uint32(fixed)) == 0]
    sizes = np.bitwise_count(masks)
    least = int(sizes.min(initial=masks.itemsize * 8))
    if not len(masks) or not least:
        return ()
    # A guide who breaks fewer rules would make a smaller set: those opened break just these.
    sets, opened = np.unique(masks[sizes == least], return_counts=True)
    best = np.lexsort((sets, -opened))
    return tuple(RuleSet(int(sets[i]), int(opened[i])) for i in best)


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
        served = np.flatnonzero(assignment != NONE)
        load = np.bincount(assignment[served], minlength=edges.guide_count)
        self._edges = edges
        self._capacity = capacity
        self._assignment = assignment
        self._has_room = load < capacity
        self._families = served[np.argsort(assignment[served], kind="stable")]  # by guide
        self._starts = starts_of(load)

    def group(self, family: int, *, limit: int = ANY_SIZE) -> HallGroup | None:
        """Return the group that a family left over is in; None if more than `limit` families.

        An alternating search: the family's guides, the families who have them, their guides, and
        so on. The group is as small as can be: without any one of its families, the rest could
        all be served.

        Raises:
            ValueError: the family has a guide.
            NotOptimalError: one more family could be served.
        """
        if self._assignment[family] != NONE:
            raise ValueError(f"family {family} has a guide")
        families: list[Int64s] = [np.array([family])]
        guides: list[Int32s] = []
        seen = np.zeros(self._edges.guide_count, np.bool_)
        count = 1
        while count <= limit:
            reached = self._guides_of(families[-1])
            reached = reached[~seen[reached]]
            if not len(reached):
                return self._as_group(families, guides)
            if self._has_room[reached].any():
                raise NotOptimalError("one more family could be served")
            seen[reached] = True
            guides.append(reached)
            families.append(self._families_of(reached))
            count += len(families[-1])
        return None

    def _guides_of(self, families: Int64s) -> Int32s:
        _, at = pairs_of(self._edges, families)
        return np.unique(self._edges.guide[at])

    def _families_of(self, guides: Int32s) -> Int64s:
        start = self._starts[guides]
        return self._families[stretches(start, self._starts[guides + 1] - start)]

    def _as_group(self, families: list[Int64s], guides: list[Int32s]) -> HallGroup:
        shared = np.sort(np.concatenate([np.zeros(0, np.int32), *guides]))
        return HallGroup(
            families=np.sort(np.concatenate(families)).astype(np.int32),
            guides=shared,
            places=int(self._capacity[shared].sum()),
        )


def shortfalls(edges: Edges, weight: Int64s, capacity: Int32s, guide_prices: Int64s) -> Int64s:
    """Return what the round would lose at the least, were each family left over served anyway.

    For groups too large to list. Exact, because the largest price of a place is what the round
    loses with it (Leonard 1983).

    Args:
        edges: the pairs that may be formed.
        weight: int64 (E,).
        capacity: int32 (G,).
        guide_prices: int64 (G,), guide-optimal.

    Returns:
        int64 (F,), in units of weight: min over guides g with a place of guide_prices[g] - w(f, g).
        -1 for a family that may have none of them; of no meaning for one that has a guide.
    """
    has_place = capacity[edges.guide] > 0
    real = edges.keeping(has_place)
    loss = np.full(edges.family_count, NONE, np.int64)
    paired = np.flatnonzero(real.degrees())
    if len(paired):
        costs = guide_prices[real.guide] - weight[has_place]
        loss[paired] = np.minimum.reduceat(costs, real.ptr[paired])
    return loss
