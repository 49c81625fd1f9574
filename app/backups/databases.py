"""The two databases: a copy of each while people write, and a copy put into an empty one."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, cast

import sqlalchemy as sa
from sqlalchemy import URL

from app.backups.sealing import READ_AT_ONCE, NotWhole, WouldOverwrite
from app.errors import Conflict

BUSY_MS = 30_000
COPY = ".copy"
DRILL = ".flyktningguide-drill-"
MARK = "flyktningguide_drill"  # a schema that says: nothing here is anybody's
LONGEST_SECONDS = 3600
VERSION = "SELECT version_num FROM alembic_version"
DUMP = ("pg_dump", "--format=custom", "--compress=0", "--no-owner", "--no-acl", "--no-password")
RESTORE = ("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-acl")


class CannotCopy(Conflict):
    """The database cannot be read as a whole from here; the message says why."""


class CannotRestore(Conflict):
    """The copy could not be put there; nothing of it was."""


def revision_of(url: str) -> str:
    """Return where a database stands among the migrations."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            return str(connection.execute(sa.text(VERSION)).scalar_one())
    except sa.exc.SQLAlchemyError:
        raise CannotCopy("there is no database with our tables") from None


def copied(url: str) -> Iterator[bytes]:
    """Yield one consistent copy of a database that is written to meanwhile."""
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        yield from _copied_file(Path(str(parts.database)))
    else:
        yield from _dumped(parts)


def refuse_unless_empty(url: str) -> None:
    """Refuse to restore over anything.

    Raises:
        WouldOverwrite: there are tables.
        CannotRestore: there is no such database.
    """
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        path = Path(str(parts.database))
        if any(path.with_name(f"{path.name}{tail}").exists() for tail in ("-wal", "-journal")):
            raise WouldOverwrite("another database's writes")  # they would come into ours
        if not path.exists():
            return
    with _scratch(url) as connection:
        tables = sa.inspect(connection).get_table_names()
    if tables:
        raise WouldOverwrite(f"{len(tables)} tables")


def claim_scratch(url: str) -> None:
    """Mark an empty PostgreSQL database as ours to empty; what a killed drill left in it goes.

    Raises:
        WouldOverwrite: it holds something, and no drill has put it there.
    """
    with _scratch(url) as connection:
        ours = MARK in sa.inspect(connection).get_schema_names()
    if ours:
        empty_scratch(url)
    refuse_unless_empty(url)
    with _scratch(url) as connection:
        connection.execute(sa.schema.CreateSchema(MARK))


def empty_scratch(url: str) -> None:
    """Remove what a drill has put into a database that it claimed."""
    with _scratch(url) as connection:
        if MARK in sa.inspect(connection).get_schema_names():
            connection.execute(sa.schema.DropSchema("public", cascade=True))
            connection.execute(sa.schema.CreateSchema("public"))
            connection.execute(sa.schema.DropSchema(MARK))


@contextmanager
def _scratch(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.OperationalError:
        raise CannotRestore("there is no database that could be reached") from None


def put(plain: Path, url: str) -> None:
    """Put a copy into an empty database, all of it or nothing."""
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(plain)) as connection:
            try:
                connection.execute("PRAGMA schema_version")
            except sqlite3.DatabaseError:
                raise NotWhole("holds no database") from None
        with plain.open("rb") as whole:
            os.fsync(whole.fileno())
        plain.rename(Path(str(parts.database)))
    else:
        done = _run((*RESTORE, f"--dbname={_without_password(parts)}", str(plain)), parts)
        if done.returncode:  # what it says may quote people's rows
            raise CannotRestore(f"pg_restore ended with {done.returncode}")


def folder_for(url: str) -> Path:
    """Return where a copy lies in the clear for a moment: as safe a place as the database's."""
    parts = sa.make_url(url)
    if parts.get_backend_name() == "sqlite":
        return Path(str(parts.database)).parent
    return Path(tempfile.gettempdir())


def _copied_file(path: Path) -> Iterator[bytes]:
    """Copy beside the database itself, and let the copy have no name while it is read."""
    if not path.is_file():
        raise CannotCopy("there is no such file")
    _remove_what_was_left(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=COPY)
    with os.fdopen(handle, "rb") as copy:
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
                connection.execute("VACUUM INTO ?", (name,))
        except sqlite3.Error as fault:
            raise CannotCopy(str(fault)) from None
        finally:
            Path(name).unlink(missing_ok=True)
        while chunk := copy.read(READ_AT_ONCE):
            yield chunk


def _remove_what_was_left(path: Path) -> None:
    """Remove the copies of backups that were killed."""
    for left in path.parent.glob(f".{path.name}.*{COPY}"):
        if time.time() - left.stat().st_mtime > LONGEST_SECONDS:
            left.unlink(missing_ok=True)


@contextmanager
def room_for_drill(url: str) -> Iterator[Path]:
    """Yield a folder of the owner's alone, where a database may lie in the clear for a moment.

    What a drill that was killed has left there is removed.
    """
    folder = folder_for(url)
    for left in folder.glob(f"{DRILL}*"):
        if time.time() - left.stat().st_mtime > LONGEST_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=DRILL) as name:  # 0700
        yield Path(name)


def _dumped(parts: URL) -> Iterator[bytes]:
    """Yield what pg_dump writes: one snapshot, whoever writes meanwhile."""
    with tempfile.TemporaryFile() as said:
        command = (_found(DUMP[0]), *DUMP[1:], f"--dbname={_without_password(parts)}")
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said, env=_with_password(parts)
        ) as process:
            out = cast("IO[bytes]", process.stdout)
            try:
                while chunk := out.read(READ_AT_ONCE):
                    yield chunk
            except GeneratorExit:  # nobody wants the rest
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            raise CannotCopy(_why(said.read().decode(errors="replace")))


def _why(said: str) -> str:
    """Return pg_dump's own reason. It speaks of tables and versions, never of rows."""
    if "row-level security" in said:
        return "the role must see every row: README, Backups, says which it needs"
    lines = [line for line in said.splitlines() if "error:" in line or "version:" in line]
    return "; ".join(line.partition(": ")[2] for line in lines) or "pg_dump did not say why"


def _run(command: tuple[str, ...], parts: URL) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        (_found(command[0]), *command[1:]),
        env=_with_password(parts),
        capture_output=True,
        check=False,
    )


def _found(program: str) -> str:
    if path := shutil.which(program):
        return path
    raise CannotCopy(f"{program} is not installed here: it comes with PostgreSQL's own programs")


def _without_password(parts: URL) -> str:
    """Return the address as PostgreSQL's programs take it; others see a command's words."""
    plain = parts.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)


def _with_password(parts: URL) -> dict[str, str]:
    password = {"PGPASSWORD": str(parts.password)} if parts.password else {}
    return {**os.environ, **password}
