"""Staff plan courses and note who came."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.courses import queries, services
from app.courses.forms import AttendanceForm, CourseForm, WalkInForm
from app.courses.models import BookingStatus, CourseSession
from app.courses.views.blueprint import bp, course_pages
from app.guides.queries import get_guide
from app.messages.words import on_its_way
from app.permissions import Permission
from app.web.context import current_session, now
from app.web.transactions import reads_only


@bp.get("/courses")
@requires(Permission.COURSES_CHANGE)
@reads_only
def index() -> ResponseReturnValue:
    courses = queries.list_courses(current_session(), current_actor(), now=now())
    return render_template(
        "courses/index.html",
        ahead=[course for course in courses if course.ends_at > now()],
        past=[course for course in reversed(courses) if course.ends_at <= now()],
        count=_count,
    )


def _count(course: CourseSession, status: str) -> int:
    return sum(row.status is BookingStatus(status) for row in course.bookings)


@bp.route("/courses/new", methods=["GET", "POST"])
@requires(Permission.COURSES_CHANGE)
def new() -> ResponseReturnValue:
    form = CourseForm()
    if form.validate_on_submit() and form.is_told_of(now()):
        course = services.plan_course(
            current_session(),
            current_actor(),
            form.to_input(),
            once_token=request.form.get("once_token", "") or uuid.uuid4().hex,
            now=now(),
        )
        held = _("The course is entered. Now add those who came.")
        flash(
            held if form.held.data else _("The course is planned. Guides can book it now."),
            "success",
        )
        return redirect(url_for("courses.show", course_id=course.id), 303)
    page = render_template("courses/form.html", form=form, course=None, once=uuid.uuid4().hex)
    return page, 422 if form.is_submitted() else 200


@bp.get("/courses/<uuid:course_id>")
@requires(Permission.COURSES_CHANGE)
@looks_at(RecordKind.GUIDE)
def show(course_id: uuid.UUID) -> ResponseReturnValue:
    return _page(queries.get_course(current_session(), current_actor(), course_id))


def _page(
    course: CourseSession,
    attendance: AttendanceForm | None = None,
    walk_in: WalkInForm | None = None,
) -> str:
    """Draw a course; the forms are those that were posted with errors, or new ones."""
    has_begun = course.starts_at <= now() and not course.called_off_at
    rows = [row for row in course.bookings if row.status is not BookingStatus.CANCELLED]
    others = queries.list_walk_ins(current_session(), current_actor(), course) if has_begun else ()
    looked_at_list(RecordKind.GUIDE, len(rows) + len(others))
    refused, walk_in = walk_in or attendance, walk_in or WalkInForm(formdata=None)
    walk_in.offer(others)
    return render_template(
        "courses/show.html",
        course=course,
        has_begun=has_begun,
        rows=rows,
        others=others,
        attendance=attendance or AttendanceForm(formdata=None),
        walk_in=walk_in,
        form=refused,
    )


@bp.route("/courses/<uuid:course_id>/edit", methods=["GET", "POST"])
@requires(Permission.COURSES_CHANGE)
def edit(course_id: uuid.UUID) -> ResponseReturnValue:
    session, actor, form = current_session(), current_actor(), CourseForm()
    course = queries.get_course(session, actor, course_id)
    if not form.is_submitted():
        form.show(course)
        return render_template("courses/form.html", form=form, course=course)
    if form.validate() and form.is_ahead(now()):
        try:
            services.change_course(
                session, actor, course, form.to_input(), pages=course_pages(), now=now()
            )
        except services.TooFewPlaces:
            form.places.errors = [_("More guides than that have a place already.")]
        except services.CourseOver:
            form.form_errors.append(_("The course has begun, or was called off."))
        else:
            flash(_("The course is changed."), "success")
            return redirect(url_for("courses.show", course_id=course_id), 303)
    return render_template("courses/form.html", form=form, course=course), 422


@bp.post("/courses/<uuid:course_id>/attendance")
@requires(Permission.COURSES_CHANGE)
@looks_at(RecordKind.GUIDE)
def attend(course_id: uuid.UUID) -> ResponseReturnValue:
    session, actor, form = current_session(), current_actor(), AttendanceForm()
    course = queries.get_course(session, actor, course_id)
    ticked = request.form.getlist("came")
    came = {row.guide_id for row in course.bookings if str(row.guide_id) in ticked}
    if not (form.validate() and form.tells(came)):
        return _page(course, attendance=form), 422
    try:
        services.note_attendance(session, actor, course, came, now=now())
    except services.CourseNotOver:
        flash(_("The course has not begun, or was called off."), "warning")
    else:
        flash(_("Noted. The course is ticked for those who came."), "success")
    return redirect(url_for("courses.show", course_id=course_id), 303)


@bp.post("/courses/<uuid:course_id>/walk-ins")
@requires(Permission.COURSES_CHANGE)
@looks_at(RecordKind.GUIDE)
def walk_in(course_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody came who had not booked."""
    session, actor, form = current_session(), current_actor(), WalkInForm()
    course = queries.get_course(session, actor, course_id)
    form.offer(queries.list_walk_ins(session, actor, course))
    if not form.validate():
        return _page(course, walk_in=form), 422
    try:
        guide = get_guide(session, actor, form.guide_id)
        services.add_walk_in(session, actor, course, guide, now=now())
    except services.CourseNotOver:
        flash(_("The course has not begun, or was called off."), "warning")
    else:
        flash(_("Noted. The course is ticked for those who came."), "success")
    return redirect(url_for("courses.show", course_id=course_id), 303)


@bp.post("/courses/<uuid:course_id>/cancellation")
@requires(Permission.COURSES_CHANGE)
def call_off(course_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    course = queries.get_course(session, actor, course_id)
    try:
        services.call_off_course(session, actor, course, pages=course_pages(), now=now())
    except services.CourseOver:
        flash(_("The course has begun, or was called off."), "warning")
    else:
        done = _("The course is called off, and everybody who had booked is told.")
        flash(f"{done} {on_its_way(now())}", "success")
    return redirect(url_for("courses.show", course_id=course_id), 303)
