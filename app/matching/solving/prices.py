"""Shadow prices: what a place is worth, and the proof that a round cannot be bettered.

The dual solutions of an assignment game form a lattice with two ends (Shapley & Shubik 1971).
The ends are marginal products (Leonard 1983): with the smallest guide prices, what a family
brings; with the largest, what a place brings. Solvers return any dual in between, so both ends
are found here from the assignment alone, by Bellman–Ford on arrays that looks again only at
those who changed. Neither depends on how the assignment was found.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from app.matching.arrays import NONE, Bools, Int32s, Int64s, starts_of, stretches
from app.matching.solving.components import pairs_of
from app.matching.solving.edges import Edges

_UNBOUNDED = np.int64(2**60)  # above any price, and still far from overflowing a sum


class NotOptimalError(ValueError):
    """The assignment can be bettered or breaks a rule, so it has no prices."""


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

    Args:
        edges: the pairs that may be formed.
        weight: int64 (E,), from 0.
        capacity: int32 (G,).
        assignment: int32 (F,), each family's guide, or -1.

    Raises:
        NotOptimalError: the assignment is not the best one.
    """
    state = _Assigned.of(edges, weight, capacity, assignment)
    family, guide = state.own.copy(), np.zeros(edges.guide_count, np.int64)
    asked = guide.copy()  # the smallest price that keeps every family from wanting to change
    np.maximum.at(asked, edges.guide, weight - np.repeat(family, edges.degrees()))
    for _ in range(edges.guide_count + 1):
        raised = np.flatnonzero(asked > guide)
        if not len(raised):
            return Prices(family, guide)
        _ensure(state.full[raised])
        guide[raised] = asked[raised]
        changed = state.families_of(raised)
        family[changed] = state.own[changed] - guide[assignment[changed]]
        _ensure(family[changed] >= 0)
        ptr, at = pairs_of(edges, changed)
        np.maximum.at(asked, edges.guide[at], weight[at] - np.repeat(family[changed], np.diff(ptr)))
    raise NotOptimalError("prices rise for ever: some families would gain by trading guides")


def guide_optimal(edges: Edges, weight: Int64s, capacity: Int32s, assignment: Int32s) -> Prices:
    """Return the largest guide prices (and so the smallest family prices).

    `guide[g]` is exactly what the round loses with one place of g; min over g of
    `guide[g]` - w(f, g) is exactly what it costs to serve f, who was left over. (A guide without
    any place gets what the best pair would bring.)

    Args:
        edges: the pairs that may be formed.
        weight: int64 (E,), from 0.
        capacity: int32 (G,).
        assignment: int32 (F,), each family's guide, or -1.

    Raises:
        NotOptimalError: the assignment is not the best one.
    """
    state = _Assigned.of(edges, weight, capacity, assignment)
    by_guide = _pairs_by_guide(edges)
    family = np.zeros(edges.family_count, np.int64)
    guide = np.where(state.full, _UNBOUNDED, np.int64(0))
    _lower(guide, state, np.flatnonzero(assignment != NONE), family)
    offered = family.copy()  # the best that any guide's place is worth to the family, or nothing
    np.maximum.at(offered, edges.rows(), weight - guide[edges.guide])
    for _ in range(edges.family_count + 1):
        raised = np.flatnonzero(offered > family)
        if not len(raised):
            return Prices(family, _settle_empty(edges, weight, family, guide))
        _ensure(assignment[raised] != NONE)
        family[raised] = offered[raised]
        lowered = _lower(guide, state, raised, family)
        start, end = by_guide.indptr[lowered], by_guide.indptr[lowered + 1]
        at = stretches(start, end - start)
        pair = by_guide.data[at]
        np.maximum.at(offered, by_guide.indices[at], weight[pair] - guide[edges.guide[pair]])
    raise NotOptimalError("prices fall for ever: some families would gain by trading guides")


