"""Wrong passwords and codes are counted, and the rightful owner is not shut out by others'.

A stranger's wrong passwords are counted for the account and for the network they come from. When
those for the account are spent, a browser that has not been seen before must send password and
code together, and the password is looked at only if the code is right: guessing on is of no use,
and whoever holds the telephone still gets in. A browser in which the person has signed in before
has a count of its own.
"""

from http import HTTPStatus

from flask import (
    Flask,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import user_logged_out
from flask_security import user_authenticated, verify_password

from app.accounts import browsers, destinations, passwords, queries
from app.accounts.limiting import count, take_back
from app.accounts.models import User
from app.accounts.notices import notices
from app.accounts.services.limits import Limit
from app.accounts.services.security_log import Event, note
from app.accounts.sign_in import SignedInUser, is_right_code
from app.accounts.sign_in_forms import LONGEST_EMAIL, PasswordAndCodeForm
from app.errors import TooOften
from app.web.context import current_session, now

PASSWORD, CODE = "security.login", "security.two_factor_token_validation"
FAILURES = {PASSWORD: Event.SIGN_IN_FAILED, CODE: Event.CODE_FAILED}


def init_app(app: Flask) -> None:
    app.before_request_funcs.setdefault("security", []).append(_count)
    app.after_request_funcs.setdefault("security", []).append(_settle)
    user_authenticated.connect(_welcome, app)
    user_logged_out.connect(_say_goodbye, app)


def _count() -> ResponseReturnValue | None:
    """Count an attempt before the library looks at it."""
    if request.method != "POST":
        return None
    if request.endpoint == PASSWORD:
        return _count_password(request.form.get("email", "").strip().lower()[:LONGEST_EMAIL])
    if request.endpoint == CODE and (person := _halfway()):
        g.is_first_app = session.get("tf_state") == "validating_profile"
        count_code(person)
    return None


def count_code(person: User) -> list[str]:
    """Count a code that somebody types who has shown the password; return what to take back."""
    g.trier = person.id
    if browsers.is_known(person.id):
        g.attempts = [count(Limit.CODE_HERE, f"{person.id} {browsers.this_token()}")]
    else:
        g.attempts = [count(Limit.CODE, str(person.id))]
    return list(g.attempts)


def _count_password(email: str) -> ResponseReturnValue | None:
    person = queries.find_user_by_email(current_session(), email)
    g.trier = person.id if person else None
    if person and browsers.is_known(person.id):
        g.attempts = [count(Limit.SIGN_IN_HERE, f"{person.id} {browsers.this_token()}")]
        return None
    g.attempts = [count(Limit.SIGN_IN_FROM)]
    try:
        g.attempts.append(count(Limit.SIGN_IN, email))
    except TooOften:
        return _ask_for_both()
    return None


def _ask_for_both() -> ResponseReturnValue:
    """Take password and code together, from whoever is not known to be the owner."""
    form = PasswordAndCodeForm()
    if "code" not in request.form:
        form.form_errors.append(
            _(
                "Many wrong passwords have been tried for this address. Write the code from the"
                " app here too."
            )
        )
    elif form.validate():
        if person := _find_by_both(form):
            current_app.extensions["security"].two_factor_plugins.tf_complete(
                SignedInUser(person), True
            )
            return redirect(url_for("accounts.arrive"), 303)
        form.form_errors.append(_("The address, the password or the code is wrong."))
    return render_template("accounts/staff_sign_in.html", form=form), 422


def _find_by_both(form: PasswordAndCodeForm) -> User | None:
    person = queries.find_user_by_email(current_session(), form.email.data or "")
    is_right = is_right_code(person, form.code.data or "")
    if person is None or not is_right or not person.active or not person.password:
        return None
    typed = passwords.normalised(form.password.data or "")
    return person if verify_password(typed, person.password) else None


def _halfway() -> User | None:
    uniquifier = session.get("tf_user_id")
    return queries.find_user_by_uniquifier(current_session(), uniquifier) if uniquifier else None


def _settle(response: Response) -> Response:
    """Let what succeeded count for nothing, and note what failed."""
    if request.method != "POST" or request.endpoint not in FAILURES or "attempts" not in g:
        return response
    if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        note(FAILURES[request.endpoint], user_id=g.trier)
    elif response.status_code < HTTPStatus.BAD_REQUEST:
        take_back(g.attempts)
        if g.get("is_first_app"):
            destinations.suggest(url_for("accounts.recovery_codes"))
    return response


def _say_goodbye(_app: Flask, user: SignedInUser, **_how: object) -> None:
    note(Event.SIGNED_OUT, user_id=user.id)


def _welcome(_app: Flask, user: SignedInUser, **_how: object) -> None:
    """Note a sign-in, and know the browser of somebody of staff again."""
    note(Event.SIGNED_IN, user_id=user.id)
    if not queries.works_anywhere(current_session(), user.id):
        return  # a guide's link has just come by the mail that would tell of it
    if browsers.remember(user.id):
        note(Event.NEW_BROWSER, user_id=user.id)
        notices().notice(current_session(), user.row, "new_browser", now=now())
