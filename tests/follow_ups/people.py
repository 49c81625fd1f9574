"""Pairs that meet, for the tests of this room."""

import datetime as dt
import itertools

from sqlalchemy import select

from app.families.models import FamilyStatus
from app.follow_ups.models import FollowUpAnswer
from app.follow_ups.queries import get_question
from app.follow_ups.services import ask_due, plan_follow_ups
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from app.oslo import OSLO
from tests import cast

STARTED_ON = dt.date(2026, 3, 2)
HOME = "http://localhost/asker"
NUMBERS = itertools.count(1)


def morning(day):
    """Return six in the morning in Oslo, when the daily work is done."""
    return dt.datetime.combine(day, dt.time(6), tzinfo=OSLO).astimezone(dt.UTC)


def day(number):
    """Return the day so many days after the start meeting."""
    return STARTED_ON + dt.timedelta(days=number)


def make_pair(session, town, *, guide=None, started_on=STARTED_ON, **family):
    """Add a pair that meets: the town's own guide, unless another is given."""
    number = next(NUMBERS)
    known = {"reference": f"P-{number}", "contact_email": f"amal{number}@home.example"}
    row = cast.make_family(session, town, **known | {"status": FamilyStatus.MATCHED} | family)
    match = Match(
        family_id=row.id,
        status=MatchStatus.ACTIVE,
        proposed_at=cast.NOW,
        asked_on=started_on,
        agreed_on=started_on,
        started_on=started_on,
    )
    guide = guide or town.guide
    match.guides.append(MatchGuide(guide_id=guide.id, kind=GuideKind.LEAD))
    session.add(match)
    session.flush()
    return match


def live_through(session, until, *, since=STARTED_ON, tokens=None):
    """Do the daily work of every morning up to and with a day, as the worker does it."""
    for number in range((until - since).days + 1):
        one_morning(session, since + dt.timedelta(days=number), tokens=tokens)


def one_morning(session, on, *, tokens=None):
    """Do one morning's work; note the links' tokens where a list is given."""
    plan_follow_ups(session, today=on)

    def answer_page(token):
        if tokens is not None:
            tokens.append(token)
        return f"{HOME}/how-is-it/{token}"

    ask_due(session, answer_page=answer_page, now=morning(on))


def ask(session, match, *, on):
    """Live through the days up to a question; return a pair's tokens by side."""
    tokens: list[str] = []
    live_through(session, on, tokens=tokens)
    asked = [(get_question(session, token, now=morning(on))[0], token) for token in tokens]
    return {question.side: token for question, token in asked if question.match_id == match.id}


def answers_of(session, match):
    statement = select(FollowUpAnswer).where(FollowUpAnswer.match_id == match.id)
    in_order = (FollowUpAnswer.asked_at, FollowUpAnswer.side, FollowUpAnswer.number)
    return session.scalars(statement.order_by(*in_order)).all()
