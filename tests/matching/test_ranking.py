"""The ranking as a whole: order, reasons, counter-reasons, the explanation of one pair."""

from uuid import UUID

import pytest

from app.matching import explain_pair, rank_guides
from app.matching.pairs.reasons import counter_reasons_for, reasons_for
from app.matching.types import Exclusion, Fact, ReasonCode, RuleCode
from app.travel import Band, Trip
from app.vocabulary import AgeGroup, ChildAge, Interest, Occupation, Rhythm
from tests.matching.profiles import (
    BORGEN,
    CONFIG,
    FRIDAY_EVENING,
    GUIDE,
    HEGGEDAL,
    MONDAY_EVENING,
    NO_TRAVEL,
    SATURDAY_MORNING,
    TOFTE,
    a_family,
    a_guide,
    apart,
    minutes,
    pair,
    score_terms,
    skill,
    times,
)

Told = dict[ReasonCode, dict[str, Fact]]


def good(of) -> Told:
    return {r.code: dict(r.facts) for r in reasons_for(of, score_terms(of))}


def bad(of) -> Told:
    return {r.code: dict(r.facts) for r in counter_reasons_for(of)}


def test_the_best_guide_comes_first_and_equals_by_id() -> None:
    near = a_guide(guide_id=UUID(int=9))
    twin = a_guide(guide_id=UUID(int=8))
    far = a_guide(guide_id=UUID(int=1), neighbourhood_id=BORGEN)
    ranking = rank_guides(a_family(), [near, far, twin], apart(minutes(40)), CONFIG)
    assert [c.guide_id.int for c in ranking.candidates] == [8, 9, 1]
    assert [c.score for c in ranking.candidates] == [1000, 1000, 827]


def test_guides_who_may_not_be_proposed_are_listed_by_id_with_their_rules() -> None:
    guides = [
        a_guide(guide_id=UUID(int=3), is_paused=True),
        a_guide(guide_id=UUID(int=2), availability=0, free_places=0),
    ]
    ranking = rank_guides(a_family(), guides, NO_TRAVEL, CONFIG)
    assert list(ranking.candidates) == []
    assert ranking.excluded == (
        Exclusion(UUID(int=2), (RuleCode.AVAILABILITY, RuleCode.CAPACITY)),
        Exclusion(UUID(int=3), (RuleCode.PAUSED,)),
    )


def test_nobody_to_rank_is_an_empty_ranking() -> None:
    ranking = rank_guides(a_family(), [], NO_TRAVEL, CONFIG)
    assert (list(ranking.candidates), ranking.excluded) == ([], ())


def test_the_same_guide_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        rank_guides(a_family(), [a_guide(), a_guide(is_paused=True)], NO_TRAVEL, CONFIG)


def test_a_pair_is_explained_as_it_was_ranked() -> None:
    ranked = rank_guides(a_family(), [a_guide()], NO_TRAVEL, CONFIG).candidates[0]
    told = explain_pair(a_family(), a_guide(), NO_TRAVEL, CONFIG)
    assert told.candidate == ranked
    assert told.is_feasible


def test_a_forbidden_pair_is_explained_with_its_score_and_its_rules() -> None:
    told = explain_pair(a_family(), a_guide(is_paused=True), NO_TRAVEL, CONFIG)
    assert told.candidate.score == 1000
    assert told.failing == (RuleCode.PAUSED,)
    assert not told.is_feasible


def test_what_speaks_for_two_who_fit() -> None:
    assert good(pair()) == {
        ReasonCode.SAME_NEIGHBOURHOOD: {"of_one": False},
        ReasonCode.SHARED_MOTHER_TONGUE: {"language": "ti", "level": 4},
        ReasonCode.SHARED_TIMES: {
            "count": 4,
            "slots": ("0-2", "4-2", "5-0", "6-1"),
            "evenings": 2,
        },
        ReasonCode.SAME_RHYTHM: {"rhythm": "weekly"},
        ReasonCode.CHILDREN_SAME_AGE: {"ages": ("3-5", "6-12")},
        ReasonCode.SHARED_INTERESTS: {"interests": ("cooking", "football", "music")},
        ReasonCode.SAME_OCCUPATION: {"occupation": "care"},
        ReasonCode.LONG_WAIT: {"days": 180},
        ReasonCode.NO_FAMILY_NOW: {},
    }
    assert bad(pair()) == {}


def test_what_speaks_against_two_who_do_not_fit() -> None:
    family = a_family(waiting_days=89, interpreter_agreed=True)
    guide = a_guide(
        languages=(skill("ar", 4),),
        availability=times(MONDAY_EVENING),
        rhythm=Rhythm.MONTHLY,
        interests=frozenset({Interest.SKIING}),
        occupation=Occupation.IT,
        own_children=frozenset({ChildAge.TEEN}),
        active_families=1,
    )
    both = pair(family, guide, minutes(35))
    assert good(both) == {}
    assert bad(both) == {
        ReasonCode.LONG_TRIP: {"minutes": 35, "of_one": False},
        ReasonCode.NO_SHARED_LANGUAGE: {
            "interpreter_agreed": True,
            "wants_norwegian_practice": False,
        },
        ReasonCode.ONE_SHARED_TIME: {"slot": "0-2"},
        ReasonCode.DIFFERENT_RHYTHM: {"family": "weekly", "guide": "monthly"},
        ReasonCode.ALREADY_GUIDES: {"families": 1},
    }


