"""Each term of the score by hand-computed points, at and around its boundaries."""

from dataclasses import fields

import pytest

from app.matching import MatchingConfig, ScoringWeights
from app.matching.types import TermCode
from app.travel import Band, Trip
from app.vocabulary import AgeGroup, ChildAge, ChildrenWish, Interest, Occupation, Rhythm
from tests.matching.profiles import (
    CLOSENESS,
    FRIDAY_EVENING,
    MONDAY_EVENING,
    SATURDAY_MORNING,
    SUNDAY_AFTERNOON,
    a_family,
    a_guide,
    minutes,
    pair,
    points,
    score_terms,
    skill,
    term,
    times,
)


def test_two_who_fit_perfectly_get_every_point() -> None:
    terms = score_terms(pair())
    assert [term.code for term in terms] == list(TermCode)
    assert all(term.points == term.max_points for term in terms)
    assert sum(t.points for t in terms) == 1000


def test_the_default_numbers_are_those_that_were_decided() -> None:
    """A changed number is a decision: points may hide it where they are rounded."""
    config = MatchingConfig()
    told = {f.name: getattr(config, f.name) for f in fields(config)}
    assert told == {
        "weights": ScoringWeights(),
        "closeness": {},
        "min_shared_slots": 1,
        "full_slots": 4,
        "rhythm_percent": 30,
        "rhythm_near_percent": 50,
        "rhythm_unknown_percent": 50,
        "adjacent_percent": 70,
        "nearest_minutes": 10,
        "farthest_minutes": 60,
        "travel_unknown_percent": 35,
        "short_trip_minutes": 20,
        "mother_tongue_percent": 20,
        "practice_percent": 24,
        "interpreter_percent": 20,
        "required_level": 2,
        "practice_level": 3,
        "weak_level": 1,
        "full_child_ages": 2,
        "parents_percent": 30,
        "wish_percent": 50,
        "no_children_percent": 50,
        "age_near_percent": 50,
        "full_interests": 3,
        "full_waiting_days": 180,
        "long_wait_days": 90,
        "full_burden": 3,
    }


def test_two_who_have_nothing_in_common_get_none() -> None:
    family = a_family(children={}, waiting_days=0, age_wish=AgeGroup.FROM_75)
    guide = a_guide(
        languages=(),
        availability=0,
        rhythm=Rhythm.MONTHLY,
        interests=frozenset(),
        occupation=None,
        active_families=3,
    )
    assert sum(t.points for t in score_terms(pair(family, guide, Trip(Band.UNREACHABLE)))) == 0


def test_the_default_weights_are_what_the_documentation_says() -> None:
    assert [term.max_points for term in score_terms(pair())] == [
        240,
        240,
        160,
        90,
        40,
        50,
        40,
        80,
        60,
    ]


@pytest.mark.parametrize(
    ("trip", "expected"),
    [
        (None, 240),
        (Trip(Band.ADJACENT), 168),
        (Trip(Band.ADJACENT, 45), 168),
        (minutes(0), 168),
        (minutes(10), 168),
        (minutes(11), 164),  # 168 * 49 / 50 = 164.6
        (minutes(35), 84),  # half way between 10 and 60
        (minutes(59), 3),
        (minutes(60), 0),
        (minutes(300), 0),
        (Trip(Band.UNKNOWN), 84),
        (Trip(Band.UNREACHABLE), 0),
    ],
)
def test_neighbourhood(trip, expected) -> None:
    told = term(TermCode.NEIGHBOURHOOD, pair(trip=trip))
    assert told.points == expected
    assert told.facts == {
        "band": trip.band if trip else "same",
        "minutes": trip.minutes if trip else None,
        "of_one": False,
    }


