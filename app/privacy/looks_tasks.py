"""The worker's part: sealing closed hours, checking them, letters, and letting old looks go."""

import datetime as dt
import logging
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality
from app.oslo import day_of
from app.privacy.services.looks_chain import check_chain, seal_closed_hours
from app.privacy.services.looks_kept import kept_since
from app.privacy.services.looks_letters import write_alarm, write_week

CHECKED = dt.timedelta(days=31)
logger = logging.getLogger(__name__)


def defer_checking(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer the day's look at the log itself."""
    town = str(tenancy.bound_municipality(session))
    queue.enqueue(
        session, "check_looks", now=now, key=f"check_looks {today} {town}", municipality_id=town
    )


@task("seal_looks")
def run_sealing(tools: Tools, municipality_id: str) -> Outcome:
    """Seal one municipality's closed hours."""

    def write(session: Session) -> None:
        tenancy.bind(session, uuid.UUID(municipality_id))
        seal_closed_hours(session, now=tools.now())

    return Outcome(write)


@task("check_looks")
def run_checking(tools: Tools, municipality_id: str) -> Outcome:
    """Check one municipality's last month, and write the letters about it.

    The last seal's hash goes into the log, and with the log off the machine: whoever makes all
    seals anew makes another one.
    """

    def write(session: Session) -> None:
        town, now = uuid.UUID(municipality_id), tools.now()
        tenancy.bind(session, town)
        slug = get_municipality(session, town).slug
        home = f"{tools.settings.BASE_URL}/{slug}/data-protection/looks"
        chain = check_chain(session, kept_since=kept_since(now), since=now - CHECKED)
        state = "holds" if chain.holds else "IS BROKEN"
        logger.info("access log of %s %s, last seal %s", slug, state, chain.head or "none")
        if not chain.holds:
            write_alarm(session, chain, page_url=home, now=now)
        write_week(session, page_url=f"{home}/week", now=now, today=day_of(now))

    return Outcome(write)
