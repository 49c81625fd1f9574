"""The job engine of PostgreSQL: Procrastinate, told of jobs on the session's own connection."""

import asyncio
import contextlib
import datetime as dt
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.database import engine_of
from app.jobs.tasks import TASKS, Task, Tools, wait_after, write

logger = logging.getLogger(__name__)
QUEUE = "default"
TAKEN = "taken"  # the name of what is no task but a key
TICK_SECONDS = 10.0
_TAKE_KEY = sa.text(
    "INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)"
    " VALUES (:task, :key, 0) ON CONFLICT DO NOTHING RETURNING id"
)
_DEFER = sa.text(
    "SELECT (procrastinate_defer_jobs_v1(ARRAY[ROW("
    ":queue, :task, 0, NULL, NULL, CAST(:arguments AS jsonb), CAST(:run_at AS timestamptz)"
    ")]::procrastinate_job_to_defer_v1[]))[1]"
)
_NOTE_JOB_OF_KEY = sa.text("UPDATE procrastinate_periodic_defers SET job_id = :job WHERE id = :id")
_FIND_OPEN = sa.text(
    "SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND task_name = :task AND args = CAST(:arguments AS jsonb) LIMIT 1"
)
# Deleting a job keeps its key and deletes its events; the key goes first, while its age is known.
_OLD = (
    "(SELECT j.id FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id"
    " WHERE j.status NOT IN ('todo', 'doing') AND e.type = 'deferred' AND e.at < :before)"
)
_TIDY = (
    sa.text(f"DELETE FROM procrastinate_periodic_defers WHERE job_id IN {_OLD}"),  # noqa: S608
    sa.text(f"DELETE FROM procrastinate_jobs WHERE id IN {_OLD}"),  # noqa: S608
)
_TIDY_TAKEN = sa.text(  # the keys of days begin with the day
    "DELETE FROM procrastinate_periodic_defers WHERE task_name = :task AND periodic_id < :day"
)


class RunAgain(Exception):
    """A task asked to be run again at an instant."""

    def __init__(self, at: dt.datetime) -> None:
        super().__init__(at.isoformat())
        self.at = at


class TaskBrokeOffError(Exception):
    """A task failed. Says the kind of error only: messages of errors repeat what people typed."""


class _Retry(BaseRetryStrategy):
    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, RunAgain):
            return RetryDecision(retry_at=exception.at)
        wait = wait_after(job.attempts + 1)
        return RetryDecision(retry_at=self.tools.now() + wait) if wait else None


def add(
    connection: Connection,
    task: str,
    arguments: dict[str, Any],
    *,
    key: str | None,
    made_at: dt.datetime,
    run_at: dt.datetime,
) -> None:
    """Defer a job, unless one with its key was ever deferred."""
    taken = None
    if key:
        taken = connection.scalar(_TAKE_KEY, {"task": task, "key": key})
        if taken is None:
            return
    job = connection.scalar(
        _DEFER,
        {
            "queue": QUEUE,
            "task": task,
            "arguments": json.dumps(arguments),
            "run_at": run_at if run_at > made_at else None,
        },
    )
    if taken is not None:
        connection.execute(_NOTE_JOB_OF_KEY, {"job": job, "id": taken})


def take(connection: Connection, key: str, _now: dt.datetime) -> bool:
    """Take a key, unless it was ever taken. Waits for a transaction that is about to."""
    return connection.scalar(_TAKE_KEY, {"task": TAKEN, "key": key}) is not None


def is_open(connection: Connection, task: str, arguments: dict[str, Any]) -> bool:
    """Return whether such a job waits or runs."""
    given = {"task": task, "arguments": json.dumps(arguments)}
    return connection.execute(_FIND_OPEN, given).first() is not None


def tidy(session: Session, before: dt.datetime) -> None:
    """Forget jobs that were done with before an instant, and their keys."""
    for statement in _TIDY:
        session.connection().execute(statement, {"before": before})
    session.connection().execute(_TIDY_TAKEN, {"task": TAKEN, "day": f"{before:%Y-%m-%d}"})


def work(tools: Tools, *, lease: dt.timedelta, once: bool, tick: Callable[[], None]) -> None:
    """Run jobs until a signal asks to stop, or, with `once`, until none is due.

    Args:
        lease: a worker that shows no sign of life for so long has lost its jobs.
        tick: called now and then, to defer what is due by the clock.
    """
    url = engine_of(tools.sessions).url.set(drivername="postgresql")
    engine = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=url.render_as_string(hide_password=False), min_size=1, max_size=4
        )
    )
    for name, function in TASKS.items():
        engine.task(name=name, queue=QUEUE, retry=_Retry(tools))(_guarded(tools, name, function))
    asyncio.run(_work(engine, lease.total_seconds(), once, tick))


def _guarded(tools: Tools, name: str, function: Task) -> Callable[..., None]:
    def run(**arguments: Any) -> None:
        try:
            outcome = function(tools, **arguments)
            write(tools, outcome)
        except Exception as error:
            logger.warning("%s broke off: %s", name, type(error).__name__)
            raise TaskBrokeOffError(type(error).__name__) from None
        if outcome.again_at:
            raise RunAgain(outcome.again_at)

    return run


async def _work(
    engine: procrastinate.App, lease: float, once: bool, tick: Callable[[], None]
) -> None:
    async with engine.open_async(), _ticking(engine, lease, tick):
        await engine.run_worker_async(
            queues=[QUEUE],
            wait=not once,
            fetch_job_polling_interval=1.0,
            update_heartbeat_interval=lease / 3,
            stalled_worker_timeout=lease,
            install_signal_handlers=True,
        )


@contextlib.asynccontextmanager
async def _ticking(
    engine: procrastinate.App, lease: float, tick: Callable[[], None]
) -> AsyncIterator[None]:
    """Look after the clock and after jobs of dead workers, once now and then beside the work."""
    await _look_after(engine, lease, tick)

    async def keep_ticking() -> None:
        while True:
            await asyncio.sleep(min(TICK_SECONDS, lease))
            try:
                await _look_after(engine, lease, tick)
            except (ConnectorException, sa.exc.SQLAlchemyError) as error:
                logger.warning("tick: %s", type(error).__name__)  # the database comes back

    ticker = asyncio.create_task(keep_ticking())
    try:
        yield
    finally:
        ticker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticker


async def _look_after(engine: procrastinate.App, lease: float, tick: Callable[[], None]) -> None:
    await asyncio.to_thread(tick)
    manager = engine.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=lease):
        logger.warning("job %s: its worker died; it runs again", job.id)
        await manager.retry_job(job)
