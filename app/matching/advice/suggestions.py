"""Still waiting because …: why a family or a guide is left over, and the smallest change.

A change of a family's wishes gives one more family a guide exactly if it opens a guide whom
nobody would lose: one with a place left, or whose family could go on to another. The
guide-optimal prices tell (Leonard 1983): such a place costs points at most, no family. For a
guide with a place left the family-optimal prices tell the same of families.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import numpy as np

from app.matching.advice.changes import WishChange
from app.matching.advice.newcomers import RecruitType
from app.matching.advice.outlook import Outlook
from app.matching.advice.reach import Side, bits_of, easiest, smallest_changes
from app.matching.advice.shortages import smallest_rule_sets
from app.matching.arrays import NONE, Bools
from app.matching.pairs.codes import Masks
from app.matching.pairs.rules import count_rules, rules_in, told_counts
from app.matching.planning import Plan
from app.matching.types import FamilyProfile, GuideProfile, RuleCode, RuleCount

LARGEST_GROUP = 20  # more rivals than anybody would read

# What neither a wish nor time can change; it is counted, and never named as "only this".
_FIXED = bits_of(RuleCode.DECLINED, RuleCode.UNDER_18, RuleCode.PROTECTED)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The smallest change of one kind, or of two together, that makes a match.

    Attributes:
        changes: one change, or two if no single one does.
        opened: guides (for a guide: families) that may be proposed after the change, or whose pin
            holds then.
        families_more: how many more families have a guide in the best round after it, exactly.
    """

    changes: tuple[WishChange, ...]
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
    KEPT_FOR_OTHERS = "kept_for_others"  # pins hold every place of the guides who fit
    COMPETITION = "competition"


class IdleKind(StrEnum):
    """Why a guide has a place left."""

    NO_FEASIBLE_FAMILY = "no_feasible_family"
    ENOUGH_GUIDES = "enough_guides"  # all whom the guide could have, have a guide


