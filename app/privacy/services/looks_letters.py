"""Once a week the leader and the privacy officer hear how much stood out, and nothing else."""

import datetime as dt

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import list_staff
from app.messages.services import To, send_message
from app.permissions import Permission, roles_granting
from app.privacy.queries.looks_week import last_monday, read_week
from app.privacy.services.looks_chain import Chain


def write_week(session: Session, *, page_url: str, now: dt.datetime, today: dt.date) -> int:
    """Write the letter about the last whole week; return how many things stood out in it.

    Run every day: a week's letter is written once, and none where there is nothing to ask about.
    """
    monday = last_monday(today)
    count = read_week(session, monday).count
    if count:
        values = {"link": page_url, "count": str(count)}
        _write_all(session, "looks_week", values, once=f"looks {monday}", now=now)
    return count


def write_alarm(session: Session, chain: Chain, *, page_url: str, now: dt.datetime) -> None:
    """Tell that the log has been changed: once for each state in which it was found."""
    once = f"looks broken {len(chain.broken)} {chain.broken[0]:%Y%m%d%H}"
    _write_all(session, "looks_changed", {"link": page_url}, once=once, now=now)


def _write_all(
    session: Session, template: str, values: dict[str, str], *, once: str, now: dt.datetime
) -> None:
    for user in _readers(session):
        to = To.staff(user)
        send_message(session, template, to, values, now=now, once=f"{once} {user.id}")


def _readers(session: Session) -> list[User]:
    able = roles_granting(Permission.ACCESS_LOG_VIEW)
    return [member.user for member in list_staff(session) if member.roles & able]
