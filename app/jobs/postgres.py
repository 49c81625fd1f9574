"""The job engine of PostgreSQL: Procrastinate, told of jobs on the session's own connection."""

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

QUEUE = "default"
_TAKE_KEY = sa.text(
    "INSERT INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)"
    " VALUES (:task, :key, 0) ON CONFLICT DO NOTHING RETURNING id"
)
_DEFER = sa.text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW("
    ":queue, :task, 0, NULL, NULL, CAST(:arguments AS jsonb), CAST(:run_at AS timestamptz)"
    ")]::procrastinate_job_to_defer_v1[])"
)


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
    if key and connection.execute(_TAKE_KEY, {"task": task, "key": key}).first() is None:
        return
    connection.execute(
        _DEFER,
        {
            "queue": QUEUE,
            "task": task,
            "arguments": json.dumps(arguments),
            "run_at": run_at if run_at > made_at else None,
        },
    )
