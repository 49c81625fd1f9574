from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import hash_password, logout_user

from app.accounts import destinations, queries, services
from app.accounts.forms import NewPasswordForm
from app.accounts.guards import public
from app.accounts.models import Invitation
from app.accounts.oidc import doors
from app.accounts.sign_in import enter_second_step
from app.accounts.views.blueprint import bp, known_words, signed_in_user
from app.errors import NotFound
from app.municipalities.queries import get_municipality
from app.web.context import current_session, now
from app.web.forms import BaseForm
from app.web.locale import choose_language


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    try:
        invited = services.get_invitation(current_session(), token, now=now())
    except NotFound:
        return render_template("accounts/invitation_gone.html"), 404
    user = queries.find_user_by_email(current_session(), invited.email)
    if services.needs_password(current_session(), user):
        return _accept_with_password(token, invited)
    return _accept_signed_in(token, invited)


def _accept_with_password(token: str, invited: Invitation) -> ResponseReturnValue:
    form = NewPasswordForm(about=known_words(invited))
    if not form.validate_on_submit():
        return _page("accounts/invitation.html", token, invited, form)
    if current_user.is_authenticated:  # e.g. whoever invited, trying the link
        logout_user()
    user = services.accept_with_password(
        current_session(),
        token,
        hash_password(form.to_password()),
        locale=choose_language(),
        now=now(),
    )
    return enter_second_step(user)


def _accept_signed_in(token: str, invited: Invitation) -> ResponseReturnValue:
    form = BaseForm()
    right_person = current_user.is_authenticated and signed_in_user().email == invited.email
    if right_person and form.validate_on_submit():
        services.accept_signed_in(current_session(), token, signed_in_user(), now=now())
        flash(_("You have accepted the invitation."), "success")
        return redirect(url_for("accounts.me"), 303)
    if not current_user.is_authenticated:
        destinations.remember(url_for("accounts.invitation", token=token))
    return _page("accounts/invitation_signed_in.html", token, invited, form)


def _page(template: str, token: str, invited: Invitation, form: BaseForm) -> ResponseReturnValue:
    place = get_municipality(current_session(), invited.municipality_id)
    page = render_template(
        template,
        form=form,
        token=token,
        invited=invited,
        place_name=place.name,
        providers=[p for p in doors.staff_providers() if place.slug in p.municipalities],
    )
    return page, 422 if form.is_submitted() else 200
