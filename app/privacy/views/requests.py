"""Somebody asks for what the law gives them: noted on their page, answered within a month."""

import uuid
from typing import Any, cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.accounts.looking import looks_at
from app.accounts.models import RecordKind
from app.permissions import Permission
from app.privacy.forms.requests import RequestForm
from app.privacy.queries import people
from app.privacy.services import asking
from app.privacy.views.blueprint import bp, whom
from app.web.context import current_session, now, today
from app.web.forms import BaseForm


@bp.get("/guides/<uuid:guide_id>/requests")
@requires(Permission.PRIVACY_HANDLE)
@looks_at(RecordKind.GUIDE, "guide_id")
def guide_request(guide_id: uuid.UUID) -> ResponseReturnValue:
    return _page({"guide_id": guide_id})


@bp.get("/families/<uuid:family_id>/requests")
@requires(Permission.PRIVACY_HANDLE)
@looks_at(RecordKind.FAMILY, "family_id")
def family_request(family_id: uuid.UUID) -> ResponseReturnValue:
    return _page({"family_id": family_id})


@bp.post("/guides/<uuid:guide_id>/requests")
@bp.post("/families/<uuid:family_id>/requests")
@requires(Permission.PRIVACY_HANDLE)
def note_request(**named: uuid.UUID) -> ResponseReturnValue:
    session, actor, form = current_session(), current_actor(), RequestForm()
    people.get_subject(session, actor, *whom(named))
    if form.validate():
        token, moment = form.once_token.data or "", now()
        try:
            asking.note_request(
                session, actor, whom(named), form.to_asked(), once_token=token, now=moment
            )
        except asking.AskedInTheFuture:
            form.asked_on.errors = [_("Choose today or a date in the past.")]
        else:
            flash(_("Noted. The answer is due in a month."), "success")
            return redirect(url_for(f"privacy.{whom(named)[0]}", **cast("Any", named)), 303)
    return _page(named, form), 422


@bp.post("/requests/<uuid:request_id>/answer")
@requires(Permission.PRIVACY_HANDLE)
def note_answered(request_id: uuid.UUID) -> ResponseReturnValue:
    if BaseForm().validate_on_submit():
        asking.note_answered(current_session(), current_actor(), request_id, now=now())
        flash(_("It is noted as answered."), "success")
    return redirect(url_for("privacy.index"), 303)


def _page(named: dict[str, uuid.UUID], refused: RequestForm | None = None) -> str:
    subject = people.get_subject(current_session(), current_actor(), *whom(named))
    form = refused or RequestForm(formdata=None, data={"asked_on": today()})
    return render_template("privacy/request.html", subject=subject, named=named, form=form)
