"""The page for those who are worried: whom to call, and a button that asks to be called."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, find_actor, public, requires, visitor_may
from app.follow_ups import forms, queries, services
from app.follow_ups.views.blueprint import bp
from app.municipalities.routing import current_municipality
from app.oslo import day_of
from app.permissions import Permission
from app.web.context import current_session, now, today
from app.web.forms import BaseForm
from app.web.locale import speak_to_family
from app.web.transactions import reads_only


@bp.get("/concern")
@public
@reads_only
def concern() -> ResponseReturnValue:
    """Whoever has not signed in may be of a family: they read it in their language."""
    if find_actor() is None:
        speak_to_family()
        return _page(forms.ConcernForm(formdata=None), "for_families/concern.html")
    return _page(forms.ConcernForm(formdata=None))


@bp.post("/concern")
@requires(Permission.MY_PAGE_VIEW)
def ask_for_a_call() -> ResponseReturnValue:
    form = forms.ConcernForm()
    if not form.validate():
        return _page(form), 422
    services.raise_concern(
        current_session(), current_actor(), once_token=form.once_token.data, now=now()
    )
    flash(_("We call you as soon as we can. In danger, do not wait: call 112."), "success")
    return redirect(url_for("follow_ups.concern"), 303)


@bp.post("/concerns/<uuid:concern_id>/talk")
@requires(Permission.FOLLOW_UPS_HANDLE)
def talked(concern_id: uuid.UUID) -> ResponseReturnValue:
    """Staff have spoken with whoever was worried."""
    session, actor = current_session(), current_actor()
    found = queries.get_concern(session, actor, concern_id)
    if BaseForm().validate_on_submit():
        services.handle_concern(session, actor, found, today=today())
        flash(_("Noted."), "success")
    return redirect(url_for("follow_ups.index"), 303)


def _page(form: forms.ConcernForm, template: str = "follow_ups/concern.html") -> str:
    form.begin()
    may_ask = _may_ask()
    asked = queries.find_own_concern(current_session(), current_actor()) if may_ask else None
    return render_template(
        template,
        form=form,
        asked_on=day_of(asked.raised_at) if asked else None,
        action=url_for("follow_ups.ask_for_a_call") if may_ask else "",
        contact=current_municipality(),
        child_welfare_phone=queries.rules_for(current_session()).child_welfare_phone,
    )


def _may_ask() -> bool:
    """Return whether we know whom to call: a guide who has signed in."""
    return visitor_may(Permission.MY_PAGE_VIEW)
