"""What a task is, which there are, and how long to wait before one is tried again.

A task first does what takes long outside the database (it talks to the mail server) while no
transaction is open, and returns what to write. The engine writes that in one transaction: on
SQLite together with the job's own end, on PostgreSQL just before Procrastinate notes it. So a
task may run twice and must look at its row again before it acts.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session, sessionmaker

FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=1)
PATIENCE = dt.timedelta(hours=12)

Effect = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What the worker hands to every task."""

    sessions: sessionmaker[Session]
    now: Callable[[], dt.datetime]
    settings: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to write, in an unbound session, and when to run the task again, if at all."""

    write: Effect | None = None
    again_at: dt.datetime | None = None


Task = Callable[..., Outcome]
T = TypeVar("T", bound=Task)
TASKS: dict[str, Task] = {}


def task(name: str) -> Callable[[T], T]:
    """Make a function runnable under a name: it gets the Tools and the job's arguments."""

    def register(function: T) -> T:
        if name in TASKS:
            raise ValueError(f"two tasks are called {name}")
        TASKS[name] = function
        return function

    return register


def wait_after(attempts: int) -> dt.timedelta | None:
    """Return how long to wait after so many failed attempts, or None to give up.

    30 seconds, doubling up to an hour; the last attempt is twelve hours after the first.
    """
    wait, waited = FIRST_WAIT, dt.timedelta()
    for _ in range(attempts - 1):
        waited += wait
        wait = min(wait * 2, LONGEST_WAIT)
    return min(wait, PATIENCE - waited) if waited < PATIENCE else None


def write(tools: Tools, outcome: Outcome, finish: Effect | None = None) -> None:
    """Write what a task asked for and the job's end, in one transaction."""
    with tools.sessions() as session:
        if outcome.write:
            outcome.write(session)
            session.flush()
        if finish:
            finish(session)
        session.commit()
