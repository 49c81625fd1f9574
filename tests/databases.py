"""The two databases that tests run on: SQLite by default, PostgreSQL with --database=postgresql."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask

from app.database import engine_of
from tests import pg

ROOT = Path(__file__).resolve().parent.parent
OURS = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)


class Database(Protocol):
    url: str
    migration_url: str

    def empty(self, app: Flask) -> None: ...

    def past_the_walls(self, app: Flask) -> sa.Engine:
        """Return an engine that sees and writes the rows of all municipalities."""

    def make_another(self, name: str) -> str:
        """Make a database without tables and return its migration address."""


def migrate(migration_url: str, revision: str = "head", *, web_role: str = "") -> None:
    """Bring a database to a revision, as `flask`'s and the deployment's own command does."""
    settings = AlembicConfig(toml_file=str(ROOT / "pyproject.toml"))
    settings.attributes |= {"url": migration_url, "web_role": web_role}
    if revision == "base":
        command.downgrade(settings, revision)
    else:
        command.upgrade(settings, revision)


class SQLite:
    """A file, copied from a migrated one before every test."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite"
        self.path = folder / "test.sqlite"
        self.url = self.migration_url = f"sqlite:///{self.path}"
        migrate(f"sqlite:///{self.template}")

    def empty(self, app: Flask) -> None:
        engine_of(app.extensions["session_factory"]).dispose()
        for tail in ("-wal", "-shm"):
            self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        # A new file takes the old one's place: whatever a failed test still holds open is not ours.
        fresh = self.path.with_suffix(".fresh")
        shutil.copyfile(self.template, fresh)
        fresh.replace(self.path)

    def past_the_walls(self, app: Flask) -> sa.Engine:
        return engine_of(app.extensions["session_factory"])

    def make_another(self, name: str) -> str:
        return f"sqlite:///{self.path.with_name(name)}.sqlite"


class PostgreSQL:
    """A database on a throw-away server; the tests run as the web role, never as the owner."""

    def __init__(self, server, name: str) -> None:
        self.server, self.name = server, name
        server.create_database(name)
        self.url = server.web_url(name)
        self.migration_url = server.owner_url(name)
        migrate(self.migration_url, web_role="web")
        # A superuser's, without foreign keys and triggers: to empty 60 tables takes 4 ms.
        # TRUNCATE makes a new file for each table and each index: 100 ms.
        self.janitor = sa.create_engine(
            server.admin_url_of(name),
            pool_pre_ping=True,
            connect_args={"options": "-c session_replication_role=replica"},
        )
        with self.janitor.begin() as connection:
            tables = connection.scalars(sa.text(OURS)).all()
        self.emptying = ";".join(f'DELETE FROM "{table}"' for table in tables)

    def empty(self, app: Flask) -> None:
        with self.janitor.begin() as connection:
            connection.exec_driver_sql(self.emptying)

    def past_the_walls(self, app: Flask) -> sa.Engine:
        return self.janitor

    def make_another(self, name: str) -> str:
        mine = f"{self.name}_{name}"  # workers may share a server
        self.server.create_database(mine)
        return self.server.owner_url(mine)


@contextmanager
def open_database(kind: str, folder: Path, worker: str) -> Iterator[Database]:
    if kind == "sqlite":
        yield SQLite(folder)
        return
    server = pg.start()
    try:
        database = PostgreSQL(server, f"flyktningguide_{worker}")
        yield database
        database.janitor.dispose()
    finally:
        server.stop()
