"""Two guides as one: what both can do together."""

from dataclasses import replace

import pytest
from hypothesis import given

from app.matching import explain_pair
from app.matching.pairs.couples import unite
from app.matching.types import ReasonCode, RuleCode, Travel
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
from tests.matching.profiles import (
    BORGEN,
    FRIDAY_EVENING,
    GUIDE,
    HEGGEDAL,
    MONDAY_EVENING,
    SUNDAY_AFTERNOON,
    TOFTE,
    a_guide,
    explained,
    pair,
    skill,
    times,
)
from tests.matching.strategies import configs, families, guides, seeded, travels

PARTNER = TOFTE


def both(first: dict[str, object], second: dict[str, object]):
    return unite(a_guide(**first), a_guide(guide_id=PARTNER, **second))


@pytest.mark.parametrize(
    ("name", "first", "second", "expected"),
    [
        (
            "availability",
            times(MONDAY_EVENING, FRIDAY_EVENING),
            times(FRIDAY_EVENING, SUNDAY_AFTERNOON),
            times(FRIDAY_EVENING),
        ),
        ("rhythm", Rhythm.WEEKLY, Rhythm.MONTHLY, Rhythm.MONTHLY),
        ("rhythm", Rhythm.FORTNIGHTLY, None, Rhythm.FORTNIGHTLY),
        ("rhythm", None, None, None),
        ("gender", Gender.WOMAN, Gender.WOMAN, Gender.WOMAN),
        ("gender", Gender.WOMAN, Gender.MAN, None),
        ("gender_wish", GenderWish.NONE, GenderWish.WOMAN, GenderWish.WOMAN),
        ("gender_wish", GenderWish.MAN, GenderWish.MAN, GenderWish.MAN),
        ("gender_wish", GenderWish.NONE, GenderWish.NONE, GenderWish.NONE),
        (
            "children_wish",
            ChildrenWish.NO_MATTER,
            ChildrenWish.WITH_CHILDREN,
            ChildrenWish.WITH_CHILDREN,
        ),
        ("children_wish", ChildrenWish.NO_MATTER, ChildrenWish.NO_MATTER, ChildrenWish.NO_MATTER),
        ("age_group", AgeGroup.FROM_30, AgeGroup.FROM_16, AgeGroup.FROM_16),
        ("has_pets", False, True, True),
        ("has_pets", False, False, False),
        ("max_travel_minutes", 30, 20, 20),
        ("max_travel_minutes", None, 20, 20),
        ("max_travel_minutes", None, None, None),
        ("free_places", 2, 1, 1),
        ("active_families", 0, 2, 2),
        ("is_ready", True, False, False),
        ("is_ready", True, True, True),
        ("is_paused", True, False, True),
        ("is_paused", False, False, False),
        ("lacks_steps", False, True, True),
        ("lacks_steps", False, False, False),
        ("has_certificate", True, False, False),
        ("has_certificate", True, True, True),
        ("own_municipality_only", False, True, True),
        (
            "own_children",
            frozenset({ChildAge.TEEN}),
            frozenset({ChildAge.SCHOOL}),
            frozenset({ChildAge.TEEN, ChildAge.SCHOOL}),
        ),
        (
            "interests",
            frozenset({Interest.MUSIC}),
            frozenset({Interest.FILM}),
            frozenset({Interest.MUSIC, Interest.FILM}),
        ),
    ],
)
def test_together_they_can_what_both_can(name, first, second, expected) -> None:
    for one, other in ((first, second), (second, first)):
        assert getattr(both({name: one}, {name: other}), name) == expected


def test_of_their_languages_the_better_speaker_counts() -> None:
    couple = both(
        {"languages": (skill("no", 4), skill("en", 1, 3))},
        {"languages": (skill("nb", 3), skill("en", 2), skill("ti", 4))},
    )
    assert set(couple.languages) == {skill("no", 4), skill("en", 2, 3), skill("ti", 4)}


def test_both_ages_are_kept_and_whether_they_live_apart() -> None:
    couple = both({"age_group": AgeGroup.FROM_60}, {"age_group": AgeGroup.FROM_18})
    assert (couple.age_group, couple.partner_age_group) == (AgeGroup.FROM_60, AgeGroup.FROM_18)
    assert not couple.lives_apart
    apart = both({}, {"neighbourhood_id": BORGEN})
    assert apart.lives_apart
    told = explained(pair(guide=apart)).candidate
    near = next(one for one in told.reasons if one.code is ReasonCode.SAME_NEIGHBOURHOOD)
    assert near.facts == {"of_one": True}


def test_home_work_age_and_name_are_the_leads() -> None:
    couple = both(
        {"age_group": AgeGroup.FROM_60, "occupation": None},
        {"neighbourhood_id": BORGEN, "municipality_id": BORGEN, "occupation": Occupation.CARE},
    )
    assert (couple.guide_id, couple.partner_id) == (GUIDE, PARTNER)
    assert couple.ids == {GUIDE, PARTNER}
    assert (couple.neighbourhood_id, couple.municipality_id) == (HEGGEDAL, None)
    assert couple.age_group is AgeGroup.FROM_60
    assert couple.occupation is Occupation.CARE  # the lead has said none
    it = both({"occupation": Occupation.IT}, {"occupation": Occupation.CARE})
    assert it.occupation is Occupation.IT


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("gender_wish", GenderWish.WOMAN, GenderWish.MAN),
        ("children_wish", ChildrenWish.WITH_CHILDREN, ChildrenWish.WITHOUT_CHILDREN),
    ],
)
def test_two_whose_wishes_exclude_each_other_are_not_ready(name, one, other) -> None:
    assert not both({name: one}, {name: other}).is_ready
    assert both({name: one}, {name: one}).is_ready


def test_nobody_is_a_couple_with_themselves() -> None:
    with pytest.raises(ValueError, match="no couple"):
        unite(a_guide(), a_guide(availability=times(SUNDAY_AFTERNOON)))


@seeded
@given(families, guides, guides, travels, configs)
def test_what_forbids_one_forbids_the_couple(family, lead, other, travel: Travel, config) -> None:
    lead = replace(lead, guide_id=GUIDE)
    partner = replace(other, guide_id=PARTNER, neighbourhood_id=lead.neighbourhood_id)
    partner = replace(partner, municipality_id=lead.municipality_id)
    forbidden = set()
    for guide in (lead, partner):
        forbidden |= set(explain_pair(family, guide, travel, config).failing)
    couple = set(explain_pair(family, unite(lead, partner), travel, config).failing)
    # Of two, one may do the talking; and wishes that exclude each other make them not ready.
    assert forbidden - couple <= {
        RuleCode.LANGUAGE_REQUIRED,
        RuleCode.GENDER_OF_CONTACT,
        RuleCode.CHILDREN_WISH,
    }
    if forbidden - couple - {RuleCode.LANGUAGE_REQUIRED}:
        assert RuleCode.NOT_READY in couple
