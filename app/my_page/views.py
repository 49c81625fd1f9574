import re

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts.guards import current_actor, public, requires
from app.accounts.looking import looked_at, looks_at
from app.accounts.models import RecordKind
from app.calendars import write_calendar
from app.guides.forms.pipeline import Remaining, remaining
from app.guides.forms.staff import PauseForm
from app.guides.models import Guide, GuideStatus, StepWay, WrongGuideStatus
from app.guides.queries import missing_steps
from app.guides.queries.declarations import current_text
from app.guides.views.declarations import sign_page, signing
from app.matches.services.allowed import leaves_minor_alone
from app.municipalities.routing import current_municipality
from app.my_page import queries, services
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.links import absolute_url
from app.web.templating import day
from app.web.transactions import reads_only

bp = Blueprint("my_page", __name__, url_prefix="/<municipality>")


@bp.get("/my-page")
@requires(Permission.MY_PAGE_VIEW)
@looks_at(RecordKind.MATCH)
def show() -> ResponseReturnValue:
    mine = queries.get_my_page(current_session(), current_actor(), today())
    waiting = [match for match in mine.to_answer if not match.is_overdue(today())]
    shown = (*mine.to_answer, *mine.in_between, *mine.met, *(one.match for one in mine.to_join))
    looked_at(RecordKind.MATCH, *(match.id for match in shown))
    return render_template(
        "my_page/show.html",
        mine=mine,
        waiting=waiting,
        remaining=_remaining(mine.guide),
        contact=current_municipality(),
    )


def _remaining(guide: Guide) -> list[Remaining]:
    missing = missing_steps(current_session(), [guide.id]).get(guide.id, ())
    return remaining(
        missing, sign_url=url_for("my_page.declaration"), course_url=url_for("courses.own")
    )


@bp.get("/my-page/declaration")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
def declaration() -> ResponseReturnValue:
    queries.get_own_guide(current_session(), current_actor())
    return sign_page(current_text(current_session()), url_for("my_page.sign_declaration"))


@bp.post("/my-page/declaration")
@requires(Permission.MY_PAGE_VIEW)
def sign_declaration() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    return signing(
        queries.get_own_guide(session, actor),
        current_text(session),
        url_for("my_page.sign_declaration"),
        lambda form: services.sign_declaration(
            session, actor, form.to_signature(StepWay.MY_PAGE), now=now(), today=today()
        ),
        lambda: url_for("my_page.show"),
    )


@bp.get("/my-page/break")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
def plan_break() -> ResponseReturnValue:
    guide = queries.get_own_guide(current_session(), current_actor())
    if guide.status is not GuideStatus.READY:
        return redirect(url_for("my_page.show"), 303)
    return _break_page(guide, PauseForm(today=today(), formdata=None))


def _break_page(guide: Guide, form: PauseForm) -> str:
    met = queries.list_met(current_session(), current_actor())
    groups = [match for match in met if match.family.is_group]
    return render_template(
        "my_page/break.html",
        form=form,
        has_group=bool(groups),
        group_rests=any(leaves_minor_alone(match, {guide.id}) for match in groups),
        meets_groups_only=not guide.is_adult or (bool(groups) and len(groups) == len(met)),
    )


@bp.post("/my-page/break")
@requires(Permission.MY_PAGE_VIEW)
def take_break() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_own_guide(session, actor)
    form = PauseForm(today=today())
    if not form.validate():
        return _break_page(guide, form), 422
    try:
        services.take_break(session, actor, guide, until=form.until.data)
    except WrongGuideStatus:
        flash(_("Nothing has changed."), "info")
    else:
        flash(_words_of_break(guide), "success")
    return redirect(url_for("my_page.show"), 303)


def _words_of_break(guide: Guide) -> str:
    if guide.paused_until is None:
        return str(_("You have a break. Come back whenever you like."))
    until = day(guide.paused_until)
    words = _("You have a break until %(date)s. You may come back earlier, too.", date=until)
    return str(words)


@bp.post("/my-page/return")
@requires(Permission.MY_PAGE_VIEW)
def end_break() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_own_guide(session, actor)
    if BaseForm().validate_on_submit():
        try:
            services.end_break(session, actor, guide)
        except WrongGuideStatus:
            flash(_("Nothing has changed."), "info")
        else:
            flash(_("Welcome back! You can be asked again."), "success")
    return redirect(url_for("my_page.show"), 303)


@bp.get("/my-page/calendar")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
def calendar() -> ResponseReturnValue:
    return _calendar_page()


@bp.post("/my-page/calendar")
@requires(Permission.MY_PAGE_VIEW)
def make_calendar() -> ResponseReturnValue:
    """Make a secret address. It is shown in the answer and never again: no redirect."""
    if not BaseForm().validate_on_submit():
        return _calendar_page(), 422
    token = services.make_calendar_link(current_session(), current_actor(), now=now())
    return _calendar_page(absolute_url("my_page.feed", token=token))


@bp.post("/my-page/calendar/removal")
@requires(Permission.MY_PAGE_VIEW)
def remove_calendar() -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        services.revoke_calendar_link(current_session(), current_actor(), now=now())
        flash(_("The address is dead. Calendars that use it show nothing new."), "success")
    return redirect(url_for("my_page.calendar"), 303)


def _calendar_page(address: str = "") -> str:
    session = current_session()
    guide = queries.get_own_guide(session, current_actor())
    return render_template(
        "my_page/calendar.html",
        address=address,
        subscription=re.sub(r"^https?", "webcal", address),  # what calendar programs answer to
        is_out=queries.has_calendar_link(session, guide),
    )


@bp.get("/calendar/<token>")
@public
@reads_only
def feed(token: str) -> ResponseReturnValue:
    """The dates of one guide, for the calendar on their telephone."""
    session = current_session()
    guide = queries.find_feed_guide(session, token, now=now())
    with force_locale(guide.locale):
        titles = queries.Titles(_("Start meeting"), _("Last meeting as a guide"))
        name = _("Refugee guide")
    answer = make_response(write_calendar(name, queries.list_dates(session, guide, titles)))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return answer
