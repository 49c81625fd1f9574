"""What changed since the last round, and whether the reason told is the reason."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.matching.differences import Possible, differences
from app.matching.pairs.couples import unite
from app.matching.pairs.rules import rules_in
from app.matching.planning import Change, ChangeCode, Choices, Plan, plan_round
from app.matching.types import RuleCode
from app.vocabulary import GenderWish
from tests.matching.planning.test_plans import (
    F1,
    F2,
    F3,
    G1,
    G2,
    G3,
    TOWN,
    TOWNS,
    families,
    given,
    guides,
    plan_of,
    random_town,
)
from tests.matching.profiles import BORGEN, a_family, a_guide
from tests.matching.towns import Dice

WOMAN = {"gender_wish": GenderWish.WOMAN}


def changes(plan: Plan, previous: dict[UUID, UUID | None]) -> list[Change]:
    return list(differences(plan, previous))


def test_nothing_changed_is_nothing_to_tell() -> None:
    plan = plan_of(families(F1, priority=1) + families(F2), guides(G1))
    assert changes(plan, {F1: G1, F2: None}) == []
    assert changes(plan_of((), ()), {}) == []


def test_a_family_that_is_new() -> None:
    plan = plan_of(families(F1, priority=1) + families(F2), guides(G1))
    assert changes(plan, {F2: None}) == [Change(F1, None, G1, ChangeCode.NEW_FAMILY)]
    assert changes(plan, {F1: G1}) == []  # the other one is new and has nobody


def test_a_family_that_comes_back_is_not_new() -> None:
    """Its proposal or match has ended since: it was not in the last round, and is known."""
    plan = plan_of(families(F1, F2), guides(G1, G2))
    told = differences(plan, {}, returned={F1})
    assert {one.family_id: one.code for one in told} == {
        F1: ChangeCode.FAMILY_BACK,
        F2: ChangeCode.NEW_FAMILY,
    }
    assert not differences(plan, given(plan), returned={F1})


def test_a_family_that_waits_no_more() -> None:
    plan = plan_of(families(F1), guides(G1))
    left = changes(plan, {F1: G1, F2: G2, F3: None})
    assert left == [Change(F2, G2, None, ChangeCode.FAMILY_LEFT)]


def test_a_guide_who_has_left() -> None:
    plan = plan_of(families(F1), guides(G1))
    assert changes(plan, {F1: G2}) == [Change(F1, G2, G1, ChangeCode.GUIDE_GONE)]


def test_a_guide_whom_rules_forbid_now_is_told_with_all_of_them() -> None:
    able = (*guides(G1, is_paused=True, has_pets=True), *guides(G2))
    plan = plan_of(families(F1, no_pets=True), able)
    rules = (RuleCode.PETS, RuleCode.PAUSED)
    assert changes(plan, {F1: G1}) == [Change(F1, G1, G2, ChangeCode.GUIDE_GONE, rules=rules)]


def test_what_the_coordinator_chose() -> None:
    able = guides(G1) + guides(G2, neighbourhood_id=BORGEN)
    pinned = plan_of(families(F1), able, Choices(pins={F1: G2}))
    assert changes(pinned, {F1: G1}) == [Change(F1, G1, G2, ChangeCode.PINNED)]
    assert changes(pinned, {F1: None}) == [Change(F1, None, G2, ChangeCode.PINNED)]
    vetoed = plan_of(families(F1), able, Choices(vetoes=frozenset({(F1, G1)})))
    assert changes(vetoed, {F1: G1}) == [Change(F1, G1, G2, ChangeCode.VETOED)]


def test_a_guide_who_is_needed_by_another_family() -> None:
    waiting = (a_family(family_id=F1), a_family(family_id=F2, **WOMAN))
    able = (a_guide(guide_id=G1), a_guide(guide_id=G2, gender=None))
    plan = plan_of(waiting, able)
    assert given(plan) == {F1: G2, F2: G1}
    assert changes(plan, {F1: G1, F2: None}) == [
        Change(F1, G1, G2, ChangeCode.FREED_FOR, families=(F2,)),
        Change(F2, None, G1, ChangeCode.GUIDE_FREE, families=(F1,)),
    ]


def test_a_guide_with_fewer_places_keeps_whom_the_round_needs_there() -> None:
    plan = plan_of(families(F1, priority=1) + families(F2), guides(G1))
    assert changes(plan, {F1: G1, F2: G1}) == [
        Change(F2, G1, None, ChangeCode.FREED_FOR, families=(F1,))
    ]


def test_a_guide_whom_nobody_had_before() -> None:
    plan = plan_of(families(F1), guides(G1))
    assert changes(plan, {F1: None}) == [Change(F1, None, G1, ChangeCode.GUIDE_FREE)]


def test_a_pair_that_the_last_round_could_not_form() -> None:
    plan = plan_of(families(F1), guides(G1))
    had_room = Possible(pairs=frozenset(), guides=frozenset({G1}))
    full = Possible(pairs=frozenset(), guides=frozenset())
    allowed = Possible(pairs=frozenset({(F1, G1)}), guides=frozenset({G1}))
    for possible, code in (
        (had_room, ChangeCode.NOW_POSSIBLE),
        (full, ChangeCode.GUIDE_FREE),
        (allowed, ChangeCode.GUIDE_FREE),
    ):
        (change,) = differences(plan, {F1: None}, possible)
        assert change.code is code
    better = plan_of(families(F1), guides(G1) + guides(G2, neighbourhood_id=BORGEN))
    (change,) = differences(better, {F1: G2}, had_room)
    assert change.code is ChangeCode.NOW_POSSIBLE


def test_who_keeps_a_guide_is_not_why_another_gets_or_loses_it() -> None:
    both = plan_of(families(F1, F2), guides(G1, free_places=2))
    assert changes(both, {F1: None, F2: G1}) == [Change(F1, None, G1, ChangeCode.GUIDE_FREE)]
    waiting = families(F1) + families(F2, F3, priority=2)
    plan = plan_of(waiting, guides(G1, free_places=2))
    assert changes(plan, {F1: G1, F2: G1, F3: None}) == [
        Change(F1, G1, None, ChangeCode.FREED_FOR, families=(F3,)),
        Change(F3, None, G1, ChangeCode.GUIDE_FREE, families=(F1,)),
    ]


def test_a_place_that_a_family_left_behind() -> None:
    plan = plan_of(families(F1), guides(G1))
    assert changes(plan, {F1: None, F3: G1}) == [
        Change(F1, None, G1, ChangeCode.GUIDE_FREE, families=(F3,)),
        Change(F3, G1, None, ChangeCode.FAMILY_LEFT),
    ]


def test_a_better_guide_though_the_old_one_is_free() -> None:
    plan = plan_of(families(F1), guides(G1) + guides(G2, neighbourhood_id=BORGEN))
    assert changes(plan, {F1: G2}) == [Change(F1, G2, G1, ChangeCode.BETTER_TOTAL)]


def test_half_of_a_couple_was_the_couple() -> None:
    couple = unite(a_guide(guide_id=G1), a_guide(guide_id=G2))
    plan = plan_of(families(F1), (couple, *guides(G3, neighbourhood_id=BORGEN)))
    assert changes(plan, {F1: G2}) == []
    vetoed = plan_of(
        families(F1),
        (couple, *guides(G3, neighbourhood_id=BORGEN)),
        Choices(vetoes=frozenset({(F1, G2)})),
    )
    assert changes(vetoed, {F1: G2}) == [Change(F1, G1, G3, ChangeCode.VETOED)]


@pytest.mark.parametrize("seed", TOWNS)
def test_every_change_of_a_town_is_told_once_and_truly(seed: int) -> None:
    people, choices = random_town(seed)
    dice = Dice(seed)
    before = plan_round(people, choices, TOWN, stability=20)
    last: dict[UUID, UUID | None] = {**dict.fromkeys(before.waiting), **given(before)}
    people = replace(
        people,
        families=tuple(f for f in people.families if dice.happens(0.9)),
        guides=tuple(
            replace(g, is_paused=g.is_paused or dice.happens(0.1))
            for g in people.guides
            if dice.happens(0.9)
        ),
    )
    plan = plan_round(people, replace(choices, previous=last), TOWN, stability=20)
    after = given(plan)
    told = differences(plan, last)
    differ = {f for f in {*last, *plan.families.ids} if last.get(f) != after.get(f)}
    assert [change.family_id for change in told] == sorted(differ)
    for change in told:
        assert (change.before, change.after) == (
            last.get(change.family_id),
            after.get(change.family_id),
        )
        check_reason(plan, change, last)


def check_reason(plan: Plan, change: Change, last: dict[UUID, UUID | None]) -> None:
    known = plan.codes.guides
    now = given(plan)
    match change.code:
        case ChangeCode.FAMILY_LEFT:
            assert change.family_id not in plan.families.ids
        case ChangeCode.NEW_FAMILY:
            assert change.family_id not in last
        case ChangeCode.PINNED:
            assert known[plan.choices.pins[change.family_id]] == known[change.after]
        case ChangeCode.VETOED:
            forbidden = {(f, known.get(g)) for f, g in plan.choices.vetoes}
            assert (change.family_id, known[change.before]) in forbidden
        case ChangeCode.GUIDE_GONE:
            gone = change.before not in known
            assert gone == (not change.rules)
            if not gone:
                failing = plan.block_of(change.family_id).failing[0, known[change.before]]
                assert rules_in(int(failing)) == change.rules
        case ChangeCode.FREED_FOR:
            assert change.families
            assert change.before not in plan.idle
            assert {now[family] for family in change.families} == {change.before}
        case ChangeCode.GUIDE_FREE:
            assert change.before is None
            assert all(last[f] == change.after != now.get(f) for f in change.families)
        case ChangeCode.BETTER_TOTAL:
            assert change.before in plan.idle
