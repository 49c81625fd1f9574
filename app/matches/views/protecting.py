"""A family's address has become protected. Here, because it ends a match, whatever its step."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at, looks_at
from app.accounts.models import RecordKind
from app.families import queries as families
from app.matches.queries.calling import list_calls
from app.matches.services.protecting import protect_family
from app.matches.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, now


@bp.get("/families/<uuid:family_id>/protection")
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def protection(family_id: uuid.UUID) -> ResponseReturnValue:
    family = families.get_family(current_session(), current_actor(), family_id, kind=None)
    calls = list_calls(current_session(), current_actor(), family)
    looked_at(RecordKind.MATCH, *(call.match_id for call in calls))
    return render_template("families/protection.html", family=family, calls=calls)


@bp.post("/families/<uuid:family_id>/protection")
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def protect(family_id: uuid.UUID) -> ResponseReturnValue:
    """Forget the family. Whom to call is shown at once: afterwards nothing leads to them."""
    family = families.get_family(current_session(), current_actor(), family_id, kind=None)
    calls = protect_family(current_session(), current_actor(), family, now=now())
    if calls:
        looked_at(RecordKind.MATCH, *(call.match_id for call in calls))
        return render_template("families/protection_calls.html", calls=calls)
    flash(_("They are no longer kept here. Talk to your manager about what they need."))
    return redirect(url_for("families.index"), 303)