@pytest.mark.parametrize(
    ("theirs", "guides", "expected", "level"),
    [
        ([skill("ti", 4)], [skill("ti", 4)], 240, 4),
        ([skill("ti", 4)], [skill("ti", 2)], 144, 2),  # 192 * 4/8 + 48
        ([skill("en", 3)], [skill("en", 3)], 144, 3),  # 192 * 6/8
        ([skill("en", 3)], [skill("en", 4)], 144, 3),
        ([skill("en", 3, 2)], [skill("en", 4)], 120, 2),
        ([skill("en", 1)], [skill("en", 1)], 48, 1),
        ([skill("en", 1, 0)], [skill("en", 4)], 0, 0),  # one word here and there is no way to talk
        ([skill("en", 2, 0)], [skill("en", 4)], 48, 1),
        ([skill("no", 2)], [skill("nb", 4)], 96, 2),
        ([skill("nb", 1), skill("nn", 2)], [skill("no", 4)], 96, 2),
        ([skill("no", 2)], [skill("nb", 4), skill("nn", 1)], 96, 2),
        ([skill("ti", 4, 3)], [skill("ti", 4)], 216, 3),  # understood as a mother tongue is
        ([skill("ti", 4, 1)], [skill("ti", 1, 4)], 168, 2),  # 4 one way, 1 the other, + 48
        ([skill("prs", 4)], [skill("fa", 4)], 153, 3),  # no bonus: close is not mother tongue
        ([skill("uk", 4)], [skill("ru", 4)], 96, 2),
        ([skill("ti", 4)], [skill("ar", 4)], 0, 0),
        ([skill("ti", 4), skill("en", 2)], [skill("en", 3)], 96, 2),
        ([], [], 0, 0),
    ],
)
def test_language(theirs, guides, expected, level) -> None:
    told = term(
        TermCode.LANGUAGE,
        pair(a_family(languages=tuple(theirs)), a_guide(languages=tuple(guides))),
    )
    assert (told.points, told.facts["level"]) == (expected, level)


def test_language_facts_name_all_shared_languages_and_the_best() -> None:
    family = a_family(languages=(skill("en", 2), skill("ti", 4), skill("prs", 3)))
    guide = a_guide(languages=(skill("en", 4), skill("ti", 3), skill("fa", 4)))
    facts = term(TermCode.LANGUAGE, pair(family, guide)).facts
    assert facts["shared"] == ("ti", "en")
    assert facts["close"] == ("prs~fa",)
    assert facts["best"] == "ti"
    assert facts["level"] == 3
    assert facts["mother_tongue"] is True


def test_of_two_equal_ways_to_talk_the_very_same_language_is_the_best() -> None:
    family = a_family(languages=(skill("ab", 4), skill("sv", 2)))
    guide = a_guide(languages=(skill("ru", 4), skill("sv", 2)))
    config = MatchingConfig(closeness={frozenset({"ab", "ru"}): 0.5})
    facts = term(TermCode.LANGUAGE, pair(family, guide, config=config)).facts
    assert (facts["best"], facts["shared"], facts["close"]) == ("sv", ("sv",), ("ab~ru",))


def test_an_unacceptable_language_gives_no_points_even_as_a_close_one() -> None:
    languages = (skill("uk", 4), skill("ru", 4))
    guide = a_guide(languages=(skill("ru", 4),))
    refused = frozenset({"ru"})
    assert points(TermCode.LANGUAGE, pair(a_family(languages=languages), guide)) == 240
    family = a_family(languages=languages, unacceptable_languages=refused)
    assert points(TermCode.LANGUAGE, pair(family, guide)) == 0


def test_a_language_that_is_close_to_itself_is_just_the_same() -> None:
    config = MatchingConfig(closeness={frozenset({"ti"}): 0.5})
    assert points(TermCode.LANGUAGE, pair(config=config)) == 240


def test_a_language_that_is_close_for_nobody_in_the_configuration_is_not_close() -> None:
    family, guide = a_family(languages=(skill("prs", 4),)), a_guide(languages=(skill("fa", 4),))
    assert points(TermCode.LANGUAGE, pair(family, guide, config=MatchingConfig())) == 0


@pytest.mark.parametrize(
    ("practice", "interpreter", "guides", "expected"),
    [
        (False, False, skill("nb", 4), 0),
        (True, False, skill("nb", 4), 57),
        (True, False, skill("nb", 2), 28),
        (True, False, skill("nb", 4, 0), 0),
        (False, True, skill("ar", 4), 48),
        (True, True, skill("nb", 4), 57),
        (True, True, skill("nb", 1), 48),
        (True, True, skill("ti", 4), 240),  # a better way to talk is not held against anybody
    ],
)
def test_what_was_agreed_instead_of_a_language(practice, interpreter, guides, expected) -> None:
    family = a_family(
        languages=(skill("ti", 4),),
        wants_norwegian_practice=practice,
        interpreter_agreed=interpreter,
    )
    assert points(TermCode.LANGUAGE, pair(family, a_guide(languages=(guides,)))) == expected


