"""The weekly letter of the desk: how much there is to do, for whom nobody is named."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import list_staff
from app.desk.queries import list_tasks
from app.duties.queries import substitutes_on
from app.messages.services import To, send_message
from app.municipalities.queries import get_municipality
from app.permissions import Actor, Permission, roles_granting
from app.tenancy import bound_municipality


def write_digests(session: Session, *, desk_url: str, now: dt.datetime, today: dt.date) -> int:
    """Write this week's letter to everybody who works off the desk; return how many were due.

    Counts and a link, no name: it is read on telephones and forwarded. Who is away gets none; who
    stands in has a letter of their own. Run every day: a week's letter is written once.

    Args:
        desk_url: whole address of the desk.
    """
    town = get_municipality(session, bound_municipality(session))
    year, week, _day = today.isocalendar()
    written = 0
    for user, actor in _readers(session, today):
        tasks = list_tasks(
            session, actor, now=now, today=today, first_contact_days=town.first_contact_days
        )
        if not tasks:
            continue
        values = {
            "link": desk_url,
            "tasks": str(len(tasks)),
            "late": str(sum(task.days_late(today) > 0 for task in tasks)),
        }
        to = To.staff(user)
        once = f"digest {year} {week} {user.id}"
        send_message(session, "desk_digest", to, values, now=now, once=once)
        written += 1
    return written


def _readers(session: Session, today: dt.date) -> Iterator[tuple[User, Actor]]:
    away = substitutes_on(session, today)
    able = roles_granting(Permission.DESK_VIEW)
    for member in list_staff(session):
        if member.roles & able and member.user.id not in away:
            yield member.user, Actor(member.user.id, bound_municipality(session), member.roles)
