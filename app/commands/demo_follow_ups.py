"""The demo's follow-ups: what was planned, asked and answered since each pair's start meeting."""

import datetime as dt
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.families.models import Family
from app.follow_ups.models import (
    ContactedBy,
    FollowUp,
    FollowUpAnswer,
    FollowUpContact,
    Light,
    PairSide,
    Reply,
    SpokeWith,
)
from app.follow_ups.queries import ASKED_KINDS, rules_for
from app.follow_ups.services import plan_follow_ups, schedule
from app.matches.models import Match, MatchStatus
from app.municipalities.models import Municipality
from app.oslo import OSLO, day_of

WANTS_TO_TALK = "B-001"  # what this family has answered; all others have said that it is fine
JUST_CALLED = "F-2026-002"
CALLED_DAYS_AGO = 5
ASKED_AT = dt.time(8)
ANSWERED_AFTER = dt.timedelta(hours=9, minutes=12)


def add_follow_ups(session: Session, municipality: Municipality, *, now: dt.datetime) -> None:
    """Add what has been done for the pairs that meet, and plan what is to come."""
    today = day_of(now)
    for match in _meeting(session):
        reference = session.get_one(Family, match.family_id).reference
        _add_past(session, match, reference, municipality.agreement_months, now)
        if reference == JUST_CALLED:
            _add_contact(session, match, now)
    session.flush()
    plan_follow_ups(session, today=today)


def _meeting(session: Session) -> Sequence[Match]:
    statement = select(Match).where(Match.status == MatchStatus.ACTIVE)
    return session.scalars(statement.order_by(Match.started_on, Match.id)).all()


def _add_past(
    session: Session, match: Match, reference: str, months: int, now: dt.datetime
) -> None:
    if match.started_on is None:
        return
    today = day_of(now)
    steps = schedule(match.started_on, months=months, rules=rules_for(session), until=today)
    past = [step for step in steps if step.due_on < today]
    for step in past:
        asked = step.kind in ASKED_KINDS
        talks = asked and reference == WANTS_TO_TALK and step.due_on > today - dt.timedelta(10)
        at = dt.datetime.combine(step.due_on, ASKED_AT, tzinfo=OSLO)
        row = FollowUp(
            match_id=match.id,
            kind=step.kind,
            number=step.number,
            due_on=step.due_on,
            asked_at=at if asked else None,
            done_on=None if talks else step.due_on,
        )
        session.add(row)
        session.flush()
        for side in PairSide if asked else ():
            reply = Reply.TALK if talks and side is PairSide.FAMILY else Reply.FINE
            _add_answer(session, row, side, reply, at)


def _add_answer(
    session: Session, row: FollowUp, side: PairSide, reply: Reply, at: dt.datetime
) -> None:
    session.add(
        FollowUpAnswer(
            follow_up_id=row.id,
            match_id=row.match_id,
            side=side,
            asked_at=at,
            reply=reply,
            answered_at=at + ANSWERED_AFTER,
        )
    )


def _add_contact(session: Session, match: Match, now: dt.datetime) -> None:
    called_at = now - dt.timedelta(days=CALLED_DAYS_AGO)
    session.add(
        FollowUpContact(
            match_id=match.id,
            once_token=secrets.token_urlsafe(24),
            talked_on=day_of(called_at),
            noted_at=called_at,
            spoke_with=SpokeWith.BOTH,
            way=ContactedBy.PHONE,
            light=Light.GOOD,
        )
    )
