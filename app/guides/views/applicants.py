"""Saying no to an applicant."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.guides import queries
from app.guides.forms.applicants import DeclineForm
from app.guides.models import WrongGuideStatus
from app.guides.services.declining import decline_applicant, reasons_for
from app.guides.views.blueprint import bp
from app.messages.words import on_its_way
from app.permissions import Permission
from app.web.context import current_session, now
from app.web.links import absolute_url


@bp.route("/guides/<uuid:guide_id>/refusal", methods=["GET", "POST"])
@requires(Permission.GUIDES_CHANGE)
@looks_at(RecordKind.GUIDE, "guide_id")
def decline(guide_id: uuid.UUID) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    guide = queries.get_guide(session, actor, guide_id)
    form = DeclineForm(reasons_for(guide))
    back = redirect(url_for("guides.show", guide_id=guide_id), 303)
    if not form.reason.choices:
        return _moved_on(back)
    if not form.validate_on_submit():
        page = render_template("guides/decline.html", guide=guide, form=form)
        return page, 422 if form.is_submitted() else 200
    try:
        privacy_url = absolute_url("municipalities.privacy")
        decline_applicant(session, actor, guide, form.chosen, privacy_url=privacy_url, now=now())
    except WrongGuideStatus:
        return _moved_on(back)
    flash(
        _("The application is closed, and the applicant is told.") + " " + on_its_way(now()),
        "success",
    )
    return back


def _moved_on(back: ResponseReturnValue) -> ResponseReturnValue:
    flash(_("This has changed in the meantime. Here is how it stands now."), "warning")
    return back
