"""Courses: what is planned, who comes, and what one guide may book."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.calendars import Entry
from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.errors import NotFound
from app.guides.models import Guide, GuideStatus
from app.permissions import Actor, Permission, ensure_may

SHOWN_PAST = dt.timedelta(days=365)


class Offered(NamedTuple):
    """A course as one guide sees it: how many places are free, and the guide's own booking."""

    course: CourseSession
    free: int
    own: CourseBooking | None


def list_courses(session: Session, actor: Actor, *, now: dt.datetime) -> Sequence[CourseSession]:
    """Return the courses of the last year and those to come, with who has booked, first first."""
    ensure_may(actor, Permission.COURSES_CHANGE)
    statement = (
        select(CourseSession)
        .where(CourseSession.starts_at > now - SHOWN_PAST)
        .options(selectinload(CourseSession.bookings))
        .order_by(CourseSession.starts_at, CourseSession.id)
    )
    return session.scalars(statement).all()


def get_course(session: Session, actor: Actor, course_id: uuid.UUID) -> CourseSession:
    """Return a course with its guides; raise NotFound if there is none here."""
    ensure_may(actor, Permission.COURSES_CHANGE)
    booked = selectinload(CourseSession.bookings).joinedload(CourseBooking.guide)
    return _one(
        session,
        select(CourseSession).where(CourseSession.id == course_id).options(booked),
        course_id,
    )


def list_walk_ins(session: Session, actor: Actor, course: CourseSession) -> Sequence[Guide]:
    """Return the guides who may have come to a course without a place at it, by name."""
    ensure_may(actor, Permission.COURSES_CHANGE)
    placed = select(CourseBooking.guide_id).where(
        CourseBooking.course_id == course.id, CourseBooking.status == BookingStatus.BOOKED
    )
    statement = (
        select(Guide)
        .where(Guide.status != GuideStatus.ENDED, Guide.id.not_in(placed))
        .order_by(Guide.name, Guide.id)
    )
    return session.scalars(statement).all()


def get_offered(session: Session, course_id: uuid.UUID) -> CourseSession:
    """Return a course for a guide, without anybody else's name; raise NotFound if there is none."""
    return _one(session, select(CourseSession).where(CourseSession.id == course_id), course_id)


def list_offered(session: Session, guide: Guide, *, now: dt.datetime) -> list[Offered]:
    """Return the courses to come, and those in the past that the guide had a place at."""
    statement = (
        select(CourseSession, _count(BookingStatus.BOOKED), CourseBooking)
        .outerjoin(
            CourseBooking,
            (CourseBooking.course_id == CourseSession.id) & (CourseBooking.guide_id == guide.id),
        )
        .where((CourseSession.ends_at > now) | CourseBooking.id.is_not(None))
        .order_by(CourseSession.starts_at, CourseSession.id)
    )
    return [
        Offered(course, max(0, course.places - count), own)
        for course, count, own in session.execute(statement)
    ]


def list_bookings(session: Session, guide_id: uuid.UUID) -> Sequence[CourseBooking]:
    """Return the places that a guide has or had, with their courses, by time."""
    statement = (
        select(CourseBooking)
        .join(CourseBooking.course)
        .where(CourseBooking.guide_id == guide_id)
        .options(joinedload(CourseBooking.course))
        .order_by(CourseSession.starts_at, CourseBooking.id)
    )
    return session.scalars(statement).all()


def find_next_place(
    session: Session, guide_id: uuid.UUID, *, now: dt.datetime
) -> CourseSession | None:
    """Return the next course that a guide has a place on, if any."""
    return session.scalar(
        select(CourseSession)
        .join(CourseBooking, CourseBooking.course_id == CourseSession.id)
        .where(
            CourseBooking.guide_id == guide_id,
            CourseBooking.status == BookingStatus.BOOKED,
            CourseSession.called_off_at.is_(None),
            CourseSession.ends_at > now,
        )
        .order_by(CourseSession.starts_at)
        .limit(1)
    )


def list_with_room_for_queue(session: Session, *, now: dt.datetime) -> Sequence[CourseSession]:
    """Return the courses to come with a free place and somebody who waits for one, by key."""
    taken = _count(BookingStatus.BOOKED)
    statement = select(CourseSession).where(
        CourseSession.starts_at > now,
        CourseSession.called_off_at.is_(None),
        taken < CourseSession.places,
        _count(BookingStatus.WAITING) > 0,
    )
    return session.scalars(statement.order_by(CourseSession.id)).all()


def entry_of(course: CourseSession) -> Entry:
    """Return a course as a calendar shows it: nobody who comes is named."""
    return Entry(
        kind="course",
        key=course.id,
        title=course.title,
        starts_at=course.starts_at,
        ends_at=course.ends_at,
        place=course.place,
        revision=course.revision,
        changed_at=course.changed_at,
        is_cancelled=course.called_off_at is not None,
    )


def _count(status: BookingStatus) -> ScalarSelect[int]:
    """Return how many of a course's bookings have a status."""
    wanted = CourseBooking.course_id == CourseSession.id, CourseBooking.status == status
    statement = select(func.count(CourseBooking.id)).where(*wanted)
    return statement.correlate(CourseSession).scalar_subquery()


def _one(session: Session, statement: Select[CourseSession], course_id: uuid.UUID) -> CourseSession:
    course = session.scalar(statement)
    if course is None:
        raise NotFound(f"course {course_id}")
    return course
