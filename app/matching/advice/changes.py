"""The changes that people can make to their own wishes and times, and the profile after them.

Protections are no wishes: nothing here touches them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from app.matching.types import Facts, FamilyProfile, GuideProfile, RuleCode
from app.vocabulary import SLOTS, ChildrenWish, GenderWish, slots_in

Profile = TypeVar("Profile", FamilyProfile, GuideProfile)


class WishChangeCode(StrEnum):
    """What somebody could change, the easiest first: this is the order in which it is asked."""

    MORE_TIME = "more_time"  # facts: slot, e.g. "0-2"
    LONGER_TRIP = "longer_trip"  # facts: minutes (the new limit), more (minutes on top)
    OTHER_MUNICIPALITY = "other_municipality"
    PETS_WELCOME = "pets_welcome"  # families only
    ANY_CHILDREN = "any_children"  # guides only: families with and without children
    NO_SHARED_LANGUAGE = "no_shared_language"  # families only: it need not be a must
    ANY_GENDER = "any_gender"


@dataclass(frozen=True, slots=True)
class WishChange:
    """One change of a profile: what, and by how much."""

    code: WishChangeCode
    facts: Facts


# The rule that a change may loosen, for either side: which change is worth trying for whom.
FAMILY_RULES: Mapping[WishChangeCode, RuleCode] = {
    WishChangeCode.MORE_TIME: RuleCode.AVAILABILITY,
    WishChangeCode.LONGER_TRIP: RuleCode.TRAVEL,
    WishChangeCode.OTHER_MUNICIPALITY: RuleCode.MUNICIPALITY,
    WishChangeCode.PETS_WELCOME: RuleCode.PETS,
    WishChangeCode.NO_SHARED_LANGUAGE: RuleCode.LANGUAGE_REQUIRED,
    WishChangeCode.ANY_GENDER: RuleCode.GENDER_OF_GUIDE,
}
GUIDE_RULES: Mapping[WishChangeCode, RuleCode] = {
    WishChangeCode.MORE_TIME: RuleCode.AVAILABILITY,
    WishChangeCode.LONGER_TRIP: RuleCode.TRAVEL,
    WishChangeCode.OTHER_MUNICIPALITY: RuleCode.MUNICIPALITY,
    WishChangeCode.ANY_CHILDREN: RuleCode.CHILDREN_WISH,
    WishChangeCode.ANY_GENDER: RuleCode.GENDER_OF_CONTACT,
}

# A wish given up: the field, and the value that asks for nothing.
_WISHES: Mapping[WishChangeCode, tuple[str, Any]] = {
    WishChangeCode.OTHER_MUNICIPALITY: ("own_municipality_only", False),
    WishChangeCode.PETS_WELCOME: ("no_pets", False),
    WishChangeCode.ANY_CHILDREN: ("children_wish", ChildrenWish.NO_MATTER),
    WishChangeCode.NO_SHARED_LANGUAGE: ("must_share_language", False),
    WishChangeCode.ANY_GENDER: ("gender_wish", GenderWish.NONE),
}
_BITS = {slot.code: 1 << slot.bit for slot in SLOTS}


def change_family(family: FamilyProfile, changes: Iterable[WishChange]) -> FamilyProfile:
    """Return the family's profile after the changes."""
    return _after(family, changes)


def change_guide(guide: GuideProfile, changes: Iterable[WishChange]) -> GuideProfile:
    """Return the guide's profile after the changes."""
    return _after(guide, changes)


def _after(profile: Profile, changes: Iterable[WishChange]) -> Profile:
    for change in changes:
        profile = replace(profile, **_eased(profile, change))
    return profile


def _eased(profile: FamilyProfile | GuideProfile, change: WishChange) -> dict[str, Any]:
    match change.code:
        case WishChangeCode.MORE_TIME:
            return {"availability": profile.availability | _BITS[str(change.facts["slot"])]}
        case WishChangeCode.LONGER_TRIP:
            return {"max_travel_minutes": change.facts["minutes"]}
        case _:
            field, nothing = _WISHES[change.code]
            return {field: nothing}


def options(
    profile: FamilyProfile | GuideProfile,
    code: WishChangeCode,
    *,
    slots: int,
    minutes: Iterable[int],
) -> tuple[WishChange, ...]:
    """Return the changes of one kind that the profile leaves to be made.

    Args:
        profile: who could change something.
        code: the kind.
        slots: times at which others could, as bits of the week.
        minutes: how long the ways to others are.
    """
    match code:
        case WishChangeCode.MORE_TIME:
            free = slots_in(slots & ~profile.availability)
            return tuple(WishChange(code, {"slot": slot.code}) for slot in free)
        case WishChangeCode.LONGER_TRIP:
            limit = profile.max_travel_minutes
            if limit is None:
                return ()
            longer = sorted({number for number in minutes if number > limit})
            return tuple(WishChange(code, {"minutes": m, "more": m - limit}) for m in longer)
        case _:
            field, nothing = _WISHES[code]
            return () if getattr(profile, field) == nothing else (WishChange(code, {}),)
