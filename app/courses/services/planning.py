"""Planning courses, and booking places."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.courses import queries
from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.database import lock
from app.errors import Conflict
from app.guides.models import Guide, GuideStatus
from app.guides.services import leaving
from app.guides.services.signing_up import send_status_link
from app.messages.services import To, send_message
from app.permissions import Actor, Permission, ensure_may

B = BookingStatus
BOOKS_NONE = frozenset(
    {GuideStatus.APPLIED, GuideStatus.ENDED}
)  # nobody has talked with them yet, or they have left


class CourseOver(Conflict):
    """The course has begun, or was called off."""


class NotYetOnTheWay(Conflict):
    """An applicant is talked with before a course is booked; who has ended books none."""


class TooFewPlaces(Conflict):
    """More guides have a place than there are places now."""


@dataclass(frozen=True, slots=True)
class CoursePages:
    """Where links in letters lead. The view knows; services know no URLs."""

    own: str  # for those who can sign in
    by_link: Callable[[str], str]  # a token's page, for applicants


@dataclass(frozen=True, slots=True)
class CourseInput:
    """What staff say about a course."""

    title: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    places: int


def plan_course(
    session: Session, actor: Actor, told: CourseInput, *, once_token: str, now: dt.datetime
) -> CourseSession:
    """Plan a course, or enter one that has been held. The same form sent twice plans one."""
    ensure_may(actor, Permission.COURSES_CHANGE)
    course = CourseSession(once_token=once_token, changed_at=now, by_id=actor.user_id)
    _fill(course, told)
    try:
        with session.begin_nested():
            session.add(course)
            session.flush()
    except IntegrityError:
        stored = session.scalar(select(CourseSession).where(CourseSession.once_token == once_token))
        if stored is None:
            raise
        return stored
    return course


def change_course(
    session: Session,
    actor: Actor,
    course: CourseSession,
    told: CourseInput,
    *,
    pages: CoursePages,
    now: dt.datetime,
) -> CourseSession:
    """Change a course; who has a place is told when the time or the place is another.

    Raises:
        CourseOver: it has begun, or was called off.
        TooFewPlaces: more have booked than there would be room for.
    """
    ensure_may(actor, Permission.COURSES_CHANGE)
    hold(session, course)
    _ensure_ahead(course, now)
    if told.places < sum(row.status is B.BOOKED for row in course.bookings):
        raise TooFewPlaces(str(course.id))
    moved = (course.starts_at, course.place) != (told.starts_at, told.place)
    _fill(course, told)
    course.revision, course.changed_at = course.revision + 1, now
    if moved:
        _tell(session, course, "course_changed", pages, now)
    _fill_places(session, course, pages, now)
    session.flush()
    return course


def call_off_course(
    session: Session, actor: Actor, course: CourseSession, *, pages: CoursePages, now: dt.datetime
) -> CourseSession:
    """Call a course off and tell everybody who has a place or waits for one.

    Raises:
        CourseOver: it has begun, or was called off already.
    """
    ensure_may(actor, Permission.COURSES_CHANGE)
    hold(session, course)
    _ensure_ahead(course, now)
    course.called_off_at = course.changed_at = now
    course.revision += 1
    _tell(session, course, "course_called_off", pages, now, also=B.WAITING)
    session.flush()
    return course


def book_place(
    session: Session, guide: Guide, course: CourseSession, *, now: dt.datetime
) -> CourseBooking:
    """Give a guide a place, or the last place in the queue; one who has booked keeps what they have.

    The course is held meanwhile: two who press at once for the last place do not both get it.

    Raises:
        CourseOver: it has begun, or was called off.
        NotYetOnTheWay: nobody has talked with the applicant yet, or the guide has ended.
    """
    hold(session, course)
    _ensure_ahead(course, now)
    if guide.status in BOOKS_NONE:
        raise NotYetOnTheWay(str(guide.id))
    booking = booking_of(course, guide)
    if booking is None:
        booking = CourseBooking(guide_id=guide.id, status=B.CANCELLED)
        course.bookings.append(booking)
    if booking.status is B.CANCELLED:
        taken = sum(row.status is B.BOOKED for row in course.bookings)
        booking.status = B.BOOKED if taken < course.places else B.WAITING
        booking.booked_at = booking.changed_at = now
    session.flush()
    return booking


def give_up_place(
    session: Session, guide: Guide, course: CourseSession, *, pages: CoursePages, now: dt.datetime
) -> None:
    """Give a guide's place back; the first in the queue gets it and is told.

    Raises:
        CourseOver: it has begun, or was called off.
    """
    hold(session, course)
    _ensure_ahead(course, now)
    booking = booking_of(course, guide)
    if booking is not None and booking.status is not B.CANCELLED:
        booking.status, booking.changed_at = B.CANCELLED, now
        _fill_places(session, course, pages, now)
    session.flush()


def fill_free_places(session: Session, *, pages: CoursePages, now: dt.datetime) -> None:
    """Let those who wait have what others left behind by leaving altogether. For the daily task."""
    for course in queries.list_with_room_for_queue(session, now=now):
        hold(session, course)
        _fill_places(session, course, pages, now)
    session.flush()


def hold(session: Session, course: CourseSession) -> None:
    """Keep others from booking meanwhile, and look at the bookings as they are now."""
    lock(session, course)
    session.expire(course, ["bookings"])


def _fill(course: CourseSession, told: CourseInput) -> None:
    course.title, course.place, course.places = told.title, told.place, told.places
    course.starts_at, course.ends_at = told.starts_at, told.ends_at


def _ensure_ahead(course: CourseSession, now: dt.datetime) -> None:
    if course.called_off_at or course.starts_at <= now:
        raise CourseOver(str(course.id))


def booking_of(course: CourseSession, guide: Guide) -> CourseBooking | None:
    return next((row for row in course.bookings if row.guide_id == guide.id), None)


def _fill_places(
    session: Session, course: CourseSession, pages: CoursePages, now: dt.datetime
) -> None:
    """Let those who wait move up, the longest first, and tell them."""
    free = course.places - sum(row.status is B.BOOKED for row in course.bookings)
    queue = sorted(
        (row for row in course.bookings if row.status is B.WAITING),
        key=lambda row: (row.booked_at, row.id),
    )
    for booking in queue[: max(0, free)]:
        booking.status, booking.changed_at = B.BOOKED, now
        _write(session, booking, "course_place", pages, now)


def _tell(
    session: Session,
    course: CourseSession,
    template: str,
    pages: CoursePages,
    now: dt.datetime,
    *,
    also: BookingStatus = B.BOOKED,
) -> None:
    for booking in course.bookings:
        if booking.status in {B.BOOKED, also}:
            _write(session, booking, template, pages, now)


def _write(
    session: Session, booking: CourseBooking, template: str, pages: CoursePages, now: dt.datetime
) -> None:
    """Write to a guide with an account, or to an applicant, who has a secret link and no more."""
    guide = session.get_one(Guide, booking.guide_id)
    if guide.user_id is None:
        send_status_link(session, guide, template, {}, now=now, link_url=pages.by_link)
    else:
        send_message(session, template, To.guide(guide), {"link": pages.own}, now=now)


def forget_bookings(session: Session, guide_id: uuid.UUID) -> None:
    """Give back what a guide who leaves has booked; in the morning those who wait move up."""
    for booking in session.scalars(select(CourseBooking).where(CourseBooking.guide_id == guide_id)):
        if booking.attended is None:
            session.delete(booking)
    session.flush()


leaving.WHEN_ONE_LEAVES.append(forget_bookings)
