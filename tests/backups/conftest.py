"""Backups as they are taken on the command line, of the database that the tests run on."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage
import pytest
import sqlalchemy as sa
from click.testing import Result

from tests import pg


@dataclass
class Backups:
    """A folder for backups, a key that opens them, and the commands."""

    folder: Path
    key: Path
    public: str
    into: str  # an empty database
    run: Callable[..., Result]

    def take(self, name: str = "backup.age") -> Path:
        file = self.folder / name
        result = self.run("backup", str(file))
        assert result.exit_code == 0, result.output
        return file

    def restore(self, file: Path, *words: str, key: Path | None = None) -> Result:
        key = key or self.key
        if "--erased" not in words:
            words = (*words, "--nobody-erased")
        return self.run("restore", str(file), "--into", self.into, "--key", str(key), *words)

    def empty(self) -> None:
        """Take away what was restored."""
        url = sa.make_url(self.into)
        if url.get_backend_name() == "sqlite":
            for path in Path(url.database).parent.glob(f"{Path(url.database).name}*"):
                path.unlink()
        else:
            with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
                connection.execute(sa.schema.DropSchema("public", cascade=True))
                connection.execute(sa.schema.CreateSchema("public"))

    def another_key(self) -> Path:
        path = self.folder / "another.key"
        path.write_text(f"{pyrage.x25519.Identity.generate()}\n")
        return path


@pytest.fixture
def backups(flask_app, database, tmp_path, monkeypatch) -> Backups:
    identity = pyrage.x25519.Identity.generate()
    key = tmp_path / "key.txt"
    key.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    settings = replace(
        flask_app.extensions["settings"],
        BACKUP_RECIPIENT=str(identity.to_public()),
        BACKUP_DATABASE_URL=_reader_of(database),
    )
    monkeypatch.setitem(flask_app.extensions, "settings", settings)
    with suppress(pg.NoPostgresError):
        monkeypatch.setenv("PATH", f"{pg.find_binaries()}{os.pathsep}{os.environ['PATH']}")
    into = database.make_another("restored")
    run = flask_app.test_cli_runner().invoke
    made = Backups(tmp_path, key, str(identity.to_public()), into, lambda *w: run(args=[*w]))
    if into.startswith("sqlite"):
        made.empty()
    return made


def _reader_of(database) -> str:
    """Return the address for a role that reads every row and writes none, as README makes it."""
    if database.url.startswith("sqlite"):
        return ""
    url = sa.make_url(database.migration_url).set(username="backup")
    with database.janitor.begin() as connection:
        if not connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = 'backup'")):
            for statement in (
                f"CREATE ROLE backup LOGIN BYPASSRLS PASSWORD '{pg.PASSWORD}'",
                "GRANT pg_read_all_data TO backup",
            ):
                connection.exec_driver_sql(statement)
    return url.render_as_string(hide_password=False)
