"""What has become too old goes, a little every day; who goes was announced a month before."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Link, User
from app.accounts.queries import list_staff
from app.accounts.services.security_log import Event, note
from app.activities.models import Activity
from app.data_map import forget
from app.errors import Conflict
from app.messages.models import OutgoingMessage
from app.messages.services import To, send_message
from app.municipalities.services import take_turn
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may, roles_granting
from app.personal import Person
from app.privacy.models import RetentionKind, RetentionRule
from app.privacy.queries import ageing
from app.privacy.services import erasing

BATCH = 50  # of each kind a day: what a mistake in a rule can take is bounded
FEWEST_MONTHS, MOST_MONTHS = 1, 120
log = logging.getLogger(__name__)


def change_rules(
    session: Session, actor: Actor, months: Mapping[RetentionKind, int], *, now: dt.datetime
) -> None:
    """Keep things for so many months. What changes holds a month from now, and not before.

    Raises:
        NotPermitted: the actor does not handle privacy.
    """
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    begin_rules(session, now=now)
    for row in session.scalars(select(RetentionRule).order_by(RetentionRule.kind)):
        if months.get(row.kind, row.months) != row.months:
            row.months, row.changed_at = months[row.kind], now
            row.changed_by_id = actor.user_id
            note(
                Event.RETENTION_CHANGED,
                by_id=actor.user_id,
                municipality_id=actor.municipality_id,
                what=row.kind.value,
            )
    session.flush()


def begin_rules(session: Session, *, now: dt.datetime) -> None:
    """Write the rules down that hold since nobody chose others: from then on people are warned."""
    take_turn(session)
    known = set(session.scalars(select(RetentionRule.kind)))
    for kind in set(RetentionKind) - known:
        months = ageing.DEFAULT_MONTHS[kind]
        session.add(RetentionRule(kind=kind, months=months, changed_at=now))
    session.flush()


def let_go(session: Session, *, now: dt.datetime) -> Mapping[RetentionKind, int]:
    """Let go of what is too old today, at most a batch of each kind; return how much of what.

    Run every day; what is left over is due tomorrow. What waits for archiving waits.
    """
    begin_rules(session, now=now)
    gone = {}
    for rule in ageing.list_rules(session):
        if rule.holds_from and rule.holds_from <= day_of(now):
            ids = session.scalars(ageing.too_old(rule, day_of(now))).all()
            number = _GO[rule.kind](session, ids, now) if ids else 0
            if number:
                gone[rule.kind] = number
    if gone:
        log.info("let go by age: %s", ", ".join(f"{n} {kind}" for kind, n in gone.items()))
    return gone


def announce(session: Session, *, page_url: str, now: dt.datetime) -> int:
    """Write to those who handle privacy, or else coordinate, how many go in a month. No names.

    Run every day: a week's letter is written once. Returns how many people it tells of.
    """
    today = day_of(now)
    number = ageing.count_announced(session, today)
    if not number:
        return 0
    year, week, _day = today.isocalendar()
    for user in _readers(session):
        to = To.staff(user)
        values = {"link": page_url, "people": str(number)}
        once = f"retention {year} {week} {user.id}"
        send_message(session, "retention_warning", to, values, now=now, once=once)
    return number


def _readers(session: Session) -> list[User]:
    staff = list_staff(session)
    for permission in (Permission.PRIVACY_HANDLE, Permission.MATCHES_CONFIRM):
        granting = roles_granting(permission)
        if found := [member.user for member in staff if member.roles & granting]:
            return found
    return []


def _erase(person: Person) -> Callable[[Session, ageing.Due, dt.datetime], int]:
    def erase(session: Session, ids: ageing.Due, now: dt.datetime) -> int:
        gone = 0
        for record_id in ids:
            gone += _erase_one(session, person, record_id, now)
            if gone == BATCH:
                break
        return gone

    return erase


def _erase_one(session: Session, person: Person, record_id: uuid.UUID, now: dt.datetime) -> int:
    try:
        with session.begin_nested():
            erasing.erase(session, person, record_id, by_id=None, now=now)
    except Conflict:  # a match is open, or waits for the archive: staff see it on the page
        return 0
    return 1


def _forget_accounts(session: Session, ids: ageing.Due, _now: dt.datetime) -> int:
    for user_id in ids[:BATCH]:
        forget(session, Person.USER, user_id)
    return len(ids[:BATCH])


def _empty_notes(session: Session, ids: ageing.Due, _now: dt.datetime) -> int:
    session.execute(update(Activity).where(Activity.id.in_(ids[:BATCH])).values(note=""))
    return len(ids[:BATCH])


def _delete(kind: type[Link] | type[OutgoingMessage]) -> Callable[..., int]:
    def go(session: Session, ids: ageing.Due, _now: dt.datetime) -> int:
        some = ids[: BATCH * 20]  # small rows, and many
        session.execute(
            delete(kind).where(kind.id.in_(some)),
            execution_options={"synchronize_session": "fetch"},
        )
        return len(some)

    return go


_GO: Mapping[RetentionKind, Callable[[Session, ageing.Due, dt.datetime], int]] = {
    RetentionKind.SILENT_APPLICANTS: _erase(Person.GUIDE),
    RetentionKind.GUIDES_WHO_LEFT: _erase(Person.GUIDE),
    RetentionKind.FAMILIES_NEVER_MATCHED: _erase(Person.FAMILY),
    RetentionKind.FAMILIES_AFTER_MATCH: _erase(Person.FAMILY),
    RetentionKind.MEETING_NOTES: _empty_notes,
    RetentionKind.LETTERS: _delete(OutgoingMessage),
    RetentionKind.OLD_LINKS: _delete(Link),
    RetentionKind.ACCOUNTS_WITHOUT_ROLE: _forget_accounts,
}
