"""Guides who take a family together: shown, linked and separated on the guide's record."""

import uuid
from dataclasses import dataclass

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.guides import queries
from app.guides.forms.staff import PartnerForm
from app.guides.models import Guide
from app.guides.services import coupling
from app.guides.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, today
from app.web.forms import filled


@dataclass(frozen=True)
class Company:
    """Whom a guide goes together with, or else with whom it could be."""

    partner: queries.Partner | None
    form: PartnerForm | None


def company_of(guide: Guide) -> Company:
    """Return what the record shows about going together."""
    partner = queries.find_partner(current_session(), current_actor(), guide)
    return Company(partner, None if partner else _form(guide, formdata=None))


@bp.post("/guides/<uuid:guide_id>/couple")
@requires(Permission.GUIDES_CHANGE)
def link_couple(guide_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_guide(session, actor, guide_id)
    form = _form(guide)
    if form.validate():
        other = queries.get_guide(session, actor, uuid.UUID(filled(form.partner.data)))
        try:
            coupling.link_couple(session, actor, guide, other, today=today())
        except (coupling.NoCouple, coupling.GuidesTogetherAlready):
            flash(_("These two cannot go together. Look at both guides first."), "warning")
        else:
            flash(_("From now on the two take families together."), "success")
    else:
        flash(_("Choose a guide from the list."), "warning")
    return redirect(url_for("guides.show", guide_id=guide_id), 303)


@bp.post("/guides/<uuid:guide_id>/couple/end")
@requires(Permission.GUIDES_CHANGE)
def unlink_couple(guide_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_guide(session, actor, guide_id)
    if coupling.unlink_couple(session, actor, guide):
        flash(_("The two take families each by themselves again."), "success")
    return redirect(url_for("guides.show", guide_id=guide_id), 303)


def _form(guide: Guide, **options: object) -> PartnerForm:
    form = PartnerForm(**options)
    found = queries.list_possible_partners(current_session(), current_actor(), guide)
    form.partner.choices = [("", _("Choose a guide")), *((str(row.id), row.name) for row in found)]
    return form
