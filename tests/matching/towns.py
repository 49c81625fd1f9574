"""Random small towns, seeded: tight enough that many wait, and that small changes often help."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeVar
from uuid import UUID

import numpy as np

from app.matching.config import MatchingConfig
from app.matching.planning import Choices, People, Plan, plan_round
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill, Travel
from app.travel import Band, Trip
from app.vocabulary import (
    SLOTS,
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Gender,
    GenderWish,
    Interest,
    Rhythm,
)

CONFIG = MatchingConfig(closeness={frozenset({"prs", "fa"}): 0.8})
PLACES = [UUID(int=number) for number in range(1, 6)]
HERE, THERE = UUID(int=51), UUID(int=52)  # municipalities
LANGUAGES = ["uk", "ru", "ti", "prs", "fa", "ar"]
T = TypeVar("T")
TIMES = [slot.bit for slot in SLOTS if slot.bit % 4 == 2]


class Dice:
    """Seeded chance, over lists of anything."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def happens(self, chance: float) -> bool:
        return bool(self._rng.random() < chance)

    def between(self, least: int, most: int) -> int:
        return int(self._rng.integers(least, most + 1))

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.between(0, len(things) - 1)]

    def some_of(self, things: Sequence[T], count: int) -> list[T]:
        return [things[i] for i in self._rng.permutation(len(things))[:count]]


def random_people(seed: int, *, families: int = 9, guides: int = 7) -> People:
    dice = Dice(seed)
    return People(
        families=tuple(_family(dice, 100 + n) for n in range(dice.between(1, families))),
        guides=tuple(_guide(dice, 200 + n) for n in range(dice.between(1, guides))),
        travel=Travel({frozenset(ends): _trip(dice) for ends in combinations(PLACES, 2)}),
    )


def random_choices(seed: int, people: People) -> Choices:
    """Some vetoes, a pin now and then, and an earlier round."""
    dice = Dice(10_000 + seed)
    families = [family.family_id for family in people.families]
    guides = [guide.guide_id for guide in people.guides]
    vetoes = {(f, g) for f in families for g in guides if dice.happens(0.05)}
    pins = {}
    if dice.happens(0.3):
        family, guide = dice.one_of(families), dice.one_of(people.guides)
        if guide.free_places and (family, guide.guide_id) not in vetoes:
            pins[family] = guide.guide_id
    previous = {f: dice.one_of([None, *guides]) for f in families if dice.happens(0.3)}
    return Choices(pins=pins, vetoes=frozenset(vetoes), previous=previous)


def random_plan(seed: int, **sizes: int) -> Plan:
    people = random_people(seed, **sizes)
    return plan_round(people, random_choices(seed, people), CONFIG, stability=20)


def with_family(plan: Plan, changed: FamilyProfile) -> Plan:
    """Plan anew with one family's profile changed."""
    families = tuple(
        changed if family.family_id == changed.family_id else family
        for family in plan.people.families
    )
    return _anew(plan, replace(plan.people, families=families))


def with_guide(plan: Plan, changed: GuideProfile) -> Plan:
    """Plan anew with one guide's profile changed."""
    guides = tuple(
        changed if guide.guide_id == changed.guide_id else guide for guide in plan.people.guides
    )
    return _anew(plan, replace(plan.people, guides=guides))


def with_newcomer(plan: Plan, *newcomers: GuideProfile) -> Plan:
    """Plan anew with more guides."""
    renamed = (
        replace(guide, guide_id=UUID(int=900 + number)) for number, guide in enumerate(newcomers)
    )
    return _anew(plan, replace(plan.people, guides=(*plan.people.guides, *renamed)))


def _anew(plan: Plan, people: People) -> Plan:
    return plan_round(people, plan.choices, plan.config, stability=20)


def _trip(dice: Dice) -> Trip:
    if dice.happens(0.15):
        return Trip(dice.one_of([Band.ADJACENT, Band.UNREACHABLE, Band.UNKNOWN]))
    return Trip(Band.MINUTES, dice.between(5, 60))


def _skills(dice: Dice, always: str) -> tuple[LanguageSkill, ...]:
    codes = {dice.one_of(LANGUAGES), always} | ({"en"} if dice.happens(0.3) else set())
    return tuple(LanguageSkill(code, dice.between(1, 4), dice.between(1, 4)) for code in codes)


def _week(dice: Dice) -> int:
    return sum(1 << bit for bit in dice.some_of(TIMES, dice.between(1, 3)))


def _family(dice: Dice, number: int) -> FamilyProfile:
    return FamilyProfile(
        family_id=UUID(int=number),
        neighbourhood_id=dice.one_of([None, *PLACES, *PLACES]),
        languages=_skills(dice, dice.one_of(LANGUAGES)),
        unacceptable_languages=frozenset({"ru"} if dice.happens(0.2) else ()),
        must_share_language=dice.happens(0.3),
        wants_norwegian_practice=dice.happens(0.3),
        interpreter_agreed=dice.happens(0.2),
        availability=_week(dice),
        rhythm=dice.one_of([None, *Rhythm]),
        interests=frozenset(dice.some_of(list(Interest), 3)),
        occupation=None,
        contact_gender=dice.one_of(list(Gender)),
        gender_wish=dice.one_of([GenderWish.NONE, GenderWish.NONE, *GenderWish]),
        no_pets=dice.happens(0.3),
        max_travel_minutes=dice.one_of([None, 15, 30]),
        children={ChildAge.SCHOOL: 1} if dice.happens(0.5) else {},
        household_size=3,
        waiting_days=dice.between(0, 200),
        priority=dice.one_of([0, 0, 1, 2]),
        declined_guides=frozenset({UUID(int=200 + dice.between(0, 6))}),
        needs_certificate=dice.happens(0.1),
        is_protected=dice.happens(0.05),
        municipality_id=dice.one_of([HERE, HERE, THERE]),
        own_municipality_only=dice.happens(0.2),
    )


def _guide(dice: Dice, number: int) -> GuideProfile:
    return GuideProfile(
        guide_id=UUID(int=number),
        neighbourhood_id=dice.one_of([None, *PLACES, *PLACES]),
        languages=_skills(dice, "no"),
        availability=_week(dice),
        rhythm=dice.one_of([None, *Rhythm]),
        interests=frozenset(dice.some_of(list(Interest), 3)),
        occupation=None,
        gender=dice.one_of([None, *Gender]),
        gender_wish=dice.one_of([*[GenderWish.NONE] * 4, *GenderWish]),
        age_group=dice.one_of(list(AgeGroup)),
        children_wish=dice.one_of([*[ChildrenWish.NO_MATTER] * 3, *ChildrenWish]),
        own_children=frozenset(),
        has_pets=dice.happens(0.4),
        max_travel_minutes=dice.one_of([None, 20, 40]),
        free_places=dice.one_of([0, 1, 1, 1, 2, 3]),
        is_ready=dice.happens(0.9),
        is_paused=dice.happens(0.1),
        active_families=dice.between(0, 2),
        has_certificate=dice.happens(0.7),
        municipality_id=dice.one_of([HERE, HERE, THERE]),
        own_municipality_only=dice.happens(0.2),
        lacks_steps=dice.happens(0.1),
    )
