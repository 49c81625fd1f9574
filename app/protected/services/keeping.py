"""The two register a household, correct it, look at it and let it go."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import Delete, delete, select
from sqlalchemy.orm import Session

from app.accounts.services.security_log import Event, note
from app.errors import Conflict
from app.oslo import day_of
from app.permissions import Actor
from app.personal import Person
from app.protected import queries
from app.protected.models import (
    HouseholdPage,
    ProtectedFear,
    ProtectedHousehold,
    ProtectedLook,
    ProtectedMatch,
)

KEPT = dt.timedelta(days=365)  # after the last time that the two did something, without a guide


class TakesNoNew(Conflict):
    """The municipality has decided to refuse such households again."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that is kept of a household."""

    name: str
    phone: str
    size: int
    has_children: bool
    language: str
    consented_on: dt.date

    def __repr__(self) -> str:
        return "Told(…)"


def register_household(
    session: Session, actor: Actor, told: Told, *, once_token: str, now: dt.datetime
) -> ProtectedHousehold:
    """Register a household. A form that is sent twice makes one.

    Raises:
        NotFound: the actor is not one of the two.
        TakesNoNew: such households are refused again.
    """
    choice = queries.get_choice(session, actor)
    sent = select(ProtectedHousehold).where(ProtectedHousehold.once_token == once_token)
    if found := session.scalar(sent):
        return found
    if not choice.takes_new:
        raise TakesNoNew("protected households")
    household = ProtectedHousehold(
        once_token=once_token,
        number=queries.next_number(session),
        registered_at=now,
        registered_by_id=actor.user_id,
    )
    _write(household, told)
    keep_on(household, now=now)
    session.add(household)
    session.flush()
    return household


def correct_household(
    session: Session, actor: Actor, household: ProtectedHousehold, told: Told, *, now: dt.datetime
) -> None:
    """Write down what was wrong, or has changed."""
    queries.get_choice(session, actor)
    _write(household, told)
    keep_on(household, now=now)
    session.flush()


def erase_household(session: Session, actor: Actor, household: ProtectedHousehold) -> None:
    """Let a household go, at once and whole. One of the two is enough: to leave must be easy."""
    queries.get_choice(session, actor)
    _erase(session, household)
    note(Event.RECORD_ERASED, by_id=actor.user_id, what=Person.FAMILY.value)


def note_look(
    session: Session,
    user_id: uuid.UUID,
    page: HouseholdPage,
    *,
    household_id: uuid.UUID | None = None,
    now: dt.datetime,
) -> None:
    """Write that one of the two sees something, where the other reads it."""
    session.add(ProtectedLook(at=now, user_id=user_id, household_id=household_id, page=page))
    session.flush()


def forget_old(session: Session, *, now: dt.datetime) -> int:
    """Let go of households that no guide meets and nobody has cared for in a year; once a day."""
    statement = select(ProtectedHousehold).where(
        ProtectedHousehold.kept_until < day_of(now), ~ProtectedHousehold.match.has()
    )
    old = session.scalars(statement.order_by(ProtectedHousehold.id)).all()
    for household in old:
        _erase(session, household)
    return len(old)


def keep_on(household: ProtectedHousehold, *, now: dt.datetime) -> None:
    """Count the year from now: somebody has cared for the household."""
    household.kept_until = day_of(now) + KEPT


def _write(household: ProtectedHousehold, told: Told) -> None:
    household.contact_name, household.contact_phone = told.name, told.phone
    household.household_size, household.has_children = told.size, told.has_children
    household.language, household.consented_on = told.language, told.consented_on


def _erase(session: Session, household: ProtectedHousehold) -> None:
    for table in (ProtectedFear, ProtectedMatch):
        _delete(session, delete(table).where(table.household_id == household.id))
    _delete(session, delete(ProtectedHousehold).where(ProtectedHousehold.id == household.id))
    session.expire_all()


def _delete(session: Session, statement: Delete) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
