"""The worker's part: sealing closed hours, checking them, letters, and letting old looks go."""

import datetime as dt
import logging

from sqlalchemy.orm import Session

from app.municipalities.tasks import Town, defer, municipal_task
from app.privacy.services.looks_chain import check_chain, seal_closed_hours
from app.privacy.services.looks_kept import kept_since
from app.privacy.services.looks_letters import write_alarm, write_week

CHECKED = dt.timedelta(days=31)
logger = logging.getLogger(__name__)


def defer_checking(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer the day's look at the log itself."""
    defer(session, "check_looks", today, now=now)


@municipal_task("seal_looks")
def run_sealing(session: Session, town: Town) -> None:
    """Seal the closed hours."""
    seal_closed_hours(session, now=town.now)


@municipal_task("check_looks")
def run_checking(session: Session, town: Town) -> None:
    """Check the last month, and write the letters about it.

    The last seal's hash goes into the log, and with the log off the machine: whoever makes all
    seals anew makes another one.
    """
    page = f"{town.home}/data-protection/looks"
    chain = check_chain(session, kept_since=kept_since(town.now), since=town.now - CHECKED)
    state = "holds" if chain.holds else "IS BROKEN"
    logger.info("access log of %s %s, last seal %s", town.slug, state, chain.head or "none")
    if not chain.holds:
        write_alarm(session, chain, page_url=page, now=town.now)
    write_week(session, page_url=f"{page}/week", now=town.now, today=town.today)
