import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, enum_type
from app.guides.models import Guide
from app.personal import DONE_BY, NOT_PERSONAL, PLAIN, Facts, about
from app.tenancy import MunicipalityScoped, scoped_key, within


class CourseSession(MunicipalityScoped, Base):
    """A course evening: when, where, and for how many guides."""

    __tablename__ = "course_session"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "once_token"),
        CheckConstraint("places BETWEEN 1 AND 200", name="places_in_a_room"),
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        NOT_PERSONAL,
    )

    once_token: Mapped[str] = mapped_column(
        String(64), info=PLAIN
    )  # the same form sent twice counts once
    title: Mapped[str] = mapped_column(String(80), info=PLAIN)
    place: Mapped[str] = mapped_column(String(200), info=PLAIN)
    starts_at: Mapped[dt.datetime] = mapped_column(index=True)
    ends_at: Mapped[dt.datetime]
    places: Mapped[int]
    revision: Mapped[int] = mapped_column(default=0)  # a calendar's SEQUENCE: up at each change
    changed_at: Mapped[dt.datetime]
    called_off_at: Mapped[dt.datetime | None]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), info=DONE_BY)

    bookings: Mapped[list["CourseBooking"]] = relationship(
        back_populates="course",
        cascade="all, delete-orphan",
        order_by="CourseBooking.booked_at, CourseBooking.id",
    )


class BookingStatus(StrEnum):
    """Whether a guide has a place, waits for one, or has given it up."""

    BOOKED = "booked"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class CourseBooking(MunicipalityScoped, Base):
    """A guide's place at a course, or in the queue for one."""

    __tablename__ = "course_booking"
    __table_args__ = (
        scoped_key(),
        UniqueConstraint("municipality_id", "course_id", "guide_id"),
        within("course_id", "course_session"),
        within("guide_id", "guide"),
        about(Facts.GUIDE_STEPS),
    )

    course_id: Mapped[uuid.UUID]
    guide_id: Mapped[uuid.UUID] = mapped_column(index=True)
    status: Mapped[BookingStatus] = mapped_column(enum_type(BookingStatus))
    booked_at: Mapped[dt.datetime]  # the queue's order
    changed_at: Mapped[dt.datetime]
    attended: Mapped[bool | None]  # None: nobody has said yet

    course: Mapped[CourseSession] = relationship(back_populates="bookings", overlaps="guide")
    guide: Mapped[Guide] = relationship(overlaps="bookings,course")