@pytest.mark.parametrize(
    ("trip", "for_it", "against_it"),
    [
        (None, ReasonCode.SAME_NEIGHBOURHOOD, None),
        (Trip(Band.ADJACENT), ReasonCode.ADJACENT_NEIGHBOURHOOD, None),
        (Trip(Band.ADJACENT, 50), ReasonCode.ADJACENT_NEIGHBOURHOOD, None),
        (minutes(20), ReasonCode.SHORT_TRIP, None),
        (minutes(21), None, ReasonCode.LONG_TRIP),
        (Trip(Band.UNKNOWN), None, ReasonCode.TRAVEL_UNKNOWN),
        (Trip(Band.UNREACHABLE), None, ReasonCode.UNREACHABLE),
    ],
)
def test_the_way_is_one_reason_for_or_against(trip, for_it, against_it) -> None:
    both = pair(trip=trip)
    ways = {
        ReasonCode.SAME_NEIGHBOURHOOD,
        ReasonCode.ADJACENT_NEIGHBOURHOOD,
        ReasonCode.SHORT_TRIP,
        ReasonCode.LONG_TRIP,
        ReasonCode.TRAVEL_UNKNOWN,
        ReasonCode.UNREACHABLE,
    }
    assert ways & set(good(both)) == ({for_it} if for_it else set())
    assert ways & set(bad(both)) == ({against_it} if against_it else set())


def test_the_age_is_a_reason_where_the_family_wished_for_it() -> None:
    wished = pair(a_family(age_wish=AgeGroup.FROM_30))
    assert good(wished)[ReasonCode.AGE_AS_WISHED] == {"age": AgeGroup.FROM_30}
    near = pair(a_family(age_wish=AgeGroup.FROM_45))
    assert ReasonCode.AGE_AS_WISHED not in good(near)


def test_an_earlier_match_is_worth_knowing() -> None:
    again = pair(a_family(matched_guides=frozenset({GUIDE})))
    assert bad(again) == {ReasonCode.MATCHED_BEFORE: {}}
    couple = pair(a_family(matched_guides=frozenset({TOFTE})), a_guide(partner_id=TOFTE))
    assert bad(couple) == {ReasonCode.MATCHED_BEFORE: {}}


@pytest.mark.parametrize(
    ("theirs", "guides", "code", "facts"),
    [
        ("ti", "ti", ReasonCode.SHARED_MOTHER_TONGUE, {"language": "ti", "level": 3}),
        ("en", "en", ReasonCode.SHARED_LANGUAGE, {"language": "en", "level": 2}),
        ("prs", "fa", ReasonCode.CLOSE_LANGUAGE, {"family": "prs", "guide": "fa", "level": 2}),
    ],
)
def test_how_they_can_talk(theirs, guides, code, facts) -> None:
    family = a_family(languages=(skill(theirs, 4 if theirs == "ti" else 2 + (theirs == "prs")),))
    told = good(pair(family, a_guide(languages=(skill(guides, 3),))))
    assert told[code] == facts


def test_a_weak_shared_language_speaks_for_and_against() -> None:
    both = pair(a_family(languages=(skill("en", 1),)), a_guide(languages=(skill("en", 4),)))
    assert good(both)[ReasonCode.SHARED_LANGUAGE] == {"language": "en", "level": 1}
    assert bad(both)[ReasonCode.WEAK_LANGUAGE] == {"language": "en", "level": 1}
    better = pair(a_family(languages=(skill("en", 2),)), a_guide(languages=(skill("en", 4),)))
    assert ReasonCode.WEAK_LANGUAGE not in bad(better)


@pytest.mark.parametrize(("speaks", "said"), [(4, True), (3, True), (2, False)])
def test_norwegian_practice_is_a_reason_when_wished(speaks, said) -> None:
    guide = a_guide(languages=(skill("nn", 4, speaks),))
    wished = pair(a_family(wants_norwegian_practice=True), guide)
    assert (ReasonCode.NORWEGIAN_PRACTICE in good(wished)) is said
    assert ReasonCode.NORWEGIAN_PRACTICE not in good(pair(guide=guide))


def test_shared_times_are_a_reason_from_two() -> None:
    two = pair(guide=a_guide(availability=times(FRIDAY_EVENING, SATURDAY_MORNING)))
    assert good(two)[ReasonCode.SHARED_TIMES]["count"] == 2
    assert not {ReasonCode.ONE_SHARED_TIME, ReasonCode.NO_SHARED_TIME} & set(bad(two))
    none = pair(guide=a_guide(availability=0))
    assert ReasonCode.NO_SHARED_TIME in bad(none)
    assert ReasonCode.SHARED_TIMES not in good(none)


def test_an_unknown_rhythm_is_neither_alike_nor_different() -> None:
    both = pair(a_family(rhythm=None), a_guide(rhythm=None))
    assert ReasonCode.SAME_RHYTHM not in good(both)
    assert ReasonCode.DIFFERENT_RHYTHM not in bad(both)


def test_a_long_wait_is_said_from_ninety_days() -> None:
    assert ReasonCode.LONG_WAIT in good(pair(a_family(waiting_days=90)))
    assert ReasonCode.LONG_WAIT not in good(pair(a_family(waiting_days=89)))


def test_everybody_is_from_somewhere_and_nobody_is_judged() -> None:
    """No nationality, religion or quality of people: not in what goes in, not in what comes out."""
    told = explain_pair(a_family(), a_guide(), apart(minutes(5)), CONFIG).candidate
    words = " ".join(
        [
            *(t.code + " ".join(t.facts) for t in told.terms),
            *(type(told.pair.family).__slots__),
            *(type(told.pair.guide).__slots__),
            *ReasonCode,
            *RuleCode,
        ]
    )
    for never in ("nation", "country", "relig", "faith", "quality", "ethnic", "health"):
        assert never not in words
    assert a_family().neighbourhood_id == HEGGEDAL
