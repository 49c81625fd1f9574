"""Whom a municipality should recruit: every promise is held against planning anew with the guide."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.matching.advice.newcomers import SLOTS_OF, RecruitType, TimeOfWeek, recruit_types
from app.matching.advice.recruiting import add_up
from app.matching.advice.recruits import RecruitGain, RecruitPlan, best_recruit_for, recruit
from app.matching.planning import Choices, People, Plan, plan_round
from app.matching.solving.rounds import Totals
from app.matching.types import Travel
from app.travel import Band, Trip
from app.vocabulary import ALL_WEEK, Gender, GenderWish
from tests.matching.profiles import (
    BORGEN,
    FRIDAY_EVENING,
    HEGGEDAL,
    SATURDAY_MORNING,
    a_family,
    a_guide,
    skill,
    times,
)
from tests.matching.recruiting.instances import FULL
from tests.matching.towns import CONFIG, random_choices, random_people, random_plan, with_newcomer

TOWNS = range(100 if FULL else 8)
FEW = 30  # types tried in a town


def a_plan(seed: int) -> Plan:
    """A town without yesterday's round, whose bonus would count among the points."""
    people = random_people(seed)
    choices = replace(random_choices(seed, people), previous={})
    return plan_round(people, choices, CONFIG, stability=0)


def gained(plan: Plan, *newcomers) -> Totals:
    return with_newcomer(plan, *newcomers).round.totals - plan.round.totals


def told_as(found: RecruitPlan, kind: RecruitType) -> list[RecruitGain]:
    """Return the rows that a concrete type is told by: with its language, else without one."""
    rows = [
        row
        for row in found.gains
        if row.type.neighbourhood_id in (None, kind.neighbourhood_id)
        and row.type.gender in (None, kind.gender)
        and row.type.time in (None, kind.time)
    ]
    own = [row for row in rows if kind.language and row.type.language == kind.language]
    return own or [row for row in rows if row.type.language is None]


