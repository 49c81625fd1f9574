"""The one door to deferred work: `enqueue`, in the transaction that the work belongs to.

The rows that a task works on are the truth (a message that waits, a date that is due); a job
is only a hint that there is something to do. So a task looks at its row again before it acts,
and a sweep finds what was forgotten.
"""

import datetime as dt

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
        key: at most one job with this key is ever made; None for as many as are asked for.
        run_at: not before this instant; None for as soon as possible.
        arguments: what the task is called with. Identifiers, never anything about a person:
            jobs stand outside the wall between municipalities.
    """
    connection = session.connection()
    engine = postgres if connection.dialect.name == "postgresql" else table
    engine.add(connection, task, dict(arguments), key=key, made_at=now, run_at=run_at or now)


def tidy(session: Session, before: dt.datetime) -> None:
    """Forget the jobs, and their keys, that were made and done with before an instant."""
    engine = postgres if session.connection().dialect.name == "postgresql" else table
    engine.tidy(session, before)
