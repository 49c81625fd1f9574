"""A round of people: the choices kept, everybody accounted for, and the best there is.

`FULL=1` plans 500 towns of up to 60 families and 50 guides.
"""

import os
from dataclasses import replace
from uuid import UUID

import pytest

from app.matching.pairs.couples import unite
from app.matching.pairs.pair import Pair
from app.matching.pairs.rules import NEVER_OVERRIDDEN
from app.matching.planning import Choices, People, Plan, PlannedPair, plan_round
from app.matching.types import RuleCode, RuleCount
from app.vocabulary import AgeGroup, GenderWish
from tests.matching import twin
from tests.matching.profiles import (
    BORGEN,
    CONFIG,
    TOFTE,
    a_family,
    a_guide,
    apart,
    minutes,
)
from tests.matching.rounds.checks import check_problem
from tests.matching.rounds.oracle import pairs_in
from tests.matching.towns import CONFIG as TOWN
from tests.matching.towns import Dice, random_choices, random_people

FULL = bool(os.environ.get("FULL"))
TOWNS = range(500 if FULL else 25)
SIZES = {"families": 60, "guides": 50} if FULL else {"families": 25, "guides": 20}

F1, F2, F3 = (UUID(int=number) for number in (101, 102, 103))
G1, G2, G3 = (UUID(int=number) for number in (201, 202, 203))


def families(*ids: UUID, **changes: object):
    return tuple(a_family(family_id=family_id, **changes) for family_id in ids)


def guides(*ids: UUID, **changes: object):
    return tuple(a_guide(guide_id=guide_id, **changes) for guide_id in ids)


def plan_of(waiting, able, choices: Choices | None = None, stability: int = 0) -> Plan:
    people = People(families=waiting, guides=able, travel=apart(minutes(30)))
    return plan_round(people, choices or Choices(), CONFIG, stability=stability)


def given(plan: Plan) -> dict[UUID, UUID]:
    return {pair.family_id: pair.guide_id for pair in plan.pairs}


def random_town(seed: int) -> tuple[People, Choices]:
    """A town in which the first guides are couples now and then, told of by either name."""
    people = random_people(seed, **SIZES)
    choices = random_choices(seed, people)
    if len(people.guides) > 3 and seed % 3 == 0:
        couple = unite(*people.guides[:2])
        people = replace(
            people,
            guides=(couple, *people.guides[2:]),
            partners={couple.guide_id: couple.partner_id},
        )
    return people, choices


@pytest.mark.parametrize("seed", TOWNS)
def test_a_plan_is_the_best_round_of_the_pairs_that_the_twin_allows(seed: int) -> None:
    people, choices = random_town(seed)
    plan = plan_round(people, choices, TOWN, stability=20)
    assert pairs_in(plan.problem) == {
        (row, column): sum(twin.points_of(pair))
        for row, family in enumerate(plan.people.families)
        for column, guide in enumerate(plan.people.guides)
        if not twin.rules_against(pair := Pair.of(family, guide, people.travel, TOWN))
    }
    assert plan.problem.priority.tolist() == [f.priority for f in plan.people.families]
    assert plan.problem.capacity.tolist() == [g.free_places for g in plan.people.guides]
    assert (check_problem(plan.problem).guide == plan.round.guide).all()
    check_told(plan)


def check_told(plan: Plan) -> None:
    """Everybody is told of once, and what is told is what the round says."""
    served = [pair.family_id for pair in plan.pairs]
    assert sorted((*served, *plan.waiting)) == list(plan.families.ids)
    assert served == sorted(served)
    assert sum(pair.score for pair in plan.pairs) == plan.round.totals.quality
    assert {pair.family_id for pair in plan.pairs if pair.pinned} | {
        family for family, _ in plan.lapsed_pins
    } == set(plan.choices.pins)
    for pair in plan.pairs:
        row = plan.row_of(pair.family_id)
        before = plan.problem.previous[row]
        assert pair.kept == (before >= 0 and plan.guides.ids[before] == pair.guide_id)
        backup = plan.round.backup[row]
        assert pair.backup_id == (plan.guides.ids[backup] if backup >= 0 else None)
    for guide in plan.people.guides:
        left = guide.free_places - sum(one.guide_id == guide.guide_id for one in plan.pairs)
        willing = guide.is_ready and not guide.is_paused and not guide.lacks_steps
        able = willing and guide.age_group is not AgeGroup.FROM_16
        assert (guide.guide_id in plan.idle) == (able and left > 0)


