"""Registering a household, and correcting what is on record."""

import secrets
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.errors import Conflict
from app.families import queries
from app.families.forms.registering import (
    CorrectionForm,
    FamilyForm,
    RegisterForm,
    answers_of,
)
from app.families.models import Family, FamilyWithdrawn
from app.families.services import registering
from app.families.views.blueprint import bp
from app.messages.services import To
from app.messages.words import MOVED
from app.municipalities import queries as places
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.transactions import reads_only

ROUND = "round"  # where somebody may come from: the families that still wait


@bp.get("/new")
@requires(Permission.FAMILIES_REGISTER)
@reads_only
def new() -> ResponseReturnValue:
    suggested = queries.next_reference(current_session(), today())
    return _new_page(
        RegisterForm(
            formdata=None,
            data={"reference": suggested, "once_token": secrets.token_urlsafe(32)},
            **_surroundings(),
        )
    )


@bp.post("/new")
@requires(Permission.FAMILIES_REGISTER)
def register() -> ResponseReturnValue:
    form = RegisterForm(**_surroundings())
    if form.is_protected:  # before anything else looks at what was typed
        # Nobody shall come back to what was typed before: such pages the browser forgets now.
        forget = {"Clear-Site-Data": '"cache"', "Cache-Control": "no-store"}
        return render_template("families/referral.html"), 422, forget
    if not form.has_token:
        form.once_token.data = secrets.token_urlsafe(32)
    if "add_language" in request.form:
        form.lang.add_row()
        return _new_page(form)
    if form.is_unknown:
        form.refuse_unknown_address()
    elif form.validate():
        try:
            family = registering.register_family(
                current_session(),
                current_actor(),
                form.to_registration(),
                once_token=form.once_token.data,
                now=now(),
            )
        except Conflict as refusal:
            _explain(form, refusal)
        else:
            flash(_("The family is registered and waits for a guide."), "success")
            return redirect(url_for("families.show", family_id=family.id), 303)
    return _new_page(form), 422


@bp.get("/<uuid:family_id>/edit")
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def edit(family_id: uuid.UUID) -> ResponseReturnValue:
    family = queries.get_family(current_session(), current_actor(), family_id)
    if not family.takes_part:
        raise FamilyWithdrawn(str(family_id))
    stored = answers_of(family)
    name = family.contact_name
    form = CorrectionForm(formdata=None, data=stored, name_on_record=name, **_surroundings())
    form.show_version(stored)
    return _edit_page(form, family)


@bp.post("/<uuid:family_id>/edit")
@requires(Permission.FAMILIES_REGISTER)
def save(family_id: uuid.UUID) -> ResponseReturnValue:
    family = queries.get_family(current_session(), current_actor(), family_id, locked=True)
    form = CorrectionForm(name_on_record=family.contact_name, **_surroundings())
    before = To.family(family)
    if "add_language" in request.form:
        form.lang.add_row()
        return _edit_page(form, family)
    if form.validate() and form.is_current(answers_of(family)):
        try:
            registering.change_family(
                current_session(), current_actor(), family, form.to_registration(), now=now()
            )
        except (registering.ReferenceTaken, registering.PlaceGone) as refusal:
            _explain(form, refusal)
        else:
            flash(_("The changes are saved."), "success")
            if To.family(family).is_elsewhere(before):
                flash(MOVED, "info")
            if request.args.get("back") == ROUND:
                return redirect(url_for("rounds.waiting"), 303)
            return redirect(url_for("families.show", family_id=family.id), 303)
    return _edit_page(form, family), 422


def _edit_page(form: CorrectionForm, family: Family) -> str:
    back = ROUND if request.args.get("back") == ROUND else ""
    return render_template("families/edit.html", form=form, family=family, back=back)


def _surroundings() -> dict[str, Any]:
    """Return what the form needs to know of the municipality and the day."""
    hoods = places.list_neighbourhoods(current_session())
    return {"today": today(), "neighbourhoods": [(str(row.id), row.name) for row in hoods]}


def _new_page(form: RegisterForm) -> str:
    return render_template("families/new.html", form=form)


def _explain(form: FamilyForm, refusal: Conflict) -> None:
    """Put what the service refused at the question it is about."""
    if isinstance(refusal, registering.ReferenceTaken):
        free = queries.next_reference(current_session(), today())
        form.reference.errors = [
            _("Another family has this reference. %(reference)s is free.", reference=free)
        ]
    elif isinstance(refusal, registering.PlaceGone):
        form.neighbourhood.errors = [_("Choose from the list.")]
    else:
        raise refusal
