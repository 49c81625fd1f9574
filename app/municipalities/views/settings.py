"""What a municipality decides for itself: whom to ask, what is promised, whether sign-up is open."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires
from app.municipalities import services
from app.municipalities.forms import SettingsForm
from app.municipalities.routing import current_municipality
from app.municipalities.views.blueprint import bp
from app.permissions import Permission
from app.web.context import current_session
from app.web.transactions import reads_only


@bp.get("/<municipality>/settings")
@requires(Permission.MUNICIPALITY_CHANGE)
@reads_only
def settings() -> ResponseReturnValue:
    form = SettingsForm(obj=current_municipality())
    form.show_version(_stored())
    return render_template("municipalities/settings.html", form=form)


@bp.post("/<municipality>/settings")
@requires(Permission.MUNICIPALITY_CHANGE)
def change_settings() -> ResponseReturnValue:
    form = SettingsForm()
    if not (form.validate() and form.is_current(_stored())):
        return render_template("municipalities/settings.html", form=form), 422
    services.change_settings(
        current_session(), current_actor(), current_municipality(), form.to_input()
    )
    flash(_("The settings are saved."), "success")
    return redirect(url_for("municipalities.settings"), 303)


def _stored() -> dict[str, object]:
    municipality = current_municipality()
    return {name: getattr(municipality, name) for name in services.SettingsInput.__slots__}
