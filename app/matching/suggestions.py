"""Still waiting because …: why a family or a guide is left over, and the smallest change."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.matching.changes import Change
from app.matching.planning import Plan
from app.matching.recruits import RecruitType
from app.matching.types import RuleCode, RuleCount


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The smallest change of one kind, or of two together, that makes a match.

    Attributes:
        changes: one change, or two if no single one does.
        opened: guides (for a guide: families) that may be proposed after the change.
        families_more: how many more families have a guide in the best round after it, exactly.
    """

    changes: tuple[Change, ...]
    opened: int
    families_more: int


@dataclass(frozen=True, slots=True)
class OpenedByRules:
    """A smallest set of rules that leave nobody, and how many it would open if set aside."""

    rules: tuple[RuleCode, ...]
    opened: int


class WaitingKind(StrEnum):
    """Why a family is left over."""

    NO_FEASIBLE_GUIDE = "no_feasible_guide"
    COMPETITION = "competition"


class IdleKind(StrEnum):
    """Why a guide has a place left."""

    NO_FEASIBLE_FAMILY = "no_feasible_family"
    ENOUGH_GUIDES = "enough_guides"  # all whom the guide could have, have a guide


@dataclass(frozen=True, slots=True)
class WaitingReason:
    """Why a family has no guide in the plan, and what would change that.

    Attributes:
        kind: whether there is nobody, or others have the same guides.
        guides: how many guides were looked at.
        feasible: how many of them may be proposed (in a competition).
        vetoed: how many more a coordinator's veto has ruled out.
        rule_counts: for each rule, how many guides it removes, and how many alone.
        rule_sets: smallest sets of rules that open somebody; for NO_FEASIBLE_GUIDE.
        rivals: families of the group that competes, this one left out; empty if it is large.
        rival_guides: guides whom the group shares.
        places: places these guides have for the group.
        changes: what the family could change, the smallest first; empty if nothing helps.
        recruit: whom to look for if nothing helps.
    """

    kind: WaitingKind
    guides: int
    feasible: int
    vetoed: int
    rule_counts: Mapping[RuleCode, RuleCount]
    rule_sets: tuple[OpenedByRules, ...]
    rivals: tuple[UUID, ...]
    rival_guides: tuple[UUID, ...]
    places: int
    changes: tuple[Suggestion, ...]
    recruit: RecruitType | None


@dataclass(frozen=True, slots=True)
class IdleReason:
    """Why a guide has a place left, and what would change that. As `WaitingReason`."""

    kind: IdleKind
    families: int
    feasible: int
    vetoed: int
    rule_counts: Mapping[RuleCode, RuleCount]
    rule_sets: tuple[OpenedByRules, ...]
    changes: tuple[Suggestion, ...]


def why_waiting(plan: Plan, family_id: UUID) -> WaitingReason:
    """Tell why a family has no guide, and the smallest changes of its own wishes that help.

    Raises:
        KeyError: the family is not in the plan.
        ValueError: the family has a guide.
    """
    raise NotImplementedError


def why_idle(plan: Plan, guide_id: UUID) -> IdleReason:
    """Tell why a guide has a place left, and the smallest changes of their wishes that help.

    Raises:
        KeyError: the guide is not in the plan.
        ValueError: the guide has no place left.
    """
    raise NotImplementedError
