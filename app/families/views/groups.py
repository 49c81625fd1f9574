"""Groups of minors: their own list, their own pages, and who said yes for them."""

import secrets
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires, visitor_may
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict
from app.families import queries
from app.families.forms.groups import (
    ApprovalForm,
    CorrectGroupForm,
    GroupForm,
    NewGroupForm,
    OnceForm,
    answers_of_group,
)
from app.families.models import Family, FamilyKind, FamilyStatus, FamilyWithdrawn
from app.families.services import groups as services
from app.families.services import leaving, registering
from app.families.views import told
from app.families.views.blueprint import bp
from app.messages.services import To
from app.messages.words import MOVED
from app.municipalities import queries as places
from app.permissions import Permission
from app.web.context import current_session, now, today

_KIND = FamilyKind.MINORS_GROUP


@bp.get("/groups")
@requires(Permission.FAMILIES_VIEW)
@looks_at(RecordKind.FAMILY)
def groups() -> ResponseReturnValue:
    found = queries.list_groups(current_session(), current_actor())
    looked_at_list(RecordKind.FAMILY, len(found))
    return render_template(
        "families/groups.html",
        rows=[told.list_row(group, today()) for group in found],
        may_register=visitor_may(Permission.FAMILIES_REGISTER),
    )


@bp.get("/groups/<uuid:family_id>")
@requires(Permission.FAMILIES_VIEW)
@looks_at(RecordKind.FAMILY, "family_id")
def group(family_id: uuid.UUID) -> ResponseReturnValue:
    found = _get(family_id)
    return render_template(
        "families/group.html",
        group=found,
        told=told,
        approvals=queries.list_approvals(current_session(), current_actor(), found.id),
        covered=queries.count_covered(current_session(), found.id),
        may_change=found.takes_part and visitor_may(Permission.FAMILIES_REGISTER),
        may_match=found.status is FamilyStatus.WAITING and visitor_may(Permission.MATCHES_PROPOSE),
    )


@bp.route("/groups/new", methods=["GET", "POST"])
@requires(Permission.FAMILIES_REGISTER)
def new_group() -> ResponseReturnValue:
    if request.method == "GET":
        first = {"reference": queries.next_reference(current_session(), today(), "G")}
        form = NewGroupForm(formdata=None, data=first | _token(), **_surroundings())
        return _form_page(form)
    form = NewGroupForm(**_surroundings())
    _ensure_token(form)
    if "add_language" in request.form:
        form.lang.add_row()
        return _form_page(form)
    if form.validate():
        try:
            made = services.register_group(
                current_session(),
                current_actor(),
                form.to_registration(),
                once_token=form.once_token.data,
                now=now(),
            )
        except Conflict as refusal:
            _explain(form, refusal)
        else:
            flash(_("The group is registered. Now note who has said yes."), "success")
            return redirect(url_for("families.group", family_id=made.id), 303)
    return _form_page(form), 422


@bp.route("/groups/<uuid:family_id>/edit", methods=["GET", "POST"])
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def edit_group(family_id: uuid.UUID) -> ResponseReturnValue:
    found = _get(family_id, locked=request.method == "POST")
    if not found.takes_part:
        raise FamilyWithdrawn(str(family_id))
    stored = answers_of_group(found)
    if request.method == "GET":
        form = CorrectGroupForm(formdata=None, data=stored, **_surroundings())
        form.show_version(stored)
        return _form_page(form, found)
    form, before = CorrectGroupForm(**_surroundings()), To.family(found)
    if "add_language" in request.form:
        form.lang.add_row()
        return _form_page(form, found)
    if form.validate() and form.is_current(stored):
        try:
            services.change_group(
                current_session(), current_actor(), found, form.to_registration(), now=now()
            )
        except Conflict as refusal:
            _explain(form, refusal)
        else:
            flash(_("The changes are saved."), "success")
            if To.family(found).is_elsewhere(before):
                flash(MOVED, "info")
            return redirect(url_for("families.group", family_id=family_id), 303)
    return _form_page(form, found), 422


