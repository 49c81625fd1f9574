"""What is read of a pair, as conditions: for the one statement that tells how all pairs are."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select

from app.endings.models import MatchEnding
from app.follow_ups.models import (
    Concern,
    FollowUp,
    FollowUpAnswer,
    FollowUpContact,
    FollowUpKind,
    Reply,
)
from app.matches.models import Agreement, Match, Prolongation
from app.oslo import end_of

ASKED_KINDS = frozenset({FollowUpKind.DID_YOU_MEET, FollowUpKind.MID_TERM})
ANSWER_DAYS = 7  # how long a question may stand unanswered before staff call
END_DAYS_AHEAD = 14  # before the agreement runs out, so that there is time for a last meeting


def first_concerned() -> ScalarSelect[Any]:
    """Select whose concern has waited longest."""
    return (
        select(Concern.side)
        .where(Concern.match_id == Match.id, Concern.handled_on.is_(None))
        .order_by(Concern.raised_at, Concern.id)
        .limit(1)
        .correlate(Match)
        .scalar_subquery()
    )


def latest_light() -> ScalarSelect[Any]:
    return (
        select(FollowUpContact.light)
        .where(FollowUpContact.match_id == Match.id)
        .order_by(
            FollowUpContact.talked_on.desc(), FollowUpContact.noted_at.desc(), FollowUpContact.id
        )
        .limit(1)
        .correlate(Match)
        .scalar_subquery()
    )


def of_pair(value: Any, *wanted: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(value).where(*wanted).correlate(Match).scalar_subquery()


def open_reply(reply: Reply) -> ColumnElement[bool]:
    return and_(
        FollowUpAnswer.match_id == Match.id,
        FollowUpAnswer.reply == reply,
        FollowUpAnswer.handled_on.is_(None),
    )


def is_goodbye(today: dt.date) -> ColumnElement[bool]:
    """One of several guides has met them for the last time; staff have yet to decide."""
    return and_(
        MatchEnding.match_id == Match.id,
        MatchEnding.last_meeting_on <= today,
        MatchEnding.is_known_to_guide,
    )


def waits_for_staff(today: dt.date) -> ColumnElement[bool]:
    """A contact is due: at once, or a day late where the question should have gone by itself."""
    return and_(
        FollowUp.match_id == Match.id,
        FollowUp.done_on.is_(None),
        FollowUp.asked_at.is_(None),
        FollowUp.kind != FollowUpKind.END,
        or_(
            and_(FollowUp.kind.in_(ASKED_KINDS), FollowUp.due_on < today),
            and_(FollowUp.kind.not_in(ASKED_KINDS), FollowUp.due_on <= today),
        ),
    )


def runs_out(today: dt.date) -> ColumnElement[bool]:
    """The agreement ends soon, or has ended: no call settles that, more months or a plan do."""
    months = select(Agreement.months).where(Agreement.match_id == Match.id)
    more = select(func.coalesce(func.sum(Prolongation.months), 0))
    agreed = months.correlate(Match).scalar_subquery() + (
        more.where(Prolongation.match_id == Match.id).correlate(Match).scalar_subquery()
    )
    is_planned = exists().where(
        MatchEnding.match_id == Match.id, MatchEnding.last_meeting_on.is_not(None)
    )
    return and_(
        FollowUp.match_id == Match.id,
        FollowUp.kind == FollowUpKind.END,
        FollowUp.done_on.is_(None),
        FollowUp.due_on <= today,
        FollowUp.number >= func.coalesce(agreed, FollowUp.number),
        ~is_planned.correlate(Match),
    )


def unanswered(today: dt.date) -> ColumnElement[bool]:
    """The two were asked, and not both have said that all is well: staff call after a week.

    Counted from when the question went out, which may be later than the day it was due.
    """
    a_week_ago = today - dt.timedelta(days=ANSWER_DAYS)
    return and_(
        FollowUp.match_id == Match.id,
        FollowUp.done_on.is_(None),
        FollowUp.asked_at < end_of(a_week_ago),
    )
