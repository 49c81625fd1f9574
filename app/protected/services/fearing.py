"""Whom a household fears: noted as marks, never offered as its guide."""

import datetime as dt
import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import keyed
from app.errors import Conflict
from app.no_contact.queries import PURPOSE
from app.no_contact.spelling import spellings
from app.permissions import Actor
from app.protected import queries
from app.protected.models import HouseholdPage, ProtectedFear, ProtectedHousehold
from app.protected.services.keeping import keep_on, note_look

MOST_PERSONS = 20


class TooManyFeared(Conflict):
    """There are too many on the list for it to mean anything."""


def note_feared(
    session: Session,
    actor: Actor,
    household: ProtectedHousehold,
    words: tuple[str, str, str],
    *,
    now: dt.datetime,
) -> None:
    """Note somebody by name, telephone number and e-mail address; what was typed is not stored.

    The same person noted twice is there once.

    Raises:
        TooManyFeared: there are enough.
    """
    queries.get_choice(session, actor)
    name, phone, email = words
    marks = {keyed.mark(session, PURPOSE, one) for one in spellings(name, [phone], [email])}
    known = {row.mark for row in household.fears}
    if marks <= known:
        return
    if len({row.person_id for row in household.fears}) >= MOST_PERSONS:
        raise TooManyFeared(str(household.id))
    person_id, key_name = uuid.uuid4(), keyed.key_names(session, PURPOSE)[0]
    for mark in sorted(marks):
        row = ProtectedFear(person_id=person_id, mark=mark, key_name=key_name, noted_at=now)
        household.fears.append(row)
    keep_on(household, now=now)
    session.flush()


def forget_feared(
    session: Session,
    actor: Actor,
    household: ProtectedHousehold,
    person_id: uuid.UUID,
    *,
    now: dt.datetime,
) -> None:
    """Take somebody off the list. The other one of the two reads that it was done, and by whom."""
    queries.get_choice(session, actor)
    if person_id not in {row.person_id for row in household.fears}:
        return
    session.execute(
        delete(ProtectedFear).where(
            ProtectedFear.household_id == household.id, ProtectedFear.person_id == person_id
        ),
        execution_options={"synchronize_session": "fetch"},
    )
    note_look(session, actor.user_id, HouseholdPage.TAKEN_OFF, household_id=household.id, now=now)
    session.expire(household, ["fears"])
