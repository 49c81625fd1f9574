"""The one walk over everything that is kept of a person, along what the columns say of themselves.

Erasing, protecting, showing and keeping only so long: all find the rows here, so that nobody has a
list of tables on which a new one is forgotten.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ColumnElement, Table
from sqlalchemy.orm import Session

from app.database import Base, TagSet
from app.personal import (
    ADDRESS,
    ANYBODY,
    KEY,
    NOBODY,
    ONWARDS,
    WHO_DID_IT,
    Erased,
    Facts,
    Note,
    Person,
    whose,
)
from app.tenancy import MunicipalityScoped, bound_municipality

SHORT = 12  # of an identifier, where a value of its own stands in a name's place


def note_of(column: Column[Any]) -> Note:
    """Return what the map says of a column: its own word, or else its table's."""
    note: Note = column.info.get(KEY) or column.table.info[KEY]
    return note


def tells_of(column: Column[Any], person: Person) -> bool:
    """Return whether a column holds facts about a kind of person."""
    return person in whose(note_of(column).facts)


def row_goes(table: Table, person: Person) -> bool:
    """Return whether a table's rows go, whole, with the person they are about."""
    return any(note_of(c).erased is Erased.ROW and tells_of(c, person) for c in table.columns)


def forget(session: Session, person: Person, record_id: uuid.UUID) -> Counter[str]:
    """Erase somebody from every table, as the columns say; a second time changes nothing.

    Rows that others need stay and name nobody. What a room has computed about many at once it
    takes out itself. Returns how many rows were changed or deleted, by table.
    """
    counts: Counter[str] = Counter()
    for table, rows in reversed(list(rows_of(session, person, record_id))):
        if row_goes(table, person):
            kind = _kind_of(table)
            gone = sa.delete(kind).where(kind.id.in_([row.id for row in rows]))
            session.execute(gone, execution_options={"synchronize_session": "fetch"})
            counts[table.name] += len(rows)
        else:
            columns = [column for column in table.columns if tells_of(column, person)]
            counts[table.name] += sum([_empty(row, columns) for row in rows])
        session.flush()
    session.expire_all()  # collections still hold what was deleted
    return +counts


def rows_of(
    session: Session, person: Person, record_id: uuid.UUID
) -> Iterator[tuple[Table, Sequence[Base]]]:
    """Yield the rows about somebody, table by table; what others point at comes first.

    Who has looked at them is not among it: that log is read, and goes, by rules of its own.
    """
    trail = _Trail(session, person, record_id)
    for table in sorted(Base.metadata.sorted_tables, key=_names_anybody):
        rows = [] if _is_log(table) else trail.follow(table)
        if rows:
            yield table, rows


class _Trail:
    """What has been found of a person so far: identifiers by table, and addresses."""

    def __init__(self, session: Session, person: Person, record_id: uuid.UUID) -> None:
        self.session, self.person = session, person
        self.root = Base.metadata.tables[person.value]
        self.ids: dict[Table, set[uuid.UUID]] = {self.root: {record_id}}
        self.addresses: set[str] = set()
        for table in Base.metadata.sorted_tables:
            for column in _columns_that_find(ONWARDS, table):
                if rows := self._load(table):
                    self.ids[_target(column)] = {getattr(row, column.key) for row in rows}

    def follow(self, table: Table) -> Sequence[Base]:
        """Return the person's rows of a table, and remember them for the tables that follow."""
        if not any(tells_of(column, self.person) for column in table.columns):
            return []
        rows = self._load(table)
        self.ids.setdefault(table, set()).update(row.id for row in rows)
        if table is self.root:
            for column in _columns_that_find(ADDRESS, table):
                self.addresses |= {getattr(row, column.key) for row in rows} - {"", None}
        return rows

    def _load(self, table: Table) -> Sequence[Base]:
        ways = self._ways(table)
        if not ways:
            return []
        kind = _kind_of(table)
        statement = sa.select(kind).where(sa.or_(*ways)).order_by(kind.id)
        if not issubclass(kind, MunicipalityScoped) and "municipality_id" in table.columns:
            here = table.columns["municipality_id"]
            ours = here.in_([bound_municipality(self.session)])
            statement = statement.where(ours | here.is_(None))
        return self.session.scalars(statement).all()

    def _ways(self, table: Table) -> list[ColumnElement[bool]]:
        """Return what makes a row of a table the person's: the nearest way to them wins."""
        if table in self.ids:
            return [table.columns["id"].in_(self.ids[table])]
        keys = [c for c in table.columns if _target(c) in self.ids and self._leads_here(c)]
        nearest = [c for c in keys if _target(c) is self.root] or keys
        return [c.in_(self.ids[_target(c)]) for c in nearest] + self._by_name(table)

    def _leads_here(self, column: Column[Any]) -> bool:
        """Return whether a key says whose the row is, and not only who wrote it."""
        return self.person is not Person.USER or (
            tells_of(column, Person.USER) and note_of(column).why != WHO_DID_IT
        )

    def _by_name(self, table: Table) -> list[ColumnElement[bool]]:
        """Return how to know rows that name somebody without a key; by address where no id does."""
        everybody = set[uuid.UUID]().union(*self.ids.values())
        named = _columns_that_find(ANYBODY, table)
        by_id = [c.in_(everybody) for c in named]
        unnamed = sa.and_(sa.true(), *(c.is_(None) for c in named))
        found = [c.in_(self.addresses) for c in _columns_that_find(ADDRESS, table)]
        return by_id + [sa.and_(unnamed, address) for address in found]


def _kind_of(table: Table) -> type[Base]:
    kinds: dict[Any, type[Base]] = {m.local_table: m.class_ for m in Base.registry.mappers}
    return kinds[table]


def _is_log(table: Table) -> bool:
    return any(note_of(column).facts is Facts.LOOK for column in table.columns)


def _names_anybody(table: Table) -> bool:
    return bool(_columns_that_find(ANYBODY, table))


def _columns_that_find(way: str, table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if note_of(column).finds == way]


def _target(column: Column[Any]) -> Table:
    """Return the table that a column's key points at; its own, where it is no key."""
    keys = (key.column for key in column.foreign_keys)
    return next((other.table for other in keys if other.name == "id"), column.table)


def _empty(row: Base, columns: Sequence[Column[Any]]) -> bool:
    """Let go of what a row tells; return whether it told anything."""
    told = False
    for column in columns:
        before = getattr(row, column.key)
        after = _after(row, column, before)
        if after != before:
            setattr(row, column.key, after)
            told = True
    return told


def _after(row: Base, column: Column[Any], value: Any) -> Any:
    match note_of(column).erased:
        case Erased.EMPTIED:
            return _nothing(column)
        case Erased.REPLACED:
            return f"{NOBODY} {row.id.hex[:SHORT]}"
        case Erased.MONTH if isinstance(value, dt.datetime):
            return dt.datetime(value.year, value.month, 1, tzinfo=dt.UTC)
        case Erased.MONTH if value is not None:
            return value.replace(day=1)
    return value


def _nothing(column: Column[Any]) -> Any:
    """Return what an emptied column holds."""
    note = note_of(column)
    if note.blank is not None or column.nullable:
        return note.blank
    if isinstance(column.type, TagSet):
        return frozenset()
    return {} if isinstance(column.type, sa.JSON) else column.type.python_type()
