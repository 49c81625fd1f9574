"""The round as the programme sees it: people and choices in, who could guide whom out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from app.matching.codes import Codes, Ways
from app.matching.config import MatchingConfig
from app.matching.people import Families, Guides
from app.matching.types import FamilyProfile, GuideProfile, RuleCode, RuleCount, Travel

if TYPE_CHECKING:
    from app.matching.edges import Edges
    from app.matching.rounds import Problem, Round


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
class Plan:
    """A round with everything it rests on. Families and guides are in the order of their ids."""

    people: People
    choices: Choices
    config: MatchingConfig
    codes: Codes
    families: Families
    guides: Guides
    ways: Ways
    edges: "Edges"
    problem: "Problem"
    round: "Round"
    pairs: tuple[PlannedPair, ...]
    waiting: tuple[UUID, ...]  # families left over
    idle: tuple[UUID, ...]  # guides with a place left
    lapsed_pins: tuple[tuple[UUID, UUID], ...]  # pins that nobody can keep any more

    def rule_counts(self, family_id: UUID) -> Mapping[RuleCode, RuleCount]:
        """Return how many guides each rule removes for a family, and how many it alone."""
        raise NotImplementedError


class ChangeCode(StrEnum):
    """Why a family's proposal is another than in the last round."""

    NEW_FAMILY = "new_family"  # was not in the last round
    FAMILY_LEFT = "family_left"  # waits no more
    PINNED = "pinned"
    VETOED = "vetoed"
    GUIDE_GONE = "guide_gone"  # rules: what forbids the pair now; none if the guide has left
    FREED_FOR = "freed_for"  # families: who has the guide's places now
    GUIDE_FREE = "guide_free"  # families: who had the guide before
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
    """Find the best round that keeps the coordinator's choices."""
    raise NotImplementedError


def differences(plan: Plan, previous: Mapping[UUID, UUID | None]) -> tuple[Change, ...]:
    """Return what changed since the last round, by family, each with its reason."""
    raise NotImplementedError
