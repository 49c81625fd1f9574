"""Who is away, and who could do a colleague's work."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.queries import StaffMember, list_staff
from app.duties.models import Absence, Assignment
from app.errors import NotFound
from app.permissions import Actor, Permission, ensure_may, roles_granting

# Whose own a record is: they do no task about it. The rooms above know.
NOT_FOR: list[Callable[[uuid.UUID], Select[Any]]] = []


def list_colleagues(
    session: Session, actor: Actor, record_id: uuid.UUID | None = None
) -> list[StaffMember]:
    """Return those who may work off the desk, by name; those who may do one task of it."""
    ensure_may(actor, Permission.DUTIES_CHANGE)
    able = roles_granting(Permission.DESK_VIEW)
    own = _kept_from(session, record_id) if record_id else frozenset()
    return [m for m in list_staff(session) if m.roles & able and m.user.id not in own]


def list_who_invite(session: Session, actor: Actor) -> list[StaffMember]:
    """Return those who can let somebody else in to work off the desk, by name."""
    ensure_may(actor, Permission.DUTIES_CHANGE)
    able = roles_granting(Permission.STAFF_INVITE)
    return [member for member in list_staff(session) if member.roles & able]


def _kept_from(session: Session, record_id: uuid.UUID) -> frozenset[uuid.UUID]:
    return frozenset(user_id for kept in NOT_FOR for user_id in session.scalars(kept(record_id)))


def list_absences(session: Session, actor: Actor) -> Sequence[Absence]:
    """Return all absences, the latest first: they tell who stood in for whom, and when."""
    ensure_may(actor, Permission.DUTIES_CHANGE)
    statement = (
        select(Absence)
        .options(joinedload(Absence.user), joinedload(Absence.substitute), joinedload(Absence.by))
        .order_by(Absence.from_on.desc(), Absence.noted_at.desc(), Absence.id)
    )
    return session.scalars(statement).all()


def get_absence(session: Session, actor: Actor, absence_id: uuid.UUID) -> Absence:
    """Return an absence, locked; raise NotFound if there is none here."""
    ensure_may(actor, Permission.DUTIES_CHANGE)
    found = session.scalar(
        select(Absence).where(Absence.id == absence_id).with_for_update(of=Absence)
    )
    if found is None:
        raise NotFound(f"absence {absence_id}")
    return found


def find_assignment(session: Session, kind: str, record_id: uuid.UUID) -> Assignment | None:
    """Return who has taken a task on."""
    return session.scalar(
        select(Assignment).where(Assignment.kind == kind, Assignment.record_id == record_id)
    )


def substitutes_on(session: Session, day: dt.date) -> dict[uuid.UUID, uuid.UUID]:
    """Return who stands in on a day: user to substitute."""
    statement = (
        select(Absence.user_id, Absence.substitute_id)
        .where(Absence.from_on <= day, Absence.until_on >= day, Absence.ended_at.is_(None))
        .order_by(Absence.noted_at, Absence.id)
    )
    return {row.user_id: row.substitute_id for row in session.execute(statement)}
