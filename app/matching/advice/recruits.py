"""Whom a municipality should recruit next, in words that can stand in a call for volunteers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self
from uuid import UUID

import numpy as np

from app.matching.advice.newcomers import RecruitType, RecruitTypes, TimeOfWeek, recruit_types
from app.matching.advice.recruiting import Gains, Standing, add_up, plan_recruits
from app.matching.arrays import NONE, Int32s
from app.matching.config import MAX_SCORE, MatchingConfig
from app.matching.pairs.blocks import compute_block, feasible_edges
from app.matching.pairs.codes import Codes, Ways
from app.matching.pairs.people import Families, Guides
from app.matching.planning import People, Plan
from app.matching.solving.edges import Edges
from app.matching.solving.problems import reduce_problem
from app.matching.solving.rounds import Totals
from app.matching.types import GuideProfile

__all__ = [
    "Market",
    "RecruitGain",
    "RecruitPlan",
    "RecruitType",
    "RecruitTypes",
    "TimeOfWeek",
    "best_recruit_for",
    "recruit",
    "recruit_types",
]


@dataclass(frozen=True, slots=True)
class RecruitGain:
    """What one guide of a type would bring.

    Attributes:
        type: whom to look for.
        family_id: the family that would get a guide and has none in the round.
        served_id: the family that the new guide would be given; often the same one. Theirs goes
            on to another then, until it reaches `family_id`.
        families_more: 1: families with a guide after this one, beyond those before.
        priority: of the family that gets a guide, 0 to 2.
        score: points of the pair of `served_id` and the new guide, 0 to 1000; where traits do
            not matter, of the guide who fits best.
        totals: the change of the whole round with the same guide; points as the round counts
            them, with its stability bonus.
        profile: that guide.
    """

    type: RecruitType
    family_id: UUID
    served_id: UUID
    families_more: int
    priority: int
    score: int
    totals: Totals
    profile: GuideProfile


@dataclass(frozen=True, slots=True)
class RecruitPlan:
    """The answer: every type that would help, best first, and whom to recruit one after another.

    Single gains overlap: two types of `gains` may help the same family. `plan` does not.
    """

    gains: tuple[RecruitGain, ...]
    plan: tuple[RecruitGain, ...]
    total: Totals


def recruit(plan: Plan, count: int = 10) -> RecruitPlan:
    """Return what each type would bring to the plan, and the next `count` to recruit.

    Only guides who give one more family a guide are told; families whose guide a coordinator
    has pinned are left as they are.
    """
    market = Market.of(plan.people, plan.config)
    top = MAX_SCORE + plan.problem.stability
    standing = Standing.of(reduce_problem(plan.problem), plan.round.decided(), top_score=top)
    pairs = market.pairs.keeping(np.repeat(plan.problem.pins == NONE, market.pairs.degrees()))
    steps = plan_recruits(standing, pairs, count, only_families=True)
    return RecruitPlan(
        gains=_table(market, pairs, standing.gains(pairs)),
        plan=tuple(_gain(market, pairs, step.gains, step.type) for step in steps),
        total=add_up(step.adds for step in steps),
    )


def best_recruit_for(plan: Plan, family_id: UUID) -> RecruitType | None:
    """Return the type that fits a family left over best, None if none of them may be its guide."""
    return Market.of(plan.people, plan.config).best_for(family_id)


@dataclass(frozen=True, eq=False)
class Market:
    """Everybody in a plan's families beside everybody one could look for."""

    types: RecruitTypes
    families: Families
    guides: Guides
    ways: Ways
    config: MatchingConfig

    @classmethod
    def of(cls, people: People, config: MatchingConfig) -> Self:
        """Lower the families, in the order of their ids, and the types into arrays."""
        types = recruit_types(people)
        families = sorted(people.families, key=lambda family: family.family_id)
        # Nobody has said no to somebody who does not exist, whatever number they are given.
        profiles = [replace(family, declined_guides=frozenset()) for family in families]
        codes = Codes.of(profiles, types.profiles)
        return cls(
            types=types,
            families=Families.of(profiles, codes),
            guides=Guides.of(types.profiles, codes),
            ways=Ways.of(people.travel, codes),
            config=config,
        )

    @cached_property
    def pairs(self) -> Edges:
        """Families × types: who might be given whom."""
        return feasible_edges(self.families, self.guides, self.ways, self.config).edges

    def best_for(self, family_id: UUID) -> RecruitType | None:
        """Return the type that fits a family best, with only the traits that it takes."""
        row = np.array([self.families.ids.index(family_id)])
        block = compute_block(self.families, self.guides, self.ways, self.config, row)
        allowed = block.failing[0] == 0
        if not allowed.any():
            return None
        best = int(np.where(allowed, block.score[0], NONE).argmax())
        kinds = merged_types(self.types, np.where(allowed, 0, NONE).astype(np.int32))
        return next(kind for kind, members in kinds.items() if best in members)


