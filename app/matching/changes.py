"""The changes that people can make to their own wishes and times, and the profile after them.

Protections are no wishes: nothing here touches them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.matching.types import Facts, FamilyProfile, GuideProfile


class ChangeCode(StrEnum):
    """What somebody could change, the easiest first: this is the order in which it is asked."""

    MORE_TIME = "more_time"  # facts: slot, e.g. "0-2"
    LONGER_TRIP = "longer_trip"  # facts: minutes (the new limit), more (minutes on top)
    OTHER_MUNICIPALITY = "other_municipality"
    PETS_WELCOME = "pets_welcome"  # families only
    ANY_CHILDREN = "any_children"  # guides only: families with and without children
    NO_SHARED_LANGUAGE = "no_shared_language"  # families only: it need not be a must
    ANY_GENDER = "any_gender"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a profile: what, and by how much."""

    code: ChangeCode
    facts: Facts


def change_family(family: FamilyProfile, changes: Iterable[Change]) -> FamilyProfile:
    """Return the family's profile after the changes."""
    raise NotImplementedError


def change_guide(guide: GuideProfile, changes: Iterable[Change]) -> GuideProfile:
    """Return the guide's profile after the changes."""
    raise NotImplementedError
