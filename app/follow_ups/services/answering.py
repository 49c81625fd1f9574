"""The answers that come by link. The secret token is the permission: nobody is signed in."""

import datetime as dt

from sqlalchemy.orm import Session

from app.database import lock
from app.follow_ups import queries
from app.follow_ups.models import FollowUp, FollowUpAnswer, Reply
from app.oslo import day_of

_GRAVITY = {None: 0, Reply.FINE: 1, Reply.NOT_MEETING: 2, Reply.TALK: 3}


def answer_by_link(session: Session, token: str, *, reply: Reply, now: dt.datetime) -> None:
    """Note how it goes, as whoever holds the link says.

    The link stays open: "fine" may become "I want to talk". Until staff have spoken with this
    side the gravest answer stands, so that nobody who gets hold of the phone can unsay it; and
    nothing that is returned or shown tells what was answered.

    Raises:
        NotFound: the link does not open any more.
    """
    question, _link = queries.get_question(session, token, now=now)
    lock(session, question)
    if _still_stands(question, reply):
        return
    question.reply, question.answered_at = reply, now
    question.handled_on = question.handled_by_id = None
    session.flush()
    _settle(session, question, now)


def _still_stands(question: FollowUpAnswer, reply: Reply) -> bool:
    """Return whether an earlier answer must not be replaced by this one."""
    return question.handled_on is None and _GRAVITY[question.reply] >= _GRAVITY[reply]


def _settle(session: Session, question: FollowUpAnswer, now: dt.datetime) -> None:
    """Take the day off the staff's list when all who were asked have said that all is well."""
    answers = queries.list_questions(session, question.follow_up_id)
    follow_up = session.get_one(FollowUp, question.follow_up_id)
    lock(session, follow_up)
    if follow_up.done_on is None and all(answer.reply is Reply.FINE for answer in answers):
        follow_up.done_on = day_of(now)
        session.flush()