def merged_types(types: RecruitTypes, outcome: Int32s) -> Mapping[RecruitType, list[int]]:
    """Tell types of the same outcome as one, with None for the traits that do not matter.

    Args:
        types: the table of types.
        outcome: int32 (T,), what a type leads to; -1 for types to be left out.

    Returns:
        Types with the numbers of those they stand for. A language is named only where it takes
        one: types with a language are told with the type that has none, if that does as well.
    """
    table = outcome.reshape(types.shape)
    kinds: dict[RecruitType, list[int]] = {}
    for number in np.flatnonzero(outcome != NONE).tolist():
        _, *rest = np.unravel_index(number, types.shape)
        plain = table[(0, *rest)] == outcome[number]
        kind = types.types[number]
        kinds.setdefault(replace(kind, language=None) if plain else kind, []).append(number)
    _, places, genders, times = types.shape
    for trait, count in (("gender", genders), ("time", times), ("neighbourhood_id", places)):
        kinds = _without_trait(kinds, trait, count, outcome)
    return kinds


def _without_trait(
    kinds: Mapping[RecruitType, list[int]], trait: str, count: int, outcome: Int32s
) -> dict[RecruitType, list[int]]:
    """Tell types as one that differ in one trait alone, where it takes on all its values."""
    alike: dict[tuple[RecruitType, int], list[RecruitType]] = defaultdict(list)
    for kind, members in kinds.items():
        alike[replace(kind, **{trait: None}), int(outcome[members[0]])].append(kind)
    merged: dict[RecruitType, list[int]] = {}
    for (general, _), special in alike.items():
        if len(special) == count > 1:
            merged[general] = [number for kind in special for number in kinds[kind]]
        else:
            merged |= {kind: kinds[kind] for kind in special}
    return merged


def _table(market: Market, pairs: Edges, gains: Gains) -> tuple[RecruitGain, ...]:
    """Return all types that help, the most urgent families first, then the best fit."""
    rows = [
        _row(market, pairs, gains, kind, max(members, key=lambda n: (gains.value[n], -n)))
        for kind, members in merged_types(market.types, gains.helped).items()
    ]
    rows.sort(key=lambda row: (-row.priority, -row.totals.quality, _words(row.type)))
    return tuple(rows)


def _gain(market: Market, pairs: Edges, gains: Gains, number: int) -> RecruitGain:
    """Return one type's gain, with only the traits that it takes."""
    kinds = merged_types(market.types, gains.helped)
    kind = next(kind for kind, members in kinds.items() if number in members)
    return _row(market, pairs, gains, kind, number)


def _row(market: Market, pairs: Edges, gains: Gains, kind: RecruitType, number: int) -> RecruitGain:
    totals, served = gains.totals(number), int(gains.served[number])
    return RecruitGain(
        type=kind,
        family_id=market.families.ids[int(gains.helped[number])],
        served_id=market.families.ids[served],
        families_more=totals.families,
        priority=totals.priority_1_or_2 + totals.priority_2,
        score=pairs.score_of(served, number) or 0,
        totals=totals,
        profile=market.types.profiles[number],
    )


def _words(kind: RecruitType) -> tuple[str, ...]:
    """Return something to order types by."""
    traits: Iterable[object] = (kind.language, kind.neighbourhood_id, kind.gender, kind.time)
    return tuple("" if trait is None else str(trait) for trait in traits)
