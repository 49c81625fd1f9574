import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.queries import StaffMember
from app.duties import queries, services
from app.duties.forms import NOBODY, AbsenceForm, AssignmentForm
from app.errors import NotFound
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.transactions import reads_only

bp = Blueprint("duties", __name__, url_prefix="/<municipality>/duties")
LONGEST_KIND = 40


@bp.get("")
@requires(Permission.DUTIES_CHANGE)
@reads_only
def index() -> ResponseReturnValue:
    form = AbsenceForm(formdata=None, data={"user": str(current_actor().user_id)})
    return _index_page(form)


@bp.post("")
@requires(Permission.DUTIES_CHANGE)
def add() -> ResponseReturnValue:
    """Note an absence."""
    session, actor, form = current_session(), current_actor(), AbsenceForm()
    form.offer(queries.list_colleagues(session, actor))
    if form.validate():
        try:
            services.note_absence(session, actor, form.to_away(), now=now())
        except services.AwayAlready:
            form.from_on.errors = [_("These days overlap with an absence that is noted already.")]
        except services.SubstituteIsAway:
            form.substitute.errors = [_("They are away themselves on one of these days.")]
        else:
            flash(_("Noted. What is theirs goes to the substitute meanwhile."), "success")
            return redirect(url_for("duties.index"), 303)
    return _index_page(form), 422


def _index_page(form: AbsenceForm) -> str:
    session, actor = current_session(), current_actor()
    colleagues = queries.list_colleagues(session, actor)
    form.offer(colleagues)
    return render_template(
        "duties/index.html",
        form=form,
        who_invites=_who_invites(colleagues),
        absences=queries.list_absences(session, actor),
        today=today(),
    )


@bp.post("/absences/<uuid:absence_id>/return")
@requires(Permission.DUTIES_CHANGE)
def back(absence_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody is back before the last day."""
    session, actor = current_session(), current_actor()
    absence = queries.get_absence(session, actor, absence_id)
    try:
        services.end_absence(session, actor, absence, now=now())
    except services.AbsenceOver:
        flash(_("That was noted already."), "info")
    else:
        flash(_("Welcome back. The tasks are with their own people again."), "success")
    return redirect(url_for("duties.index"), 303)


@bp.route("/tasks/<uuid:record_id>", methods=["GET", "POST"])
@requires(Permission.DUTIES_CHANGE)
def assignment(record_id: uuid.UUID) -> ResponseReturnValue:
    """Who takes a task of the desk on; `kind` is the desk's word for what there is to do."""
    kind = request.args.get("kind", "")
    if len(kind) > LONGEST_KIND or not kind.replace("_", "").isalpha():
        raise NotFound(f"task {record_id}")
    session, actor = current_session(), current_actor()
    held = queries.find_assignment(session, kind, record_id)
    form = AssignmentForm(data={"user": str(held.user_id) if held else NOBODY})
    colleagues = queries.list_colleagues(session, actor, record_id)
    form.offer(colleagues)
    if form.validate_on_submit():
        services.assign_task(session, actor, kind, record_id, user_id=form.user_id, now=now())
        flash(_("Saved. You find it on the desk, under their name."), "success")
        return redirect(url_for("desk.show"), 303)
    page = render_template(
        "duties/assignment.html",
        form=form,
        kind=kind,
        record_id=record_id,
        who_invites=_who_invites(colleagues),
    )
    return page, 422 if form.is_submitted() else 200


def _who_invites(colleagues: list[StaffMember]) -> list[str] | None:
    """Return whom to ask for a colleague, by name; None for whoever has one."""
    session, actor = current_session(), current_actor()
    if any(member.user.id != actor.user_id for member in colleagues):
        return None
    return [member.user.name for member in queries.list_who_invite(session, actor)]
