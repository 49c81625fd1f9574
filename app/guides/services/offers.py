"""What a guide tells us: who they are, and what they offer. Sign-up and staff's edits share it."""

import uuid
from dataclasses import dataclass

from app.guides.models import Guide, GuideLanguage
from app.municipalities.models import PlacedBy
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


@dataclass(frozen=True, slots=True)
class Home:
    """The neighbourhood somebody lives in and how we know; both None for "not sure"."""

    neighbourhood_id: uuid.UUID | None = None
    placed_by: PlacedBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who a guide is and where they live. Values are clean: the form has seen to it."""

    name: str
    email: str
    phone: str
    age_group: AgeGroup
    gender: Gender
    home: Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """Languages with their level, and what a guide likes to do."""

    languages: dict[str, int]
    interests: frozenset[Interest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When a guide can meet, how much, and what they wish."""

    availability: int
    rhythm: Rhythm
    hours_per_meeting: int
    capacity: int
    occupation: Occupation | None
    gender_wish: GenderWish
    children_wish: ChildrenWish
    own_children: frozenset[ChildAge]
    has_pets: bool
    max_travel_minutes: int | None


def write_person(guide: Guide, person: Person) -> None:
    """Put who a guide is and where they live on the record: what was said of the age is settled."""
    guide.name = person.name
    guide.email = person.email
    guide.phone = person.phone
    guide.age_group, guide.grown_up_said_on = person.age_group, None
    guide.gender = person.gender
    guide.neighbourhood_id = person.home.neighbourhood_id
    guide.placed_by = person.home.placed_by


def write_offer(guide: Guide, skills: Skills, terms: Terms) -> None:
    """Put what a guide offers on the record; languages that are gone are removed."""
    known = {row.code: row for row in guide.languages}
    rows = []
    for code, level in skills.languages.items():
        row = known.get(code) or GuideLanguage(code=code)
        row.level = level
        rows.append(row)
    guide.languages = rows
    guide.interests = skills.interests
    guide.availability = terms.availability
    guide.rhythm = terms.rhythm
    guide.hours_per_meeting = terms.hours_per_meeting
    guide.capacity = terms.capacity
    guide.occupation = terms.occupation
    guide.gender_wish = terms.gender_wish
    guide.children_wish = terms.children_wish
    guide.own_children = terms.own_children
    guide.has_pets = terms.has_pets
    guide.max_travel_minutes = terms.max_travel_minutes
