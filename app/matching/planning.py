"""The round as the programme sees it: people and choices in, who could guide whom out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

import numpy as np

from app.matching.arrays import NONE, Int32s
from app.matching.config import MatchingConfig
from app.matching.pairs.blocks import Block, Feasible, compute_block, feasible_edges
from app.matching.pairs.codes import Codes, Ways
from app.matching.pairs.people import Families, Guides
from app.matching.pairs.rules import NEVER_OVERRIDDEN, may_guide, rules_in, told_counts
from app.matching.solving.edges import Edges
from app.matching.solving.rounds import Problem, Round, solve_round
from app.matching.types import FamilyProfile, GuideProfile, RuleCode, RuleCount, Travel


@dataclass(frozen=True)
class People:
    """Everybody in a round: families that wait, guides (a couple is one), the ways between."""

    families: tuple[FamilyProfile, ...]
    guides: tuple[GuideProfile, ...]
    travel: Travel
    partners: Mapping[UUID, UUID] = field(default_factory=dict)  # lead -> the other half


@dataclass(frozen=True)
class Choices:
    """What a coordinator has decided, and what the last round said."""

    pins: Mapping[UUID, UUID] = field(default_factory=dict)  # family -> guide
    vetoes: frozenset[tuple[UUID, UUID]] = frozenset()  # (family, guide)
    previous: Mapping[UUID, UUID | None] = field(default_factory=dict)  # None: left over


@dataclass(frozen=True)
class PlannedPair:
    """A family and the guide the round gives it."""

    family_id: UUID
    guide_id: UUID
    score: int
    backup_id: UUID | None
    pinned: bool
    kept: bool  # the last round said the same


@dataclass(frozen=True, eq=False)
class Scene:
    """Everybody as arrays. Families and guides are in the order of their ids."""

    people: People
    config: MatchingConfig
    codes: Codes
    families: Families
    guides: Guides
    ways: Ways
    rows: Mapping[UUID, int]  # of the families

    @classmethod
    def of(cls, people: People, config: MatchingConfig) -> "Scene":
        """Put people in order and lower them into arrays.

        Raises:
            ValueError: somebody is given twice.
        """
        families = tuple(sorted(people.families, key=lambda family: family.family_id))
        guides = tuple(sorted(people.guides, key=lambda guide: guide.guide_id))
        codes = Codes.of(families, guides)
        rows = {family.family_id: row for row, family in enumerate(families)}
        if len(rows) < len(families):
            raise ValueError("a family is given twice")
        return cls(
            people=replace(people, families=families, guides=guides),
            config=config,
            codes=codes,
            families=Families.of(families, codes),
            guides=Guides.of(guides, codes),
            ways=Ways.of(people.travel, codes),
            rows=rows,
        )


@dataclass(frozen=True, eq=False)
class Plan(Scene):
    """A round with everything it rests on."""

    choices: Choices
    feasible: Feasible
    problem: Problem
    round: Round
    pairs: tuple[PlannedPair, ...]  # by family
    waiting: tuple[UUID, ...]  # families left over
    idle: tuple[UUID, ...]  # guides who could take one more family
    lapsed_pins: tuple[tuple[UUID, UUID], ...]  # (family, guide): pins that cannot be kept

    @property
    def edges(self) -> Edges:
        """Every pair that breaks no rule; vetoed pairs are among them."""
        return self.feasible.edges

    def row_of(self, family_id: UUID) -> int:
        """Return a family's number; raise KeyError if it is not in the plan."""
        if family_id not in self.rows:
            raise KeyError(family_id)
        return self.rows[family_id]

    def block_of(self, family_id: UUID) -> Block:
        """Return rules and scores of one family with every guide, (1, G)."""
        rows = np.array([self.row_of(family_id)])
        return compute_block(self.families, self.guides, self.ways, self.config, rows)

    def rule_counts(self, family_id: UUID) -> Mapping[RuleCode, RuleCount]:
        """Return how many guides each rule removes for a family, and how many it alone."""
        row = self.row_of(family_id)
        return told_counts(self.feasible.removed[row], self.feasible.alone[row])


class ChangeCode(StrEnum):
    """Why a family's proposal is another than in the last round."""

    NEW_FAMILY = "new_family"  # was not in the last round
    FAMILY_BACK = "family_back"  # neither, and has had a proposal or a match before
    FAMILY_LEFT = "family_left"  # waits no more
    PINNED = "pinned"
    VETOED = "vetoed"
    GUIDE_GONE = "guide_gone"  # rules: what forbids the pair now; none if the guide has left
    FREED_FOR = "freed_for"  # families: who has the guide's places now
    GUIDE_FREE = "guide_free"  # families: who had the guide before
    NOW_POSSIBLE = "now_possible"  # something forbade the pair in the last round
    BETTER_TOTAL = "better_total"