@pytest.mark.parametrize("seed", TOWNS)
def test_the_order_in_which_people_come_changes_nothing(seed: int) -> None:
    people, choices = random_town(seed)
    dice = Dice(seed)
    shuffled = replace(
        people,
        families=tuple(dice.some_of(people.families, len(people.families))),
        guides=tuple(dice.some_of(people.guides, len(people.guides))),
    )
    first, second = (plan_round(p, choices, TOWN, stability=20) for p in (people, shuffled))
    assert first.pairs == second.pairs
    assert (first.waiting, first.idle) == (second.waiting, second.idle)
    assert (first.edges.score == second.edges.score).all()
    assert (first.round.prices.family == second.round.prices.family).all()


def test_nobody_to_plan_for_is_an_empty_plan() -> None:
    assert plan_of((), ()).pairs == ()
    assert plan_of(families(F1), ()).waiting == (F1,)
    assert plan_of((), guides(G1)).idle == (G1,)


def test_more_families_come_before_a_better_fit() -> None:
    waiting = (
        a_family(family_id=F1),
        a_family(family_id=F2, gender_wish=GenderWish.WOMAN, neighbourhood_id=BORGEN),
    )
    able = (
        a_guide(guide_id=G1),
        a_guide(guide_id=G2, gender=None, neighbourhood_id=BORGEN),
    )
    assert given(plan_of(waiting, able)) == {F1: G2, F2: G1}


def test_a_pair_is_told_with_its_score_and_backup() -> None:
    plan = plan_of(families(F1), guides(G1) + guides(G2, neighbourhood_id=BORGEN))
    assert plan.pairs == (PlannedPair(F1, G1, 1000, G2, pinned=False, kept=False),)


def test_a_pin_holds_and_a_veto_forbids() -> None:
    able = guides(G1) + guides(G2, neighbourhood_id=BORGEN)
    pinned = plan_of(families(F1), able, Choices(pins={F1: G2}))
    assert pinned.pairs == (PlannedPair(F1, G2, 860, G1, pinned=True, kept=False),)
    assert pinned.lapsed_pins == ()
    vetoed = plan_of(families(F1), able, Choices(vetoes=frozenset({(F1, G1)})))
    assert vetoed.pairs == (PlannedPair(F1, G2, 860, None, pinned=False, kept=False),)


def test_a_pin_may_set_a_wish_aside_that_a_note_may() -> None:
    pinned = plan_of(families(F1, no_pets=True), guides(G1, has_pets=True), Choices(pins={F1: G1}))
    assert given(pinned) == {F1: G1}
    assert pinned.edges.edge_count == 0


def test_what_no_note_overrides_no_pin_overrides() -> None:
    assert set(RuleCode) - NEVER_OVERRIDDEN == {
        RuleCode.LANGUAGE_REQUIRED,
        RuleCode.AVAILABILITY,
        RuleCode.TRAVEL,
        RuleCode.PETS,
        RuleCode.CHILDREN_WISH,
        RuleCode.MUNICIPALITY,
    }


@pytest.mark.parametrize(
    ("family", "guide"),
    [
        ({"is_protected": True}, {}),
        ({"needs_certificate": True}, {}),
        ({"gender_wish": GenderWish.MAN}, {}),
        ({}, {"gender_wish": GenderWish.MAN}),
        ({"declined_guides": frozenset({G1})}, {}),
        ({}, {"free_places": 0}),
        ({}, {"free_places": -1}),
        ({}, {"is_paused": True}),
        ({}, {"is_ready": False}),
        ({}, {"lacks_steps": True}),
        ({}, {"age_group": AgeGroup.FROM_16}),
    ],
)
def test_a_pin_that_nothing_allows_lapses(family, guide) -> None:
    plan = plan_of(families(F1, **family), guides(G1, **guide), Choices(pins={F1: G1}))
    assert (plan.pairs, plan.waiting, plan.lapsed_pins) == ((), (F1,), ((F1, G1),))
    assert plan.idle == ((G1,) if not guide or "gender_wish" in guide else ())


