"""The worker's part: what is too old goes, and who goes in a month is announced."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality
from app.privacy.services import keeping


def keep_only_so_long(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Let go of one municipality's old records, and defer the letter about those to come."""
    keeping.let_go(session, now=now)
    town = str(tenancy.bound_municipality(session))
    key = f"announce_erasure {today} {town}"
    queue.enqueue(session, "announce_erasure", now=now, key=key, municipality_id=town)


@task("announce_erasure")
def announce_erasure(tools: Tools, municipality_id: str) -> Outcome:
    """Write one municipality's letters. It may run twice: a week's letter is written once."""

    def write(session: Session) -> None:
        town = uuid.UUID(municipality_id)
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        page = f"{home}/data-protection/retention/people"
        keeping.announce(session, page_url=page, now=tools.now())

    return Outcome(write)
