"""The migrations: there, back, and whole, on the database that the run is for."""

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy.orm import Session

from app.accounts.models import RecoveryCode, User
from app.accounts.services import recovery
from app.database import Base
from tests import pg
from tests.databases import ROOT


@pytest.fixture
def empty_database(database_kind, tmp_path) -> Iterator[str]:
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite"
        return
    server = pg.start()
    server.create_database("empty")
    yield server.owner_url("empty")
    server.stop()


@pytest.fixture
def alembic(empty_database) -> AlembicConfig:
    settings = AlembicConfig(toml_file=str(ROOT / "pyproject.toml"))
    settings.attributes["url"] = empty_database
    if empty_database.startswith("postgresql"):
        settings.attributes["web_role"] = pg.WEB
    return settings


def tables_in(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())


def test_migrations_make_the_tables_of_the_models_and_take_them_away_again(alembic, empty_database):
    command.upgrade(alembic, "head")
    command.check(alembic)
    command.downgrade(alembic, "base")
    assert tables_in(empty_database) == {"alembic_version"}
    command.upgrade(alembic, "head")
    command.check(alembic)


def closed_lists_of_the_models() -> set[tuple[str, frozenset[str]]]:
    return {
        (table.name, frozenset(column.type.enums))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    }


def closed_lists_in(url: str) -> set[tuple[str, frozenset[str]]]:
    """Return the values between quotes of every check that lists some."""
    inspector = sa.inspect(sa.create_engine(url, poolclass=sa.NullPool))
    checks = (
        (table, re.findall(r"'([^']*)'", check["sqltext"]))
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    )
    return {(table, frozenset(values)) for table, values in checks if values}


def test_the_database_knows_the_closed_lists_of_the_models(alembic, empty_database):
    """Alembic compares no checks: a value added to a list would be refused in production."""
    command.upgrade(alembic, "head")
    assert closed_lists_of_the_models() <= closed_lists_in(empty_database)


def test_a_migration_that_breaks_off_leaves_nothing_behind(alembic, empty_database, monkeypatch):
    def break_off(*_arguments: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", break_off)
    with pytest.raises(RuntimeError, match="the power went"):
        command.upgrade(alembic, "head")
    assert tables_in(empty_database) == set()


def test_printed_codes_from_before_they_were_hashed_slowly_still_let_in(alembic, empty_database):
    command.upgrade(alembic, "0022")
    owner, now = User(id=uuid.uuid4()), dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    stored = hashlib.sha256(f"{owner.id}:abcdefghjkmn".encode()).hexdigest()
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)
    person = {"name": "A", "email": "a@example", "locale": "nb", "active": True}
    person |= {"fs_uniquifier": "a", "created_at": now}
    code = {"id": uuid.uuid4(), "code_hash": stored, "made_at": now}
    with engine.begin() as connection:
        connection.execute(sa.insert(User.__table__).values(id=owner.id, **person))
        connection.execute(sa.insert(RecoveryCode.__table__).values(user_id=owner.id, **code))
    command.upgrade(alembic, "head")
    told = SimpleNamespace(notice=lambda *_args, **_more: None)
    with Session(engine) as session, session.begin():
        assert stored not in session.scalars(sa.select(RecoveryCode.code_hash))
        used = [
            recovery.use_recovery_code(session, owner, typed, by_mail=told, now=now)
            for typed in ("abcd-efgh-jkmx", "ABCD efgh jkmn", "abcd-efgh-jkmn")
        ]
    assert used == [False, True, False]
    command.downgrade(alembic, "0022")
