"""Guides who take a family together: linked on a page of their own, separated on the record."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.guides import queries
from app.guides.forms.staff import PartnerForm
from app.guides.models import Guide
from app.guides.services import coupling
from app.guides.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, today
from app.web.forms import filled


@bp.get("/guides/<uuid:guide_id>/couple")
@requires(Permission.GUIDES_CHANGE)
@looks_at(RecordKind.GUIDE, "guide_id")
def couple(guide_id: uuid.UUID) -> ResponseReturnValue:
    guide = queries.get_guide(current_session(), current_actor(), guide_id)
    return _page(guide, _form(guide, formdata=None))


@bp.post("/guides/<uuid:guide_id>/couple")
@requires(Permission.GUIDES_CHANGE)
def link_couple(guide_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_guide(session, actor, guide_id)
    form = _form(guide)
    if not form.validate():
        return _page(guide, form), 422
    other = queries.get_guide(session, actor, uuid.UUID(filled(form.partner.data)))
    try:
        coupling.link_couple(session, actor, guide, other, today=today())
    except (coupling.NoCouple, coupling.GuidesTogetherAlready):
        form.partner.errors = [_("These two cannot go together. Look at both guides first.")]
        return _page(guide, form), 409
    flash(_("From now on the two take families together."), "success")
    return redirect(url_for("guides.show", guide_id=guide_id), 303)


@bp.post("/guides/<uuid:guide_id>/couple/end")
@requires(Permission.GUIDES_CHANGE)
def unlink_couple(guide_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_guide(session, actor, guide_id)
    if coupling.unlink_couple(session, actor, guide):
        flash(_("The two take families each by themselves again."), "success")
    return redirect(url_for("guides.show", guide_id=guide_id), 303)


def _page(guide: Guide, form: PartnerForm) -> str:
    return render_template("guides/choose_partner.html", guide=guide, form=form)


def _form(guide: Guide, **options: object) -> PartnerForm:
    form = PartnerForm(**options)
    found = queries.list_possible_partners(current_session(), current_actor(), guide)
    form.partner.choices = [("", _("Choose a guide")), *((str(row.id), row.name) for row in found)]
    return form