def test_pins_beyond_the_places_and_to_people_who_are_gone_lapse() -> None:
    pins = {F2: G1, F1: G1, F3: G3, UUID(int=999): G2}
    plan = plan_of(families(F1, F2, F3), guides(G1, G2), Choices(pins=pins))
    assert given(plan)[F1] == G1
    assert plan.lapsed_pins == ((F2, G1), (F3, G3))


def test_the_last_round_counts_and_unknown_people_in_it_do_not() -> None:
    able = guides(G1) + guides(G2, interests=frozenset())
    previous = {F1: G2, F2: None, F3: G1, UUID(int=999): G3}
    kept = plan_of(families(F1), able, Choices(previous=previous), stability=51)
    assert kept.pairs == (PlannedPair(F1, G2, 950, G1, pinned=False, kept=True),)
    changed = plan_of(families(F1), able, Choices(previous=previous), stability=49)
    assert changed.pairs == (PlannedPair(F1, G1, 1000, G2, pinned=False, kept=False),)


def test_either_half_of_a_couple_means_the_couple() -> None:
    couple = unite(a_guide(guide_id=G1), a_guide(guide_id=G2))
    able = (couple, *guides(G3, neighbourhood_id=BORGEN))
    assert given(plan_of(families(F1), able, Choices(pins={F1: G2}))) == {F1: G1}
    vetoed = plan_of(families(F1), able, Choices(vetoes=frozenset({(F1, G2)})))
    assert given(vetoed) == {F1: G3}
    before = plan_of(families(F1), able, Choices(previous={F1: G2}))
    assert before.pairs[0].kept
    declined = plan_of(families(F1, declined_guides=frozenset({G2})), able)
    assert given(declined) == {F1: G3}


def test_a_couple_takes_one_family_at_a_time_from_both() -> None:
    couple = unite(a_guide(guide_id=G1, free_places=2), a_guide(guide_id=G2))
    plan = plan_of(families(F1, F2), (couple,))
    assert len(plan.pairs) == 1
    assert plan.idle == ()


@pytest.mark.parametrize(
    ("waiting", "able"),
    [
        ((F1, F1), (G1,)),
        ((F1,), (G1, G1)),
    ],
)
def test_somebody_given_twice_is_a_mistake(waiting, able) -> None:
    with pytest.raises(ValueError, match="twice"):
        plan_of(families(*waiting), guides(*able))


def test_half_of_a_couple_beside_the_couple_is_a_mistake() -> None:
    couple = unite(a_guide(guide_id=G1), a_guide(guide_id=G2))
    with pytest.raises(ValueError, match="twice"):
        plan_of(families(F1), (couple, *guides(G2)))


def test_a_pair_both_pinned_and_vetoed_is_a_mistake() -> None:
    choices = Choices(pins={F1: G1}, vetoes=frozenset({(F1, G1)}))
    with pytest.raises(ValueError, match="pinned and vetoed"):
        plan_of(families(F1), guides(G1), choices)


def test_rules_are_counted_for_each_family_and_over_all() -> None:
    able = (
        *guides(G1, has_pets=True),
        *guides(G2, has_pets=True, is_paused=True),
        *guides(G3, is_paused=True),
    )
    plan = plan_of(families(F1, no_pets=True) + families(F2), able)
    first, second = plan.rule_counts(F1), plan.rule_counts(F2)
    assert first[RuleCode.PETS] == RuleCount(removed=2, alone=1)
    assert first[RuleCode.PAUSED] == RuleCount(removed=2, alone=1)
    assert second[RuleCode.PETS] == RuleCount(removed=0, alone=0)
    assert second[RuleCode.PAUSED] == RuleCount(removed=2, alone=2)
    assert plan.feasible.removed.sum(axis=0)[list(RuleCode).index(RuleCode.PAUSED)] == 4
    with pytest.raises(KeyError):
        plan.rule_counts(F3)


def test_a_way_nobody_knows_is_neither_near_nor_far() -> None:
    plan = plan_of(families(F1, neighbourhood_id=None), guides(G1, neighbourhood_id=TOFTE))
    assert plan.pairs[0].score == 1000 - 240 + 84
