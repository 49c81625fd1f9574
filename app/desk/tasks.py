"""The worker's part: the weekly letter."""

import datetime as dt

from sqlalchemy.orm import Session

from app.desk.services import write_digests
from app.municipalities.tasks import Town, defer, municipal_task


def defer_digests(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer one municipality's letters of this week; on Monday, or on the first day after it."""
    year, week, _day = today.isocalendar()
    defer(session, "write_digests", f"{year} {week}", now=now)


@municipal_task("write_digests")
def run_digests(session: Session, town: Town) -> None:
    """Write the letters; each is written once."""
    write_digests(session, desk_url=f"{town.home}/desk", now=town.now, today=town.today)
