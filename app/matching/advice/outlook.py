"""A plan as those see it who are left over: whom a change could reach, and who stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from app.matching.advice.changes import FAMILY_RULES, GUIDE_RULES, change_family, change_guide
from app.matching.advice.reach import Side, bits_of
from app.matching.advice.recruiting import wide_step
from app.matching.advice.recruits import Market
from app.matching.advice.shortages import Rivalry
from app.matching.arrays import NONE, Bools, Int32s
from app.matching.config import MAX_SCORE
from app.matching.pairs.blocks import compute_block
from app.matching.pairs.codes import Masks
from app.matching.pairs.people import Families, Guides
from app.matching.pairs.rules import NEVER_OVERRIDDEN
from app.matching.planning import Plan, plan_round
from app.matching.solving.edges import Edges
from app.matching.solving.prices import family_optimal, guide_optimal
from app.matching.solving.problems import Reduced, reduce_problem
from app.matching.solving.solver import heaviest_assignment, weights
from app.matching.types import FamilyProfile, GuideProfile, RuleCode


@dataclass(frozen=True, eq=False)
class Outlook:
    """What everybody who is left over asks about, found once for a plan.

    Attributes:
        plan: the round.
        reduced: what was left to decide after the coordinator's choices.
        decided: int32 (F,), the guides that the round chose.
        spare: int32 (G,), places left after the round.
        open_guides: bool (G,), guides whom one more family could have and nobody would lose one.
        open_families: bool (F,), families through whom one more guide would give one more family
            a guide: themselves, or the one who would take over theirs.
        rivalry: who competes with whom.
    """

    plan: Plan
    reduced: Reduced
    decided: Int32s
    spare: Int32s
    open_guides: Bools
    open_families: Bools
    rivalry: Rivalry

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Find the prices of a plan's round, with a step that tells families from points."""
        reduced, decided = reduce_problem(plan.problem), plan.round.decided()
        edges, capacity = reduced.edges, reduced.capacity
        step = wide_step(edges.family_count, MAX_SCORE + plan.problem.stability)
        weight = weights(edges, reduced.priority, step)
        lost = guide_optimal(edges, weight, capacity, decided).guide
        kept = family_optimal(edges, weight, capacity, decided).family
        gained = step * (1 + reduced.priority.astype(np.int64)) - kept
        load = np.bincount(decided[decided != NONE], minlength=edges.guide_count)
        return cls(
            plan=plan,
            reduced=reduced,
            decided=decided,
            spare=(capacity - load).astype(np.int32),
            open_guides=(capacity > 0) & (2 * lost < step),
            open_families=(plan.problem.pins == NONE) & (2 * gained > step),
            rivalry=Rivalry(edges, capacity, decided),
        )

    @cached_property
    def market(self) -> Market:
        """Whom one could look for instead."""
        return Market.of(self.plan.people, self.plan.config)

    def family_side(self, number: int, pinned: Sequence[int] = ()) -> Side[FamilyProfile]:
        """Return a family, and all guides as they stand to it.

        Args:
            number: the family.
            pinned: guides of lapsed pins; only what no pin overrides is between them.
        """
        plan, vetoed = self.plan, self.vetoed(family=number)
        pinned = [guide for guide in pinned if self.reduced.capacity[guide] > 0]
        counts = _counting(len(plan.guides), pinned)

        def failing(profiles: Sequence[FamilyProfile]) -> Masks:
            families = Families.of(profiles, plan.codes)
            rows = np.arange(len(profiles))
            block = compute_block(families, plan.guides, plan.ways, plan.config, rows)
            return block.failing & counts

        profile = plan.people.families[number]
        return Side(
            profile=profile,
            rules=FAMILY_RULES,
            failing=failing([profile])[0],
            helps=self.open_guides | _marked(pinned, len(plan.guides)),
            slots=plan.guides.availability,
            minutes=self._bearable(
                plan.ways.minutes[plan.families.place[number], plan.guides.place]
            ),
            change=change_family,
            allowed=lambda profiles: (failing(profiles) == 0) & ~vetoed,
        )

    def guide_side(self, number: int, pinned: Sequence[int] = ()) -> Side[GuideProfile]:
        """Return a guide, and all families as they stand to them. As `family_side`."""
        plan, vetoed = self.plan, self.vetoed(guide=number)
        families = replace(plan.families, declined=((),) * len(plan.families))
        declined = np.array([number in numbers for numbers in plan.families.declined], np.bool_)
        counts = _counting(len(families), pinned)
        said_no = np.where(declined, np.uint32(bits_of(RuleCode.DECLINED)), np.uint32(0))

        def failing(profiles: Sequence[GuideProfile]) -> Masks:
            guides, rows = Guides.of(profiles, plan.codes), np.arange(len(families))
            block = compute_block(families, guides, plan.ways, plan.config, rows)
            return (block.failing.T | said_no) & counts

        profile = plan.people.guides[number]
        return Side(
            profile=profile,
            rules=GUIDE_RULES,
            failing=failing([profile])[0],
            helps=self.open_families | _marked(pinned, len(families)),
            slots=plan.families.availability,
            minutes=self._bearable(
                plan.ways.minutes[plan.families.place, plan.guides.place[number]]
            ),
            change=change_guide,
            allowed=lambda profiles: (failing(profiles) == 0) & ~vetoed,
        )

    def _bearable(self, minutes: Int32s) -> Int32s:
        """Return ways that somebody may be asked to go: a longer one is as if nobody knew it."""
        farthest = self.plan.config.farthest_minutes
        return np.where(minutes <= farthest, minutes, NONE).astype(np.int32)

    def vetoed(self, *, family: int = NONE, guide: int = NONE) -> Bools:
        """Return with whom a coordinator's veto forbids a family (G,), or a guide (F,)."""
        vetoes = self.plan.problem.vetoes
        if family != NONE:
            return _marked(vetoes[vetoes[:, 0] == family, 1], self.reduced.edges.guide_count)
        return _marked(vetoes[vetoes[:, 1] == guide, 0], self.reduced.edges.family_count)

    def lapsed_pins(self, *, family: int = NONE, guide: int = NONE) -> list[int]:
        """Return to which guides a family's pins, or of which families a guide's, have lapsed.

        Left out are guides who are gone.
        """
        plan = self.plan
        numbers = [(plan.rows[f], plan.codes.guides.get(g, NONE)) for f, g in plan.lapsed_pins]
        known = [(f, g) for f, g in numbers if g != NONE]
        return [g for f, g in known if f == family] + [f for f, g in known if g == guide]

    def replanned(self, changed: FamilyProfile | GuideProfile) -> int:
        """Return how many more families have a guide in a whole new plan with one profile changed.

        Where a pin would come back to life, prices do not tell.
        """
        plan, people = self.plan, self.plan.people
        if isinstance(changed, FamilyProfile):
            same = tuple(f for f in people.families if f.family_id != changed.family_id)
            people = replace(people, families=(*same, changed))
        else:
            others = tuple(g for g in people.guides if g.guide_id != changed.guide_id)
            people = replace(people, guides=(*others, changed))
        then = plan_round(people, plan.choices, plan.config, stability=plan.problem.stability)
        return then.round.totals.families - plan.round.totals.families

    def families_more(self, guide: int, allowed: Bools) -> int:
        """Return how many more families have a guide if one guide may have all those allowed."""
        edges = self.reduced.edges
        new = np.flatnonzero(allowed & (self.plan.problem.pins == NONE))
        new = new[edges.positions(new, np.full(len(new), guide)) == NONE]
        rows = np.concatenate([edges.rows(), new])
        wider = Edges.from_pairs(
            rows,
            np.concatenate([edges.guide, np.full(len(new), guide)]),
            np.zeros(len(rows)),
            family_count=edges.family_count,
            guide_count=edges.guide_count,
        )
        found = heaviest_assignment(wider, np.ones(len(rows), np.int64), self.reduced.capacity)
        return int((found != NONE).sum() - (self.decided != NONE).sum())


def _marked(numbers: Int32s | Sequence[int], count: int) -> Bools:
    marked = np.zeros(count, np.bool_)
    marked[np.asarray(numbers, np.int64)] = True
    return marked


def _counting(count: int, pinned: Sequence[int]) -> Masks:
    """Return which rules count with each of the others, as bits: with those pinned not all do."""
    every, never = np.uint32(bits_of(*RuleCode)), np.uint32(bits_of(*NEVER_OVERRIDDEN))
    return np.where(_marked(pinned, count), never, every)
