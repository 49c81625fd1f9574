"""The plan of contacts: from the start meeting, the same however often or seldom it is made."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpSettings
from app.follow_ups.queries import Rules
from app.follow_ups.services import plan_follow_ups, schedule
from app.matches.models import MatchStatus
from app.oslo import plus_months
from tests.cast import NOW
from tests.follow_ups.people import (
    STARTED_ON,
    answers_of,
    day,
    live_through,
    make_pair,
    one_morning,
)

K = FollowUpKind


def plan_of(session, match, *, open_only=False):
    rows = session.scalars(select(FollowUp).where(FollowUp.match_id == match.id)).all()
    return sorted(
        (row.due_on, row.kind, row.number) for row in rows if not (open_only and row.done_on)
    )


def days_of(plan, kind):
    return [(due - STARTED_ON).days for due, found, _number in plan if found is kind]


def test_the_plan_is_weekly_then_fortnightly_then_monthly_with_questions_between(session, asker):
    match = make_pair(session, asker)
    plan_follow_ups(session, today=STARTED_ON)
    plan = plan_of(session, match)
    assert days_of(plan, K.DID_YOU_MEET) == [21, 35]
    # Day 21 is the question's; mid-term is half of nine months, the end 14 days before them.
    assert days_of(plan, K.CHECK_IN) == [
        7,
        14,
        28,
        42,
        56,
        70,
        84,
        98,
        126,
        154,
        182,
        210,
        238,
        266,
    ]
    assert days_of(plan, K.MID_TERM) == [(plus_months(STARTED_ON, 9) - STARTED_ON).days // 2]
    assert days_of(plan, K.END) == [(plus_months(STARTED_ON, 9) - STARTED_ON).days - 14]


def test_a_call_close_to_a_question_is_spared():
    steps = schedule(STARTED_ON, months=9, rules=Rules(), until=STARTED_ON)
    asked = [step.due_on for step in steps if step.kind is not K.CHECK_IN]
    calls = [step.due_on for step in steps if step.kind is K.CHECK_IN]
    assert min(abs((a - b).days) for a in asked for b in calls) > 3


def test_planning_twice_plans_once(session, asker):
    match = make_pair(session, asker)
    plan_follow_ups(session, today=STARTED_ON)
    first = plan_of(session, match)
    plan_follow_ups(session, today=STARTED_ON)
    plan_follow_ups(session, today=day(1))
    assert plan_of(session, match) == first


def test_a_plan_made_before_a_stop_loses_no_day_of_it(session, asker):
    match = make_pair(session, asker)
    live_through(session, day(3))
    one_morning(session, day(60))
    open_days = [due for due, _kind, _number in plan_of(session, match, open_only=True)]
    assert day(7) in open_days and day(56) in open_days


def test_what_went_by_unplanned_is_not_heaped_up_but_the_last_of_it_stays(session, asker):
    match = make_pair(session, asker)
    for morning in range(40, 45):  # nothing ran for forty days, then every day
        one_morning(session, day(morning))
    behind = [due for due, _kind, _number in plan_of(session, match) if due < day(40)]
    assert behind == [day(35)]
    assert len(answers_of(session, match)) == 2


def test_both_questions_late_ask_once_the_later_one(session, asker):
    match = make_pair(session, asker)
    live_through(session, day(5))
    one_morning(session, day(50))
    one_morning(session, day(51))
    asked = answers_of(session, match)
    assert {(a.follow_up.kind, a.follow_up.number) for a in asked} == {(K.DID_YOU_MEET, 2)}
    assert len(asked) == 2


def test_an_old_pair_that_staff_have_just_called_is_not_asked_for_its_whole_past(session, asker):
    match = make_pair(session, asker)
    match.checked_on = day(100)
    one_morning(session, day(101))
    assert next(due for due, _kind, _number in plan_of(session, match)) > day(101)
    assert answers_of(session, match) == []


@pytest.mark.parametrize(
    "started_on", [dt.date(2026, 3, 8), dt.date(2026, 10, 4)], ids=["to summer", "to winter"]
)
def test_days_are_days_over_the_nights_when_the_clock_is_changed(session, asker, started_on):
    match = make_pair(session, asker, started_on=started_on)
    live_through(session, started_on + dt.timedelta(days=36), since=started_on)
    asked = answers_of(session, match)
    days = sorted({(a.follow_up.due_on - started_on).days for a in asked})
    assert days == [21, 35] and len(asked) == 4
    assert {a.asked_at.date() for a in asked} == {a.follow_up.due_on for a in asked}


def test_a_pair_that_goes_on_after_its_agreement_is_still_called(session, asker):
    match = make_pair(session, asker)
    live_through(session, day(400), since=day(390))
    ahead = [due for due, kind, _n in plan_of(session, match) if kind is K.CHECK_IN]
    assert max(ahead) > day(400)


def test_a_longer_agreement_moves_the_middle_and_asks_about_its_end_anew(session, asker):
    match = make_pair(session, asker)
    plan_follow_ups(session, today=STARTED_ON)
    asker_row = session.get(type(asker.municipality), asker.municipality.id)
    asker_row.agreement_months = 12
    plan_follow_ups(session, today=day(1))
    plan = plan_of(session, match)
    year = (plus_months(STARTED_ON, 12) - STARTED_ON).days
    assert days_of(plan, K.END) == [year - 14]
    assert days_of(plan, K.MID_TERM) == [year // 2]


def test_the_municipality_decides_the_days(session, asker):
    session.add(FollowUpSettings(first_question_days=10, second_question_days=50, changed_at=NOW))
    match = make_pair(session, asker)
    plan_follow_ups(session, today=STARTED_ON)
    assert days_of(plan_of(session, match), K.DID_YOU_MEET) == [10, 50]


def test_settings_that_change_move_what_is_to_come_and_leave_what_was_done(session, asker):
    match = make_pair(session, asker)
    live_through(session, day(10))
    done = session.scalars(select(FollowUp).where(FollowUp.due_on == day(7))).one()
    done.done_on = day(8)
    session.add(
        FollowUpSettings(
            first_question_days=25, second_question_days=40, early_every_days=5, changed_at=NOW
        )
    )
    one_morning(session, day(11))
    plan = plan_of(session, match)
    assert days_of(plan, K.DID_YOU_MEET) == [25, 40]
    assert done.due_on == day(7) and done.done_on == day(8)
    assert len(plan) == len({(kind, number) for _due, kind, number in plan})
    before = plan_of(session, match)
    one_morning(session, day(11))
    assert plan_of(session, match) == before


def test_a_match_that_has_ended_keeps_no_plan(session, asker):
    match = make_pair(session, asker)
    live_through(session, day(22))
    match.status = MatchStatus.ENDED
    one_morning(session, day(23))
    rows = session.scalars(select(FollowUp).where(FollowUp.match_id == match.id)).all()
    assert [row for row in rows if row.done_on is None] == []
    assert answers_of(session, match)  # what was asked stays on record


def test_a_family_that_has_left_is_not_asked(session, asker):
    match = make_pair(session, asker)
    live_through(session, day(20))
    match.family.withdraw(on=day(20))
    live_through(session, day(36), since=day(21))
    assert answers_of(session, match) == []


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 5, 31), 9, dt.date(2027, 2, 28)),
        (dt.date(2026, 12, 15), 12, dt.date(2027, 12, 15)),
        (dt.date(2028, 2, 29), 12, dt.date(2029, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start, months, end):
    assert plus_months(start, months) == end


def test_end_of_a_pair_whose_family_could_not_be_written_to_holds_up_nobody(session, asker):
    unreachable = make_pair(session, asker, contact_email="")
    other = make_pair(session, asker)
    live_through(session, day(22))
    asked = {answer.follow_up_id for answer in answers_of(session, unreachable)}
    unreachable.status = MatchStatus.ENDED
    session.flush()
    live_through(session, day(36), since=day(23))
    kept = session.scalars(select(FollowUp).where(FollowUp.match_id == unreachable.id)).all()
    assert {row.id for row in kept} == asked and [row.done_on for row in kept] == [day(23)]
    assert len(answers_of(session, other)) == 4
