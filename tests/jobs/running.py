"""Runs what is due, and moves what waits to now: the same on both databases."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from app.database import engine_of
from app.jobs.tasks import Tools
from app.jobs.worker import work
from app.oslo import OSLO, day_of

BRING_FORWARD = {
    "sqlite": "UPDATE job SET run_at = '2020-01-01 00:00:00.000000'"
    " WHERE done_at IS NULL AND run_at <= :due_by",
    "postgresql": "UPDATE procrastinate_jobs SET scheduled_at = NULL"
    " WHERE status = 'todo' AND scheduled_at <= CAST(:due_by AS timestamptz)",
}
FOR_EVER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)


def real_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def noon() -> dt.datetime:
    """Return noon in Oslo tomorrow: no quiet hours, and later than the databases' own clock."""
    tomorrow = day_of(real_now()) + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(12), tzinfo=OSLO).astimezone(dt.UTC)


def run_due_jobs(
    factory: sessionmaker[Session],
    settings: Any = None,
    now: Callable[[], dt.datetime] = real_now,
) -> None:
    tools = Tools(factory, now, settings)
    work(tools, lease=dt.timedelta(minutes=5), once=True, tick=lambda: None)


def bring_forward(factory: sessionmaker[Session], due_by: dt.datetime = FOR_EVER) -> None:
    """Make jobs that wait for their time due now: time is a parameter, nothing sleeps."""
    engine = engine_of(factory)
    with engine.begin() as connection:
        when = due_by.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        when += "" if engine.dialect.name == "sqlite" else "+00"
        connection.execute(sa.text(BRING_FORWARD[engine.dialect.name]), {"due_by": when})
