"""Fixtures: an application, a database that is new for every test, and the cast."""

import gc
import os
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from app import tenancy
from app.database import engine_of
from app.factory import create_app
from config import Config
from tests import cast, pages
from tests.cast import StoredTown, Town
from tests.databases import Database, open_database


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Say that pages are read strictly once: they are the same on the second database."""
    pages.STRICTLY = config.getoption("--database") == "sqlite"


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over all that stays: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is PostgreSQL's own on SQLite, and campaigns on PostgreSQL but in full.

    What asks no database has nothing new to say on the second one: it is left out there, too.
    Campaigns come first: at the end, one would keep one process busy and the others idle.
    """
    on_sqlite = config.getoption("--database") == "sqlite"
    theirs = [item for item in items if _is_left_out(item, on_sqlite=on_sqlite)]
    config.hook.pytest_deselected(items=theirs)
    kept = [item for item in items if item not in theirs]
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("campaign") is None)


def _is_left_out(item: pytest.Item, *, on_sqlite: bool) -> bool:
    if on_sqlite or item.get_closest_marker("postgresql"):
        return on_sqlite and item.get_closest_marker("postgresql") is not None
    asks = "database_kind" in item.fixturenames
    return not asks or (
        "FULL" not in os.environ and item.get_closest_marker("campaign") is not None
    )


@pytest.fixture(scope="session")
def database_kind(request) -> str:
    """Which database this run is on. Whoever does not ask is not tested anew on the second one."""
    return request.config.getoption("--database")


@pytest.fixture(scope="session")
def database(database_kind, tmp_path_factory, worker_id) -> Iterator[Database]:
    with open_database(database_kind, tmp_path_factory.mktemp("database"), worker_id) as database:
        yield database


@pytest.fixture(scope="session")
def worker_id(request) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def one_app(database) -> Iterator[Flask]:
    app = create_app(
        Config(
            SECRET_KEY="a secret for tests, of more than 32 characters",
            DATABASE_URL=database.url,
            MIGRATION_DATABASE_URL=database.migration_url,
            BASE_URL="http://localhost",
            TESTING=True,
            SESSION_COOKIE_SECURE=False,
        )
    )
    engine = engine_of(app.extensions["session_factory"])
    if engine.dialect.name == "sqlite":  # tests need no power-loss safety
        event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA synchronous=OFF"))
    yield app
    engine.dispose()


@pytest.fixture
def flask_app(one_app, database, stored_towns) -> Flask:
    """The application on an empty database. Tokens against forged forms are off: see `armed`."""
    database.empty(one_app)
    one_app.config["WTF_CSRF_ENABLED"] = False
    return one_app


@pytest.fixture
def armed(flask_app) -> Flask:
    """The application as it is served, with tokens against forged forms."""
    flask_app.config["WTF_CSRF_ENABLED"] = True
    return flask_app


@pytest.fixture
def session_factory(flask_app):
    return flask_app.extensions["session_factory"]


@pytest.fixture(scope="session")
def stored_towns(one_app, database) -> dict[str, StoredTown]:
    """Both towns as they are built, kept for all tests of this run."""
    stored = {}
    for name, number in (("Asker", "3203"), ("Baerum", "3201")):
        database.empty(one_app)
        town = cast.build_town(one_app.extensions["session_factory"], name, number)
        stored[name] = cast.store_town(town, database.past_the_walls(one_app))
    database.empty(one_app)
    return stored


@pytest.fixture
def asker(flask_app, stored_towns, database) -> Town:
    return stored_towns["Asker"].put_into(database.past_the_walls(flask_app))


@pytest.fixture
def baerum(flask_app, stored_towns, database) -> Town:
    """The outsiders: nothing of theirs may ever show in an Asker test."""
    return stored_towns["Baerum"].put_into(database.past_the_walls(flask_app))


@pytest.fixture
def session(session_factory, asker) -> Iterator[Session]:
    """A session bound to Asker. Whatever it holds is dropped: commit what the client must see."""
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        yield session
        session.rollback()


@pytest.fixture
def baerum_session(session_factory, baerum) -> Iterator[Session]:
    with session_factory() as session:
        tenancy.bind(session, baerum.municipality.id)
        yield session
        session.rollback()


@pytest.fixture
def client(flask_app) -> FlaskClient:
    return flask_app.test_client()
