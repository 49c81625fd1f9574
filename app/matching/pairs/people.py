"""People as arrays: profiles lowered once, so that rules and terms are sums over whole blocks.

Each array has one entry per person. Closed lists and identifiers are numbers (`codes`), UNKNOWN
where nobody said; sets are bits. Nobody writes into these arrays once they are made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self
from uuid import UUID

import numpy as np

from app.matching.arrays import Bools, Int8s, Int32s, Int64s, expect_int32
from app.matching.languages import one_norwegian, skills_by_code
from app.matching.pairs.codes import (
    UNKNOWN,
    Codes,
    Levels,
    Masks,
    mask_of,
    number_of,
    wished_gender,
)
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill

NO_LIMIT = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, eq=False)
class Families:
    """F families. Languages they find unacceptable are gone from what they speak."""

    codes: Codes
    ids: tuple[UUID, ...]
    declined: tuple[tuple[int, ...], ...]  # numbers of guides
    place: Int32s
    municipality: Int32s
    own_municipality_only: Bools
    understands: Levels  # (F, L), 0 to 4
    speaks: Levels  # (F, L), 0 to 4
    refuses: Bools  # (F, L)
    must_share_language: Bools
    wants_practice: Bools
    interpreter: Bools
    availability: Masks
    rhythm: Int32s
    interests: Masks
    occupation: Int32s
    gender: Int32s  # of the contact
    gender_wish: Int32s
    age_wish: Int32s
    no_pets: Bools
    limit: Int32s  # minutes or NO_LIMIT
    children: Masks  # age bands with at least one child
    waiting_days: Int32s  # 0 for who has a date in the future
    priority: Int8s
    needs_certificate: Bools
    is_protected: Bools

    @classmethod
    def of(cls, profiles: Sequence[FamilyProfile], codes: Codes) -> Self:
        """Lower profiles into arrays, in their order; negative waiting_days count as none.

        Raises:
            KeyError, ValueError: `codes` lacks a language or place; 32 bits do not hold a number.
        """
        refused = [_codes_of(p.unacceptable_languages) for p in profiles]
        spoken = [_spoken(p, never) for p, never in zip(profiles, refused, strict=True)]
        understands, speaks = _levels(spoken, codes)
        return cls(
            codes=codes,
            ids=tuple(p.family_id for p in profiles),
            declined=tuple(_numbers(p.declined_guides, codes) for p in profiles),
            place=_integers(_place(p, codes) for p in profiles),
            municipality=_integers(_municipality(p, codes) for p in profiles),
            own_municipality_only=_flags(p.own_municipality_only for p in profiles),
            understands=understands,
            speaks=speaks,
            refuses=_refusals(refused, codes),
            must_share_language=_flags(p.must_share_language for p in profiles),
            wants_practice=_flags(p.wants_norwegian_practice for p in profiles),
            interpreter=_flags(p.interpreter_agreed for p in profiles),
            availability=_masks(p.availability for p in profiles),
            rhythm=_integers(number_of(p.rhythm) for p in profiles),
            interests=_masks(mask_of(p.interests) for p in profiles),
            occupation=_integers(number_of(p.occupation) for p in profiles),
            gender=_integers(number_of(p.contact_gender) for p in profiles),
            gender_wish=_integers(wished_gender(p.gender_wish) for p in profiles),
            age_wish=_integers(number_of(p.age_wish) for p in profiles),
            no_pets=_flags(p.no_pets for p in profiles),
            limit=_integers(_limit(p) for p in profiles),
            children=_masks(mask_of(p.child_ages) for p in profiles),
            waiting_days=np.maximum(_counts(profiles, "waiting_days"), 0),
            priority=_integers(p.priority for p in profiles).astype(np.int8),
            needs_certificate=_flags(p.needs_certificate for p in profiles),
            is_protected=_flags(p.is_protected for p in profiles),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def as_column(self, rows: Int64s) -> Self:
        """Return the families of some rows, one below the other: arrays (b, 1) and (b, 1, L)."""
        numbers = [int(row) for row in rows]
        return replace(
            self,
            ids=tuple(self.ids[number] for number in numbers),
            declined=tuple(self.declined[number] for number in numbers),
            **{name: array[rows][:, None] for name, array in _arrays_of(self).items()},
        )


@dataclass(frozen=True, eq=False)
class Guides:
    """G guides; a couple is one of them."""

    codes: Codes
    ids: tuple[UUID, ...]
    place: Int32s
    municipality: Int32s
    own_municipality_only: Bools
    understands: Levels  # (G, L), 0 to 4
    speaks: Levels  # (G, L), 0 to 4
    availability: Masks
    rhythm: Int32s
    interests: Masks
    occupation: Int32s
    gender: Int32s
    gender_wish: Int32s
    age: Int32s
    partner_age: Int32s  # the same as `age` where there is no partner
    has_pets: Bools
    limit: Int32s  # minutes or NO_LIMIT
    children_wish: Int32s
    children: Masks  # age bands of their own children
    free_places: Int32s
    active_families: Int32s
    is_ready: Bools
    is_paused: Bools
    lacks_steps: Bools
    has_certificate: Bools

    @classmethod
    def of(cls, profiles: Sequence[GuideProfile], codes: Codes) -> Self:
        """Lower profiles into arrays, in their order.

        Raises:
            KeyError, ValueError: `codes` lacks a language or place; 32 bits do not hold a number.
        """
        spoken = [skills_by_code(p.languages).values() for p in profiles]
        understands, speaks = _levels(spoken, codes)
        return cls(
            codes=codes,
            ids=tuple(p.guide_id for p in profiles),
            place=_integers(_place(p, codes) for p in profiles),
            municipality=_integers(_municipality(p, codes) for p in profiles),
            own_municipality_only=_flags(p.own_municipality_only for p in profiles),
            understands=understands,
            speaks=speaks,
            availability=_masks(p.availability for p in profiles),
            rhythm=_integers(number_of(p.rhythm) for p in profiles),
            interests=_masks(mask_of(p.interests) for p in profiles),
            occupation=_integers(number_of(p.occupation) for p in profiles),
            gender=_integers(number_of(p.gender) for p in profiles),
            gender_wish=_integers(wished_gender(p.gender_wish) for p in profiles),
            age=_integers(number_of(p.age_group) for p in profiles),
            partner_age=_integers(number_of(p.partner_age_group or p.age_group) for p in profiles),
            has_pets=_flags(p.has_pets for p in profiles),
            limit=_integers(_limit(p) for p in profiles),
            children_wish=_integers(number_of(p.children_wish) for p in profiles),
            children=_masks(mask_of(p.own_children) for p in profiles),
            free_places=_counts(profiles, "free_places"),
            active_families=_counts(profiles, "active_families"),
            is_ready=_flags(p.is_ready for p in profiles),
            is_paused=_flags(p.is_paused for p in profiles),
            lacks_steps=_flags(p.lacks_steps for p in profiles),
            has_certificate=_flags(p.has_certificate for p in profiles),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def as_row(self) -> Self:
        """Return the guides side by side: arrays (1, G) and (1, G, L)."""
        return replace(self, **{name: array[None] for name, array in _arrays_of(self).items()})


def _arrays_of(people: Families | Guides) -> dict[str, Any]:
    values = {item.name: getattr(people, item.name) for item in fields(people)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def _integers(values: Iterable[int]) -> Int32s:
    return np.fromiter(values, dtype=np.int32)


def _counts(profiles: Sequence[FamilyProfile | GuideProfile], name: str) -> Int32s:
    """Return a field of all profiles. Raises ValueError, with its name, if 32 bits do not hold it."""
    return _integers(expect_int32(name, getattr(profile, name)) for profile in profiles)


def _masks(values: Iterable[int]) -> Masks:
    return np.fromiter(values, dtype=np.uint32)


def _flags(values: Iterable[bool]) -> Bools:
    return np.fromiter(values, dtype=np.bool_)


def _spoken(profile: FamilyProfile, never: frozenset[str]) -> list[LanguageSkill]:
    """Return what a family speaks and is willing to."""
    return [s for code, s in skills_by_code(profile.languages).items() if code not in never]


def _levels(spoken: Sequence[Iterable[LanguageSkill]], codes: Codes) -> tuple[Levels, Levels]:
    shape = (len(spoken), len(codes.languages))
    understands, speaks = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
    for row, skills in enumerate(spoken):
        for skill in skills:
            column = codes.languages[skill.code]
            understands[row, column] = skill.understands
            speaks[row, column] = skill.speaks
    return understands, speaks


def _codes_of(languages: Iterable[str]) -> frozenset[str]:
    return frozenset(one_norwegian(code) for code in languages)


def _refusals(refused: Sequence[frozenset[str]], codes: Codes) -> Bools:
    refuses = np.zeros((len(refused), len(codes.languages)), dtype=np.bool_)
    for row, languages in enumerate(refused):
        for code in languages & codes.languages.keys():
            refuses[row, codes.languages[code]] = True
    return refuses


def _numbers(guides: Iterable[UUID], codes: Codes) -> tuple[int, ...]:
    return tuple(sorted({codes.guides[g] for g in guides if g in codes.guides}))


def _place(person: FamilyProfile | GuideProfile, codes: Codes) -> int:
    home = person.neighbourhood_id
    return UNKNOWN if home is None else codes.places[home]


def _municipality(person: FamilyProfile | GuideProfile, codes: Codes) -> int:
    home = person.municipality_id
    return UNKNOWN if home is None else codes.municipalities[home]


def _limit(person: FamilyProfile | GuideProfile) -> int:
    limit = person.max_travel_minutes
    return NO_LIMIT if limit is None else min(limit, NO_LIMIT)
