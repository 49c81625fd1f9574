"""The declarative base, column types, engines and session factory. No Flask here."""

import datetime as dt
import uuid
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    sessionmaker,
)

from app.errors import NotFound
from app.personal import PLAIN

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "secure_delete=ON",
    "trusted_schema=OFF",
)
POSTGRES_LIMITS = (
    "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000"
)
WRITES = "writes"  # the tables that a session may add rows to; missing: it may change anything

E = TypeVar("E", bound=StrEnum)
Tables = tuple[type["Base"], ...]


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant: aware UTC in Python on both databases; naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class TagSet(sa.types.TypeDecorator[frozenset[Any]]):
    """A set of members of a closed list, stored as their sorted values with spaces between."""

    impl = sa.String(400)
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Iterable[StrEnum] | None, _dialect: Any) -> str | None:
        return None if value is None else " ".join(sorted(self.members(m).value for m in value))

    def process_result_value(self, value: str | None, _dialect: Any) -> frozenset[Any] | None:
        return None if value is None else frozenset(self.members(word) for word in value.split())


def enum_type(members: type[E], name: str = "") -> sa.Enum:
    """Return a column type that stores a closed list by value, checked by the database.

    `name` is for the second column of the same list in a table: constraints have one name each.
    """
    name = name or "".join(f"_{c.lower()}" if c.isupper() else c for c in members.__name__).lstrip(
        "_"
    )
    return sa.Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=30,
        name=name,
        values_callable=lambda enum: [member.value for member in enum],
    )


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map = {dt.datetime: UTCDateTime()}  # noqa: RUF012 (SQLAlchemy's own form)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4, info=PLAIN)


def make_engine(url: str) -> Engine:
    """Return an engine whose transactions are of the kind that the session asked for.

    Its errors hide the values of a statement: they are people's names, and errors are logged.
    """
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"options": POSTGRES_LIMITS},
        pool_size=5,
        hide_parameters=True,
    )


def make_session_factory(url: str) -> sessionmaker[Session]:
    return sessionmaker(make_engine(url), expire_on_commit=False)


def engine_of(factory: sessionmaker[Session]) -> Engine:
    engine: Engine = factory.kw["bind"]
    return engine


def reading_only(session: Session) -> bool:
    """Return whether the session was opened for reading and refuses to flush."""
    return session.info.get(WRITES) == ()


def open_session(
    factory: sessionmaker[Session], *, reads_only: bool = False, adds_only: Tables = ()
) -> Session:
    """Return a session whose transaction may write, one that refuses every flush, or one
    that adds rows to the named tables and changes nothing.

    On SQLite a writing transaction begins IMMEDIATE: one that begins deferred and writes later
    fails with "database is locked" under load, whatever the busy timeout.
    """
    session = factory()
    if reads_only:
        read_only_from_now(session)
    elif adds_only:
        read_only_from_now(session)
        session.info[WRITES] = adds_only
    return session


def turn_to_adding(session: Session) -> None:
    """Let a session that was opened for reading and adding add its rows now.

    On SQLite its reading ends here. A transaction that has read cannot wait for a writer, and
    one that keeps the writer's lock from the start makes all others wait while a page is drawn.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.rollback()
        session.bind = session.get_bind().execution_options(writes=True)


def read_only_from_now(session: Session) -> None:
    """Drop what a session began; what it does after this waits for no writer, and writes nothing.

    The page that tells of a busy database must not wait for that database once more.
    """
    session.rollback()
    session.bind = session.get_bind().execution_options(writes=False)
    session.info[WRITES] = ()


def lock(session: Session, *rows: Base) -> None:
    """Look at rows as they are now, and keep others from changing them until we are done.

    Two people press at once: whoever comes second sees what the first one did. Always the
    match before its family, so that nobody waits for each other.

    Raises:
        NotFound: somebody has removed a row in the meantime.
    """
    for row in rows:
        # Columns only: PostgreSQL locks no row that an outer join may lack.
        columns = [attribute.key for attribute in sa.inspect(type(row)).column_attrs]
        try:
            session.refresh(row, columns, with_for_update=True)
        except InvalidRequestError as gone:
            if not sa.inspect(row).has_identity:
                raise
            raise NotFound(type(row).__name__) from gone


class WriteInReadOnlyError(RuntimeError):
    """A programming error: a view declared what it writes, or nothing, and tried to write more."""


@event.listens_for(Session, "before_flush")
def _refuse_to_write(session: Session, _context: object, _instances: object) -> None:
    if (allowed := session.info.get(WRITES)) is None:
        return
    others = [row for row in session.new if not isinstance(row, allowed)]
    if refused := [*others, *session.dirty, *session.deleted]:
        raise WriteInReadOnlyError([type(row).__name__ for row in refused])


@event.listens_for(Session, "do_orm_execute")
def _refuse_to_write_in_bulk(state: ORMExecuteState) -> None:
    if WRITES in state.session.info and not state.is_select:
        raise WriteInReadOnlyError(str(state.statement))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy emits BEGIN itself, below
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
