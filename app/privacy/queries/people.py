"""Whom a right can be asked for: found by name or reference, whatever has become of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import NotFound
from app.families.models import Family
from app.families.queries import shown_to
from app.guides.models import Guide, GuideStatus
from app.matches.models import OPEN, Match, MatchGuide
from app.matches.queries import not_beside
from app.permissions import Actor, Permission, ensure_may
from app.personal import NOBODY, Person
from app.privacy.models import ArchiveNote, ErasedRecord

MOST_FOUND = 30
Record = Guide | Family


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody about whom something is kept, as the privacy officer sees them."""

    person: Person
    record: Record

    @property
    def id(self) -> uuid.UUID:
        return self.record.id

    @property
    def named(self) -> dict[str, uuid.UUID]:
        """What addresses name them by."""
        return {f"{self.person}_id": self.record.id}

    @property
    def name(self) -> str:
        return self.record.name if isinstance(self.record, Guide) else self.record.contact_name

    @property
    def is_erased(self) -> bool:
        return self.name in {NOBODY, ""}

    @property
    def has_left(self) -> bool:
        if isinstance(self.record, Guide):
            return self.record.status is GuideStatus.ENDED
        return not self.record.takes_part


@dataclass(frozen=True, slots=True)
class Hold:
    """What stands in the way of erasing somebody."""

    open_match: uuid.UUID | None
    unarchived: bool

    @property
    def holds(self) -> bool:
        return self.unarchived or self.open_match is not None


def find_people(session: Session, actor: Actor, words: str) -> list[Subject]:
    """Return the guides and families that a name, a reference or an address fits.

    None of those whose guide the actor is, nor the actor: they ask a colleague.
    """
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    if not words.strip():
        return []
    named = _fits(words, Guide.name, Guide.email, Guide.phone)
    guides = select(Guide).where(named, *_others(actor, Guide))
    families = select(Family).where(
        _fits(
            words,
            Family.contact_name,
            Family.reference,
            Family.contact_email,
            Family.contact_phone,
        ),
        *_others(actor, Family),
    )
    found = [
        Subject(Person.GUIDE, row)
        for row in session.scalars(guides.order_by(Guide.name, Guide.id).limit(MOST_FOUND))
    ]
    by_name = families.order_by(Family.contact_name, Family.id).limit(MOST_FOUND)
    return found + [Subject(Person.FAMILY, row) for row in session.scalars(by_name)]


def get_subject(session: Session, actor: Actor, person: Person, record_id: uuid.UUID) -> Subject:
    """Return somebody, or raise NotFound."""
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    record = get_record(session, person, record_id)
    kind = type(record)
    theirs = select(kind.id).where(kind.id == record_id, *_others(actor, kind))
    if session.scalar(theirs) is None:
        raise NotFound(f"{person} {record_id} is for a colleague of {actor.user_id}")
    return Subject(person, record)


def _others(actor: Actor, kind: type[Record]) -> list[ColumnElement[bool]]:
    """Say that somebody is neither the actor, nor guides with them, nor is guided by them."""
    return [not_beside(actor)] if kind is Guide else shown_to(actor)


def get_record(session: Session, person: Person, record_id: uuid.UUID) -> Record:
    """Return a guide or a family, or raise NotFound."""
    record: Record | None
    if person is Person.GUIDE:
        record = session.scalar(select(Guide).where(Guide.id == record_id))
    else:
        record = session.scalar(select(Family).where(Family.id == record_id))
    if record is None:
        raise NotFound(f"{person} {record_id}")
    return record


def what_holds(session: Session, person: Person, record_id: uuid.UUID) -> Hold:
    """Return what stands in the way of erasing somebody."""
    theirs = _of(person, record_id)
    open_match = select(Match.id).where(theirs, Match.status.in_(OPEN)).limit(1)
    decided = select(Match.id).where(theirs, Match.agreed_on.is_not(None)).limit(1)
    noted = select(ArchiveNote.id).where(
        ArchiveNote.person == person, ArchiveNote.record_id == record_id
    )
    return Hold(
        open_match=session.scalar(open_match),
        unarchived=session.scalar(decided) is not None and session.scalar(noted) is None,
    )


def list_erased(session: Session, actor: Actor) -> Sequence[ErasedRecord]:
    """Return the receipts, the latest first."""
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    return session.scalars(
        select(ErasedRecord).order_by(ErasedRecord.erased_on.desc(), ErasedRecord.id)
    ).all()


def _of(person: Person, record_id: uuid.UUID) -> ColumnElement[bool]:
    if person is Person.FAMILY:
        return Match.family_id == record_id
    return Match.guides.any(MatchGuide.guide_id == record_id)


def _fits(words: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(*(column.icontains(words.strip(), autoescape=True) for column in columns))
