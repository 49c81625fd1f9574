"""What a round says, sentence by sentence."""

import uuid
from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from app.matches.forms.phrases import reason_phrase
from app.matching.advice.changes import WishChange, WishChangeCode
from app.matching.advice.newcomers import RecruitType, TimeOfWeek
from app.matching.advice.suggestions import (
    IdleKind,
    IdleReason,
    OpenedByRules,
    Suggestion,
    WaitingKind,
    WaitingReason,
)
from app.matching.planning import Change, ChangeCode
from app.matching.solving.consequences import Move, Override
from app.matching.solving.rounds import Totals
from app.matching.types import RuleCode, RuleCount
from app.rounds import forms
from app.rounds.forms import FamilyLine, GuideLine, Names
from app.vocabulary import Gender

ONE, TWO, KARI, OLA = (uuid.UUID(int=number) for number in range(1, 5))
NAMES = Names(
    families={
        ONE: FamilyLine(ONE, "F-1", "Centre", 9, 0, "waited 9 days", ""),
        TWO: FamilyLine(TWO, "F-2", "Centre", 3, 0, "waited 3 days", ""),
    },
    guides={KARI: GuideLine(KARI, "Kari", "Centre"), OLA: GuideLine(OLA, "Ola", "Village")},
)
PLAN = SimpleNamespace(
    families=SimpleNamespace(ids=(ONE, TWO)), guides=SimpleNamespace(ids=(KARI, OLA))
)


@pytest.fixture(autouse=True)
def _in_english(flask_app):
    with flask_app.test_request_context("/?lang=en"):
        yield


def change(code, before=None, after=None, **told) -> Change:
    return Change(ONE, before, after, code, **told)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (KARI, OLA, "Family F-1 gets Ola instead of Kari"),
        (None, OLA, "Family F-1 gets Ola"),
        (KARI, None, "Family F-1 does not get Kari any more"),
        (None, None, "Family F-1 waits"),
    ],
)
def test_a_change_says_what_is_other(before, after, told):
    assert forms.change_phrase(change(ChangeCode.BETTER_TOTAL, before, after), NAMES) == told


def test_a_family_that_left_is_said_to_be_gone_not_to_have_lost_its_guide():
    told = forms.change_phrase(change(ChangeCode.FAMILY_LEFT, KARI), NAMES)
    assert told == "Family F-1 is not in the suggestions any more"


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (change(ChangeCode.GUIDE_GONE, KARI), "Kari is not in the programme any more."),
        (
            change(ChangeCode.GUIDE_GONE, KARI, rules=(RuleCode.PAUSED, RuleCode.TRAVEL)),
            "Kari cannot guide them now: Takes a break; Too far to travel.",
        ),
        (
            change(ChangeCode.FREED_FOR, KARI, OLA, families=(TWO,)),
            "Kari is suggested for family F-2.",
        ),
        (change(ChangeCode.GUIDE_FREE, None, OLA), "Ola has a free place now."),
        (
            change(ChangeCode.GUIDE_FREE, None, OLA, families=(TWO,)),
            "Ola is not suggested for family F-2 any more.",
        ),
    ],
)
def test_a_change_says_why(one, told):
    assert forms.change_reason(one, NAMES) == told


@pytest.mark.parametrize("code", ChangeCode)
def test_every_code_has_a_sentence(code):
    told = forms.change_reason(change(code, KARI, OLA), NAMES)
    assert told.endswith(".")


def test_people_who_have_left_are_not_named():
    stranger = uuid.uuid4()
    told = forms.change_phrase(change(ChangeCode.BETTER_TOTAL, stranger, OLA), NAMES)
    assert told == "Family F-1 gets Ola instead of a guide who has left"


def override(after=(2, 0, 0, 1000), own=(600, 640), **told) -> Override:
    return Override(
        family=0,
        guide=1,
        before=Totals(2, 0, 0, 1000),
        after=Totals(*after),
        own_before=own[0],
        own_after=own[1],
        **{"loses": (), "gains": (), "moves": ()} | told,
    )


