"""Each hard rule on both sides of its boundary, and that every broken rule is told."""

import pytest

from app.matching import MatchingConfig, rank_guides
from app.matching.pairs.codes import Codes
from app.matching.pairs.people import Guides
from app.matching.pairs.rules import RULES, may_guide
from app.matching.types import RuleCode, RuleCount, Travel
from app.travel import Band, Trip
from app.vocabulary import AgeGroup, ChildAge, ChildrenWish, Gender, GenderWish
from tests.matching.profiles import (
    BORGEN,
    CONFIG,
    GUIDE,
    HEGGEDAL,
    MONDAY_EVENING,
    NO_TRAVEL,
    SATURDAY_MORNING,
    TIMES,
    TOFTE,
    UUID,
    a_family,
    a_guide,
    failing_rules,
    minutes,
    pair,
    skill,
    times,
)

NONE: tuple[RuleCode, ...] = ()


def test_two_who_fit_break_no_rule() -> None:
    assert failing_rules(pair()) == NONE


def test_there_is_one_rule_for_each_code_in_the_same_order() -> None:
    assert [rule.code for rule in RULES] == list(RuleCode)


MUST_SHARE = (RuleCode.LANGUAGE_REQUIRED,)


@pytest.mark.parametrize(
    ("theirs", "guides", "broken"),
    [
        (skill("ti", 4), skill("ti", 4), NONE),
        (skill("ti", 4), skill("ar", 4), MUST_SHARE),
        (skill("en", 2), skill("en", 4), NONE),
        (skill("en", 1), skill("en", 4), MUST_SHARE),
        (skill("en", 4), skill("en", 1), MUST_SHARE),
        (skill("en", 3, 1), skill("en", 4), NONE),  # understands more than she speaks
        (skill("en", 2, 1), skill("en", 4), MUST_SHARE),
        (skill("nn", 2), skill("nb", 4), NONE),  # two ways to write one Norwegian
        (skill("no", 2), skill("nn", 4), NONE),
        (skill("prs", 4), skill("fa", 4), NONE),  # close enough to talk
        (skill("prs", 2), skill("fa", 4), MUST_SHARE),  # 0.8 of good is not good
        (skill("prs", 3), skill("fa", 3), NONE),
        (skill("uk", 3), skill("ru", 4), MUST_SHARE),
        (skill("uk", 4), skill("ru", 4), NONE),
    ],
)
def test_a_language_that_must_be_shared(theirs, guides, broken) -> None:
    family = a_family(languages=(theirs,), must_share_language=True)
    assert failing_rules(pair(family, a_guide(languages=(guides,)))) == broken


def test_without_the_must_no_language_is_needed() -> None:
    assert failing_rules(pair(guide=a_guide(languages=()))) == NONE


def test_an_unacceptable_language_does_not_meet_the_must() -> None:
    family = a_family(
        languages=(skill("uk", 4), skill("ru", 4)),
        unacceptable_languages=frozenset({"ru"}),
        must_share_language=True,
    )
    assert failing_rules(pair(family, a_guide(languages=(skill("ru", 4),)))) == MUST_SHARE
    assert failing_rules(pair(family, a_guide(languages=(skill("uk", 2),)))) == NONE


def test_unacceptable_norwegian_is_unacceptable_however_it_is_written() -> None:
    family = a_family(
        languages=(skill("no", 4),),
        unacceptable_languages=frozenset({"nb"}),
        must_share_language=True,
        wants_norwegian_practice=True,
    )
    assert failing_rules(pair(family, a_guide(languages=(skill("nn", 4),)))) == MUST_SHARE


@pytest.mark.parametrize("instead", ["interpreter_agreed", "wants_norwegian_practice"])
def test_nothing_else_stands_in_for_a_language_that_must_be_shared(instead) -> None:
    family = a_family(languages=(skill("ti", 4),), must_share_language=True, **{instead: True})
    assert failing_rules(pair(family, a_guide(languages=(skill("nb", 4),)))) == MUST_SHARE


@pytest.mark.parametrize(("level", "broken"), [(1, MUST_SHARE), (2, NONE)])
def test_norwegian_that_both_speak_well_is_a_shared_language(level, broken) -> None:
    family = a_family(languages=(skill("no", level),), must_share_language=True)
    assert failing_rules(pair(family, a_guide(languages=(skill("nb", 4),)))) == broken


@pytest.mark.parametrize(
    ("guides", "at_least", "broken"),
    [
        (times(MONDAY_EVENING), 1, NONE),
        (times(), 1, (RuleCode.AVAILABILITY,)),
        (times(MONDAY_EVENING), 2, (RuleCode.AVAILABILITY,)),
        (times(MONDAY_EVENING, SATURDAY_MORNING), 2, NONE),
        (times(), 0, NONE),
    ],
)
def test_enough_shared_times(guides, at_least, broken) -> None:
    config = MatchingConfig(min_shared_slots=at_least)
    assert failing_rules(pair(guide=a_guide(availability=guides), config=config)) == broken


def test_much_time_at_other_times_is_no_shared_time() -> None:
    others = (1 << 21) - 1 - times(*TIMES)
    assert failing_rules(pair(guide=a_guide(availability=others))) == (RuleCode.AVAILABILITY,)


