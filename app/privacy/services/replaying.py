"""After a restore, who was erased is back: they are erased again, without asking anybody."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.data_map import forget
from app.errors import NotFound
from app.matches.models import OPEN, Match, MatchGuide
from app.matches.services.closing import close_without_word
from app.personal import Person
from app.privacy.models import ErasedRecord
from app.privacy.queries.people import get_record
from app.privacy.services.erasing import let_go, write_receipt


@dataclass(frozen=True, slots=True)
class Erasure:
    """That somebody was erased, and when."""

    person: Person
    record_id: uuid.UUID
    on: dt.date


def list_erasures(session: Session) -> list[Erasure]:
    """Return who was erased here, as the database knows."""
    rows = session.scalars(select(ErasedRecord).order_by(ErasedRecord.erased_on, ErasedRecord.id))
    return [Erasure(row.person, row.record_id, row.erased_on) for row in rows]


def erase_again(session: Session, erasures: Sequence[Erasure], *, now: dt.datetime) -> int:
    """Erase everybody again who was; return how many were there. It may run twice.

    A match that the backup holds as open is closed: it was, before they were erased. The archive
    has what it wanted, for the same reason.
    """
    again = 0
    for each in dict.fromkeys(erasures):
        counts = _erase(session, each, now=now)
        write_receipt(session, each.person, each.record_id, counts, by_id=None, today=each.on)
        again += bool(counts)
    return again


def _erase(session: Session, erasure: Erasure, *, now: dt.datetime) -> Counter[str]:
    person, record_id = erasure.person, erasure.record_id
    if person is Person.USER:
        return forget(session, person, record_id)
    try:
        record = get_record(session, person, record_id)
    except NotFound:  # came after the backup, or left no row
        return Counter()
    theirs = (
        Match.family_id == record_id
        if person is Person.FAMILY
        else Match.guides.any(MatchGuide.guide_id == record_id)
    )
    is_open = select(Match).where(theirs, Match.status.in_(OPEN)).order_by(Match.id)
    for match in session.scalars(is_open).all():
        close_without_word(session, match, by_id=None, now=now)
    return let_go(session, record, now=now)
