"""The job engine of SQLite: one table, claimed by lease, worked off by `flask worker`.

The table is the engine's own, as Procrastinate's tables are on PostgreSQL: made by a migration,
no part of the models, and outside the wall, since a worker serves every municipality.
"""

import datetime as dt
import logging
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection, Row
from sqlalchemy.orm import Session

from app.database import UTCDateTime, engine_of
from app.jobs.tasks import TASKS, Tools, wait_after, write

logger = logging.getLogger(__name__)

job = sa.Table(
    "job",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("task", sa.String(60), nullable=False),
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("key", sa.String(120), unique=True),
    sa.Column("made_at", UTCDateTime, nullable=False),
    sa.Column("run_at", UTCDateTime, nullable=False),
    sa.Column("lease_until", UTCDateTime),
    sa.Column("worker", sa.String(60)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.String(300), nullable=False),
    sa.Column("done_at", UTCDateTime),
    sa.Column("dead", sa.Boolean, nullable=False),
)
TAKEN = "taken"  # the name of what is no job but a key
_OPEN = sa.and_(job.c.done_at.is_(None), sa.not_(job.c.dead))


class LeaseLostError(RuntimeError):
    """The job took longer than its lease, and another worker has it now."""


def add(
    connection: Connection,
    task: str,
    arguments: dict[str, Any],
    *,
    key: str | None,
    made_at: dt.datetime,
    run_at: dt.datetime,
) -> None:
    """Write a job, unless one of its task with its key was ever written."""
    row = {
        "id": uuid.uuid4(),
        "task": task,
        "arguments": arguments,
        "key": key and f"{task} {key}",  # two tasks may call their own by the same name
        "made_at": made_at,
        "run_at": run_at,
        "attempts": 0,
        "error": "",
        "dead": False,
    }
    connection.execute(insert(job).values(row).on_conflict_do_nothing(index_elements=["key"]))


def take(connection: Connection, key: str, now: dt.datetime) -> bool:
    """Take a key, as a job that was done at once would."""
    row = {"id": uuid.uuid4(), "task": TAKEN, "arguments": {}, "key": key, "done_at": now}
    row |= {"made_at": now, "run_at": now, "attempts": 0, "error": "", "dead": False}
    statement = insert(job).values(row).on_conflict_do_nothing(index_elements=["key"])
    return connection.execute(statement).rowcount == 1


def is_open(connection: Connection, task: str, arguments: dict[str, Any]) -> bool:
    """Return whether such a job waits or runs."""
    statement = sa.select(job.c.id).where(_OPEN, job.c.task == task, job.c.arguments == arguments)
    return connection.execute(statement.limit(1)).first() is not None


def run_next(tools: Tools, worker: str, lease: dt.timedelta) -> bool:
    """Claim the job that has waited longest and run it. Returns whether there was one."""
    claimed = _claim(tools, worker, lease)
    if claimed is None:
        return False
    logger.debug("job %s: %s, attempt %s", claimed.id, claimed.task, claimed.attempts)
    try:
        outcome = TASKS[claimed.task](tools, **claimed.arguments)
        write(tools, outcome, lambda session: _end(session, claimed, worker, tools, outcome))
    except LeaseLostError:
        logger.warning("job %s took longer than its lease", claimed.id)
    except Exception as error:  # whatever it was, it must not end the worker
        _note_failure(tools, claimed, worker, type(error).__name__)
    return True


def tidy(session: Session, before: dt.datetime) -> None:
    """Forget jobs that were done with before an instant."""
    session.connection().execute(sa.delete(job).where(sa.not_(_OPEN), job.c.made_at < before))


def _claim(tools: Tools, worker: str, lease: dt.timedelta) -> Row[Any] | None:
    now = tools.now()
    engine = engine_of(tools.sessions)
    free = sa.or_(job.c.lease_until.is_(None), job.c.lease_until <= now)
    due = sa.select(job.c.id).where(_OPEN, job.c.run_at <= now, free).order_by(job.c.run_at)
    with engine.execution_options(writes=False).connect() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return None  # an idle worker never takes the write lock
    claim = (
        sa.update(job)
        .where(job.c.id == due.limit(1).scalar_subquery())
        .values(worker=worker, lease_until=now + lease, attempts=job.c.attempts + 1)
        .returning(job)
    )
    with engine.begin() as connection:
        return connection.execute(claim).first()


def _mine(claimed: Row[Any], worker: str) -> sa.Update:
    return sa.update(job).where(
        job.c.id == claimed.id, job.c.worker == worker, job.c.attempts == claimed.attempts
    )


def _end(session: Session, claimed: Row[Any], worker: str, tools: Tools, outcome: Any) -> None:
    """Note the job as done, or as due again, in the transaction of what it wrote."""
    change: dict[str, Any] = {"lease_until": None, "error": ""}
    if outcome.again_at:
        change["run_at"] = outcome.again_at
    else:
        change["done_at"] = tools.now()
    result = session.connection().execute(_mine(claimed, worker).values(change))
    if result.rowcount != 1:
        raise LeaseLostError(claimed.id)


def _note_failure(tools: Tools, claimed: Row[Any], worker: str, error: str) -> None:
    """Put a job that broke off for later, or give it up."""
    wait = wait_after(claimed.attempts)
    logger.warning("job %s: %s, %s", claimed.id, error, f"again in {wait}" if wait else "given up")
    change: dict[str, Any] = {"lease_until": None, "error": error, "dead": wait is None}
    if wait:
        change["run_at"] = tools.now() + wait
    with engine_of(tools.sessions).begin() as connection:
        connection.execute(_mine(claimed, worker).values(change))
