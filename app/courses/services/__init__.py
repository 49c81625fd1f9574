"""The use cases of courses."""

from app.courses.services.attendance import CourseNotOver, add_walk_in, note_attendance
from app.courses.services.planning import (
    BOOKS_NONE,
    CourseInput,
    CourseOver,
    CoursePages,
    NotYetOnTheWay,
    TooFewPlaces,
    book_place,
    call_off_course,
    change_course,
    fill_free_places,
    forget_bookings,
    give_up_place,
    plan_course,
)

__all__ = [
    "BOOKS_NONE",
    "CourseInput",
    "CourseNotOver",
    "CourseOver",
    "CoursePages",
    "NotYetOnTheWay",
    "TooFewPlaces",
    "add_walk_in",
    "book_place",
    "call_off_course",
    "change_course",
    "fill_free_places",
    "forget_bookings",
    "give_up_place",
    "note_attendance",
    "plan_course",
]
