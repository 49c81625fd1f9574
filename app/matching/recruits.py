"""Whom a municipality should recruit next, in words that can stand in a call for volunteers."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.matching.config import MatchingConfig
from app.matching.planning import People, Plan
from app.matching.rounds import Totals
from app.matching.types import GuideProfile
from app.vocabulary import Gender


class TimeOfWeek(StrEnum):
    """When a guide to be recruited has time."""

    WEEKDAY_EVENINGS = "weekday_evenings"
    WEEKDAY_DAYTIME = "weekday_daytime"
    WEEKENDS = "weekends"


@dataclass(frozen=True, slots=True)
class RecruitType:
    """A guide to look for. None: it does not matter.

    `language` is one beside Norwegian and English, which everybody is taken to speak.
    """

    language: str | None
    neighbourhood_id: UUID | None
    gender: Gender | None
    time: TimeOfWeek | None


@dataclass(frozen=True, slots=True)
class RecruitGain:
    """What one guide of a type would bring.

    Attributes:
        type: whom to look for.
        family_id: the family that would get a guide and has none in the round.
        served_id: the family that the new guide would be given; often the same one.
        families_more: 1: families with a guide after this one, beyond those before.
        priority: of the family that gets a guide, 0 to 2.
        score: points of the pair of `served_id` and the new guide, 0 to 1000; where traits do
            not matter, the lowest of the types told as one.
        totals: the change of the whole round.
    """

    type: RecruitType
    family_id: UUID
    served_id: UUID
    families_more: int
    priority: int
    score: int
    totals: Totals


@dataclass(frozen=True, slots=True)
class RecruitTypes:
    """The types that are tried, each with the profile it stands for, in the same order."""

    types: tuple[RecruitType, ...]
    profiles: tuple[GuideProfile, ...]


@dataclass(frozen=True, slots=True)
class RecruitPlan:
    """The answer: every type that would help, best first, and whom to recruit one after another.

    Single gains overlap: two types of `gains` may help the same family. `plan` does not.
    """

    gains: tuple[RecruitGain, ...]
    plan: tuple[RecruitGain, ...]
    total: Totals


def recruit_types(people: People, config: MatchingConfig) -> RecruitTypes:
    """Return the guides one could look for: language × neighbourhood × gender × time of week."""
    raise NotImplementedError


def recruit(plan: Plan, count: int = 10) -> RecruitPlan:
    """Return what each type would bring to the plan, and the next `count` to recruit."""
    raise NotImplementedError


def best_recruit_for(plan: Plan, family_id: UUID) -> RecruitType | None:
    """Return the type that fits a family left over best, None if none of them may be its guide."""
    raise NotImplementedError
