"""Whom to recruit next: the exact gain of guides who do not exist yet, and a plan of the next k.

A type is a column of hypothetical pairs: `candidates` is `Edges` with the families as rows and
types as "guides". Every type has one place.

The gain needs no new round. The family-optimal prices are what each family brings (Shapley &
Shubik 1971, Leonard 1983), so a newcomer is worth max(0, max over f of w(f, new) - price[f]);
any other dual promises too much. A greedy plan is a best one, because assignment values are gross
substitutes (Kelso & Crawford 1982): the next recruit never makes an earlier one worth more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from app.matching.arrays import NONE, Bools, Int8s, Int32s, Int64s, starts_of
from app.matching.solving.edges import Edges
from app.matching.solving.prices import Prices, family_optimal
from app.matching.solving.rounds import Reduced, Totals
from app.matching.solving.solver import weights

_URGENT = 2  # the highest priority


def wide_step(family_count: int, top_score: int) -> int:
    """Return a step of which the points of all pairs, before and after, are less than half.

    Wider than a round needs: so that a difference of weights tells families and points apart.
    """
    return 2 * family_count * top_score + 1


def decode(value: int, step: int) -> Totals:
    """Return what a gain from one more place means in families, priority and points.

    One more place gives a guide to one family more or to none, and takes nobody's away; so the
    whole steps of the gain, 0 to 3, tell the family's priority as well.

    Args:
        value: int, in units of weight; the points in it are less than half a step.
        step: M of the weights.
    """
    steps = (value + step // 2) // step
    return Totals(
        families=int(steps > 0),
        priority_2=int(steps > _URGENT),
        priority_1_or_2=int(steps > 1),
        quality=value - steps * step,
    )


def add_up(parts: Iterable[Totals]) -> Totals:
    """Return the sum of several gains."""
    families, urgent, soon, quality = 0, 0, 0, 0
    for part in parts:
        families += part.families
        urgent += part.priority_2
        soon += part.priority_1_or_2
        quality += part.quality
    return Totals(families, urgent, soon, quality)


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
        return decode(int(self.value[number]), self.step)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A best assignment with its family-optimal prices, ready to be asked about newcomers.

    Attributes:
        edges: pairs that may be formed, newcomers of a plan as further guides.
        priority: int8 (F,).
        capacity: int32 (G,).
        assignment: int32 (F,), a best one.
        step: M, wide enough to read families and points apart after many newcomers.
        prices: family-optimal.
        heir: int32 (G,), the family that would take over a place that becomes free, or -1.
        helped: int32 (F,), the family that in the end has a guide more if this one leaves its
            own guide to others (itself, if it has none), or -1.
    """

    edges: Edges
    priority: Int8s
    capacity: Int32s
    assignment: Int32s
    step: int
    prices: Prices
    heir: Int32s
    helped: Int32s

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
        edges = reduced.edges
        top = max(top_score, int(edges.score.max(initial=0)))
        step = wide_step(edges.family_count, top)
        return cls._solved(edges, reduced.priority, reduced.capacity, assignment, step)

    @classmethod
    def _solved(
        cls, edges: Edges, priority: Int8s, capacity: Int32s, assignment: Int32s, step: int
    ) -> Self:
        weight = weights(edges, priority, step)
        prices = family_optimal(edges, weight, capacity, assignment)
        heir, helped = _chains(edges, weight, assignment, prices)
        return cls(edges, priority, capacity, assignment, step, prices, heir, helped)

    def gains(self, candidates: Edges) -> Gains:
        """Return the exact gain of one more guide of each type.

        Raises:
            ValueError: a pair has more points than the standing was made for.
        """
        if 2 * candidates.family_count * int(candidates.score.max(initial=0)) >= self.step:
            raise ValueError("a hypothetical pair has more points than top_score")
        rows, types = candidates.rows(), candidates.guide
        more = weights(candidates, self.priority, self.step) - self.prices.family[rows]
        value = np.zeros(candidates.guide_count, np.int64)
        np.maximum.at(value, types, more)
        best = np.flatnonzero((more == value[types]) & (more > 0))[::-1]
        served = np.full(candidates.guide_count, NONE, np.int32)
        served[types[best]] = rows[best]  # the last one written is the first family of equal ones
        helped = served.copy()
        helped[types[best]] = self.helped[served[types[best]]]
        return Gains(value, served, helped, self.step)

    def hire(self, candidates: Edges, number: int) -> Self:
        """Return the standing with one guide of type `number` more, who is the last guide then.

        The newcomer takes the family that gains most, its old guide the heir, and so on: along
        these steps the prices are tight, so what comes out is a best assignment again, which
        `family_optimal` proves once more.
        """
        family = int(self.gains(candidates).served[number])
        assignment, guide = self.assignment.copy(), self.edges.guide_count
        while family != NONE:
            left = int(self.assignment[family])
            assignment[family] = guide
            guide = left
            family = NONE if guide == NONE else int(self.heir[guide])
        capacity = np.append(self.capacity, np.int32(1))
        edges = _with_newcomer(self.edges, candidates, number)
        return self._solved(edges, self.priority, capacity, assignment, self.step)