def test_a_choice_that_leaves_another_family_out_says_so_first():
    cost = forms.cost_words(PLAN, override((1, 0, 0, 640), loses=(1,)), NAMES)
    assert cost.title == "Fits better, but one family fewer would get a guide"
    assert cost.good == ["Fits the family 40 points better: 640 instead of 600"]
    assert cost.harm == [
        "Family F-2 would be without a guide",
        "All families together: 360 points less",
    ]


def test_a_choice_that_moves_others_says_who_and_whither():
    cost = forms.cost_words(
        PLAN, override((2, 0, 0, 962), moves=(Move(1, before=1, after=0),)), NAMES
    )
    assert cost.title == "Fits better here, but all together fit less well"
    assert cost.harm == [
        "Family F-2 would get Kari instead of Ola",
        "All families together: 38 points less",
    ]


def test_a_worse_fit_is_a_cost_and_touches_nobody_else():
    cost = forms.cost_words(PLAN, override((2, 0, 0, 990), own=(600, 590)), NAMES)
    assert cost.title == "Fits less well"
    assert cost.good == ["Nobody else is affected"]
    assert cost.harm == ["Fits the family 10 points less: 590 instead of 600"]


def test_a_family_without_a_guide_would_take_anothers():
    cost = forms.cost_words(PLAN, override(own=(None, 500), loses=(1,)), NAMES)
    assert cost.title == "Another family would be without a guide instead"
    assert cost.good == ["The family would get a guide, with a fit of 500 points"]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ((2, -1, -1, 1000), "A family that needs a guide first of all would have to wait"),
        ((2, 0, -1, 1000), "A family that should have a guide soon would have to wait"),
    ],
)
def test_an_urgent_family_that_loses_its_turn_is_told(after, told):
    assert told in forms.cost_words(PLAN, override(after), NAMES).harm


def test_equally_good_choices_are_called_so():
    cost = forms.cost_words(PLAN, override(own=(600, 600)), NAMES)
    assert (cost.title, cost.harm) == ("Just as good in all", [])


def waiting(kind=WaitingKind.NO_FEASIBLE_GUIDE, **told) -> WaitingReason:
    values = {
        "guides": 12,
        "feasible": 0,
        "vetoed": 0,
        "rule_counts": {},
        "rule_sets": (),
        "rivals": (),
        "rival_guides": (),
        "places": 0,
        "changes": (),
        "recruit": None,
    }
    return WaitingReason(kind=kind, **values | told)


def test_who_waits_is_told_what_is_in_the_way_and_what_would_help():
    reason = waiting(
        rule_counts={
            RuleCode.TRAVEL: RuleCount(2, 0),
            RuleCode.AVAILABILITY: RuleCount(9, 3),
            RuleCode.PETS: RuleCount(0, 0),
        },
        rule_sets=(OpenedByRules((RuleCode.AVAILABILITY,), 3),),
        changes=(Suggestion((WishChange(WishChangeCode.MORE_TIME, {"slot": "1-2"}),), 3, 1),),
    )
    words = forms.waiting_words(reason, NAMES)
    assert words.because == "None of the 12 guides can be suggested just now."
    assert words.more == []  # what would help says it better
    assert words.rules == ["No time in common: 9 guides", "Too far to travel: 2 guides"]
    assert words.changes == ["One more time, Tuesday 17–21: 3 guides would be possible"]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ((RuleCode.AVAILABILITY,), "this alone is in the way: no time in common."),
        (
            (RuleCode.AVAILABILITY, RuleCode.TRAVEL),
            "these things together are in the way: no time in common; too far to travel.",
        ),
    ],
)
def test_where_no_change_helps_the_smallest_hindrance_is_named(rules, told):
    words = forms.waiting_words(waiting(rule_sets=(OpenedByRules(rules, 3),)), NAMES)
    assert words.more == [f"For 3 of them {told}"]


