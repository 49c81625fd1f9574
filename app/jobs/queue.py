"""The one door to deferred work: `enqueue`, in the transaction that the work belongs to.

The rows that a task works on are the truth (a message that waits, a date that is due); a job
is only a hint that there is something to do. So a task looks at its row again before it acts,
and a sweep finds what was forgotten.
"""

import datetime as dt
from types import ModuleType

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.jobs import postgres, table


def enqueue(
    session: Session,
    task: str,
    *,
    now: dt.datetime,
    key: str | None = None,
    run_at: dt.datetime | None = None,
    **arguments: str,
) -> None:
    """Defer a task: the job is there when the session's transaction is kept, and only then.

    Args:
        task: the name under which `app.jobs.tasks.task` knows the function.
        now: when it was deferred, in UTC.
        key: at most one job of the task with this key is ever made; None for as many as are asked
            for.
        run_at: not before this instant; None for as soon as possible.
        arguments: what the task is called with. Identifiers, never anything about a person:
            jobs stand outside the wall between municipalities.
    """
    connection = session.connection()
    engine = _engine(connection)
    engine.add(
        connection,
        task,
        dict(sorted(arguments.items())),
        key=key,
        made_at=now,
        run_at=run_at or now,
    )


def is_enqueued(session: Session, task: str, **arguments: str) -> bool:
    """Return whether a job for just this waits or runs."""
    connection = session.connection()
    found: bool = _engine(connection).is_open(connection, task, dict(sorted(arguments.items())))
    return found


def take_day(session: Session, key: str, day: dt.date, *, now: dt.datetime) -> bool:
    """Return whether nobody has taken a key on this day; what is written with it keeps it.

    What must be done once a day, however many jobs say so, takes its key in its own transaction:
    another worker waits for its end, and does the work if it broke off.
    """
    connection = session.connection()
    taken: bool = _engine(connection).take(connection, f"{day} {key}", now)
    return taken


def tidy(session: Session, before: dt.datetime) -> None:
    """Forget the jobs, and their keys, that were made and done with before an instant."""
    _engine(session.connection()).tidy(session, before)


def _engine(connection: Connection) -> ModuleType:
    return postgres if connection.dialect.name == "postgresql" else table
