"""The second factor: printed codes for when the telephone is lost, and a new code app."""

from flask import Response, flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import login_user

from app.accounts.confirming import confirmed_lately
from app.accounts.forms import NewAppForm, RecoveryCodeForm
from app.accounts.guards import public, signed_in
from app.accounts.limiting import take_back
from app.accounts.notices import notices
from app.accounts.second_factor import Setup, begin_setup, find_halfway, finish_sign_in, read_setup
from app.accounts.services import recovery
from app.accounts.services.security_log import Event, note
from app.accounts.sign_in import SignedInUser
from app.accounts.sign_in_limits import count_code
from app.accounts.views.blueprint import bp, for_staff, signed_in_user
from app.web.context import current_session, now
from app.web.transactions import reads_only

PENDING = "new_app"  # in the browser's session: the encrypted secret that is being set up


@bp.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public
def recovery_code() -> ResponseReturnValue:
    """Take a printed code in the place of the app's, from somebody whose password is known."""
    person = find_halfway()
    if person is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = RecoveryCodeForm()
    if form.validate_on_submit():
        attempts = count_code(person)
        code = form.recovery_code.data or ""
        if recovery.use_recovery_code(
            current_session(), person, code, by_mail=notices(), now=now()
        ):
            take_back(attempts)
            finish_sign_in(person)
            flash(_("You are signed in. Set up the code app anew, on the telephone you have now."))
            return redirect(url_for("accounts.code_app"), 303)
        note(Event.CODE_FAILED, user_id=person.id, what="recovery code")
        form.recovery_code.errors = [_("That is none of your codes, or it has been used.")]
    page = render_template("accounts/recovery_code.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.get("/me/recovery-codes")
@signed_in
@for_staff
@confirmed_lately
@reads_only
def recovery_codes() -> ResponseReturnValue:
    left = recovery.count_recovery_codes(current_session(), signed_in_user().id)
    return render_template("accounts/recovery_codes.html", left=left, codes=[])


@bp.post("/me/recovery-codes")
@signed_in
@for_staff
@confirmed_lately
def make_recovery_codes() -> ResponseReturnValue:
    """Show ten new codes, this once."""
    codes = recovery.make_recovery_codes(current_session(), signed_in_user(), now=now())
    page = render_template("accounts/recovery_codes.html", left=len(codes), codes=codes)
    return _kept_nowhere(page)


@bp.get("/me/code-app")
@signed_in
@for_staff
@confirmed_lately
@reads_only
def code_app() -> ResponseReturnValue:
    return render_template("accounts/new_code_app.html", form=NewAppForm(), setup=None)


@bp.post("/me/code-app")
@signed_in
@for_staff
@confirmed_lately
def change_code_app() -> ResponseReturnValue:
    """Show a picture to scan; then take a code from the app that scanned it."""
    user, form = signed_in_user(), NewAppForm()
    setup = read_setup(user, session.get(PENDING, ""))
    if setup is None or "code" not in form.sent:
        setup = begin_setup(user)
        session[PENDING] = setup.secret
        return _setup_page(NewAppForm(formdata=None), setup, 200)
    counter = setup.counter_of(form.code.data or "") if form.validate() else None
    if counter is None:
        form.code.errors = form.code.errors or [_("That is not the code that the app shows now.")]
        return _setup_page(form, setup, 422)
    session.pop(PENDING)
    recovery.change_app(
        current_session(), user, (setup.secret, counter), by_mail=notices(), now=now()
    )
    login_user(SignedInUser(user), remember=False, authn_via=["authenticator"])
    flash(_("The new app shows your codes from now on. The old one is worth nothing."), "success")
    return redirect(url_for("accounts.me"), 303)


def _setup_page(form: NewAppForm, setup: Setup, status: int) -> Response:
    page = render_template("accounts/new_code_app.html", form=form, setup=setup)
    return _kept_nowhere(page, status)


def _kept_nowhere(page: str, status: int = 200) -> Response:
    """Return a page with a secret: going back to it later must not bring it again."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