@dataclass(frozen=True)
class Change:
    """One family's proposal before and after, and what made the difference."""

    family_id: UUID
    before: UUID | None
    after: UUID | None
    code: ChangeCode
    rules: tuple[RuleCode, ...] = ()
    families: tuple[UUID, ...] = ()


def plan_round(people: People, choices: Choices, config: MatchingConfig, *, stability: int) -> Plan:
    """Find the best round that keeps the coordinator's choices.

    A pin holds against a wish that may be set aside, and lapses where a rule forbids the pair
    that nothing overrides, where somebody is gone, or where the guide has no place for it.

    Args:
        people: in any order.
        choices: pins, vetoes and the last round; unknown people in them do nothing.
        config: weights, and how the terms fill them.
        stability: points that a pair of the last round counts more than it scores.

    Raises:
        ValueError: somebody is given twice, a pair is both pinned and vetoed (be the pin lapsed
            or not), or a number is larger than 32 bits hold.
    """
    _refuse_contradiction(people, choices)
    scene = Scene.of(people, config)
    feasible = feasible_edges(scene.families, scene.guides, scene.ways, config)
    pins, scores = _pins(scene, choices.pins)
    problem = Problem(
        edges=feasible.edges,
        priority=scene.families.priority,
        capacity=np.maximum(scene.guides.free_places, 0),
        pins=pins,
        pin_score=scores,
        vetoes=_vetoes(scene, choices.vetoes),
        previous=_guides_of(scene, choices.previous),
        stability=stability,
    )
    return _plan(scene, choices, feasible, problem)


def _refuse_contradiction(people: People, choices: Choices) -> None:
    """Refuse a pair that is both pinned and vetoed; either half of a couple means the couple."""
    leads = {guide.partner_id: guide.guide_id for guide in people.guides if guide.partner_id}
    pinned, vetoed = (
        {(family_id, leads.get(guide_id, guide_id)) for family_id, guide_id in pairs}
        for pairs in (choices.pins.items(), choices.vetoes)
    )
    if pinned & vetoed:
        raise ValueError("a pair is both pinned and vetoed")


def _guides_of(scene: Scene, pairs: Mapping[UUID, UUID | None]) -> Int32s:
    """Return the number of each family's guide in `pairs`, int32 (F,), or NONE."""
    known = scene.codes.guides
    guides = (pairs.get(family_id) for family_id in scene.families.ids)
    return np.array([known.get(g, NONE) if g else NONE for g in guides], np.int32)


def _pins(scene: Scene, wanted: Mapping[UUID, UUID]) -> tuple[Int32s, Int32s]:
    """Return the pins that can be kept, and their points: both int32 (F,)."""
    pins, scores = _guides_of(scene, wanted), np.zeros(len(scene.families), np.int32)
    rows = np.flatnonzero(pins != NONE)
    block = compute_block(scene.families, scene.guides, scene.ways, scene.config, rows)
    places = scene.guides.free_places.copy()
    for number, row in enumerate(rows):
        guide = pins[row]
        if places[guide] < 1 or NEVER_OVERRIDDEN & {*rules_in(int(block.failing[number, guide]))}:
            pins[row] = NONE
        else:
            places[guide] -= 1
            scores[row] = block.score[number, guide]
    return pins, scores


def _vetoes(scene: Scene, vetoes: frozenset[tuple[UUID, UUID]]) -> Int32s:
    known = scene.codes.guides
    numbers = {
        (scene.rows[family_id], known[guide_id])
        for family_id, guide_id in vetoes
        if family_id in scene.rows and guide_id in known
    }
    return np.array(sorted(numbers), np.int32).reshape(-1, 2)


def _plan(scene: Scene, choices: Choices, feasible: Feasible, problem: Problem) -> Plan:
    found = solve_round(problem)
    families, guides = scene.families.ids, scene.guides.ids
    taken = np.bincount(found.guide[found.guide != NONE], minlength=len(guides))
    has_room = may_guide(scene.guides) & (taken < problem.capacity)
    return Plan(
        **vars(scene),
        choices=choices,
        feasible=feasible,
        problem=problem,
        round=found,
        pairs=tuple(
            PlannedPair(
                family_id=families[row],
                guide_id=guides[guide],
                score=int(found.score[row]),
                backup_id=None if found.backup[row] == NONE else guides[found.backup[row]],
                pinned=bool(found.pinned[row]),
                kept=bool(problem.previous[row] == guide),
            )
            for row, guide in enumerate(found.guide)
            if guide != NONE
        ),
        waiting=tuple(families[row] for row in np.flatnonzero(found.guide == NONE)),
        idle=tuple(guides[number] for number in np.flatnonzero(has_room)),
        lapsed_pins=tuple(
            (family_id, choices.pins[family_id])
            for row, family_id in enumerate(families)
            if family_id in choices.pins and problem.pins[row] == NONE
        ),
    )
