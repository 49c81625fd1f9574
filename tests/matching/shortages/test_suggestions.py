"""Still waiting because …: suggestions that are applied do make the match they promise."""

from dataclasses import replace
from itertools import combinations
from uuid import UUID

import pytest

from app.matching.advice.changes import (
    FAMILY_RULES,
    GUIDE_RULES,
    WishChange,
    WishChangeCode,
    change_family,
    change_guide,
    options,
)
from app.matching.advice.suggestions import (
    IdleKind,
    Kept,
    OpenedByRules,
    Suggestion,
    WaitingKind,
    kept_for_others,
    why_all_idle,
    why_all_waiting,
    why_idle,
    why_waiting,
)
from app.matching.planning import Choices, People, Plan, plan_round
from app.matching.types import RuleCode, Travel
from app.travel import Band, Trip
from app.vocabulary import ChildrenWish, Gender, GenderWish, Slot
from tests.matching.profiles import (
    BORGEN,
    FRIDAY_EVENING,
    HEGGEDAL,
    MONDAY_EVENING,
    SATURDAY_MORNING,
    a_family,
    a_guide,
    times,
)
from tests.matching.recruiting.instances import FULL
from tests.matching.towns import CONFIG, TIMES, random_plan, with_family, with_guide

TOWNS = range(400 if FULL else 24)


def families_served(plan: Plan) -> int:
    return plan.round.totals.families


def allowed_guides(before: Plan, plan: Plan, family_id) -> int:
    row = plan.families.ids.index(family_id)
    vetoed = {guide for family, guide in plan.choices.vetoes if family == family_id}
    pairs = plan.edges.guide[plan.edges.ptr[row] : plan.edges.ptr[row + 1]]
    pinned = {guide for family, guide in revived(before, plan) if family == family_id}
    return len({plan.guides.ids[guide] for guide in pairs} - vetoed | pinned)


def allowed_families(before: Plan, plan: Plan, guide_id) -> int:
    column = plan.guides.ids.index(guide_id)
    rows = plan.edges.rows()[plan.edges.guide == column]
    pinned = {family for family, guide in revived(before, plan) if guide == guide_id}
    return len({plan.families.ids[row] for row in rows} - vetoed_families(plan, guide_id) | pinned)


def revived(before: Plan, plan: Plan) -> set[tuple[UUID, UUID]]:
    """The pairs whose pin could not be kept before."""
    kept = {(pair.family_id, pair.guide_id) for pair in plan.pairs if pair.pinned}
    return kept & set(before.lapsed_pins)


def vetoed_families(plan: Plan, guide_id) -> set:
    return {family for family, guide in plan.choices.vetoes if guide == guide_id}


@pytest.mark.parametrize("seed", TOWNS)
def test_a_suggestion_to_a_family_applied_gives_it_a_guide_and_takes_nobodys(seed) -> None:
    plan = random_plan(seed)
    profiles = {family.family_id: family for family in plan.people.families}
    for family_id, reason in why_all_waiting(plan).items():
        for suggestion in reason.changes:
            then = with_family(plan, change_family(profiles[family_id], suggestion.changes))
            assert family_id not in then.waiting
            assert families_served(then) - families_served(plan) == suggestion.families_more == 1
            assert allowed_guides(plan, then, family_id) == suggestion.opened


@pytest.mark.parametrize("seed", TOWNS)
def test_a_suggestion_to_a_guide_applied_serves_as_many_more_families_as_it_says(seed) -> None:
    plan = random_plan(seed)
    profiles = {guide.guide_id: guide for guide in plan.people.guides}
    for guide_id, reason in why_all_idle(plan).items():
        for suggestion in reason.changes:
            then = with_guide(plan, change_guide(profiles[guide_id], suggestion.changes))
            gained = families_served(then) - families_served(plan)
            assert gained == suggestion.families_more >= 1
            assert allowed_families(plan, then, guide_id) == suggestion.opened


def single_changes(profile, rules, *, minutes=range(61)) -> list[WishChange]:
    """Every change there is; nobody in a random town has other times or longer ways."""
    slots = sum(1 << bit for bit in TIMES)
    return [
        change for code in rules for change in options(profile, code, slots=slots, minutes=minutes)
    ]