@bp.route("/groups/<uuid:family_id>/approvals/new", methods=["GET", "POST"])
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def new_approval(family_id: uuid.UUID) -> ResponseReturnValue:
    found = _get(family_id)
    if not found.takes_part:
        raise FamilyWithdrawn(str(family_id))
    if request.method == "GET":
        covered = queries.count_covered(current_session(), family_id)
        left = found.household_size - min(covered.values())
        first = {"covers": left or found.household_size, "given_on": today()} | _token()
        form = ApprovalForm(formdata=None, data=first, today=today())
        return render_template("families/new_approval.html", group=found, form=form)
    form = ApprovalForm(today=today())
    _ensure_token(form)
    if form.validate():
        try:
            services.note_approval(
                current_session(),
                current_actor(),
                found,
                form.to_approval(),
                once_token=form.once_token.data,
                now=now(),
            )
        except services.CoversTooMany as refusal:
            form.tell_how_many_are_left(refusal.left)
        else:
            flash(_("Their yes is noted."), "success")
            return redirect(url_for("families.group", family_id=family_id), 303)
    return render_template("families/new_approval.html", group=found, form=form), 422


@bp.route(
    "/groups/<uuid:family_id>/approvals/<uuid:approval_id>/withdrawal", methods=["GET", "POST"]
)
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def take_back_approval(family_id: uuid.UUID, approval_id: uuid.UUID) -> ResponseReturnValue:
    session, actor, found = current_session(), current_actor(), _get(family_id)
    if request.method == "GET":
        if not found.takes_part:
            raise FamilyWithdrawn(str(family_id))
        row = queries.get_approval(session, actor, family_id, approval_id)
        if row.withdrawn_on is None:
            page = "families/approval_withdrawal.html"
            return render_template(page, group=found, approval=row)
        return redirect(url_for("families.group", family_id=family_id), 303)
    services.take_back_approval(session, actor, found, approval_id, today=today())
    flash(_("Noted: they have taken their yes back."), "success")
    return redirect(url_for("families.group", family_id=family_id), 303)


@bp.route("/groups/<uuid:family_id>/withdrawal", methods=["GET", "POST"])
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def withdraw_group(family_id: uuid.UUID) -> ResponseReturnValue:
    found = _get(family_id)
    if request.method == "GET":
        if not found.takes_part:
            raise FamilyWithdrawn(str(family_id))
        return render_template("families/group_withdrawal.html", group=found)
    leaving.withdraw_family(current_session(), current_actor(), found, now=now())
    flash(_("The group no longer takes part."), "success")
    return redirect(url_for("families.group", family_id=family_id), 303)


def _get(family_id: uuid.UUID, *, locked: bool = False) -> Family:
    return queries.get_family(
        current_session(), current_actor(), family_id, kind=_KIND, locked=locked
    )


def _form_page(form: GroupForm, found: Family | None = None) -> str:
    return render_template("families/group_form.html", form=form, group=found)


def _token() -> dict[str, str]:
    return {"once_token": secrets.token_urlsafe(32)}


def _ensure_token(form: OnceForm) -> None:
    if not form.has_token:
        form.once_token.data = secrets.token_urlsafe(32)


def _surroundings() -> dict[str, Any]:
    hoods = places.list_neighbourhoods(current_session())
    return {"today": today(), "neighbourhoods": [(str(row.id), row.name) for row in hoods]}


def _explain(form: GroupForm, refusal: Conflict) -> None:
    if isinstance(refusal, registering.ReferenceTaken):
        form.reference.errors = [_("Another family or group has this reference.")]
    elif isinstance(refusal, registering.PlaceGone):
        form.neighbourhood.errors = [_("Choose from the list.")]
    else:
        raise refusal
