"""Numbers for what arrays cannot hold: languages, places, municipalities, guides, closed lists."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

import numpy as np
import numpy.typing as npt

from app.matching.arrays import Int8s, Int32s, expect_int32
from app.matching.languages import NORWEGIAN, one_norwegian
from app.matching.types import FamilyProfile, GuideProfile, Travel
from app.travel import Band
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Gender,
    GenderWish,
    Interest,
    Occupation,
    Rhythm,
)

Masks = npt.NDArray[np.uint32]
Levels = npt.NDArray[np.uint8]

UNKNOWN = -1
BANDS = tuple(Band)

_CLOSED_LISTS = (AgeGroup, ChildAge, ChildrenWish, Gender, Interest, Occupation, Rhythm)
# By list: members of two lists may have the same value, and are the same key then.
_NUMBERS: Mapping[type[StrEnum], Mapping[StrEnum, int]] = {
    closed: {member: number for number, member in enumerate(closed)} for closed in _CLOSED_LISTS
}


class _Sortable(Hashable, Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


T = TypeVar("T", bound=_Sortable)


def number_of(member: StrEnum | None) -> int:
    """Return a member's place in its closed list; UNKNOWN for None."""
    return UNKNOWN if member is None else _NUMBERS[type(member)][member]


def wished_gender(wish: GenderWish) -> int:
    """Return the number of the gender that is wished for; UNKNOWN for no wish."""
    return UNKNOWN if wish is GenderWish.NONE else number_of(Gender(wish.value))


def mask_of(members: Iterable[StrEnum]) -> int:
    """Return a set of members of one closed list as bits."""
    return sum(1 << number_of(member) for member in members)


@dataclass(frozen=True, eq=False)
class Codes:
    """The numbers of what occurs in one computation, in the order of codes and identifiers."""

    languages: Mapping[str, int]
    places: Mapping[UUID, int]
    municipalities: Mapping[UUID, int]
    guides: Mapping[UUID, int]  # both halves of a couple have the couple's number

    @classmethod
    def of(cls, families: Sequence[FamilyProfile], guides: Sequence[GuideProfile]) -> Self:
        """Number everything that occurs; guides have their place in `guides`.

        Raises:
            ValueError: a guide is given twice.
        """
        people: tuple[FamilyProfile | GuideProfile, ...] = (*families, *guides)
        spoken = {one_norwegian(skill.code) for person in people for skill in person.languages}
        return cls(
            languages=_numbered(spoken | {NORWEGIAN}),
            places=_numbered(person.neighbourhood_id for person in people),
            municipalities=_numbered(person.municipality_id for person in people),
            guides=_numbered_guides(guides),
        )


def _numbered(values: Iterable[T | None]) -> dict[T, int]:
    known = {value for value in values if value is not None}
    return {value: number for number, value in enumerate(sorted(known))}


def _numbered_guides(guides: Iterable[GuideProfile]) -> dict[UUID, int]:
    numbers: dict[UUID, int] = {}
    for number, guide in enumerate(guides):
        for guide_id in (guide.guide_id, guide.partner_id):
            if guide_id in numbers:
                raise ValueError(f"guide {guide_id} is given twice")
            if guide_id is not None:
                numbers[guide_id] = number
    return numbers


@dataclass(frozen=True, eq=False)
class Ways:
    """The trips between all places of a computation.

    Both arrays are (P + 1, P + 1): the last row and column, which UNKNOWN reaches, are for people
    whose neighbourhood nobody knows.
    """

    band: Int8s  # the place in BANDS
    minutes: Int32s  # UNKNOWN where the trip has none

    @classmethod
    def of(cls, travel: Travel, codes: Codes) -> Self:
        """Look up every trip between the places of a computation.

        Raises:
            ValueError: a trip has more minutes than 32 bits hold.
        """
        count = len(codes.places)
        band = np.full((count + 1, count + 1), BANDS.index(Band.UNKNOWN), dtype=np.int8)
        minutes = np.full((count + 1, count + 1), UNKNOWN, dtype=np.int32)
        for ends, trip in travel.trips.items():
            if len(ends) > 1 and all(place in codes.places for place in ends):
                a, b = (codes.places[place] for place in ends)
                band[[a, b], [b, a]] = BANDS.index(trip.band)
                told = UNKNOWN if trip.minutes is None else trip.minutes
                minutes[[a, b], [b, a]] = expect_int32("minutes", told)
        homes = np.arange(count)
        band[homes, homes] = BANDS.index(Band.SAME)
        return cls(band, minutes)