def test_practice_alone_gives_clearly_less_than_a_language_both_speak_well() -> None:
    family = a_family(languages=(skill("ti", 4), skill("en", 2)), wants_norwegian_practice=True)
    practice = points(TermCode.LANGUAGE, pair(family, a_guide(languages=(skill("nb", 4),))))
    bridge = points(TermCode.LANGUAGE, pair(family, a_guide(languages=(skill("en", 2),))))
    assert (practice, bridge) == (57, 96)


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        ((), 48),  # the rhythm alone: 30 % of 160
        ((MONDAY_EVENING,), 76),  # + 112 / 4
        ((MONDAY_EVENING, SATURDAY_MORNING), 104),
        ((MONDAY_EVENING, SATURDAY_MORNING, SUNDAY_AFTERNOON), 132),
        ((MONDAY_EVENING, SATURDAY_MORNING, SUNDAY_AFTERNOON, FRIDAY_EVENING), 160),
    ],
)
def test_availability_by_shared_times(slots, expected) -> None:
    told = term(TermCode.AVAILABILITY, pair(guide=a_guide(availability=times(*slots))))
    assert told.points == expected
    assert told.facts["count"] == len(slots)


def test_more_than_four_shared_times_are_as_good_as_four() -> None:
    always = pair(a_family(availability=(1 << 21) - 1), a_guide(availability=(1 << 21) - 1))
    assert points(TermCode.AVAILABILITY, always) == 160
    assert term(TermCode.AVAILABILITY, always).facts["count"] == 21


def test_availability_facts_name_the_slots_and_count_the_evenings() -> None:
    guide = a_guide(availability=times(FRIDAY_EVENING, MONDAY_EVENING, SATURDAY_MORNING))
    facts = term(TermCode.AVAILABILITY, pair(guide=guide)).facts
    assert facts["slots"] == ("0-2", "4-2", "5-0")
    assert (facts["count"], facts["evenings"]) == (3, 2)


@pytest.mark.parametrize(
    ("theirs", "guides", "expected"),
    [
        (Rhythm.WEEKLY, Rhythm.WEEKLY, 160),
        (Rhythm.MONTHLY, Rhythm.FORTNIGHTLY, 136),  # 112 + 24
        (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, 136),
        (Rhythm.MONTHLY, Rhythm.WEEKLY, 112),
        (None, Rhythm.WEEKLY, 136),
        (Rhythm.WEEKLY, None, 136),
    ],
)
def test_availability_by_rhythm(theirs, guides, expected) -> None:
    assert (
        points(TermCode.AVAILABILITY, pair(a_family(rhythm=theirs), a_guide(rhythm=guides)))
        == expected
    )


K, S, T = ChildAge.KINDERGARTEN, ChildAge.SCHOOL, ChildAge.TEEN
WITH, WITHOUT, ANY = (
    ChildrenWish.WITH_CHILDREN,
    ChildrenWish.WITHOUT_CHILDREN,
    ChildrenWish.NO_MATTER,
)


@pytest.mark.parametrize(
    ("children", "own", "wish", "expected"),
    [
        ({K: 1, S: 1}, {K, S}, ANY, 90),
        ({K: 1, S: 1}, {K}, ANY, 45),
        ({K: 1}, {K, T}, ANY, 90),
        ({K: 1, S: 1, T: 1}, {K, S}, ANY, 90),
        ({K: 1, S: 1, T: 1}, {T}, ANY, 45),
        ({K: 1}, {T}, ANY, 27),
        ({K: 1}, {T}, WITH, 45),
        ({K: 1}, set(), ANY, 0),
        ({K: 1}, set(), WITH, 45),
        ({K: 1}, set(), WITHOUT, 0),
        ({}, set(), ANY, 45),
        ({}, {K}, ANY, 0),
        ({}, {K}, WITHOUT, 45),
        ({}, {K}, WITH, 0),
        ({K: 0}, {K}, ANY, 0),
    ],
)
def test_family_situation(children, own, wish, expected) -> None:
    guide = a_guide(own_children=frozenset(own), children_wish=wish)
    told = term(TermCode.FAMILY_SITUATION, pair(a_family(children=children), guide))
    assert told.points == expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (None, 40),  # who wishes nothing gets no less
        (AgeGroup.FROM_30, 40),
        (AgeGroup.FROM_18, 20),
        (AgeGroup.FROM_45, 20),
        (AgeGroup.FROM_60, 0),
        (AgeGroup.FROM_75, 0),
    ],
)
def test_the_age_the_family_wishes_for(wish, expected) -> None:
    told = term(TermCode.AGE, pair(a_family(age_wish=wish), a_guide(age_group=AgeGroup.FROM_30)))
    assert told.points == expected
    shared = AgeGroup.FROM_30 if wish is AgeGroup.FROM_30 else None
    assert told.facts == {
        "wish": wish,
        "age": AgeGroup.FROM_30,
        "other": None,
        "shared": shared,
    }


