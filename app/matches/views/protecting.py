"""A family's address has become protected. Here, because an open match must be closed first."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.families import queries as families
from app.matches import queries
from app.matches.services.proposing import FamilyHasOpenMatch
from app.matches.services.protecting import protect_family
from app.matches.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, now


@bp.get("/families/<uuid:family_id>/protection")
@requires(Permission.FAMILIES_REGISTER)
@looks_at(RecordKind.FAMILY, "family_id")
def protection(family_id: uuid.UUID) -> ResponseReturnValue:
    return _page(family_id)


@bp.post("/families/<uuid:family_id>/protection")
@requires(Permission.FAMILIES_REGISTER)
def protect(family_id: uuid.UUID) -> ResponseReturnValue:
    family = families.get_family(current_session(), current_actor(), family_id)
    try:
        protect_family(current_session(), current_actor(), family, now=now())
    except FamilyHasOpenMatch:
        return _page(family_id), 422
    flash(_("The family is no longer kept here. Talk to your manager about what they need."))
    return redirect(url_for("families.index"), 303)


def _page(family_id: uuid.UUID) -> str:
    family = families.get_family(current_session(), current_actor(), family_id)
    return render_template(
        "families/protection.html",
        family=family,
        open_match=queries.find_open_match(current_session(), family_id),
    )
