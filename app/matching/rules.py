"""The hard rules: whom we never propose, whatever the score.

Every rule is asked about every pair, so that each exclusion carries all its causes and no
rule empties a list unseen.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from app.matching.pair import Pair
from app.matching.types import Exclusion, RuleCode, RuleCount
from app.travel import Band
from app.vocabulary import AgeGroup, ChildrenWish, Gender, GenderWish


class Rule(NamedTuple):
    """A code and what must hold for the pair to be allowed."""

    code: RuleCode
    holds: Callable[[Pair], bool]


def _language_required(pair: Pair) -> bool:
    """A must is met by talking well enough, Norwegian included, and by nothing else (ADR 0008)."""
    if not pair.family.must_share_language:
        return True
    return any(way.level >= pair.config.required_level for way in pair.shared)


def _availability(pair: Pair) -> bool:
    return len(pair.slots) >= pair.config.min_shared_slots


def _travel(pair: Pair) -> bool:
    return pair.trip.band is not Band.UNREACHABLE and not too_far_for(pair)


def too_far_for(pair: Pair) -> tuple[str, ...]:
    """Return whose travel limit the way passes: "guide", "family", both, or nobody's.

    Next door is never too far, whatever a computed road says. Unknown passes: it is shown as
    unknown, not treated as far.
    """
    limits = {"family": pair.family.max_travel_minutes, "guide": pair.guide.max_travel_minutes}
    minutes = pair.trip.minutes
    if pair.trip.band is not Band.MINUTES or minutes is None:
        return ()
    return tuple(who for who, limit in limits.items() if limit is not None and minutes > limit)


def _grants(wish: GenderWish, gender: Gender | None) -> bool:
    """Whether a wish is met; an unknown gender meets none."""
    return wish is GenderWish.NONE or (gender is not None and gender.value == wish.value)


def _gender_of_guide(pair: Pair) -> bool:
    return _grants(pair.family.gender_wish, pair.guide.gender)


def _gender_of_contact(pair: Pair) -> bool:
    return _grants(pair.guide.gender_wish, pair.family.contact_gender)


def _pets(pair: Pair) -> bool:
    return not (pair.family.no_pets and pair.guide.has_pets)


def _children_wish(pair: Pair) -> bool:
    if pair.guide.children_wish is ChildrenWish.NO_MATTER:
        return True
    wants_children = pair.guide.children_wish is ChildrenWish.WITH_CHILDREN
    return wants_children == bool(pair.family.child_ages)


def _declined(pair: Pair) -> bool:
    return pair.guide.guide_id not in pair.family.declined_guides


def _capacity(pair: Pair) -> bool:
    return pair.guide.free_places > 0


def _paused(pair: Pair) -> bool:
    return not pair.guide.is_paused


def _ready(pair: Pair) -> bool:
    return pair.guide.is_ready


def _adult(pair: Pair) -> bool:
    return pair.guide.age_group is not AgeGroup.FROM_16


RULES: tuple[Rule, ...] = (
    Rule(RuleCode.LANGUAGE_REQUIRED, _language_required),
    Rule(RuleCode.AVAILABILITY, _availability),
    Rule(RuleCode.TRAVEL, _travel),
    Rule(RuleCode.GENDER_OF_GUIDE, _gender_of_guide),
    Rule(RuleCode.GENDER_OF_CONTACT, _gender_of_contact),
    Rule(RuleCode.PETS, _pets),
    Rule(RuleCode.CHILDREN_WISH, _children_wish),
    Rule(RuleCode.DECLINED, _declined),
    Rule(RuleCode.CAPACITY, _capacity),
    Rule(RuleCode.PAUSED, _paused),
    Rule(RuleCode.NOT_READY, _ready),
    Rule(RuleCode.UNDER_18, _adult),
)


def failing_rules(pair: Pair) -> tuple[RuleCode, ...]:
    """Return every rule the pair breaks, in the order of `RULES`; empty if it may be proposed."""
    return tuple(rule.code for rule in RULES if not rule.holds(pair))


def count_rules(excluded: Iterable[Exclusion]) -> dict[RuleCode, RuleCount]:
    """Return for each rule how many guides it removes, and how many it removes alone."""
    removed = dict.fromkeys(RuleCode, 0)
    alone = dict.fromkeys(RuleCode, 0)
    for exclusion in excluded:
        for code in exclusion.rules:
            removed[code] += 1
        if len(exclusion.rules) == 1:
            alone[exclusion.rules[0]] += 1
    return {code: RuleCount(removed[code], alone[code]) for code in RuleCode}
