"""The worker's part: every morning, end the matches whose planned last meeting has been."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.endings import queries, services
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality


def defer_planned_ends(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer the ends of one municipality whose day has passed, if there are any."""
    if queries.list_due_endings(session, today):
        town = str(tenancy.bound_municipality(session))
        key = f"end_planned_matches {today} {town}"
        queue.enqueue(session, "end_planned_matches", now=now, key=key, municipality_id=town)


@task("end_planned_matches")
def end_planned_matches(tools: Tools, municipality_id: str) -> Outcome:
    """End one municipality's matches that have met for the last time. It may run twice."""

    def write(session: Session) -> None:
        town = uuid.UUID(municipality_id)
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        pages = services.Pages(questions=lambda token: f"{home}/how-it-was/{token}")
        services.end_planned_matches(session, pages=pages, now=tools.now())

    return Outcome(write)
