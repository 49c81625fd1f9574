"""Noting who came to a course, those who had not booked among them."""

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.courses.services.planning import booking_of, hold
from app.errors import Conflict
from app.guides.models import Guide, StepCode, StepWay
from app.guides.services.steps import tick_step, untick_step
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

B = BookingStatus


class CourseNotOver(Conflict):
    """Nobody can have come to a course that has not begun."""


def note_attendance(
    session: Session,
    actor: Actor,
    course: CourseSession,
    came: Collection[uuid.UUID],
    *,
    now: dt.datetime,
) -> None:
    """Note who of those with a place came: for them the step of the course is done.

    Who is unticked again loses the step, unless another course has given it.

    Args:
        came: the guides' keys.

    Raises:
        CourseNotOver: it has not begun.
    """
    ensure_may(actor, Permission.COURSES_CHANGE)
    hold(session, course)
    _ensure_begun(course, now)
    for booking in course.bookings:
        if booking.status is not B.BOOKED:
            continue
        was, booking.attended = booking.attended, booking.guide_id in came
        guide = session.get_one(Guide, booking.guide_id)
        if booking.attended and not was:
            _tick(session, actor, course, guide)
        elif was and not booking.attended and not _came_elsewhere(session, booking):
            untick_step(session, guide, StepCode.COURSE)
    session.flush()


def add_walk_in(
    session: Session, actor: Actor, course: CourseSession, guide: Guide, *, now: dt.datetime
) -> CourseBooking:
    """Note that a guide came who had not booked, whatever room there was; the step is done.

    Raises:
        CourseNotOver: it has not begun, or was called off.
        GuideHasLeft: the role has ended.
    """
    ensure_may(actor, Permission.COURSES_CHANGE)
    hold(session, course)
    _ensure_begun(course, now)
    _tick(session, actor, course, guide)
    booking = booking_of(course, guide)
    if booking is None:
        booking = CourseBooking(guide_id=guide.id, booked_at=now)
        course.bookings.append(booking)
    booking.status, booking.attended, booking.changed_at = B.BOOKED, True, now
    session.flush()
    return booking


def _ensure_begun(course: CourseSession, now: dt.datetime) -> None:
    if course.starts_at > now or course.called_off_at:
        raise CourseNotOver(str(course.id))


def _tick(session: Session, actor: Actor, course: CourseSession, guide: Guide) -> None:
    on = day_of(course.starts_at)
    tick_step(session, guide, StepCode.COURSE, way=StepWay.COURSE, on=on, by=actor.user_id)


def _came_elsewhere(session: Session, booking: CourseBooking) -> bool:
    other = select(CourseBooking.id).where(
        CourseBooking.guide_id == booking.guide_id,
        CourseBooking.id != booking.id,
        CourseBooking.attended.is_(True),
    )
    return session.scalar(other.limit(1)) is not None
