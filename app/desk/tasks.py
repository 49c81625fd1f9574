"""The worker's part: the weekly letter."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.desk.services import write_digests
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality
from app.oslo import day_of


def defer_digests(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer one municipality's letters of this week; on Monday, or on the first day after it."""
    town, (year, week, _day) = str(tenancy.bound_municipality(session)), today.isocalendar()
    key = f"write_digests {year} {week} {town}"
    queue.enqueue(session, "write_digests", now=now, key=key, municipality_id=town)


@task("write_digests")
def run_digests(tools: Tools, municipality_id: str) -> Outcome:
    """Write one municipality's letters. It may run twice: each letter is written once."""

    def write(session: Session) -> None:
        town, now = uuid.UUID(municipality_id), tools.now()
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        write_digests(session, desk_url=f"{home}/desk", now=now, today=day_of(now))

    return Outcome(write)
