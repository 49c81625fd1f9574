"""When the municipality asks and calls: its own page among the settings."""

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.follow_ups import queries, services
from app.follow_ups.forms import RulesForm
from app.follow_ups.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session, now
from app.web.transactions import reads_only


@bp.get("/settings/follow-ups")
@requires(Permission.MUNICIPALITY_CHANGE)
@reads_only
def rules() -> ResponseReturnValue:
    stored = _stored()
    form = RulesForm(data=stored)
    form.show_version(stored)
    return render_template("follow_ups/rules.html", form=form)


@bp.post("/settings/follow-ups")
@requires(Permission.MUNICIPALITY_CHANGE)
def change_rules() -> ResponseReturnValue:
    form = RulesForm()
    if not (form.validate() and form.is_current(_stored())):
        return render_template("follow_ups/rules.html", form=form), 422
    services.change_rules(current_session(), current_actor(), form.to_rules(), now=now())
    flash(_("Saved. The plans follow tomorrow morning."), "success")
    return redirect(url_for("follow_ups.rules"), 303)


def _stored() -> dict[str, object]:
    return asdict(queries.rules_for(current_session()))