def test_competition_is_told_by_numbers_and_references():
    reason = waiting(
        WaitingKind.COMPETITION, feasible=1, rivals=(TWO,), rival_guides=(KARI,), places=1
    )
    words = forms.waiting_words(reason, NAMES)
    assert words.because == "1 guide fits, and is needed by others too."
    assert words.more == ["2 families share 1 guide with 1 place in all: this one, and F-2."]


def test_two_changes_stand_in_one_sentence():
    pair = (
        WishChange(WishChangeCode.LONGER_TRIP, {"minutes": 45, "more": 15}),
        WishChange(WishChangeCode.PETS_WELCOME, {}),
    )
    words = forms.waiting_words(waiting(changes=(Suggestion(pair, 1, 1),)), NAMES)
    assert words.changes == [
        "A longer way, up to 45 minutes, and a guide who has pets: 1 guide would be possible"
    ]


def test_where_nothing_helps_a_new_guide_is_described():
    wanted = RecruitType("ti", KARI, Gender.WOMAN, TimeOfWeek.WEEKENDS)
    words = forms.waiting_words(waiting(recruit=wanted), replace(NAMES, places={KARI: "Heggedal"}))
    assert words.changes == []
    assert words.newcomer == (
        "a woman who speaks Tigrinya, in or near Heggedal, with time at weekends"
    )
    anybody = RecruitType(None, None, None, None)
    assert forms.recruit_phrase(anybody, {}) == "somebody"


def test_an_idle_guide_is_told_without_blame():
    reason = IdleReason(IdleKind.ENOUGH_GUIDES, 5, 2, 1, {}, (), ())
    words = forms.idle_words(reason)
    assert words.because == "The 2 families that fit have other guides in the suggestions."
    nobody = IdleReason(
        IdleKind.NO_FEASIBLE_FAMILY, 4, 0, 0, {RuleCode.TRAVEL: RuleCount(1, 1)}, (), ()
    )
    assert forms.idle_words(nobody).rules == ["Too far to travel: 1 family"]


@pytest.mark.parametrize("code", WishChangeCode)
def test_every_change_has_words_for_those_who_can_make_it(code):
    wish = WishChange(code, {"slot": "0-0", "minutes": 30, "more": 10})
    told = []
    if code is not WishChangeCode.ANY_CHILDREN:
        told += forms.waiting_words(waiting(changes=(Suggestion((wish,), 2, 1),)), NAMES).changes
    if code not in {WishChangeCode.PETS_WELCOME, WishChangeCode.NO_SHARED_LANGUAGE}:
        reason = IdleReason(
            IdleKind.NO_FEASIBLE_FAMILY, 4, 0, 0, {}, (), (Suggestion((wish,), 2, 1),)
        )
        told += forms.idle_words(reason).changes
    assert told and all("2 " in words for words in told)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (WishChangeCode.MORE_TIME, "part-when"),
        (WishChangeCode.NO_SHARED_LANGUAGE, "part-languages"),
        (WishChangeCode.ANY_GENDER, "part-wishes"),
    ],
)
def test_what_would_help_leads_to_its_part_of_the_form(code, part):
    wish = WishChange(code, {"slot": "0-0"})
    assert forms.waiting_words(waiting(changes=(Suggestion((wish,), 1, 1),)), NAMES).part == part


@pytest.mark.parametrize(
    ("locale", "time"), [("nb", "tirsdag"), ("nn", "tysdag"), ("en", "Tuesday")]
)
def test_a_day_in_the_middle_of_a_sentence_has_a_capital_in_english_alone(flask_app, locale, time):
    with flask_app.test_request_context(), force_locale(locale):
        words = reason_phrase("one_shared_time", {"slot": "1-2"})
    assert f": {time} " in words and words.endswith("17–21")
