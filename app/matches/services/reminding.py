"""One gentle reminder to whoever was asked and has not answered, while there is still time."""

import datetime as dt

from sqlalchemy.orm import Session

from app.matches import queries
from app.matches.models import Match, MatchStatus
from app.matches.services.letters import Addresses, add_answer_link
from app.messages.queries import find_message_said
from app.messages.services import To, can_reach, send_message
from app.municipalities.queries import get_municipality
from app.tenancy import bound_municipality

S = MatchStatus


def has_unanswered(session: Session, *, today: dt.date) -> bool:
    """Return whether somebody may have to be reminded."""
    return bool(_list_to_remind(session, today))


def remind_unanswered(
    session: Session, *, addresses: Addresses, now: dt.datetime, today: dt.date
) -> int:
    """Write once to each side that was asked so many days ago; return how many letters it were.

    The link of the first letter opens as before. Whoever has moved since, or is reached by no
    letter, is for staff: the question is on their desk when its last day has come.
    """
    reminded = 0
    for match in _list_to_remind(session, today):
        values = {"link": add_answer_link(session, match, addresses=addresses, now=now)}
        letter = "guide_reminded" if match.status is S.GUIDE_ASKED else "family_reminded"
        send_message(session, letter, _to(match), values, now=now, once=_once(match))
        reminded += 1
    session.flush()
    return reminded


def _list_to_remind(session: Session, today: dt.date) -> list[Match]:
    days = get_municipality(session, bound_municipality(session)).reminder_days
    if not days:
        return []
    asked_by = today - dt.timedelta(days=days)
    return [
        match
        for match in queries.list_unanswered_matches(session, asked_by=asked_by, today=today)
        if can_reach(session, _to(match)) and find_message_said(session, _once(match)) is None
    ]


def _to(match: Match) -> To:
    return To.guide(match.lead) if match.status is S.GUIDE_ASKED else To.family(match.family)


def _once(match: Match) -> str:
    return f"reminder {match.status.value} {match.id}"
