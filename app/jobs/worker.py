"""What `flask worker` runs: the engine of the database that the sessions belong to."""

import datetime as dt
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from app.database import engine_of
from app.jobs import postgres, table
from app.jobs.tasks import Tools

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.5


def work(tools: Tools, *, lease: dt.timedelta, once: bool, tick: Callable[[], None]) -> None:
    """Run jobs until a signal asks to stop, or, with `once`, until none is due.

    The job at hand is finished before it stops.

    Args:
        lease: longer than any job takes; after it a dead worker's jobs are another's.
        tick: called now and then, to defer what is due by the clock.
    """
    if engine_of(tools.sessions).dialect.name == "postgresql":
        postgres.work(tools, lease=lease, once=once, tick=tick)
        return
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        _work_table(tools, lease, stop, once, tick)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _work_table(
    tools: Tools, lease: dt.timedelta, stop: threading.Event, once: bool, tick: Callable[[], None]
) -> None:
    name = f"{socket.gethostname()}:{os.getpid()}"
    while not stop.is_set():
        try:
            tick()
            while not stop.is_set() and table.run_next(tools, name, lease):
                pass
        except OperationalError as error:  # locked for long, or the disk is full: it passes
            if once:
                raise
            logger.warning("the database cannot be used: %s", type(error.orig).__name__)
        if once:
            return
        stop.wait(POLL_SECONDS)