@pytest.mark.parametrize(
    ("lead", "partner", "expected"),
    [
        (AgeGroup.FROM_30, AgeGroup.FROM_30, 40),
        (AgeGroup.FROM_30, AgeGroup.FROM_45, 20),
        (AgeGroup.FROM_45, AgeGroup.FROM_30, 20),
        (AgeGroup.FROM_45, AgeGroup.FROM_18, 20),
        (AgeGroup.FROM_30, AgeGroup.FROM_60, 0),
        (AgeGroup.FROM_75, AgeGroup.FROM_30, 0),
    ],
)
def test_of_two_who_go_together_the_one_farther_from_the_wished_age_counts(
    lead, partner, expected
) -> None:
    couple = a_guide(age_group=lead, partner_age_group=partner)
    told = term(TermCode.AGE, pair(a_family(age_wish=AgeGroup.FROM_30), couple))
    assert (told.points, told.facts["other"]) == (expected, partner)
    assert (told.facts["shared"] is AgeGroup.FROM_30) is (expected == 40)


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 16), (2, 33), (3, 50), (4, 50)])
def test_interests(count, expected) -> None:
    everything = list(Interest)
    family = a_family(interests=frozenset(everything))
    guide = a_guide(interests=frozenset(everything[:count]))
    assert points(TermCode.INTERESTS, pair(family, guide)) == expected


@pytest.mark.parametrize(
    ("theirs", "guides", "expected"),
    [
        (Occupation.CARE, Occupation.CARE, 40),
        (Occupation.CARE, Occupation.IT, 0),
        (Occupation.OTHER, Occupation.OTHER, 0),
        (Occupation.CULTURE, Occupation.CULTURE, 40),  # an interest has the same name
        (None, None, 0),
        (None, Occupation.CARE, 0),
    ],
)
def test_occupation(theirs, guides, expected) -> None:
    both = pair(a_family(occupation=theirs), a_guide(occupation=guides))
    assert points(TermCode.OCCUPATION, both) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, 0), (0, 0), (2, 0), (3, 1), (90, 40), (179, 79), (180, 80), (999, 80)],
)
def test_waiting_is_linear_and_capped(days, expected) -> None:
    assert points(TermCode.WAITING, pair(a_family(waiting_days=days))) == expected


@pytest.mark.parametrize(
    ("families", "expected"), [(-1, 60), (0, 60), (1, 40), (2, 20), (3, 0), (4, 0)]
)
def test_burden(families, expected) -> None:
    assert points(TermCode.BURDEN, pair(guide=a_guide(active_families=families))) == expected


@pytest.mark.parametrize("name", [weight.name for weight in fields(ScoringWeights)])
def test_each_weight_is_the_maximum_of_its_own_term(name) -> None:
    weights = ScoringWeights(**{w.name: 1000 * (w.name == name) for w in fields(ScoringWeights)})
    terms = score_terms(pair(config=MatchingConfig(weights=weights, closeness=CLOSENESS)))
    assert {t.code: t.max_points for t in terms} == {c: 1000 * (c == name) for c in TermCode}
    assert sum(t.points for t in terms) == 1000


@pytest.mark.parametrize(
    "change",
    [
        {"waiting": 81},
        {"waiting": 79},
        {"waiting": -80, "burden": 220},
        {"waiting": 80.0},
        {"interests": True, "waiting": 139},
    ],
)
def test_weights_that_make_no_sense_are_refused(change) -> None:
    with pytest.raises(ValueError, match="weight"):
        ScoringWeights(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"adjacent_percent": 101},
        {"travel_unknown_percent": -1},
        {"full_slots": 0},
        {"required_level": 5},
        {"min_shared_slots": -1},
        {"nearest_minutes": 60},
        {"nearest_minutes": -1},
        {"closeness": {frozenset({"prs", "fa"}): 1.1}},
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(change) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        MatchingConfig(**change)


@pytest.mark.parametrize("level", [-1, 5])
def test_levels_end_at_mother_tongue(level) -> None:
    with pytest.raises(ValueError, match="level"):
        skill("ti", level)


@pytest.mark.parametrize("mask", [-1, 1 << 21])
def test_a_week_has_21_slots(mask) -> None:
    for build in (a_family, a_guide):
        with pytest.raises(ValueError, match="21 bits"):
            build(availability=mask)


def test_priority_has_three_steps() -> None:
    with pytest.raises(ValueError, match="priority"):
        a_family(priority=3)
