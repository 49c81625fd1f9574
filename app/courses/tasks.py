"""The worker's part: a place that somebody left goes to whoever has waited longest."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app import tenancy
from app.courses import queries, services
from app.jobs import queue
from app.jobs.tasks import Outcome, Tools, task
from app.municipalities.queries import get_municipality


def defer_filling(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer the filling of one municipality's free places that somebody waits for, if any."""
    if queries.list_with_room_for_queue(session, now=now):
        town = str(tenancy.bound_municipality(session))
        key = f"fill_course_places {today} {town}"
        queue.enqueue(session, "fill_course_places", now=now, key=key, municipality_id=town)


@task("fill_course_places")
def fill_course_places(tools: Tools, municipality_id: str) -> Outcome:
    """Let those who wait move up in one municipality's courses. It may run twice."""

    def write(session: Session) -> None:
        town, now = uuid.UUID(municipality_id), tools.now()
        tenancy.bind(session, town)
        home = f"{tools.settings.BASE_URL}/{get_municipality(session, town).slug}"
        pages = services.CoursePages(
            own=f"{home}/my-page/courses", by_link=lambda token: f"{home}/status/{token}/courses"
        )
        services.fill_free_places(session, pages=pages, now=now)

    return Outcome(write)
