"""The answers that come by link. The secret token is the permission: nobody is signed in."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.database import lock
from app.follow_ups import queries
from app.follow_ups.models import FollowUp, FollowUpAnswer, Reply
from app.oslo import day_of


def answer_by_link(session: Session, token: str, *, reply: Reply, now: dt.datetime) -> None:
    """Note how it goes, as whoever holds the link says.

    The link stays open: "fine" may become "I want to talk". What was answered before stays on
    record as it was, and waits for staff: nobody who gets hold of the phone can unsay it. What
    is said already, and waits, is not noted twice; and nothing that is returned or shown tells
    what was answered.

    Raises:
        NotFound: the link does not open any more.
    """
    question, _link = queries.get_question(session, token, now=now)
    follow_up = session.get_one(FollowUp, question.follow_up_id)
    lock(session, follow_up)  # two presses at once number their answers one after the other
    asked = queries.list_asked_of_same(session, question)
    if any(row.reply is reply and row.handled_on is None for row in asked):
        return
    latest = asked[-1]
    answer = (
        latest if latest.reply is None else ask_again(session, latest, asked_at=latest.asked_at)
    )
    answer.reply, answer.answered_at = reply, now
    session.flush()
    _settle(session, follow_up, now)


def ask_again(session: Session, latest: FollowUpAnswer, *, asked_at: dt.datetime) -> FollowUpAnswer:
    """Add a row for what somebody says next. Links open the first row: see `asking`."""
    again = FollowUpAnswer(
        id=uuid.uuid4(),
        follow_up_id=latest.follow_up_id,
        match_id=latest.match_id,
        side=latest.side,
        guide_id=latest.guide_id,
        number=latest.number + 1,
        asked_at=asked_at,
    )
    session.add(again)
    session.flush()
    return again


def _settle(session: Session, follow_up: FollowUp, now: dt.datetime) -> None:
    """Take the day off the staff's list when all who were asked say that all is well."""
    if follow_up.done_on is None and is_all_well(queries.list_questions(session, follow_up.id)):
        follow_up.done_on = day_of(now)
        session.flush()


def is_all_well(answers: Sequence[FollowUpAnswer]) -> bool:
    """Return whether everybody said "fine" last, and nothing else waits for staff."""
    last = {(row.side, row.guide_id): row for row in answers if row.reply is not None}
    asked = {(row.side, row.guide_id) for row in answers}
    waits = any(row.reply not in (None, Reply.FINE) and row.handled_on is None for row in answers)
    return (
        not waits and last.keys() == asked and all(row.reply is Reply.FINE for row in last.values())
    )
