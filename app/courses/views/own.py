"""A guide books from their own page; an applicant without an account by the secret link."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import by_letter, current_actor, public, requires
from app.calendars import write_calendar
from app.courses import queries, services
from app.courses.models import BookingStatus, CourseSession
from app.courses.views.blueprint import bp, course_pages
from app.errors import NotFound
from app.guides.models import Guide
from app.guides.queries import find_guide_for_user
from app.guides.services.own_status import StatusLinkClosed, open_status
from app.permissions import Permission, ensure_may
from app.web.context import current_session, now
from app.web.forms import BaseForm
from app.web.transactions import reads_only

Address = Callable[..., str]
# The same pages behind two doors.
OWN = {
    "home": "my_page.show",
    "page": "courses.own",
    "book": "courses.book",
    "give_up": "courses.give_up",
    "calendar": "courses.calendar",
}
BY_LINK = {
    "home": "guides.status",
    "page": "courses.by_link",
    "book": "courses.book_by_link",
    "give_up": "courses.give_up_by_link",
    "calendar": "courses.calendar_by_link",
}


@bp.app_template_global()
def place_on_course(guide_id: uuid.UUID) -> CourseSession | None:
    """Let a guide's page, and staff's of the steps, say when the course is that they go to."""
    return queries.find_next_place(current_session(), guide_id, now=now())


@bp.get("/my-page/courses")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
def own() -> ResponseReturnValue:
    return _page(_own_guide(), _own_address)


@bp.post("/my-page/courses/<uuid:course_id>/booking")
@requires(Permission.MY_PAGE_VIEW)
def book(course_id: uuid.UUID) -> ResponseReturnValue:
    return _book(_own_guide(), course_id, _own_address)


@bp.post("/my-page/courses/<uuid:course_id>/booking/withdrawal")
@requires(Permission.MY_PAGE_VIEW)
def give_up(course_id: uuid.UUID) -> ResponseReturnValue:
    return _give_up(_own_guide(), course_id, _own_address)


@bp.get("/my-page/courses/<uuid:course_id>/calendar")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
def calendar(course_id: uuid.UUID) -> ResponseReturnValue:
    _own_guide()
    return _calendar(course_id)


@bp.get("/status/<token>/courses")
@public
@reads_only
@by_letter
def by_link(token: str) -> ResponseReturnValue:
    return _page(_guide_of(token), _address_of(token))


@bp.post("/status/<token>/courses/<uuid:course_id>/booking")
@public
@by_letter
def book_by_link(token: str, course_id: uuid.UUID) -> ResponseReturnValue:
    return _book(_guide_of(token), course_id, _address_of(token))


@bp.post("/status/<token>/courses/<uuid:course_id>/booking/withdrawal")
@public
@by_letter
def give_up_by_link(token: str, course_id: uuid.UUID) -> ResponseReturnValue:
    return _give_up(_guide_of(token), course_id, _address_of(token))


@bp.get("/status/<token>/courses/<uuid:course_id>/calendar")
@public
@reads_only
@by_letter
def calendar_by_link(token: str, course_id: uuid.UUID) -> ResponseReturnValue:
    _guide_of(token)
    return _calendar(course_id)


@bp.errorhandler(StatusLinkClosed)
def link_closed(_error: StatusLinkClosed) -> ResponseReturnValue:
    return render_template("guides/link_closed.html"), 404


def _own_guide() -> Guide:
    actor = current_actor()
    guide = find_guide_for_user(current_session(), actor.user_id)
    if guide is None:
        raise NotFound(f"user {actor.user_id} is no guide")
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    return guide


def _guide_of(token: str) -> Guide:
    return open_status(current_session(), token, now=now())


def _own_address(what: str, **values: Any) -> str:
    return url_for(OWN[what], **values)


def _address_of(token: str) -> Address:
    return lambda what, **values: url_for(BY_LINK[what], token=token, **values)


def _page(guide: Guide, address: Address) -> Response:
    offered = queries.list_offered(current_session(), guide, now=now())
    page = render_template(
        "courses/own.html",
        ahead=[row for row in offered if row.course.ends_at > now()],
        past=[
            row for row in offered if row.course.ends_at <= now() and row.own and row.own.attended
        ],
        may_book=guide.status not in services.BOOKS_NONE,
        address=address,
    )
    return make_response(page)


def _book(guide: Guide, course_id: uuid.UUID, address: Address) -> ResponseReturnValue:
    session = current_session()
    course = queries.get_offered(session, course_id)
    if BaseForm().validate_on_submit():
        try:
            booking = services.book_place(session, guide, course, now=now())
        except services.CourseOver:
            flash(_("This course cannot be booked any more."), "warning")
        except services.NotYetOnTheWay:
            flash(_("First we want to talk with you. Then you can book a course."), "info")
        else:
            if booking.status is BookingStatus.BOOKED:
                flash(_("You have a place. Welcome!"), "success")
            else:
                flash(_("The course is full. You are in the queue, and we write to you."), "info")
    return redirect(address("page"), 303)


def _give_up(guide: Guide, course_id: uuid.UUID, address: Address) -> ResponseReturnValue:
    session = current_session()
    course = queries.get_offered(session, course_id)
    if BaseForm().validate_on_submit():
        try:
            services.give_up_place(session, guide, course, pages=course_pages(), now=now())
        except services.CourseOver:
            flash(_("The course has begun, or was called off."), "warning")
        else:
            flash(_("Your place goes to somebody else. Thank you for telling us."), "success")
    return redirect(address("page"), 303)


def _calendar(course_id: uuid.UUID) -> Response:
    course = queries.get_offered(current_session(), course_id)
    answer = make_response(write_calendar(course.title, [queries.entry_of(course)]))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="course.ics"'
    return answer
