"""A new password: by a link where the old one is forgotten, or on one's own account."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import hash_password, login_user, logout_user, verify_password

from app.accounts import passwords
from app.accounts.confirming import confirmed_lately
from app.accounts.even_time import even
from app.accounts.forms import LinkRequestForm, NewPasswordForm, OwnPasswordForm
from app.accounts.guards import public, signed_in
from app.accounts.limiting import limited, take_back
from app.accounts.models import User
from app.accounts.notices import notices
from app.accounts.services import new_passwords
from app.accounts.services.limits import Limit
from app.accounts.sign_in import SignedInUser, enter_second_step
from app.accounts.sign_in_limits import count_code
from app.accounts.views.blueprint import bp, by_mail, for_staff, known_words, signed_in_user
from app.errors import NotFound
from app.web.context import current_session, now
from app.web.forms import filled
from app.web.transactions import reads_only


@bp.route("/sign-in/new-password", methods=["GET", "POST"])
@public
@limited(Limit.LINK_FROM)
@even
def ask_for_password() -> ResponseReturnValue:
    form = LinkRequestForm()
    if form.validate_on_submit():
        new_passwords.send_password_link(
            current_session(),
            filled(form.email.data),
            by_mail=by_mail("accounts.new_password"),
            now=now(),
        )
        return redirect(url_for("accounts.password_link_sent"), 303)
    page = render_template("accounts/ask_for_password.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.get("/sign-in/new-password/sent")
@public
@reads_only
def password_link_sent() -> ResponseReturnValue:
    return render_template("accounts/password_link_sent.html")


@bp.route("/sign-in/new-password/links/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> ResponseReturnValue:
    """Take a new password, then ask for the code."""
    try:
        user = new_passwords.get_password_user(current_session(), token, now=now())
    except NotFound:
        return render_template("accounts/password_link_gone.html"), 404
    form = NewPasswordForm(about=known_words(user))
    if not form.validate_on_submit():
        page = render_template(
            "accounts/new_password.html", form=form, token=token, email=user.email
        )
        return page, 422 if form.is_submitted() else 200
    if current_user.is_authenticated:
        logout_user()
    user = new_passwords.set_password_by_link(
        current_session(), token, hash_password(form.to_password()), by_mail=notices(), now=now()
    )
    flash(_("Your password is changed. Write the code from the app to sign in."), "success")
    return enter_second_step(user)


@bp.route("/me/password", methods=["GET", "POST"])
@signed_in
@for_staff
@confirmed_lately
def own_password() -> ResponseReturnValue:
    user = signed_in_user()
    form = OwnPasswordForm(about=known_words(user))
    if form.validate_on_submit() and _is_current(user, form):
        new_passwords.change_password(
            current_session(),
            user,
            hash_password(form.to_password()),
            by_mail=notices(),
            now=now(),
        )
        login_user(SignedInUser(user), remember=False, authn_via=["password"])
        flash(_("Your password is changed, and you are signed out everywhere else."), "success")
        return redirect(url_for("accounts.me"), 303)
    page = render_template("accounts/own_password.html", form=form, email=user.email)
    return page, 422 if form.is_submitted() else 200


def _is_current(user: User, form: OwnPasswordForm) -> bool:
    attempts = count_code(user)
    typed = passwords.normalised(filled(form.current_password.data))
    if verify_password(typed, user.password or ""):
        take_back(attempts)
        return True
    form.current_password.errors = [_("That is not your password.")]
    return False
