"""The demo's course evening: ahead, with a few places taken by guides who lack it."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.guides.models import Guide, GuideStatus, StepCode
from app.guides.queries.steps import missing_steps
from app.oslo import OSLO, day_of

AHEAD = dt.timedelta(days=9)
BEGINS, ENDS = dt.time(17, 30), dt.time(20, 30)
PLACES = 12
ON_THE_WAY = frozenset({GuideStatus.CONTACTED, GuideStatus.INTERVIEWED, GuideStatus.READY})


def add_course(session: Session, guides: Iterable[Guide], *, now: dt.datetime) -> None:
    """Add one course, booked by those on the way who have not been at one."""
    on = day_of(now + AHEAD)
    begins, ends = (
        dt.datetime.combine(on, clock, OSLO).astimezone(dt.UTC) for clock in (BEGINS, ENDS)
    )
    course = CourseSession(
        once_token="demo",  # noqa: S106 (no secret: a form's own number)
        title="Kurskveld: å være flyktningguide",
        place="Asker bibliotek, Strøket 15",
        starts_at=begins,
        ends_at=ends,
        places=PLACES,
        changed_at=now,
    )
    session.add(course)
    on_the_way = {guide.id: guide for guide in guides if guide.status in ON_THE_WAY}
    for guide_id, codes in sorted(missing_steps(session, on_the_way).items()):
        if StepCode.COURSE in codes:
            course.bookings.append(
                CourseBooking(
                    guide_id=guide_id,
                    status=BookingStatus.BOOKED,
                    booked_at=now,
                    changed_at=now,
                )
            )
    session.flush()
