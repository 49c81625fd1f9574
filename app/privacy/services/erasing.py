"""Somebody is erased: every table lets go of them, and a receipt without a name stays."""

import datetime as dt
import uuid
from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.accounts.services.security_log import Event, note
from app.data_map import forget
from app.database import lock
from app.errors import Conflict
from app.families.models import Family
from app.families.services import leaving as families
from app.guides.models import Guide, GuideStatus
from app.guides.services import leaving as guides
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.personal import Person
from app.privacy.models import ArchiveNote, ErasedRecord, RightsRequest
from app.privacy.queries import people

# Whoever becomes protected has no such rows: a receipt that counts them would tell who asked.
ABOUT_ERASING = frozenset({ArchiveNote.__tablename__, RightsRequest.__tablename__})


class HasOpenMatch(Conflict):
    """A match is open: it is closed first, so that the other side is told."""


class WaitsForArchiving(Conflict):
    """What the law wants archived of somebody is not in the archive yet."""


def erase_person(
    session: Session, actor: Actor, person: Person, record_id: uuid.UUID, *, now: dt.datetime
) -> ErasedRecord:
    """Erase a guide or a family, in one transaction; who takes part still leaves first.

    Returns:
        The receipt. The second time it is the first one's: there was nothing left.

    Raises:
        NotPermitted: the actor does not handle privacy.
        NotFound: there is nobody.
        HasOpenMatch: a match is open.
        WaitsForArchiving: nobody has said that what must be archived is.
    """
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    people.get_subject(session, actor, person, record_id)
    return erase(session, person, record_id, by_id=actor.user_id, now=now)


def erase(
    session: Session,
    person: Person,
    record_id: uuid.UUID,
    *,
    by_id: uuid.UUID | None,
    now: dt.datetime,
) -> ErasedRecord:
    """Erase somebody, whoever asks for it: a person, or the age of what is kept."""
    record = people.get_record(session, person, record_id)
    lock(session, record)
    hold = people.what_holds(session, person, record_id)
    if hold.open_match:
        raise HasOpenMatch(f"{person} {record_id}")
    if hold.unarchived:
        raise WaitsForArchiving(f"{person} {record_id}")
    counts = let_go(session, record, now=now)
    return write_receipt(session, person, record_id, counts, by_id=by_id, today=day_of(now))


def note_archived(
    session: Session, actor: Actor, person: Person, record_id: uuid.UUID, *, now: dt.datetime
) -> None:
    """Note that what the law wants archived of somebody is in the municipality's archive.

    Raises:
        NotPermitted: the actor does not handle privacy.
        NotFound: there is nobody.
    """
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    lock(session, people.get_subject(session, actor, person, record_id).record)
    if people.what_holds(session, person, record_id).unarchived:
        note = ArchiveNote(person=person, record_id=record_id, noted_at=now)
        note.noted_by_id = actor.user_id
        session.add(note)
        session.flush()


def let_go(session: Session, record: Guide | Family, *, now: dt.datetime) -> Counter[str]:
    """Let somebody leave, if they have not, and forget them: the rooms first, then every table."""
    if isinstance(record, Family):
        return families.forget_family(session, record, now=now)
    user_id = record.user_id
    if record.status is not GuideStatus.ENDED:
        guides.leave(session, record, now=now, today=day_of(now))
    counts = forget(session, Person.GUIDE, record.id)
    held = select(Membership.id).where(Membership.user_id == user_id).limit(1)
    if user_id and session.scalar(held) is None:  # they are nothing anywhere any more
        counts += forget(session, Person.USER, user_id)
    return counts


def write_receipt(
    session: Session,
    person: Person,
    record_id: uuid.UUID,
    counts: Counter[str],
    *,
    by_id: uuid.UUID | None,
    today: dt.date,
) -> ErasedRecord:
    """Write down that somebody was erased, if that is not written.

    Of families not by whom: a receipt of one whose address became protected is as any other.
    """
    earlier = session.scalar(
        select(ErasedRecord).where(
            ErasedRecord.person == person, ErasedRecord.record_id == record_id
        )
    )
    if earlier:
        return earlier
    rows = {table: count for table, count in counts.items() if table not in ABOUT_ERASING}
    receipt = ErasedRecord(person=person, record_id=record_id, erased_on=today, row_counts=rows)
    receipt.by_id = by_id if person is not Person.FAMILY else None
    session.add(receipt)
    session.flush()
    note(Event.RECORD_ERASED, by_id=by_id, record_id=record_id, what=person.value)
    return receipt


def _note_protected(
    session: Session, by_id: uuid.UUID, family_id: uuid.UUID, counts: Counter[str], today: dt.date
) -> None:
    """Keep a family whose address became protected from coming back out of a backup.

    The receipt says nothing of why: it is like that of anybody who asked to be forgotten.
    """
    write_receipt(session, Person.FAMILY, family_id, counts, by_id=by_id, today=today)


families.NOTE_ERASED.append(_note_protected)
