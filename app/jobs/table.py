"""The job engine of SQLite: one table, claimed by lease, worked off by `flask worker`.

The table is the engine's own, as Procrastinate's tables are on PostgreSQL: made by a migration,
no part of the models, and outside the wall, since a worker serves every municipality.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from app.database import UTCDateTime

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


def add(
    connection: Connection,
    task: str,
    arguments: dict[str, Any],
    *,
    key: str | None,
    made_at: dt.datetime,
    run_at: dt.datetime,
) -> None:
    """Write a job, unless one with its key was ever written."""
    row = {
        "id": uuid.uuid4(),
        "task": task,
        "arguments": arguments,
        "key": key,
        "made_at": made_at,
        "run_at": run_at,
        "attempts": 0,
        "error": "",
        "dead": False,
    }
    connection.execute(insert(job).values(row).on_conflict_do_nothing(index_elements=["key"]))