def _with_newcomer(edges: Edges, candidates: Edges, number: int) -> Edges:
    """Return the pairs with one guide more, whose pairs are those of a type."""
    at = np.flatnonzero(candidates.guide == number)
    families = candidates.rows()[at]
    ends = edges.ptr[families + 1]
    return Edges(
        ptr=edges.ptr + starts_of(np.bincount(families, minlength=edges.family_count)),
        guide=np.insert(edges.guide, ends, np.int32(edges.guide_count)),
        score=np.insert(edges.score, ends, candidates.score[at]),
        guide_count=edges.guide_count + 1,
    )


def _chains(
    edges: Edges, weight: Int64s, assignment: Int32s, prices: Prices
) -> tuple[Int32s, Int32s]:
    """Return who would take over each guide's freed place, (G,), and who is helped in the end, (F,).

    From the ends backwards, along pairs whose weight is just the sum of both prices: a chain ends
    with a family left over, or with a place that nobody needs (price 0) and that stays empty.
    """
    rows, guides = edges.rows(), edges.guide
    tight = prices.family[rows] + prices.guide[guides] == weight
    rows, guides = rows[tight], guides[tight]
    left_over = assignment == NONE
    helped = np.where(left_over, np.arange(edges.family_count), NONE).astype(np.int32)
    heir = np.full(edges.guide_count, NONE, np.int32)
    settled = prices.guide == 0
    while len(rows):
        open_now = ~settled[guides]
        rows, guides = rows[open_now], guides[open_now]
        ready = np.flatnonzero(_is_settled(rows, assignment, settled))[::-1]
        if not len(ready):
            break
        reached = guides[ready]
        heir[reached] = rows[ready]  # the first family of equal ones is written last
        settled[reached] = True
        passed_on = np.zeros(edges.guide_count, np.bool_)
        passed_on[reached] = True
        movers = np.flatnonzero(~left_over & passed_on[assignment])
        helped[movers] = helped[heir[assignment[movers]]]
    return heir, helped


def _is_settled(families: Int32s, assignment: Int32s, settled: Bools) -> Bools:
    """Tell for which families it is known what follows if they leave their guide."""
    guides = assignment[families]
    known: Bools = (guides == NONE) | settled[guides]
    return known


@dataclass(frozen=True, slots=True, eq=False)
class Recruit:
    """One step of a plan.

    Attributes:
        type: the number of the type.
        served: the family that the newcomer would be given, -1 if none.
        helped: the family that has a guide then and had none before, -1 if none.
        adds: what the round gains by this step.
        gains: what one guide of each type would have brought at this step.
    """

    type: int
    served: int
    helped: int
    adds: Totals
    gains: Gains


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
    plan: list[Recruit] = []
    while len(plan) < count and candidates.edge_count:
        gains = standing.gains(candidates)
        best = int(gains.value.argmax())
        adds = gains.totals(best)
        if not gains.value[best] or (only_families and not adds.families):
            break
        served, helped = int(gains.served[best]), int(gains.helped[best])
        plan.append(Recruit(best, served, helped, adds, gains))
        standing = standing.hire(candidates, best)
    return tuple(plan)


def gain_of_places(standing: Standing, candidates: Edges, number: int, places: int) -> Totals:
    """Return what one guide of type `number` with several places would add, exactly.

    Several places are several newcomers of one type, because no family needs a guide twice.
    """
    parts = []
    for left in reversed(range(places)):
        parts.append(standing.gains(candidates).totals(number))
        if left:
            standing = standing.hire(candidates, number)
    return add_up(parts)
