"""Guides who do not exist yet: the kinds of people that a municipality could look for.

Everything that a call for volunteers cannot ask for is set to what is usual or unknown, so that
no gain rests on a lucky guess about somebody nobody has met:

- ready to begin, with a police certificate, no family yet and room for one;
- 30 to 44 years old, no wishes about the family, no pets, no children, interests not known;
- Norwegian as a mother tongue and fluent English, which most who volunteer speak;
- up to half an hour on the way, so that it matters where they live;
- time in one part of the week, all of it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from uuid import UUID

from app.matching.languages import NORWEGIAN, one_norwegian
from app.matching.planning import People
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill
from app.vocabulary import (
    SLOTS,
    AgeGroup,
    ChildrenWish,
    Day,
    DayPart,
    Gender,
    GenderWish,
    Level,
    availability_mask,
)

ENGLISH = "en"
TRAVEL_MINUTES = 30
GENDERS = (Gender.WOMAN, Gender.MAN)


class TimeOfWeek(StrEnum):
    """When a guide to be recruited has time."""

    WEEKDAY_EVENINGS = "weekday_evenings"
    WEEKDAY_DAYTIME = "weekday_daytime"
    WEEKENDS = "weekends"


_WEEKEND = frozenset({Day.SATURDAY, Day.SUNDAY})
_WEEKDAYS = [slot for slot in SLOTS if slot.day not in _WEEKEND]
SLOTS_OF = {
    TimeOfWeek.WEEKDAY_EVENINGS: availability_mask(
        slot for slot in _WEEKDAYS if slot.part is DayPart.EVENING
    ),
    TimeOfWeek.WEEKDAY_DAYTIME: availability_mask(
        slot for slot in _WEEKDAYS if slot.part is not DayPart.EVENING
    ),
    TimeOfWeek.WEEKENDS: availability_mask(slot for slot in SLOTS if slot.day in _WEEKEND),
}


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
class RecruitTypes:
    """The types that are tried, each with the profile it stands for, in the same order.

    The order is that of a table: language, neighbourhood, gender, time of week, the last one
    changing fastest; `shape` says how many there are of each. The first language is none.
    """

    types: tuple[RecruitType, ...]
    profiles: tuple[GuideProfile, ...]
    shape: tuple[int, int, int, int]


def recruit_types(people: People) -> RecruitTypes:
    """Return the guides one could look for: language × neighbourhood × gender × time of week.

    Languages are those of the families, neighbourhoods all that occur.
    """
    languages = (None, *_languages(people.families))
    places = _places(people) or (None,)
    homes = _municipalities(people)
    usual = homes[None]
    traits = list(product(languages, places, GENDERS, TimeOfWeek))
    return RecruitTypes(
        types=tuple(RecruitType(*kind) for kind in traits),
        profiles=tuple(
            _profile(UUID(int=number), *kind, municipality_id=homes.get(kind[1], usual))
            for number, kind in enumerate(traits)
        ),
        shape=(len(languages), len(places), len(GENDERS), len(TimeOfWeek)),
    )


def _languages(families: Iterable[FamilyProfile]) -> tuple[str, ...]:
    """Return what families speak and do not find unacceptable."""
    spoken: set[str] = set()
    for family in families:
        refused = {one_norwegian(code) for code in family.unacceptable_languages}
        spoken |= {one_norwegian(skill.code) for skill in family.languages} - refused
    return tuple(sorted(spoken - {NORWEGIAN, ENGLISH}))


def _places(people: People) -> tuple[UUID, ...]:
    known: set[UUID] = set().union(*people.travel.trips)
    known |= {home for person in _everybody(people) if (home := person.neighbourhood_id)}
    return tuple(sorted(known))


def _everybody(people: People) -> tuple[FamilyProfile | GuideProfile, ...]:
    return (*people.families, *people.guides)


def _municipalities(people: People) -> dict[UUID | None, UUID | None]:
    """Return the municipality of each neighbourhood that is known; under None the usual one."""
    everybody = _everybody(people)
    homes: dict[UUID | None, UUID | None] = {
        person.neighbourhood_id: person.municipality_id
        for person in everybody
        if person.municipality_id is not None
    }
    counted = Counter(person.municipality_id for person in everybody if person.municipality_id)
    homes[None] = min(counted, key=lambda home: (-counted[home], home), default=None)
    return homes


def _profile(
    guide_id: UUID,
    language: str | None,
    neighbourhood_id: UUID | None,
    gender: Gender,
    time: TimeOfWeek,
    *,
    municipality_id: UUID | None,
) -> GuideProfile:
    return GuideProfile(
        guide_id=guide_id,
        neighbourhood_id=neighbourhood_id,
        languages=_skills(language),
        availability=SLOTS_OF[time],
        rhythm=None,
        interests=frozenset(),
        occupation=None,
        gender=gender,
        gender_wish=GenderWish.NONE,
        age_group=AgeGroup.FROM_30,
        children_wish=ChildrenWish.NO_MATTER,
        own_children=frozenset(),
        has_pets=False,
        max_travel_minutes=TRAVEL_MINUTES,
        free_places=1,
        is_ready=True,
        is_paused=False,
        active_families=0,
        has_certificate=True,
        municipality_id=municipality_id,
    )


def _skills(language: str | None) -> tuple[LanguageSkill, ...]:
    levels = {NORWEGIAN: Level.MOTHER_TONGUE, ENGLISH: Level.FLUENT}
    if language is not None:
        levels[language] = Level.MOTHER_TONGUE
    return tuple(LanguageSkill(code, int(level), int(level)) for code, level in levels.items())
