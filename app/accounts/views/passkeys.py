"""Passkeys: one's own list of them, and signing in by one."""

import uuid

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts import browsers, passkeys, queries
from app.accounts.browser_session import current_session_id
from app.accounts.confirming import confirmed_lately, passkey_refused
from app.accounts.forms import PasskeyAnswerForm, PasskeyForm
from app.accounts.guards import public, signed_in
from app.accounts.limiting import count, take_back
from app.accounts.models import PasskeyPurpose, User
from app.accounts.notices import notices
from app.accounts.oidc import doors
from app.accounts.second_factor import find_halfway, finish_sign_in
from app.accounts.services import passkeys as services
from app.accounts.services.limits import Limit
from app.accounts.sign_in_limits import count_code
from app.accounts.views.blueprint import bp, signed_in_user
from app.errors import NotFound
from app.web.context import current_session, now
from app.web.forms import filled
from app.web.transactions import reads_only


@bp.post("/sign-in/passkey/challenge")
@public
def passkey_challenge() -> ResponseReturnValue:
    """Say what to sign, to whoever wants to sign in: the device knows who it is."""
    return passkeys.ask(PasskeyPurpose.SIGN_IN, None)


@bp.post("/sign-in/passkey")
@public
def passkey_sign_in() -> ResponseReturnValue:
    """Sign in whoever the device has recognised: that is something held, and something known."""
    if current_user.is_authenticated:
        return redirect(url_for("accounts.arrive"), 303)
    attempts = [count(Limit.PASSKEY_FROM)]
    person = _find_signer(None)
    if person is None:
        return _refused(url_for("accounts.sign_in"))
    take_back(attempts)
    finish_sign_in(person)
    return redirect(url_for("accounts.arrive"), 303)


@bp.post("/sign-in/code/passkey/challenge")
@public
def second_passkey_challenge() -> ResponseReturnValue:
    """Say what to sign, to somebody whose password is known."""
    return passkeys.ask(PasskeyPurpose.SIGN_IN, _halfway())


@bp.post("/sign-in/code/passkey")
@public
def second_passkey() -> ResponseReturnValue:
    """Take a passkey in the place of a code, from somebody whose password is known."""
    person = _halfway()
    attempts = count_code(person)
    if _find_signer(person) is None:
        return _refused(url_for("security.two_factor_token_validation"))
    take_back(attempts)
    finish_sign_in(person)
    return redirect(url_for("accounts.arrive"), 303)


@bp.post("/me/confirmation/passkey")
@signed_in
def confirm_passkey_challenge() -> ResponseReturnValue:
    """Say what to sign, to somebody who is asked who they are."""
    return passkeys.ask(PasskeyPurpose.CONFIRM, signed_in_user())


@bp.get("/me/passkeys")
@signed_in
@confirmed_lately
@reads_only
def own_passkeys() -> ResponseReturnValue:
    suggested = browsers.words_for(request.user_agent.string)
    return _page(_owner(), PasskeyForm(formdata=None, data={"name": suggested}))


@bp.post("/me/passkeys/challenge")
@signed_in
@confirmed_lately
def new_passkey_challenge() -> ResponseReturnValue:
    """Say what a device needs in order to make a key."""
    return passkeys.ask_for_new(_owner())


@bp.post("/me/passkeys")
@signed_in
@confirmed_lately
def add_passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    if not form.validate():
        return _page(_owner(), form), 422
    proof = passkeys.proof(PasskeyPurpose.ADD, filled(form.passkey.data))
    try:
        services.add_passkey(
            current_session(), _owner(), filled(form.name.data), proof, by_mail=notices(), now=now()
        )
    except services.EnoughPasskeys:
        form.form_errors.append(_("You have ten passkeys. Remove one of them first."))
    except services.PasskeyKnown:
        form.form_errors.append(_("This device has a passkey for Flyktningguide already."))
    except services.PasskeyRefused:
        form.form_errors.append(passkey_refused())
    else:
        flash(_("The passkey is added. You can sign in with it from now on."), "success")
        return redirect(url_for("accounts.own_passkeys"), 303)
    return _page(_owner(), form), 422


@bp.post("/me/passkeys/<uuid:passkey_id>/removal")
@signed_in
@confirmed_lately
def remove_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    services.remove_passkey(
        current_session(),
        _owner(),
        passkey_id,
        but_for=current_session_id(),
        by_mail=notices(),
        now=now(),
    )
    flash(_("The passkey is removed, and you are signed out everywhere else."), "success")
    return redirect(url_for("accounts.own_passkeys"), 303)


@bp.app_template_global()
def passkey_may_follow() -> bool:
    """Return whether somebody who has shown a password here has a passkey to show next."""
    person = find_halfway() if session.get("tf_state") == "ready" else None
    return person is not None and bool(queries.list_passkeys(current_session(), person.id))


def _page(owner: User, form: PasskeyForm) -> str:
    return render_template(
        "accounts/passkeys.html",
        form=form,
        passkeys=queries.list_passkeys(current_session(), owner.id),
    )


def _owner() -> User:
    """Return who is signed in, if they may have passkeys, and did not come in by another site."""
    user = signed_in_user()
    if doors.is_staff_door() or not services.may_have_passkeys(current_session(), user):
        raise NotFound("passkeys")
    return user


def _halfway() -> User:
    person = find_halfway()
    if person is None:
        raise NotFound("a password shown")
    return person


def _find_signer(user: User | None) -> User | None:
    form = PasskeyAnswerForm()
    if not form.validate():
        return None
    return passkeys.find_signer(PasskeyPurpose.SIGN_IN, filled(form.passkey.data), user)


def _refused(again: str) -> ResponseReturnValue:
    return render_template("accounts/passkey_refused.html", again=again), 422
