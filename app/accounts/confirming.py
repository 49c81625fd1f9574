"""What is sensitive asks whether it still is the same person: the code from the app, once more."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import browser_session, destinations, queries
from app.accounts.forms import LONGEST_ANSWER, CodeForm
from app.accounts.limiting import take_back
from app.accounts.many_looks import WHY
from app.accounts.models import PasskeyPurpose, User
from app.accounts.passkeys import find_signer
from app.accounts.services.security_log import Event, note
from app.accounts.sign_in import current_person, is_right_code
from app.accounts.sign_in_limits import count_code
from app.web.context import current_session, now
from app.web.transactions import SAFE_METHODS

LASTS = dt.timedelta(minutes=10)
SHOWN_BY = (CodeForm.FIELD, CodeForm.PASSKEY)
NOT_CARRIED = ("csrf_token", *SHOWN_BY, "password", "again", "current")
P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def confirmed_lately(view: View[P]) -> View[P]:
    """Let in who has signed in, or shown a code, within ten minutes. Stands below `requires`.

    Others write a code first, or use a passkey: before a page is shown, and together with a form
    that they have filled in, so that nothing of it is lost.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if is_confirmed():
            return view(*args, **kwargs)
        if request.method in SAFE_METHODS:
            return redirect(url_for("accounts.confirm", next=request.full_path.rstrip("?")), 303)
        form = CodeForm()
        if any(name in request.form for name in SHOWN_BY) and is_shown(form):
            return view(*args, **kwargs)
        return page(form, carried=_filled_in()), 403

    guarded.confirmed = True  # type: ignore[attr-defined]
    return guarded


def is_confirmed() -> bool:
    """Return whether the person has shown within ten minutes that it is them."""
    return browser_session.is_confirmed(now() - LASTS)


def is_shown(form: CodeForm) -> bool:
    """Return whether the code is right, or the passkey theirs, and note it; if not, say so."""
    person = current_person()
    if answer := request.form.get(CodeForm.PASSKEY):
        return _is_signed(form, person, answer[:LONGEST_ANSWER])
    if not form.validate():
        return False
    attempts = count_code(person)
    if not is_right_code(person, form.confirmation_code.data or ""):
        note(Event.CODE_FAILED, user_id=person.id)
        form.confirmation_code.errors = [_wrong_code()]
        return False
    take_back(attempts)
    browser_session.confirm()
    note(Event.CONFIRMED, user_id=person.id)
    return True


def _is_signed(form: CodeForm, person: User, answer: str) -> bool:
    attempts = count_code(person)
    if find_signer(PasskeyPurpose.CONFIRM, answer, person) is None:
        form.form_errors.append(passkey_refused())
        return False
    take_back(attempts)
    browser_session.confirm()
    note(Event.CONFIRMED, user_id=person.id, what="passkey")
    return True


def passkey_refused() -> str:
    """Return what to say of a passkey that opens nothing here."""
    return str(_("That passkey was not accepted. Try once more, or use another way."))


def page(form: CodeForm, *, carried: list[tuple[str, str]]) -> str:
    """Draw the page that asks for a code, or for signing in again where there is no app."""
    return render_template(
        "accounts/confirm.html",
        form=form,
        carried=carried,
        has_app=has_app(current_person()),
        many_pages=request.args.get("why") == WHY,
        has_passkeys=bool(queries.list_passkeys(current_session(), current_person().id)),
        wanted=destinations.own_path(request.args.get("next")),
        has_errors=bool(form.errors),
    )


def has_app(person: User) -> bool:
    """Return whether somebody has an app that shows codes."""
    return bool(person.tf_totp_secret)


def _filled_in() -> list[tuple[str, str]]:
    """Return what was posted, to be posted again with the code."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not name.startswith(NOT_CARRIED)
    ]


def _wrong_code() -> str:
    return str(_("That code is wrong or has been used. Wait for the app's next code and try that."))
