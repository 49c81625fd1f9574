"""The engine of SQLite, with a clock of its own: leases, lost leases, giving up."""

import datetime as dt
import signal
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app.database import engine_of, make_session_factory
from app.jobs import table, worker
from app.jobs.queue import enqueue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.models import Municipality
from tests.cast import NOW
from tests.databases import migrate

LEASE = dt.timedelta(minutes=2)
pytestmark = pytest.mark.usefixtures("own_tasks")


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> dt.datetime:
        return self.time


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('jobs') / 'jobs.sqlite'}"
    migrate(url)
    return url


@pytest.fixture
def factory(migrated):
    factory = make_session_factory(migrated)
    with engine_of(factory).begin() as connection:
        connection.execute(sa.delete(table.job))
        connection.execute(sa.text("DELETE FROM municipality"))
    yield factory
    engine_of(factory).dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(factory, clock):
    return lambda worker: table.run_next(Tools(factory, clock, None), worker, LEASE)


def defer(factory, name: str) -> None:
    with factory() as session:
        enqueue(session, name, now=NOW)
        session.commit()


def only_job(factory):
    with engine_of(factory).begin() as connection:
        return connection.execute(sa.select(table.job)).one()


def towns(factory) -> int:
    with engine_of(factory).begin() as connection:
        return connection.scalar(sa.text("SELECT count(*) FROM municipality"))


def add_town(session) -> None:
    name = uuid.uuid4().hex
    session.add(Municipality(name=name, slug=name, number=name[:4]))


def test_claimed_job_is_nobody_else_s_until_its_lease_ends(factory, clock, run):
    others = []

    @task("long")
    def long(_tools) -> Outcome:
        if not others:
            others.append(run("second"))
            clock.time += LEASE
            others.append(run("second"))
        return Outcome()

    defer(factory, "long")

    assert run("first") is True
    assert others == [False, True]
    assert only_job(factory).worker == "second"


@pytest.mark.parametrize("other", ["second", "first"])
def test_worker_that_lost_its_lease_writes_nothing(factory, clock, run, other):
    """The other one has done the work: what it wrote stands once.

    In a container every worker has the same name: the attempt tells them apart.
    """
    runs = []

    @task("slow")
    def slow(_tools) -> Outcome:
        runs.append(1)
        if len(runs) == 1:
            clock.time += LEASE
            run(other)
        return Outcome(add_town)

    defer(factory, "slow")
    run("first")

    assert len(runs) == 2
    assert towns(factory) == 1


def test_effect_and_end_of_a_job_are_one_transaction(factory, run, monkeypatch):
    @task("build")
    def build(_tools) -> Outcome:
        return Outcome(add_town)

    def break_off(*_args) -> None:
        raise RuntimeError("power cut")

    defer(factory, "build")
    with monkeypatch.context() as broken:
        broken.setattr(table, "_end", break_off)
        run("first")
    assert towns(factory) == 0
    assert only_job(factory).done_at is None


def test_job_that_always_breaks_off_is_given_up_and_holds_up_nobody(factory, clock, run):
    tried_at = []

    @task("broken")
    def broken(_tools) -> Outcome:
        tried_at.append(clock.time)
        raise KeyError("Kari Nordmann")

    defer(factory, "broken")
    for _ in range(19):
        clock.time = max(clock.time, only_job(factory).run_at)
        run("first")

    assert len(tried_at) == 19
    assert clock.time - NOW == dt.timedelta(hours=12)
    assert only_job(factory).dead
    assert only_job(factory).error == "KeyError"
    clock.time += dt.timedelta(days=1)
    assert run("first") is False


def test_job_of_a_task_that_is_gone_waits_for_it(factory, run):
    defer(factory, "from a newer release")

    assert run("first") is True
    assert only_job(factory).error == "KeyError"
    assert not only_job(factory).dead


def test_idle_worker_takes_no_write_lock(factory, run):
    """The site's writers never wait for a worker that has nothing to do."""
    with engine_of(factory).connect() as writer:  # BEGIN IMMEDIATE: the one write lock
        assert writer.in_transaction() is False
        writer.execute(sa.text("SELECT 1"))
        assert run("first") is False


def test_worker_outlives_a_database_that_is_locked_for_long(factory, clock, monkeypatch):
    monkeypatch.setattr(worker, "POLL_SECONDS", 0)
    ticks = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
        signal.raise_signal(signal.SIGTERM)

    worker.work(Tools(factory, clock, None), lease=LEASE, once=False, tick=tick)

    assert len(ticks) == 2


def test_migration_makes_the_table_as_the_engine_knows_it(factory):
    inspector = sa.inspect(engine_of(factory))
    made = {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns("job")}
    dialect = engine_of(factory).dialect
    known = {c.name: (c.type.compile(dialect), c.nullable) for c in table.job.columns}

    assert made == known
    assert [i["column_names"] for i in inspector.get_unique_constraints("job")] == [["key"]]
