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
        for letter, to in _to(session, match):
            holder = to.about_id or match.family_id
            link = add_answer_link(session, match, holder, addresses=addresses, now=now)
            once = _once(match, to)
            send_message(session, letter, to, {"link": link}, now=now, once=once)
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
        if _to(session, match)
    ]


def _to(session: Session, match: Match) -> list[tuple[str, To]]:
    """Return whom to remind, with which letter: nobody twice, and nobody who has answered."""
    if match.status is S.GUIDE_ASKED:
        rows = (row for row in match.guides if row.awaits_yes)
        asked = [("guide_reminded", To.guide(row.guide)) for row in rows]
    else:
        asked = [("family_reminded", To.family(match.family))]
    return [
        (letter, to)
        for letter, to in asked
        if can_reach(session, to) and find_message_said(session, _once(match, to)) is None
    ]


def _once(match: Match, to: To) -> str:
    return f"reminder {match.id} {to.about_id}"