TOO_FAR = (RuleCode.TRAVEL,)


@pytest.mark.parametrize(
    ("trip", "family_limit", "guide_limit", "broken"),
    [
        (minutes(30), 30, None, NONE),
        (minutes(31), 30, None, TOO_FAR),
        (minutes(30), None, 30, NONE),
        (minutes(31), None, 30, TOO_FAR),
        (minutes(31), 30, 60, TOO_FAR),
        (minutes(31), 60, 30, TOO_FAR),
        (minutes(500), None, None, NONE),
        (Trip(Band.ADJACENT), 10, 10, NONE),
        (Trip(Band.ADJACENT, 50), 10, 10, NONE),
        (Trip(Band.UNKNOWN), 0, 0, NONE),
        (Trip(Band.UNREACHABLE), None, None, TOO_FAR),
    ],
)
def test_travel_within_both_limits(trip, family_limit, guide_limit, broken) -> None:
    family = a_family(max_travel_minutes=family_limit)
    guide = a_guide(max_travel_minutes=guide_limit)
    assert failing_rules(pair(family, guide, trip)) == broken


def test_no_limit_is_too_strict_for_the_same_neighbourhood() -> None:
    assert failing_rules(pair(a_family(max_travel_minutes=0))) == NONE


@pytest.mark.parametrize(
    ("wish", "gender", "granted"),
    [
        (GenderWish.NONE, Gender.MAN, True),
        (GenderWish.NONE, None, True),
        (GenderWish.WOMAN, Gender.WOMAN, True),
        (GenderWish.WOMAN, Gender.MAN, False),
        (GenderWish.MAN, Gender.MAN, True),
        (GenderWish.MAN, Gender.WOMAN, False),
        (GenderWish.WOMAN, Gender.OTHER, False),
        (GenderWish.WOMAN, None, False),
    ],
)
def test_gender_wishes_bind_both_ways(wish, gender, granted) -> None:
    by_family = pair(a_family(gender_wish=wish), a_guide(gender=gender))
    assert failing_rules(by_family) == (NONE if granted else (RuleCode.GENDER_OF_GUIDE,))
    by_guide = pair(a_family(contact_gender=gender), a_guide(gender_wish=wish))
    assert failing_rules(by_guide) == (NONE if granted else (RuleCode.GENDER_OF_CONTACT,))


@pytest.mark.parametrize(
    ("no_pets", "has_pets", "broken"),
    [
        (True, True, (RuleCode.PETS,)),
        (True, False, NONE),
        (False, True, NONE),
        (False, False, NONE),
    ],
)
def test_pets(no_pets, has_pets, broken) -> None:
    assert failing_rules(pair(a_family(no_pets=no_pets), a_guide(has_pets=has_pets))) == broken


@pytest.mark.parametrize(
    ("wish", "children", "broken"),
    [
        (ChildrenWish.NO_MATTER, {}, NONE),
        (ChildrenWish.NO_MATTER, {ChildAge.TEEN: 1}, NONE),
        (ChildrenWish.WITH_CHILDREN, {ChildAge.TEEN: 1}, NONE),
        (ChildrenWish.WITH_CHILDREN, {}, (RuleCode.CHILDREN_WISH,)),
        (ChildrenWish.WITH_CHILDREN, {ChildAge.TEEN: 0}, (RuleCode.CHILDREN_WISH,)),
        (ChildrenWish.WITHOUT_CHILDREN, {ChildAge.TEEN: 1}, (RuleCode.CHILDREN_WISH,)),
        (ChildrenWish.WITHOUT_CHILDREN, {ChildAge.TEEN: 0}, NONE),
    ],
)
def test_wish_about_children(wish, children, broken) -> None:
    assert failing_rules(pair(a_family(children=children), a_guide(children_wish=wish))) == broken


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"free_places": 0}, (RuleCode.CAPACITY,)),
        ({"free_places": -1}, (RuleCode.CAPACITY,)),
        ({"free_places": 1}, NONE),
        ({"is_paused": True}, (RuleCode.PAUSED,)),
        ({"is_ready": False}, (RuleCode.NOT_READY,)),
        ({"lacks_steps": True}, (RuleCode.STEPS,)),
        ({"age_group": AgeGroup.FROM_16}, (RuleCode.UNDER_18,)),
        ({"age_group": AgeGroup.FROM_18}, NONE),
        ({"age_group": AgeGroup.FROM_75}, NONE),
    ],
)
def test_the_guide_is_free_and_cleared(change, broken) -> None:
    assert failing_rules(pair(guide=a_guide(**change))) == broken


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, True),
        ({"free_places": 0}, False),
        ({"is_paused": True}, False),
        ({"is_ready": False}, False),
        ({"lacks_steps": True}, False),
        ({"age_group": AgeGroup.FROM_16}, False),
        ({"has_pets": True, "availability": 0}, True),  # that depends on the family
    ],
)
def test_who_could_take_a_family_whichever_it_is(change, may) -> None:
    guides = [a_guide(**change)]
    assert may_guide(Guides.of(guides, Codes.of([], guides))).tolist() == [may]