@pytest.mark.parametrize("seed", TOWNS[: len(TOWNS) // 6])
def test_a_single_change_that_helps_a_family_is_never_overlooked(seed) -> None:
    """Every single change is tried by planning anew; no reason looks at the prices."""
    plan = random_plan(seed, families=6, guides=5)
    profiles = {family.family_id: family for family in plan.people.families}
    for family_id, reason in why_all_waiting(plan).items():
        helpful = [
            change
            for change in single_changes(profiles[family_id], FAMILY_RULES)
            if families_served(with_family(plan, change_family(profiles[family_id], [change])))
            > families_served(plan)
        ]
        check_smallest(reason.changes, helpful)


@pytest.mark.parametrize("seed", TOWNS[: len(TOWNS) // 6])
def test_a_single_change_that_helps_a_guide_is_never_overlooked(seed) -> None:
    plan = random_plan(seed, families=6, guides=5)
    profiles = {guide.guide_id: guide for guide in plan.people.guides}
    for guide_id, reason in why_all_idle(plan).items():
        helpful = [
            change
            for change in single_changes(profiles[guide_id], GUIDE_RULES)
            if families_served(with_guide(plan, change_guide(profiles[guide_id], [change])))
            > families_served(plan)
        ]
        check_smallest(reason.changes, helpful)


def check_smallest(told: tuple[Suggestion, ...], helpful: list[WishChange]) -> None:
    singles = [suggestion.changes[0] for suggestion in told if len(suggestion.changes) == 1]
    codes = [change.code for change in singles]
    assert codes == sorted(codes, key=list(WishChangeCode).index)
    easiest = sorted({change.code for change in helpful}, key=list(WishChangeCode).index)[:4]
    assert codes == easiest
    if helpful:
        assert len(told) == len(singles)
    longer = [change for change in helpful if change.code is WishChangeCode.LONGER_TRIP]
    for change in singles:
        if change.code is WishChangeCode.LONGER_TRIP:
            assert change.facts["minutes"] == min(int(one.facts["minutes"]) for one in longer)


@pytest.mark.parametrize("seed", TOWNS[: len(TOWNS) // 6])
def test_two_changes_that_help_together_are_found_where_no_single_one_does(seed) -> None:
    plan = random_plan(seed, families=5, guides=4)
    profiles = {family.family_id: family for family in plan.people.families}
    for family_id, reason in why_all_waiting(plan).items():
        if any(len(s.changes) == 1 for s in reason.changes):
            continue
        singles = single_changes(profiles[family_id], FAMILY_RULES, minutes=[60])
        helped = any(
            families_served(with_family(plan, change_family(profiles[family_id], both)))
            > families_served(plan)
            for both in combinations(singles, 2)
        )
        assert bool(reason.changes) == helped


def test_the_random_towns_hold_every_kind_of_reason_and_change() -> None:
    """Else the tests above would say little."""
    plans = [random_plan(seed) for seed in (*range(40), 132)]
    waiting = [reason for plan in plans for reason in why_all_waiting(plan).values()]
    idle = [reason for plan in plans for reason in why_all_idle(plan).values()]
    assert {reason.kind for reason in waiting} == set(WaitingKind)
    assert {reason.kind for reason in idle} == set(IdleKind)
    for reasons, rules in ((waiting, FAMILY_RULES), (idle, GUIDE_RULES)):
        told = [suggestion for reason in reasons for suggestion in reason.changes]
        assert {change.code for one in told for change in one.changes} == set(rules)
        assert {len(one.changes) for one in told} == {1, 2}
    assert max(one.families_more for reason in idle for one in reason.changes) > 1
    assert any(not reason.changes and reason.recruit for reason in waiting)


def planned(*families, guides, travel: Travel | None = None, **choices) -> Plan:
    people = People(tuple(families), tuple(guides), travel or Travel())
    return plan_round(people, Choices(**choices), CONFIG, stability=0)


TWO_PLACES = Travel.from_rows([(HEGGEDAL, BORGEN, Trip(Band.MINUTES, 35))])


def the_reason(plan: Plan, family=None):
    return why_waiting(plan, (family or a_family()).family_id)


def test_one_more_time_is_the_one_that_opens_most_guides() -> None:
    family = a_family(availability=times(MONDAY_EVENING))
    guides = [
        a_guide(guide_id=UUID(int=200 + number), availability=times(slot))
        for number, slot in enumerate([SATURDAY_MORNING, FRIDAY_EVENING, FRIDAY_EVENING])
    ]
    reason = the_reason(planned(family, guides=guides))
    friday = WishChange(WishChangeCode.MORE_TIME, {"slot": FRIDAY_EVENING.code})
    assert reason.kind is WaitingKind.NO_FEASIBLE_GUIDE
    assert (reason.guides, reason.feasible) == (3, 0)
    assert reason.changes == (Suggestion((friday,), opened=2, families_more=1),)
    assert reason.rule_sets == (OpenedByRules((RuleCode.AVAILABILITY,), 3),)
    assert reason.rule_counts[RuleCode.AVAILABILITY].alone == 3
    assert reason.recruit is None


def test_nobody_is_asked_to_go_farther_than_an_hour() -> None:
    for minutes, told in ((60, 1), (61, 0)):
        far = Travel({frozenset({HEGGEDAL, BORGEN}): Trip(Band.MINUTES, minutes)})
        guide = a_guide(neighbourhood_id=BORGEN, max_travel_minutes=20)
        plan = planned(a_family(max_travel_minutes=None), guides=[guide], travel=far)
        assert len(why_idle(plan, guide.guide_id).changes) == told


def test_a_longer_way_is_only_as_long_as_it_has_to_be() -> None:
    family = a_family(max_travel_minutes=20)
    plan = planned(family, guides=[a_guide(neighbourhood_id=BORGEN)], travel=TWO_PLACES)
    (suggestion,) = the_reason(plan).changes
    assert suggestion.changes == (
        WishChange(WishChangeCode.LONGER_TRIP, {"minutes": 35, "more": 15}),
    )


def test_a_way_that_is_shorter_comes_before_one_that_opens_more() -> None:
    far_away = UUID(int=77)
    ways = [(HEGGEDAL, BORGEN, 35), (HEGGEDAL, far_away, 50)]
    travel = Travel.from_rows([(a, b, Trip(Band.MINUTES, number)) for a, b, number in ways])
    guides = [
        a_guide(guide_id=UUID(int=200 + number), neighbourhood_id=place)
        for number, place in enumerate([far_away, far_away, BORGEN])
    ]
    (suggestion,) = the_reason(
        planned(a_family(max_travel_minutes=20), guides=guides, travel=travel)
    ).changes
    assert suggestion.changes[0].facts["minutes"] == 35


def test_the_easiest_changes_are_told_first_and_no_more_than_four() -> None:
    family = a_family(
        availability=times(MONDAY_EVENING),
        max_travel_minutes=20,
        no_pets=True,
        gender_wish=GenderWish.WOMAN,
        must_share_language=True,
    )
    fits = {"availability": times(MONDAY_EVENING)}
    only = [
        fits | {"gender": Gender.MAN},
        fits | {"languages": ()},
        fits | {"has_pets": True},
        fits | {"neighbourhood_id": BORGEN},
        {"availability": times(FRIDAY_EVENING)},
    ]
    guides = [
        a_guide(guide_id=UUID(int=200 + number), **traits) for number, traits in enumerate(only)
    ]
    told = the_reason(planned(family, guides=guides, travel=TWO_PLACES)).changes
    assert [suggestion.changes[0].code for suggestion in told] == [
        WishChangeCode.MORE_TIME,
        WishChangeCode.LONGER_TRIP,
        WishChangeCode.PETS_WELCOME,
        WishChangeCode.NO_SHARED_LANGUAGE,
    ]


MONDAY, FRIDAY = times(MONDAY_EVENING), times(FRIDAY_EVENING)
FIRST, SECOND = UUID(int=101), UUID(int=102)
ANNA, BEA = UUID(int=201), UUID(int=202)


def test_a_guide_counts_whose_family_could_go_on_to_another() -> None:
    """Anna has the first family, who could have Bea as well; the second could have Anna only."""
    first = a_family(family_id=FIRST)
    second = a_family(family_id=SECOND, availability=FRIDAY, no_pets=True)
    anna = a_guide(guide_id=ANNA, availability=MONDAY)
    bea = a_guide(guide_id=BEA, availability=MONDAY, has_pets=True, active_families=2)
    plan = planned(first, second, guides=[anna, bea])
    assert [(pair.family_id, pair.guide_id) for pair in plan.pairs] == [(FIRST, ANNA)]
    monday = WishChange(WishChangeCode.MORE_TIME, {"slot": MONDAY_EVENING.code})
    assert why_waiting(plan, SECOND).changes == (Suggestion((monday,), 1, 1),)


def test_a_guide_whose_places_are_pinned_to_others_cannot_be_reached() -> None:
    first, second = a_family(family_id=FIRST), a_family(family_id=SECOND, availability=FRIDAY)
    guide = a_guide(availability=MONDAY)
    plan = planned(first, second, guides=[guide], pins={FIRST: guide.guide_id})
    assert why_waiting(plan, SECOND).changes == ()


def test_a_family_counts_whose_guide_could_take_another() -> None:
    """Anna has the first family; the second could have Anna only; Bea could have the first."""
    first = a_family(family_id=FIRST, waiting_days=180)
    second = a_family(family_id=SECOND, availability=MONDAY, no_pets=True, waiting_days=0)
    anna = a_guide(guide_id=ANNA)
    bea = a_guide(guide_id=BEA, has_pets=True, children_wish=ChildrenWish.WITHOUT_CHILDREN)
    plan = planned(first, second, guides=[anna, bea])
    assert plan.waiting == (SECOND,)
    assert why_idle(plan, BEA).changes == (
        Suggestion((WishChange(WishChangeCode.ANY_CHILDREN, {}),), opened=1, families_more=1),
    )


def test_a_pinned_family_needs_no_other_guide() -> None:
    anna = a_guide(guide_id=ANNA)
    bea = a_guide(guide_id=BEA, free_places=2, children_wish=ChildrenWish.WITHOUT_CHILDREN)
    alone = planned(a_family(family_id=FIRST), guides=[anna, bea], pins={FIRST: ANNA})
    assert why_idle(alone, BEA).changes == ()
    families = [a_family(family_id=family_id) for family_id in (FIRST, SECOND)]
    both = planned(*families, guides=[anna, bea], pins={FIRST: ANNA})
    (suggestion,) = why_idle(both, BEA).changes
    assert (suggestion.opened, suggestion.families_more) == (2, 1)


def test_a_time_at_which_only_pinned_families_can_is_not_what_a_guide_is_asked_for() -> None:
    pinned = [a_family(family_id=UUID(int=150 + number)) for number in range(2)]
    pinned = [replace(family, availability=MONDAY) for family in pinned]
    anna = a_guide(guide_id=ANNA, free_places=2)
    bea = a_guide(guide_id=BEA, availability=times(SATURDAY_MORNING))
    plan = planned(
        *pinned,
        a_family(family_id=SECOND, availability=FRIDAY),
        guides=[anna, bea],
        pins={family.family_id: ANNA for family in pinned},
    )
    (suggestion,) = why_idle(plan, BEA).changes
    assert suggestion.changes[0].facts == {"slot": FRIDAY_EVENING.code}


def test_a_pin_that_one_wish_given_up_brings_back_is_looked_for() -> None:
    family = a_family(gender_wish=GenderWish.WOMAN, availability=times(MONDAY_EVENING))
    guide = a_guide(gender=Gender.MAN, availability=times(FRIDAY_EVENING))
    pins = {family.family_id: guide.guide_id}
    plan = planned(family, guides=[guide], pins=pins)
    assert plan.lapsed_pins == ((family.family_id, guide.guide_id),)
    any_gender = (WishChange(WishChangeCode.ANY_GENDER, {}),)
    assert the_reason(plan).changes == (Suggestion(any_gender, opened=1, families_more=1),)
    then = with_family(plan, change_family(family, any_gender))
    assert [(pair.guide_id, pair.pinned) for pair in then.pairs] == [(guide.guide_id, True)]


def test_a_pin_that_would_come_back_and_take_a_pinned_place_is_no_gain() -> None:
    waits = a_family(family_id=FIRST, gender_wish=GenderWish.WOMAN)
    has = a_family(family_id=SECOND, availability=times(MONDAY_EVENING))
    anna = a_guide(guide_id=ANNA, gender=Gender.MAN, availability=times(MONDAY_EVENING))
    bea = a_guide(guide_id=BEA, gender=Gender.MAN, availability=times(FRIDAY_EVENING))
    waits = replace(waits, availability=bea.availability)
    plan = planned(waits, has, guides=[anna, bea], pins={FIRST: ANNA, SECOND: ANNA})
    assert (plan.waiting, plan.lapsed_pins) == ((FIRST,), ((FIRST, ANNA),))
    assert why_waiting(plan, FIRST).changes == ()


def test_a_pin_that_a_guides_wish_given_up_brings_back_is_looked_for() -> None:
    family = a_family(contact_gender=Gender.MAN, availability=times(MONDAY_EVENING))
    guide = a_guide(gender_wish=GenderWish.WOMAN, availability=times(FRIDAY_EVENING))
    plan = planned(family, guides=[guide], pins={family.family_id: guide.guide_id})
    any_gender = (WishChange(WishChangeCode.ANY_GENDER, {}),)
    assert why_idle(plan, guide.guide_id).changes == (Suggestion(any_gender, 1, 1),)


def test_a_guides_own_limit_is_not_the_familys_to_change() -> None:
    guide = a_guide(neighbourhood_id=BORGEN, max_travel_minutes=20)
    plan = planned(a_family(max_travel_minutes=20), guides=[guide], travel=TWO_PLACES)
    assert the_reason(plan).changes == ()
    assert why_idle(plan, guide.guide_id).changes == ()


def test_two_changes_are_told_together_where_both_are_needed() -> None:
    family = a_family(availability=times(MONDAY_EVENING), no_pets=True)
    guide = a_guide(availability=times(FRIDAY_EVENING), has_pets=True)
    (suggestion,) = the_reason(planned(family, guides=[guide])).changes
    codes = [change.code for change in suggestion.changes]
    assert codes == [WishChangeCode.MORE_TIME, WishChangeCode.PETS_WELCOME]


@pytest.mark.parametrize(
    "protection",
    [
        {"is_paused": True},
        {"is_ready": False},
        {"free_places": 0},
    ],
)
def test_nothing_is_suggested_against_a_protection(protection) -> None:
    family = a_family(availability=times(MONDAY_EVENING))
    guide = a_guide(availability=times(FRIDAY_EVENING), **protection)
    assert the_reason(planned(family, guides=[guide])).changes == ()


def test_a_protected_family_is_suggested_nothing_and_nobody() -> None:
    reason = the_reason(planned(a_family(is_protected=True), guides=[a_guide()]))
    assert (reason.changes, reason.recruit, reason.rule_sets) == ((), None, ())
    assert reason.rule_counts[RuleCode.PROTECTED].alone == 1


def test_whom_the_coordinator_vetoed_is_counted_and_not_suggested() -> None:
    plan = planned(
        a_family(),
        guides=[a_guide()],
        vetoes=frozenset({(a_family().family_id, a_guide().guide_id)}),
    )
    reason = the_reason(plan)
    assert (reason.kind, reason.feasible, reason.vetoed) == (WaitingKind.NO_FEASIBLE_GUIDE, 0, 1)
    assert reason.changes == ()
    idle = why_idle(plan, a_guide().guide_id)
    assert (idle.kind, idle.feasible, idle.vetoed) == (IdleKind.NO_FEASIBLE_FAMILY, 0, 1)


def two_families_for_one_guide(**choices) -> tuple[Plan, list]:
    families = [a_family(family_id=UUID(int=100 + number)) for number in range(2)]
    plan = planned(*families, guides=[a_guide()], **choices)
    return plan, families


def test_a_competition_names_the_rivals_and_their_places() -> None:
    plan, families = two_families_for_one_guide()
    (left,) = plan.waiting
    (other,) = {family.family_id for family in families} - {left}
    reason = why_waiting(plan, left)
    assert (reason.kind, reason.feasible) == (WaitingKind.COMPETITION, 1)
    assert (reason.rivals, reason.rival_guides, reason.places) == (
        (other,),
        (a_guide().guide_id,),
        1,
    )
    assert reason.rule_sets == ()
    assert reason.recruit is not None


def test_a_family_that_is_pinned_to_the_guide_is_a_rival_too() -> None:
    families = [a_family(family_id=UUID(int=100 + number)) for number in range(3)]
    guide = a_guide(free_places=2)
    plan = planned(*families, guides=[guide], pins={families[0].family_id: guide.guide_id})
    (left,) = plan.waiting
    reason = why_waiting(plan, left)
    others = tuple(family.family_id for family in families if family.family_id != left)
    assert (reason.kind, reason.rivals, reason.places) == (WaitingKind.COMPETITION, others, 2)
    assert reason.kept == ()


def test_a_guide_whom_a_pin_keeps_for_another_family_is_no_competition() -> None:
    first = two_families_for_one_guide()[1][0].family_id
    guide = a_guide().guide_id
    plan, families = two_families_for_one_guide(pins={first: guide})
    reason = why_waiting(plan, families[1].family_id)
    assert (reason.kind, reason.feasible) == (WaitingKind.KEPT_FOR_OTHERS, 1)
    assert (reason.kept, reason.rivals) == ((Kept(guide, (first,)),), ())
    assert kept_for_others(plan, families[1].family_id) == reason.kept
    assert kept_for_others(plan, first) == ()  # its own pin keeps nobody from it
    vetoes = frozenset({(families[1].family_id, guide)})
    plan, families = two_families_for_one_guide(pins={first: guide}, vetoes=vetoes)
    assert why_waiting(plan, families[1].family_id).kept == ()


def test_a_guide_with_a_place_left_may_be_told_that_all_have_guides() -> None:
    guide = a_guide(free_places=2)
    reason = why_idle(planned(a_family(), guides=[guide]), guide.guide_id)
    assert (reason.kind, reason.families, reason.feasible) == (IdleKind.ENOUGH_GUIDES, 1, 1)
    assert reason.changes == ()


def test_a_guide_is_told_what_they_could_change() -> None:
    guide = a_guide(children_wish=ChildrenWish.WITHOUT_CHILDREN)
    reason = why_idle(planned(a_family(), guides=[guide]), guide.guide_id)
    assert reason.kind is IdleKind.NO_FEASIBLE_FAMILY
    assert reason.rule_sets == (OpenedByRules((RuleCode.CHILDREN_WISH,), 1),)
    assert reason.changes == (
        Suggestion((WishChange(WishChangeCode.ANY_CHILDREN, {}),), opened=1, families_more=1),
    )


def test_a_guide_whom_a_family_declined_is_suggested_nothing() -> None:
    family = a_family(declined_guides=frozenset({a_guide().guide_id}))
    guide = a_guide(children_wish=ChildrenWish.WITHOUT_CHILDREN)
    plan = planned(family, guides=[guide])
    assert why_idle(plan, guide.guide_id).changes == ()
    assert why_idle(plan, guide.guide_id).rule_sets == ()


def test_only_those_who_are_left_over_are_asked_about() -> None:
    plan = planned(a_family(), guides=[a_guide()])
    with pytest.raises(ValueError, match="has a guide"):
        the_reason(plan)
    with pytest.raises(ValueError, match="no place left"):
        why_idle(plan, a_guide().guide_id)
    with pytest.raises(KeyError):
        why_waiting(plan, a_guide().guide_id)


def test_every_change_does_what_it_says() -> None:
    family = a_family(
        availability=0,
        max_travel_minutes=10,
        own_municipality_only=True,
        no_pets=True,
        must_share_language=True,
        gender_wish=GenderWish.MAN,
    )
    changes = [
        change
        for code in FAMILY_RULES
        for change in options(family, code, slots=times(MONDAY_EVENING), minutes=[5, 10, 25])
    ]
    assert change_family(family, changes) == replace(
        family,
        availability=times(Slot(MONDAY_EVENING.day, MONDAY_EVENING.part)),
        max_travel_minutes=25,
        own_municipality_only=False,
        no_pets=False,
        must_share_language=False,
        gender_wish=GenderWish.NONE,
    )
    content = change_family(family, changes)
    for code in FAMILY_RULES:
        if code is not WishChangeCode.LONGER_TRIP:
            assert options(content, code, slots=times(MONDAY_EVENING), minutes=[25]) == ()
    (longer,) = options(family, WishChangeCode.LONGER_TRIP, slots=0, minutes=[5, 10, 25])
    assert longer.facts == {"minutes": 25, "more": 15}
    assert options(a_family(), WishChangeCode.LONGER_TRIP, slots=0, minutes=[99]) == ()
