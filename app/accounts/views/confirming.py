"""The page that asks for a code before something sensitive."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import confirming, destinations, services
from app.accounts.forms import CodeForm
from app.accounts.guards import signed_in
from app.accounts.limiting import limited
from app.accounts.services.limits import Limit
from app.accounts.views.blueprint import bp, by_mail, signed_in_user
from app.web.context import current_session, now


@bp.route("/me/confirmation", methods=["GET", "POST"])
@signed_in
def confirm() -> ResponseReturnValue:
    """Ask for a code, then go where somebody wanted to go."""
    form = CodeForm()
    if request.method == "POST" and confirming.is_shown(form):
        wanted = destinations.own_path(request.args.get("next"))
        return redirect(wanted or url_for("accounts.me"), 303)
    return confirming.page(form, carried=[]), 422 if form.is_submitted() else 200


@bp.post("/me/confirmation/link")
@signed_in
@limited(Limit.LINK_FROM)
def confirm_by_link() -> ResponseReturnValue:
    """Send somebody who has no app a link to sign in by again."""
    destinations.remember(request.args.get("next"))
    services.send_login_link(
        current_session(),
        signed_in_user().email,
        by_mail=by_mail("accounts.login_link"),
        now=now(),
    )
    return redirect(url_for("accounts.link_sent"), 303)
