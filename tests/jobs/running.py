"""Runs what is due, and moves what waits to now: the same on both databases."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from app.database import engine_of
from app.jobs.tasks import Tools
from app.jobs.worker import work

BRING_FORWARD = {
    "sqlite": "UPDATE job SET run_at = '2020-01-01 00:00:00.000000' WHERE done_at IS NULL",
    "postgresql": "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'",
}


def real_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def run_due_jobs(factory: sessionmaker[Session], settings: Any = None) -> None:
    tools = Tools(factory, real_now, settings)
    work(tools, lease=dt.timedelta(minutes=5), once=True, tick=lambda: None)


def bring_forward(factory: sessionmaker[Session]) -> None:
    """Make every job that waits for its time due now: time is a parameter, nothing sleeps."""
    engine = engine_of(factory)
    with engine.begin() as connection:
        connection.execute(sa.text(BRING_FORWARD[engine.dialect.name]))