@dataclass(frozen=True, slots=True)
class Kept:
    """A guide who fits, and the families whose pins hold all the guide's places."""

    guide: UUID
    families: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class WaitingReason:
    """Why a family has no guide in the plan, and what would change that.

    Attributes:
        kind: whether there is nobody, or others have the same guides, by the round or by a pin.
        guides: how many guides were looked at.
        feasible: how many of them may be proposed, were there room; those kept for others too.
        vetoed: how many more a coordinator's veto has ruled out.
        rule_counts: for each rule, how many guides it removes, and how many alone.
        rule_sets: smallest sets of rules that open somebody; for NO_FEASIBLE_GUIDE.
        rivals: families of the group that competes, this one left out, with those who are
            pinned to its guides; empty if there are more than `LARGEST_GROUP`.
        rival_guides: guides whom the group shares.
        places: places these guides have for the group, one fewer than its families.
        changes: what the family could change, the smallest first; empty if nothing helps. A pin
            that has lapsed and would hold after a change is looked for as well.
        recruit: whom to look for if nothing helps.
        kept: those feasible whom pins of other families keep.
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
    kept: tuple[Kept, ...] = ()


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
    return _why_waiting(Outlook.of(plan), family_id)


def why_all_waiting(
    plan: Plan, family_ids: Iterable[UUID] | None = None
) -> Mapping[UUID, WaitingReason]:
    """Tell the same of all families who are left over, or of some, in the order given."""
    outlook = Outlook.of(plan)
    ids = plan.waiting if family_ids is None else family_ids
    return {family_id: _why_waiting(outlook, family_id) for family_id in ids}


def why_idle(plan: Plan, guide_id: UUID) -> IdleReason:
    """Tell why a guide has a place left, and the smallest changes of their wishes that help.

    Raises:
        KeyError: the guide is not in the plan.
        ValueError: the guide has no place left.
    """
    return _why_idle(Outlook.of(plan), guide_id)


def why_all_idle(plan: Plan, guide_ids: Iterable[UUID] | None = None) -> Mapping[UUID, IdleReason]:
    """Tell the same of all guides with a place left, or of some, in the order given."""
    outlook = Outlook.of(plan)
    ids = plan.idle if guide_ids is None else guide_ids
    return {guide_id: _why_idle(outlook, guide_id) for guide_id in ids}


def _why_waiting(outlook: Outlook, family_id: UUID) -> WaitingReason:
    plan = outlook.plan
    number = plan.row_of(family_id)
    if plan.round.guide[number] != NONE:
        raise ValueError(f"family {family_id} has a guide")
    side, vetoed = outlook.family_side(number), outlook.vetoed(family=number)
    allowed = side.failing == 0
    feasible = int((allowed & ~vetoed).sum())
    kept = _kept(plan, allowed & ~vetoed)
    changes = _for_family(outlook, side, number)
    contested = feasible > len(kept)
    rivals, rival_guides, places = _rivals(outlook, number) if contested else ((), (), 0)
    return WaitingReason(
        kind=_kind(contested=contested, kept=bool(kept)),
        guides=len(plan.guides),
        feasible=feasible,
        vetoed=int((allowed & vetoed).sum()),
        rule_counts=plan.rule_counts(family_id),
        rule_sets=() if feasible else _rule_sets(side.failing),
        rivals=rivals,
        rival_guides=rival_guides,
        places=places,
        changes=changes,
        recruit=None if changes else outlook.market.best_for(family_id),
        kept=kept,
    )


def kept_for_others(plan: Plan, family_id: UUID) -> tuple[Kept, ...]:
    """Return the guides who fit a family and whose places pins of other families hold.

    Raises:
        KeyError: the family is not in the plan.
    """
    row = plan.row_of(family_id)
    fits = np.zeros(len(plan.guides), np.bool_)
    fits[plan.edges.guide[plan.edges.ptr[row] : plan.edges.ptr[row + 1]]] = True
    vetoes = plan.problem.vetoes
    fits[vetoes[vetoes[:, 0] == row, 1]] = False
    if plan.problem.pins[row] != NONE:
        fits[plan.problem.pins[row]] = False
    return _kept(plan, fits)


def _kept(plan: Plan, fits: Bools) -> tuple[Kept, ...]:
    pins = plan.problem.pins
    held = np.bincount(pins[pins != NONE], minlength=len(plan.guides))
    full = fits & (held > 0) & (held >= plan.problem.capacity)
    return tuple(
        Kept(
            plan.guides.ids[guide],
            tuple(plan.families.ids[family] for family in np.flatnonzero(pins == guide)),
        )
        for guide in np.flatnonzero(full)
    )


def _kind(*, contested: bool, kept: bool) -> WaitingKind:
    if contested:
        return WaitingKind.COMPETITION
    return WaitingKind.KEPT_FOR_OTHERS if kept else WaitingKind.NO_FEASIBLE_GUIDE


def _why_idle(outlook: Outlook, guide_id: UUID) -> IdleReason:
    plan = outlook.plan
    number = plan.codes.guides[guide_id]
    if outlook.spare[number] <= 0:
        raise ValueError(f"guide {guide_id} has no place left")
    side, vetoed = outlook.guide_side(number), outlook.vetoed(guide=number)
    allowed = side.failing == 0
    feasible = int((allowed & ~vetoed).sum())
    return IdleReason(
        kind=IdleKind.ENOUGH_GUIDES if feasible else IdleKind.NO_FEASIBLE_FAMILY,
        families=len(plan.families),
        feasible=feasible,
        vetoed=int((allowed & vetoed).sum()),
        rule_counts=_counted(side.failing),
        rule_sets=() if feasible else _rule_sets(side.failing),
        changes=_for_guide(outlook, side, number),
    )


def _counted(failing: Masks) -> Mapping[RuleCode, RuleCount]:
    removed, alone = count_rules(failing[None])
    return told_counts(removed[0], alone[0])


def _for_family(outlook: Outlook, side: Side[FamilyProfile], number: int) -> tuple[Suggestion, ...]:
    """Return what a family could change: each time one more family has a guide."""
    found = smallest_changes(side)
    if pinned := outlook.lapsed_pins(family=number):
        revived = smallest_changes(outlook.family_side(number, pinned))
        every = (*revived, *found)
        found = easiest(one for one in every if outlook.replanned(side.after(one.changes)) == 1)
    return tuple(Suggestion(one.changes, one.opened, families_more=1) for one in found)


def _for_guide(outlook: Outlook, side: Side[GuideProfile], number: int) -> tuple[Suggestion, ...]:
    """Return what a guide could change: with several places, more than one family may gain."""
    found = smallest_changes(side)
    pinned = outlook.lapsed_pins(guide=number)
    if pinned:
        found = (*smallest_changes(outlook.guide_side(number, pinned)), *found)
    more = {
        one: outlook.replanned(side.after(one.changes))
        if pinned
        else outlook.families_more(number, one.allowed)
        for one in found
    }
    useful = easiest(one for one in found if more[one] > 0)
    return tuple(Suggestion(one.changes, one.opened, more[one]) for one in useful)


def _rule_sets(failing: Masks) -> tuple[OpenedByRules, ...]:
    """Return the smallest sets of rules in the way; a guide only a veto forbids breaks none."""
    sets = smallest_rule_sets(failing[failing != 0], fixed=_FIXED)
    return tuple(OpenedByRules(rules_in(found.mask), found.opened) for found in sets)


def _rivals(outlook: Outlook, number: int) -> tuple[tuple[UUID, ...], tuple[UUID, ...], int]:
    """Return the other families and the guides of a group that competes, and its places."""
    plan = outlook.plan
    group = outlook.rivalry.group(number, limit=LARGEST_GROUP)
    if group is None:
        return (), (), 0
    pinned = np.flatnonzero(np.isin(plan.problem.pins, group.guides))
    families = sorted({*group.families.tolist(), *pinned.tolist()} - {number})
    return (
        tuple(plan.families.ids[family] for family in families),
        tuple(plan.guides.ids[guide] for guide in group.guides.tolist()),
        int(plan.problem.capacity[group.guides].sum()),
    )