@pytest.mark.parametrize("seed", TOWNS)
def test_every_type_brings_what_its_row_says_and_the_others_nothing(seed) -> None:
    plan = a_plan(seed)
    found, tried = recruit(plan), recruit_types(plan.people)
    for number in range(seed % 7, len(tried.types), max(1, len(tried.types) // FEW)):
        brings = gained(plan, tried.profiles[number])
        rows = told_as(found, tried.types[number])
        assert len(rows) == brings.families
        for row in rows:
            assert row.families_more == 1
            assert row.priority == brings.priority_2 + brings.priority_1_or_2
            assert row.family_id in plan.waiting


@pytest.mark.parametrize("seed", TOWNS)
def test_a_row_tells_totals_and_points_of_the_guide_who_fits_best(seed) -> None:
    plan = a_plan(seed)
    for row in recruit(plan).gains[:20]:
        assert gained(plan, row.profile) == row.totals
        then = with_newcomer(plan, row.profile)
        (pair,) = (pair for pair in then.pairs if pair.guide_id == UUID(int=900))
        assert pair.score == row.score or pair.family_id != row.served_id


@pytest.mark.parametrize("seed", TOWNS)
def test_the_plan_brings_what_planning_anew_with_all_its_recruits_brings(seed) -> None:
    plan = a_plan(seed)
    found = recruit(plan, 4)
    assert gained(plan, *(step.profile for step in found.plan)) == found.total
    assert add_up(step.totals for step in found.plan) == found.total
    helped = [step.family_id for step in found.plan]
    assert len(set(helped)) == len(helped)
    assert set(helped) <= set(plan.waiting)
    priorities = [step.priority for step in found.plan]
    assert priorities == sorted(priorities, reverse=True)


@pytest.mark.parametrize("seed", TOWNS)
def test_the_type_told_to_a_family_gives_one_more_family_a_guide(seed) -> None:
    plan = a_plan(seed)
    tried = recruit_types(plan.people)
    for family_id in plan.waiting:
        wanted = best_recruit_for(plan, family_id)
        fitting = [
            profile
            for kind, profile in zip(tried.types, tried.profiles, strict=True)
            if wanted and matches(wanted, kind)
        ]
        assert all(gained(plan, profile).families == 1 for profile in fitting[:6])


def matches(wanted: RecruitType, kind: RecruitType) -> bool:
    return (
        wanted.language == kind.language
        and wanted.neighbourhood_id in (None, kind.neighbourhood_id)
        and wanted.gender in (None, kind.gender)
        and wanted.time in (None, kind.time)
    )


def planned(*families, guides=(), travel: Travel | None = None, **choices) -> Plan:
    people = People(tuple(families), tuple(guides), travel or Travel())
    return plan_round(people, Choices(**choices), CONFIG, stability=0)


FAR_APART = Travel.from_rows([(HEGGEDAL, BORGEN, Trip(Band.MINUTES, 45))])


def test_traits_that_do_not_matter_are_not_asked_for() -> None:
    found = recruit(planned(a_family(), travel=FAR_APART))
    assert {row.type for row in found.gains} == {
        RecruitType(None, HEGGEDAL, None, TimeOfWeek.WEEKDAY_EVENINGS),
        RecruitType(None, HEGGEDAL, None, TimeOfWeek.WEEKENDS),
    }
    anywhere = recruit(planned(a_family(availability=ALL_WEEK)))
    assert [row.type for row in anywhere.gains] == [RecruitType(None, HEGGEDAL, None, None)]
    nowhere = recruit(planned(a_family(availability=ALL_WEEK, neighbourhood_id=None)))
    assert [row.type for row in nowhere.gains] == [RecruitType(None, None, None, None)]


def test_traits_that_matter_are_asked_for() -> None:
    family = a_family(
        languages=(skill("ti", 4),),
        must_share_language=True,
        gender_wish=GenderWish.WOMAN,
        availability=times(FRIDAY_EVENING),
        max_travel_minutes=20,
        priority=2,
    )
    found = recruit(planned(family, travel=FAR_APART))
    wanted = RecruitType("ti", HEGGEDAL, Gender.WOMAN, TimeOfWeek.WEEKDAY_EVENINGS)
    assert [row.type for row in found.gains] == [row.type for row in found.plan] == [wanted]
    assert best_recruit_for(planned(family, travel=FAR_APART), family.family_id) == wanted
    (step,) = found.plan
    assert (step.family_id, step.served_id) == (family.family_id, family.family_id)
    assert (step.priority, step.families_more) == (2, 1)
    assert found.total == Totals(1, 1, 1, step.score)


def test_of_all_who_could_be_its_guide_a_family_is_told_the_one_who_fits_best() -> None:
    far = UUID(int=77)
    trips = {(HEGGEDAL, BORGEN): 20, (HEGGEDAL, far): 45, (BORGEN, far): 20}
    travel = Travel({frozenset(ends): Trip(Band.MINUTES, way) for ends, way in trips.items()})
    family = a_family(availability=ALL_WEEK)
    wanted = best_recruit_for(planned(family, travel=travel), family.family_id)
    assert wanted == RecruitType(None, HEGGEDAL, None, None)


def test_the_plan_goes_on_where_single_gains_overlap() -> None:
    """Two families wait for the same guide: a table tells one type, the plan takes it twice."""
    families = [
        a_family(family_id=UUID(int=100 + number), availability=times(SATURDAY_MORNING))
        for number in range(2)
    ]
    found = recruit(planned(*families))
    assert [row.type.time for row in found.gains] == [TimeOfWeek.WEEKENDS]
    assert [step.type for step in found.plan] == [found.gains[0].type] * 2
    assert {step.family_id for step in found.plan} == {family.family_id for family in families}


def test_a_pinned_family_is_left_as_it_is() -> None:
    pins = {a_family().family_id: a_guide().guide_id}
    plan = planned(a_family(), guides=[a_guide(active_families=2)], pins=pins)
    assert recruit(plan) == RecruitPlan((), (), Totals(0, 0, 0, 0))


def test_nobody_is_recruited_for_a_protected_family() -> None:
    family = a_family(is_protected=True)
    assert recruit(planned(family)).gains == ()
    assert best_recruit_for(planned(family), family.family_id) is None


def test_a_language_that_families_refuse_is_not_looked_for() -> None:
    family = a_family(
        languages=(skill("uk", 4), skill("ru", 4)), unacceptable_languages=frozenset({"ru"})
    )
    tried = recruit_types(People((family,), (), Travel()))
    assert {kind.language for kind in tried.types} == {None, "uk"}


def test_a_newcomer_has_a_certificate_and_all_of_one_part_of_the_week() -> None:
    tried = recruit_types(People((a_family(),), (), Travel()))
    assert all(profile.has_certificate and profile.is_ready for profile in tried.profiles)
    weeks = {SLOTS_OF[time] for time in TimeOfWeek}
    assert {profile.availability for profile in tried.profiles} == weeks
    assert sum(weeks) == ALL_WEEK  # three parts that make up the week and share no time
    assert [SLOTS_OF[time].bit_count() for time in TimeOfWeek] == [5, 10, 6]


def test_nobody_has_declined_a_newcomer_yet() -> None:
    everybody = frozenset(UUID(int=number) for number in range(1000))
    told = recruit(planned(a_family(declined_guides=everybody)))
    assert told == recruit(planned(a_family()))
    assert told.plan


def test_a_newcomer_lives_in_the_municipality_of_the_neighbourhood() -> None:
    here, there = UUID(int=1), UUID(int=2)
    people = People(
        families=(a_family(municipality_id=here), a_family(neighbourhood_id=BORGEN)),
        guides=(a_guide(neighbourhood_id=UUID(int=77), municipality_id=there),),
        travel=Travel(),
    )
    homes = {
        profile.neighbourhood_id: profile.municipality_id
        for profile in recruit_types(people).profiles
    }
    assert homes == {HEGGEDAL: here, BORGEN: here, UUID(int=77): there}


def test_the_same_plan_is_told_the_same_way_again() -> None:
    assert recruit(random_plan(3)) == recruit(random_plan(3))
