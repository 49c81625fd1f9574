"""Who has looked at whom: the access log as those see it who may."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Look, LookKind, LookSeal, RecordKind, User
from app.errors import NotFound
from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import Match, MatchGuide
from app.matches.queries import not_about_own
from app.messages.models import OutgoingMessage
from app.oslo import OSLO
from app.paging import Paging, page_of
from app.permissions import Actor, Permission, ensure_may, may
from app.privacy.queries.looks_names import names_of_records

_OF_SOMEBODY = ~Match.family.has(Family.is_forgotten)
PAGE_SIZE = 60  # looks of one day at the same record become one line
DAY = dt.timedelta(days=1)
RECORDS: dict[RecordKind, type[Guide | Family | Match]] = {
    RecordKind.GUIDE: Guide,
    RecordKind.FAMILY: Family,
    RecordKind.MATCH: Match,
}


@dataclass(frozen=True, slots=True)
class LookFilter:
    """What the log is narrowed to. Days are whole ones in Oslo."""

    user_id: uuid.UUID | None = None
    what: LookKind | None = None
    record: RecordKind | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a row must fulfil."""
        exact = ((Look.user_id, self.user_id), (Look.what, self.what), (Look.record, self.record))
        found = [column == value for column, value in exact if value is not None]
        if self.from_on:
            found.append(Look.at >= _midnight(self.from_on))
        if self.until_on:
            found.append(Look.at < _midnight(self.until_on + DAY))
        return found


@dataclass(frozen=True, slots=True)
class LookPage:
    """A page of the log, the latest first, and the names that its rows lead to today."""

    rows: Sequence[Look]
    page: Paging
    names: dict[uuid.UUID, str] = field(default_factory=dict)
    records: dict[uuid.UUID, str] = field(default_factory=dict)


def list_looks(session: Session, actor: Actor, chosen: LookFilter, *, number: int = 1) -> LookPage:
    """Return a page of the municipality's log."""
    ensure_may(actor, Permission.ACCESS_LOG_VIEW)
    conditions = [not_about_own(actor, Look.record_id), *chosen.conditions()]
    return _page(session, actor, conditions, number)


def list_looks_at(
    session: Session,
    actor: Actor,
    kind: RecordKind,
    record_id: uuid.UUID,
    *,
    chosen: LookFilter,
    number: int = 1,
) -> LookPage:
    """Return who has looked at one record, its matches and its messages; none of the actor's own.

    Who was last at a family that is forgotten tells how it was forgotten, and its match who its
    guide was: only those who read the whole log find either.

    Raises:
        NotFound: the municipality has no such record.
    """
    ensure_may(actor, Permission.ACCESS_LOG_VIEW_RECORD)
    if not exists(session, actor, kind, record_id):
        raise NotFound(f"{kind} {record_id}")
    keys = keys_of(session, kind, record_id, with_forgotten=_reads_all(actor))
    theirs = not_about_own(actor, Look.record_id)
    conditions = [Look.record_id.in_(keys), theirs, *chosen.conditions()]
    return _page(session, actor, conditions, number, called=record_id)


def all_looks_at(
    session: Session, kind: RecordKind, record_id: uuid.UUID, chosen: LookFilter
) -> Sequence[Look]:
    """Return every look at one record, its matches and its messages, the latest first."""
    keys = keys_of(session, kind, record_id)
    statement = select(Look).where(Look.record_id.in_(keys), *chosen.conditions())
    return session.scalars(statement.order_by(Look.at.desc(), Look.id)).all()


def count_lists(session: Session, kind: RecordKind, chosen: LookFilter) -> int:
    """Return how many lists of such records were seen: who stood on them is not kept."""
    statement = select(func.count(Look.id)).where(
        Look.record_id.is_(None), Look.record == kind, *chosen.conditions()
    )
    return session.scalar(statement) or 0


def exists(session: Session, actor: Actor, kind: RecordKind, record_id: uuid.UUID) -> bool:
    """Return whether the actor may read who looked at such a record, and it is none of their own."""
    table = RECORDS[kind]
    found = select(table.id).where(table.id == record_id, not_about_own(actor, table.id))
    if kind is RecordKind.FAMILY and not _reads_all(actor):
        found = found.where(~Family.is_forgotten)
    if kind is RecordKind.MATCH and not _reads_all(actor):
        found = found.where(_OF_SOMEBODY)
    return session.scalar(found) is not None


def _reads_all(actor: Actor) -> bool:
    return may(actor, Permission.ACCESS_LOG_VIEW)


def keys_of(
    session: Session, kind: RecordKind, record_id: uuid.UUID, *, with_forgotten: bool = True
) -> list[uuid.UUID]:
    """Return the record's key and those of what shows it too: its matches and its messages.

    A forgotten family's matches are not among its own: they would lead to its guide of then.
    `with_forgotten`: whether they are among that guide's.
    """
    keys = [record_id]
    matches = select(Match.id)
    if kind is RecordKind.FAMILY:
        keys += session.scalars(matches.where(Match.family_id == record_id, _OF_SOMEBODY))
    if kind is RecordKind.GUIDE:
        theirs = matches.join(Match.guides).where(MatchGuide.guide_id == record_id)
        keys += session.scalars(theirs if with_forgotten else theirs.where(_OF_SOMEBODY))
    if kind is not RecordKind.MATCH:
        to_them = select(OutgoingMessage.id).where(OutgoingMessage.about_id == record_id)
        keys += session.scalars(to_them)
    return keys


def names_of(session: Session, user_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return the names of those who still have an account."""
    known = {key for key in user_ids if key}
    if not known:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(known)))
    return {row.id: row.name for row in rows}


def list_hashes(session: Session) -> set[str]:
    """Return the hashes of all seals."""
    return set(session.scalars(select(LookSeal.own_hash)))


def list_onlookers(session: Session, actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Return everybody of whom the log tells, by name: those who can be asked for."""
    ensure_may(actor, Permission.ACCESS_LOG_VIEW)
    seen = session.scalars(select(Look.user_id).where(Look.user_id.is_not(None)).distinct())
    return sorted(names_of(session, seen).items(), key=lambda row: (row[1], str(row[0])))


def _page(
    session: Session,
    actor: Actor,
    conditions: list[ColumnElement[bool]],
    number: int,
    *,
    called: uuid.UUID | None = None,
) -> LookPage:
    total = session.scalar(select(func.count(Look.id)).where(*conditions)) or 0
    page = page_of(total, PAGE_SIZE, number)
    statement = (
        select(Look)
        .where(*conditions)
        .order_by(Look.at.desc(), Look.id)
        .slice(page.rows.start, page.rows.stop)
    )
    rows = session.scalars(statement).all()
    seen = [called, *(row.record_id for row in rows)]
    colleagues = [row.record_id for row in rows if row.record is RecordKind.STAFF]
    names = names_of(session, [*(row.user_id for row in rows), *colleagues])
    return LookPage(rows, page, names, names_of_records(session, actor, seen))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=OSLO)