def certify(
    edges: Edges, weight: Int64s, capacity: Int32s, assignment: Int32s, prices: Prices
) -> bool:
    """Tell whether the prices prove the assignment best, in one look at every pair.

    Complementary slackness, without a word from the solver: no pair is worth more than its two
    prices; a chosen pair is worth exactly them; who is left over, and a guide with a place
    left, cost nothing.

    Args:
        edges: the pairs that may be formed.
        weight: int64 (E,), from 0.
        capacity: int32 (G,).
        assignment: int32 (F,), each family's guide, or -1.
        prices: any dual solution, int64 (F,) and (G,).
    """
    try:
        state = _Assigned.of(edges, weight, capacity, assignment)
    except NotOptimalError:
        return False
    for price, count in (
        (prices.family, edges.family_count),
        (prices.guide, edges.guide_count),
    ):
        if price.shape != (count,) or (price < 0).any():
            return False
    both = np.repeat(prices.family, edges.degrees())  # a sum past 2**63 is negative, so no proof
    both += prices.guide[edges.guide]
    served = assignment != NONE
    paid = prices.family.copy()
    paid[served] += prices.guide[assignment[served]]
    return bool(
        (both >= weight).all()
        and (paid == state.own).all()
        and (prices.guide[~state.full] == 0).all()
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Assigned:
    """An assignment that keeps the rules, seen from both sides.

    Attributes:
        assignment: int32 (F,).
        own: int64 (F,), the weight of the family's own pair, 0 without a guide.
        full: bool (G,), no place is left.
        order: int64 (F,), families by guide.
        starts: int64 (G + 1,), where each guide's families start in `order`.
    """

    assignment: Int32s
    own: Int64s
    full: Bools
    order: Int64s
    starts: Int64s

    @classmethod
    def of(cls, edges: Edges, weight: Int64s, capacity: Int32s, assignment: Int32s) -> Self:
        served = np.flatnonzero(assignment != NONE)
        chosen = np.flatnonzero(edges.guide == np.repeat(assignment, edges.degrees()))
        if len(chosen) != len(served):
            raise NotOptimalError("a family has a guide whom it may not have")
        own = np.zeros(edges.family_count, np.int64)
        own[served] = weight[chosen]
        load = np.bincount(assignment[served], minlength=edges.guide_count)
        if (load > capacity).any():
            raise NotOptimalError("a guide has more families than places")
        order = served[np.argsort(assignment[served], kind="stable")]
        return cls(assignment, own, load >= capacity, order, starts_of(load))

    def families_of(self, guides: Int64s) -> Int64s:
        """Return the families of some guides."""
        start = self.starts[guides]
        return self.order[stretches(start, self.starts[guides + 1] - start)]


def _lower(guide: Int64s, state: _Assigned, families: Int64s, family: Int64s) -> Int64s:
    """Lower the prices of these families' guides to what the families leave; return the guides."""
    guides = state.assignment[families]
    np.minimum.at(guide, guides, state.own[families] - family[families])
    _ensure(guide[guides] >= 0)
    return np.unique(guides)


def _settle_empty(edges: Edges, weight: Int64s, family: Int64s, guide: Int64s) -> Int64s:
    """Give guides without a place the smallest price that keeps families from wanting them."""
    asked = np.zeros(edges.guide_count, np.int64)
    np.maximum.at(asked, edges.guide, weight - np.repeat(family, edges.degrees()))
    return np.where(guide == _UNBOUNDED, asked, guide)


def _pairs_by_guide(edges: Edges) -> csr_array:
    """Return the pairs guide by guide: `indptr`, `indices` the families, `data` the pairs."""
    numbers = np.arange(edges.edge_count, dtype=np.int32)
    shape = (edges.family_count, edges.guide_count)
    return csr_array((numbers, edges.guide, edges.ptr), shape=shape).tocsc()


def _ensure(holds: Bools) -> None:
    if not holds.all():
        raise NotOptimalError("the assignment can be bettered")
