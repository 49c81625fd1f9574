"""A family that no longer wants a guide."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.families import queries
from app.families.models import FamilyWithdrawn
from app.families.services import leaving
from app.families.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, now


@bp.get("/<uuid:family_id>/withdrawal")
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def withdrawal(family_id: uuid.UUID) -> ResponseReturnValue:
    family = queries.get_family(current_session(), current_actor(), family_id)
    if not family.takes_part:
        raise FamilyWithdrawn(str(family_id))
    return render_template("families/withdrawal.html", family=family)


@bp.post("/<uuid:family_id>/withdrawal")
@requires(Permission.FAMILIES_REGISTER)
def withdraw(family_id: uuid.UUID) -> ResponseReturnValue:
    family = queries.get_family(current_session(), current_actor(), family_id)
    leaving.withdraw_family(current_session(), current_actor(), family, now=now())
    flash(_("The family no longer takes part."), "success")
    return redirect(url_for("families.show", family_id=family_id), 303)
