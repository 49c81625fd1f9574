import datetime as dt
import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at, looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.activities import forms, queries, services
from app.activities.models import Activity
from app.errors import Conflict
from app.families.models import FamilyWithdrawn
from app.matches.models import Match
from app.matches.queries import get_match
from app.matches.services.allowed import GroupAlone, MeetingsRest, is_alone_on, rests_on
from app.paging import page_of
from app.permissions import Permission, ensure_may, limited_to_own
from app.web.context import current_session, now, today
from app.web.paging import asked_page

bp = Blueprint("activities", __name__, url_prefix="/<municipality>")
MONTHS_SHOWN = 6
FIRST_YEAR = 2000


@bp.get("/activities")
@requires(Permission.ACTIVITIES_VIEW)
@looks_at(RecordKind.MATCH)
def index() -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    month, match_id = _month(request.args.get("month", "")), _uuid(request.args.get("match", ""))
    totals = queries.sum_activities(session, actor, month=month, match_id=match_id)
    page = page_of(totals.meetings, queries.PAGE_SIZE, asked_page())
    rows = queries.list_activities(session, actor, month=month, match_id=match_id, rows=page.rows)
    if match_id:
        looked_at(RecordKind.MATCH, match_id)
    else:
        looked_at_list(RecordKind.MATCH, len(rows))
    return render_template(
        "activities/index.html",
        activities=rows,
        totals=totals,
        page=page,
        page_url=lambda number: url_for(
            "activities.index",
            page=number,
            match=match_id,
            month=month.strftime("%Y-%m") if month else None,
        ),
        months=_months(month, match_id),
        own=limited_to_own(actor, Permission.ACTIVITIES_VIEW),
        one_match=match_id is not None,  # free text stands on no list across families
    )


@bp.route("/matches/<uuid:match_id>/activities/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_LOG)
@looks_at(RecordKind.MATCH, "match_id")
def new(match_id: uuid.UUID) -> ResponseReturnValue:
    match = get_match(current_session(), current_actor(), match_id)
    ensure_may(current_actor(), Permission.ACTIVITIES_LOG, match)
    form = _form(match)
    form.begin()
    if not form.is_submitted():
        return _form_page(form, match), 200 if services.still_meets(match) else 409
    if form.validate():
        try:
            services.log_activity(
                current_session(),
                current_actor(),
                match,
                form.to_meeting(),
                once_token=form.once_token.data,
                now=now(),
            )
        except Conflict as refusal:
            _explain(form, refusal)
        else:
            flash(_("Saved. Thank you for the time you give!"), "success")
            return redirect(url_for("my_page.show"), 303)
    return _form_page(form, match), 422


@bp.route("/activities/<uuid:activity_id>", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_LOG)
@looks_at(RecordKind.MATCH)
def edit(activity_id: uuid.UUID) -> ResponseReturnValue:
    activity = _own_activity(activity_id)
    form = _form(activity.match)
    if not form.is_submitted():
        form.show(activity, today())
        return _form_page(form, activity.match, activity)
    if form.validate():
        try:
            services.change_activity(
                current_session(), current_actor(), activity, form.to_meeting(), now=now()
            )
        except Conflict as refusal:
            _explain(form, refusal)
        else:
            flash(_("The meeting is changed."), "success")
            return redirect(url_for("activities.index"), 303)
    return _form_page(form, activity.match, activity), 422


@bp.route("/activities/<uuid:activity_id>/deletion", methods=["GET", "POST"])
@requires(Permission.ACTIVITIES_LOG)
@looks_at(RecordKind.MATCH)
def delete(activity_id: uuid.UUID) -> ResponseReturnValue:
    activity = _own_activity(activity_id)
    form = forms.DeleteForm()
    if form.validate_on_submit():
        services.delete_activity(current_session(), current_actor(), activity)
        flash(_("The meeting is deleted."), "success")
        return redirect(url_for("activities.index"), 303)
    return render_template("activities/delete.html", activity=activity, form=form)


@bp.app_template_global()
def last_meeting_on(match_id: uuid.UUID) -> dt.date | None:
    """Let a match's page say when the two last met: it does not know this room."""
    return queries.find_last_meeting(current_session(), match_id)


def _own_activity(activity_id: uuid.UUID) -> Activity:
    activity = queries.get_activity(current_session(), current_actor(), activity_id)
    ensure_may(current_actor(), Permission.ACTIVITIES_LOG, activity.match)
    looked_at(RecordKind.MATCH, activity.match_id)
    return activity


def _form(match: Match) -> forms.ActivityForm:
    return forms.ActivityForm(earliest=match.started_on, today=today())


def _form_page(form: forms.ActivityForm, match: Match, activity: Activity | None = None) -> str:
    return render_template(
        "activities/form.html",
        form=form,
        match=match,
        activity=activity,
        first_name=match.family_name_for_guide,
        may_log=activity is not None or services.still_meets(match),
        alone="" if activity else _rests(match),
    )


def _rests(match: Match) -> str:
    """Say that nobody meets just now, and why as far as the guide may know; or nothing."""
    if is_alone_on(current_session(), match, today()):
        return _alone()
    return _missing() if rests_on(current_session(), match, today()) else ""


def _missing() -> str:
    """Say what to do where something else is missing; whose and what it is, staff tell."""
    return str(
        _(
            "The meetings rest just now: something that must be in place is missing. Do not meet"
            " before we have called you. Have you met already? Call us, and we see to it together."
        )
    )


def _alone() -> str:
    """Say what to do where nobody grown up, or one guide only, is left with a group."""
    return str(
        _(
            "This group has too few guides just now, or no grown-up. Do not meet it before we have"
            " found somebody: call us. Have you met it already? Tell us, and we see to it together."
        )
    )


def _explain(form: forms.ActivityForm, refusal: Conflict) -> None:
    """Put the refusal where the guide can mend it."""
    if isinstance(refusal, services.MeetingInTheFuture):
        form.explain_day(_("The day has not come yet."))
    elif isinstance(refusal, services.MeetingBeforeStart):
        form.explain_day(_("That was before the start meeting."))
    elif isinstance(refusal, FamilyWithdrawn):
        form.form_errors.append(
            _("The family no longer takes part. You can delete the meeting, not change it.")
        )
    elif isinstance(refusal, GroupAlone):
        form.form_errors.append(_alone())
    elif isinstance(refusal, MeetingsRest):
        form.form_errors.append(_missing())
    else:
        form.form_errors.append(_("Meetings can be logged while the match is active."))


def _months(chosen: dt.date | None, match_id: uuid.UUID | None) -> list[tuple[str, str, bool]]:
    """Return the filter: all, and the last months back to the first meeting, latest first."""
    earliest = queries.find_first_meeting(current_session(), current_actor(), match_id=match_id)
    months = [(_("All"), url_for("activities.index", match=match_id), chosen is None)]
    first = today().replace(day=1)
    for _step in range(MONTHS_SHOWN):
        url = url_for("activities.index", match=match_id, month=first.strftime("%Y-%m"))
        months.append((str(format_date(first, "LLLL")), url, first == chosen))
        if earliest is None or first <= earliest:
            break
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return months


def _month(text: str) -> dt.date | None:
    try:
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if month.year in range(FIRST_YEAR, today().year + 1) else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
