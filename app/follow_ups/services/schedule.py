"""When a pair is asked and called, from the start meeting on. Pure arithmetic on dates."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import END_DAYS_AHEAD, Rules
from app.oslo import plus_months

EARLY_UNTIL_DAYS = 28
MIDDLE_UNTIL_DAYS = 91
NEAR_DAYS = 3  # a call this close to a question is spared: the question is the call


@dataclass(frozen=True, slots=True)
class Step:
    """A day to get in touch: the same pair, kind and number are the same step, whenever it is."""

    kind: FollowUpKind
    number: int
    due_on: dt.date


def schedule(started_on: dt.date, *, months: int, rules: Rules, until: dt.date) -> list[Step]:
    """Return every step of a pair, earliest first.

    Args:
        started_on: the day of the start meeting.
        months: how long the agreement is.
        rules: the municipality's.
        until: how far to plan if the pair goes on meeting after the agreement has run out.
    """
    end_on = plus_months(started_on, months)
    questions = [
        Step(FollowUpKind.DID_YOU_MEET, 1, _after(started_on, rules.first_question_days)),
        Step(FollowUpKind.DID_YOU_MEET, 2, _after(started_on, rules.second_question_days)),
        Step(FollowUpKind.MID_TERM, 1, started_on + (end_on - started_on) / 2),
        # By its length: an agreement that is made longer ends, and is asked about, anew.
        Step(FollowUpKind.END, months, _after(end_on, -END_DAYS_AHEAD)),
    ]
    questions = [step for step in questions if step.due_on > started_on]
    asked_on = [step.due_on for step in questions]
    calls = [
        Step(FollowUpKind.CHECK_IN, number, day)
        for number, day in enumerate(_calls(started_on, rules, max(end_on, until)), start=1)
        if all(abs((day - asked).days) > NEAR_DAYS for asked in asked_on)
    ]
    return sorted([*questions, *calls], key=lambda step: (step.due_on, step.kind, step.number))


def _calls(started_on: dt.date, rules: Rules, until: dt.date) -> Iterator[dt.date]:
    """Yield the days of the calls: often in the first month, seldom after the third."""
    days = 0
    while True:
        if days < EARLY_UNTIL_DAYS:
            days += rules.early_every_days
        elif days < MIDDLE_UNTIL_DAYS:
            days += rules.middle_every_days
        else:
            days += rules.late_every_days
        if _after(started_on, days) > until:
            return
        yield _after(started_on, days)


def _after(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)
