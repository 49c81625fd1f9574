"""Taking tasks on, handing them over, being away."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import lock
from app.duties import queries
from app.duties.models import Absence, Assignment
from app.errors import Conflict, NotFound
from app.municipalities.services import take_turn
from app.permissions import Actor, Permission, ensure_may


class AwayAlready(Conflict):
    """Somebody is away on one of these days already, by an earlier note."""


class SubstituteIsAway(Conflict):
    """Who should stand in is away themselves on one of these days."""


class AbsenceOver(Conflict):
    """The absence has ended."""


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away, from the first day to the last, and who stands in."""

    user_id: uuid.UUID
    substitute_id: uuid.UUID
    from_on: dt.date
    until_on: dt.date


def assign_task(
    session: Session,
    actor: Actor,
    kind: str,
    record_id: uuid.UUID,
    *,
    user_id: uuid.UUID | None,
    now: dt.datetime,
) -> Assignment | None:
    """Give a task of the desk to a colleague, or to nobody; whoever had it has it no more.

    Raises:
        NotFound: nobody here who works off the desk has that key, or it is their own match.
    """
    ensure_may(actor, Permission.DUTIES_CHANGE)
    held = queries.find_assignment(session, kind, record_id)
    if user_id is None:
        if held is not None:
            session.delete(held)
            session.flush()
        return None
    _ensure_colleague(session, actor, user_id, record_id)
    if held is None:
        held = Assignment(kind=kind, record_id=record_id)
    held.user_id, held.assigned_at, held.by_id = user_id, now, actor.user_id
    return _stored(session, held)


def _stored(session: Session, assignment: Assignment) -> Assignment:
    """Write it; of two who assign the same task at once, the first is kept."""
    kind, record_id = assignment.kind, assignment.record_id
    try:
        with session.begin_nested():
            session.add(assignment)
            session.flush()
    except IntegrityError:
        first = queries.find_assignment(session, kind, record_id)
        if first is None:
            raise
        return first
    return assignment


def note_absence(session: Session, actor: Actor, away: Away, *, now: dt.datetime) -> Absence:
    """Note that somebody is away and who stands in: tasks and letters go to the substitute.

    Raises:
        AwayAlready: one of the days is in another absence of theirs.
        SubstituteIsAway: the substitute is away on one of the days.
        NotFound: one of the two does not work off the desk here.
    """
    ensure_may(actor, Permission.DUTIES_CHANGE)
    take_turn(session)  # two notes at once would not see each other
    for user_id in (away.user_id, away.substitute_id):
        _ensure_colleague(session, actor, user_id)
    for other in _overlapping(session, away):
        if other.user_id == away.user_id:
            raise AwayAlready(str(other.id))
        raise SubstituteIsAway(str(other.id))
    absence = Absence(
        user_id=away.user_id,
        substitute_id=away.substitute_id,
        from_on=away.from_on,
        until_on=away.until_on,
        noted_at=now,
        by_id=actor.user_id,
    )
    session.add(absence)
    session.flush()
    return absence


def end_absence(session: Session, actor: Actor, absence: Absence, *, now: dt.datetime) -> Absence:
    """Note that somebody is back before the last day.

    Raises:
        AbsenceOver: it has been noted already.
    """
    ensure_may(actor, Permission.DUTIES_CHANGE)
    lock(session, absence)
    if absence.ended_at is not None:
        raise AbsenceOver(str(absence.id))
    absence.ended_at = now
    session.flush()
    return absence


def _overlapping(session: Session, away: Away) -> list[Absence]:
    statement = (
        select(Absence)
        .where(
            Absence.user_id.in_((away.user_id, away.substitute_id)),
            Absence.from_on <= away.until_on,
            Absence.until_on >= away.from_on,
            Absence.ended_at.is_(None),
        )
        .order_by(Absence.from_on, Absence.id)
    )
    return list(session.scalars(statement))


def _ensure_colleague(
    session: Session, actor: Actor, user_id: uuid.UUID, record_id: uuid.UUID | None = None
) -> None:
    able = queries.list_colleagues(session, actor, record_id)
    if user_id not in {member.user.id for member in able}:
        raise NotFound(f"colleague {user_id}")