def test_a_declined_guide_does_not_come_back() -> None:
    assert failing_rules(pair(a_family(declined_guides=frozenset({GUIDE})))) == (RuleCode.DECLINED,)
    assert failing_rules(pair(a_family(declined_guides=frozenset({TOFTE})))) == NONE


def test_nor_does_a_couple_of_which_the_family_declined_one() -> None:
    family = a_family(declined_guides=frozenset({TOFTE}))
    assert failing_rules(pair(family, a_guide(partner_id=TOFTE))) == (RuleCode.DECLINED,)


@pytest.mark.parametrize(
    ("needed", "held", "broken"),
    [
        (True, False, (RuleCode.CERTIFICATE,)),
        (True, True, NONE),
        (False, False, NONE),
        (False, True, NONE),
    ],
)
def test_a_certificate_that_is_needed(needed, held, broken) -> None:
    both = pair(a_family(needs_certificate=needed), a_guide(has_certificate=held))
    assert failing_rules(both) == broken


ELSEWHERE = (RuleCode.MUNICIPALITY,)


@pytest.mark.parametrize(
    ("home", "there", "family_stays", "guide_stays", "broken"),
    [
        (BORGEN, TOFTE, False, False, NONE),
        (BORGEN, TOFTE, True, False, ELSEWHERE),
        (BORGEN, TOFTE, False, True, ELSEWHERE),
        (BORGEN, BORGEN, True, True, NONE),
        (None, None, True, True, NONE),
        (BORGEN, None, True, False, ELSEWHERE),
    ],
)
def test_their_own_municipality_if_one_of_them_wants_no_other(
    home, there, family_stays, guide_stays, broken
) -> None:
    family = a_family(municipality_id=home, own_municipality_only=family_stays)
    guide = a_guide(municipality_id=there, own_municipality_only=guide_stays)
    assert failing_rules(pair(family, guide)) == broken


def test_a_protected_family_is_never_proposed_by_itself() -> None:
    assert failing_rules(pair(a_family(is_protected=True))) == (RuleCode.PROTECTED,)


def test_all_broken_rules_are_told_not_only_the_first() -> None:
    family = a_family(
        must_share_language=True,
        gender_wish=GenderWish.MAN,
        no_pets=True,
        declined_guides=frozenset({GUIDE}),
        needs_certificate=True,
        own_municipality_only=True,
        municipality_id=TOFTE,
        is_protected=True,
    )
    guide = a_guide(
        languages=(),
        availability=0,
        gender_wish=GenderWish.MAN,
        has_pets=True,
        children_wish=ChildrenWish.WITHOUT_CHILDREN,
        free_places=0,
        is_paused=True,
        is_ready=False,
        lacks_steps=True,
        age_group=AgeGroup.FROM_16,
    )
    assert failing_rules(pair(family, guide, Trip(Band.UNREACHABLE))) == tuple(RuleCode)


def test_each_rule_counts_whom_it_removes_and_whom_it_removes_alone() -> None:
    guides = [
        a_guide(guide_id=UUID(int=1)),
        a_guide(guide_id=UUID(int=2), is_paused=True),
        a_guide(guide_id=UUID(int=3), is_paused=True, availability=0),
        a_guide(guide_id=UUID(int=4), availability=0),
        a_guide(guide_id=UUID(int=5), availability=0),
    ]
    counts = rank_guides(a_family(), guides, NO_TRAVEL, CONFIG).rule_counts
    assert set(counts) == set(RuleCode)
    assert counts[RuleCode.PAUSED] == RuleCount(removed=2, alone=1)
    assert counts[RuleCode.AVAILABILITY] == RuleCount(removed=3, alone=2)
    assert counts[RuleCode.PETS] == RuleCount(removed=0, alone=0)


def test_travel_is_the_same_both_ways_and_unknown_where_nobody_said() -> None:
    travel = Travel.from_rows([(HEGGEDAL, BORGEN, minutes(20))])
    assert travel.between(HEGGEDAL, BORGEN) == travel.between(BORGEN, HEGGEDAL) == minutes(20)
    assert travel.between(TOFTE, TOFTE) == Trip(Band.SAME)
    for here, there in ((HEGGEDAL, TOFTE), (None, TOFTE), (TOFTE, None), (None, None)):
        assert travel.between(here, there) == Trip(Band.UNKNOWN)


def test_a_way_from_a_place_to_itself_is_no_way() -> None:
    travel = Travel.from_rows([(HEGGEDAL, HEGGEDAL, minutes(90))])
    family = a_family(max_travel_minutes=10)
    told = rank_guides(family, [a_guide()], travel, CONFIG)
    assert told.candidates[0].terms[0].facts["band"] == Band.SAME


@pytest.mark.parametrize(
    ("band", "number"),
    [(Band.MINUTES, None), (Band.MINUTES, -1), (Band.UNKNOWN, 5), (Band.UNREACHABLE, 5)],
)
def test_a_trip_that_contradicts_itself_is_refused(band, number) -> None:
    with pytest.raises(ValueError, match="trip"):
        Trip(band, number)
