"""The wall between municipalities: the only module that knows how it is built.

A session is bound to one municipality. Reads see that municipality's rows only, writes into
another are refused, and an unbound session sees no scoped row at all. On PostgreSQL the same
binding is set on the transaction, where row-level security reads it: a third wall, which
holds for raw SQL too.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    mapped_column,
    with_loader_criteria,
)

from app.personal import PLAIN

_BOUND = "municipality_id"
_EVERYWHERE = "sees_every_municipality"
SETTING = "app.municipality"


class MunicipalityNotBoundError(RuntimeError):
    """A programming error: scoped rows were asked for before a municipality was chosen."""


class UnscopableStatementError(RuntimeError):
    """A programming error: raw SQL or a bulk insert, which the wall cannot narrow."""


class CrossMunicipalityWriteError(RuntimeError):
    """A programming error: a row was about to be written into another municipality."""


class AlreadyBoundError(RuntimeError):
    """A programming error: a session serves one municipality, from start to close."""


class MunicipalityScoped:
    """Mixin for every table whose rows belong to one municipality."""

    municipality_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("municipality.id"), index=True, info=PLAIN
    )


def bind(session: Session, municipality_id: uuid.UUID) -> None:
    """Show the session one municipality's rows. A session is bound once.

    Raises:
        AlreadyBoundError: the session was bound to another municipality; the rows it has
            loaded would show through its identity map.
    """
    if session.info.setdefault(_BOUND, municipality_id) != municipality_id:
        raise AlreadyBoundError(session.info[_BOUND])
    if session.in_transaction():
        _tell_database(session.connection(), municipality_id)


def is_bound(session: Session) -> bool:
    """Return whether a municipality has been chosen for the session."""
    return _BOUND in session.info


def bound_municipality(session: Session) -> uuid.UUID:
    """Return the municipality that the session serves.

    Raises:
        MunicipalityNotBoundError: none was chosen.
    """
    bound: uuid.UUID | None = session.info.get(_BOUND)
    if bound is None:
        raise MunicipalityNotBoundError("no municipality")
    return bound


@contextmanager
def across_municipalities(session: Session) -> Iterator[None]:
    """Lift the wall for reads, e.g. national statistics. Grep for it in review.

    It lifts the session's wall only: on PostgreSQL row-level security still stands, and a
    role that may look over it is a deployment's own decision.
    """
    session.info[_EVERYWHERE] = True
    try:
        yield
    finally:
        session.info.pop(_EVERYWHERE)


@contextmanager
def looking_into(session: Session, municipality_id: uuid.UUID) -> Iterator[None]:
    """Let a session count something in another municipality. Grep for it in review.

    For figures alone: a row that was loaded there would show here through the identity map.
    """
    own = bound_municipality(session)
    session.info[_BOUND] = municipality_id
    _tell_database(session.connection(), municipality_id)
    try:
        yield
    finally:
        session.info[_BOUND] = own
        _tell_database(session.connection(), own)


@event.listens_for(Session, "after_begin")
def _bind_transaction(
    session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    _tell_database(connection, session.info.get(_BOUND))


def _tell_database(connection: Connection, municipality_id: uuid.UUID | None) -> None:
    """Set the binding for this transaction only: a pooled connection must forget it."""
    if connection.dialect.name == "postgresql":
        value = str(municipality_id or "")
        connection.execute(
            text("select set_config(:name, :value, true)"), {"name": SETTING, "value": value}
        )


@event.listens_for(Session, "do_orm_execute")
def _narrow_statement(state: ORMExecuteState) -> None:
    if state.is_select and state.session.info.get(_EVERYWHERE):
        return
    if not state.is_orm_statement or state.is_from_statement:
        raise UnscopableStatementError("raw SQL", state.statement)
    scoped = [m for m in state.all_mappers if issubclass(m.class_, MunicipalityScoped)]
    if state.is_insert and scoped:
        raise UnscopableStatementError("bulk insert", state.statement)
    bound = state.session.info.get(_BOUND)
    if scoped and bound is None:
        raise MunicipalityNotBoundError(str(state.statement))
    state.statement = state.statement.options(
        with_loader_criteria(
            MunicipalityScoped, lambda cls: cls.municipality_id == bound, include_aliases=True
        )
    )


@event.listens_for(Session, "before_flush")
def _check_writes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    bound = session.info.get(_BOUND)
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, MunicipalityScoped):
            continue
        if row.municipality_id is None:
            row.municipality_id = bound
        if bound is None or row.municipality_id != bound:
            raise CrossMunicipalityWriteError(repr(row))


def scoped_key() -> UniqueConstraint:
    """Return the key that composite foreign keys point at."""
    return UniqueConstraint("municipality_id", "id")


def within(column: str, table: str) -> ForeignKeyConstraint:
    """Return a foreign key that cannot reach over the wall, not even by raw SQL."""
    return ForeignKeyConstraint(
        ["municipality_id", column], [f"{table}.municipality_id", f"{table}.id"]
    )


def unique_where(name: str, *columns: str, where: str) -> Index:
    """Return a rule of one row per municipality and columns, among the rows that meet `where`."""
    return Index(
        name,
        "municipality_id",
        *columns,
        unique=True,
        sqlite_where=text(where),
        postgresql_where=text(where),
    )
