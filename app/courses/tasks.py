"""The worker's part: a place that somebody left goes to whoever has waited longest."""

import datetime as dt

from sqlalchemy.orm import Session

from app.courses import queries, services
from app.municipalities.tasks import Town, defer, municipal_task


def defer_filling(session: Session, now: dt.datetime, today: dt.date) -> None:
    """Defer the filling of one municipality's free places that somebody waits for, if any."""
    if queries.list_with_room_for_queue(session, now=now):
        defer(session, "fill_course_places", today, now=now)


@municipal_task("fill_course_places")
def fill_course_places(session: Session, town: Town) -> None:
    """Let those who wait move up in the courses."""
    pages = services.CoursePages(
        own=f"{town.home}/my-page/courses",
        by_link=lambda token: f"{town.home}/status/{token}/courses",
    )
    services.fill_free_places(session, pages=pages, now=town.now)
