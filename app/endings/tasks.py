"""The worker's part: every morning, end the matches whose planned last meeting has been."""

import datetime as dt

from sqlalchemy.orm import Session

from app.endings import queries, services
from app.municipalities.tasks import Town, defer, municipal_task


def defer_planned_ends(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer the ends of one municipality whose day has passed, if there are any."""
    if queries.list_due_endings(session, today):
        defer(session, "end_planned_matches", today, now=now)


@municipal_task("end_planned_matches")
def end_planned_matches(session: Session, town: Town) -> None:
    """End the matches that have met for the last time."""
    pages = services.Pages(
        questions=lambda token: f"{town.home}/how-it-was/{token}", my_page=f"{town.home}/my-page"
    )
    services.end_planned_matches(session, pages=pages, now=town.now)
