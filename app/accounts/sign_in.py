"""Flask-Security, as far as we use it: password, then a code from an app, for staff.

Everything else it can do is off. Guides sign in by a link, which is our own: see `views`.
"""

from pathlib import Path
from typing import Any

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore, UserMixin, hash_password
from sqlalchemy.orm import Session

from app.accounts import destinations, passwords, queries
from app.accounts.guards import mark_public
from app.accounts.models import User
from app.accounts.one_time_codes import OneTimeCodes, is_sealed, secrets_for_apps
from app.accounts.sign_in_forms import MESSAGES, CodeAppForm, CodeForm, NoRescueForm, PasswordForm
from app.web import context
from app.web.context import current_session
from app.web.errors import TOO_LATE, drawn_again

# Not "cookies": the session's own is ended anyway, and the one by which a browser is known again
# and the one for the language open nothing.
CLEARED = '"cache", "storage"'
OPEN = ("login", "logout", "two_factor_setup", "two_factor_token_validation")
# Registered by Flask-Security whether one wants them or not. They answer 404.
CLOSED = ("verify", "two_factor_setup_validate", "two_factor_rescue", "tf_select")

SETTINGS: dict[str, Any] = {
    "LOGIN_URL": "/sign-in/staff",
    "LOGOUT_URL": "/sign-out",
    "TWO_FACTOR_SETUP_URL": "/sign-in/code-app",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "VERIFY_URL": "/sign-in/again",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "TWO_FACTOR_SELECT_URL": "/sign-in/method",
    "POST_LOGIN_VIEW": "accounts.arrive",
    "POST_LOGOUT_VIEW": "accounts.signed_out",
    "TWO_FACTOR_ERROR_VIEW": "accounts.sign_in",
    "LOGIN_USER_TEMPLATE": "accounts/staff_sign_in.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "accounts/code_app.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/code.html",
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "LOGOUT_METHODS": ["POST"],
    "LOGOUT_CSRF": False,  # CSRFProtect has looked at every form before the library does
    "RETURN_GENERIC_RESPONSES": True,  # an unknown address and a wrong password look the same
    "CACHE_CONTROL": None,  # our own headers say no-store
    # argon2id as OWASP advises; the library's default costs nine times as much per sign-in.
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": True,
    "PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__type": "ID",
        "argon2__memory_cost": 19456,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "TWO_FACTOR": True,
    "TWO_FACTOR_REQUIRED": True,
    "TWO_FACTOR_ALWAYS_VALIDATE": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds that a telephone's clock may be off
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TOTP_ISSUER": "Flyktningguide",
    "I18N_DOMAIN": "messages",
    "DATETIME_FACTORY": context.now,
    "USER_IDENTITY_ATTRIBUTES": [{"email": {"case_insensitive": True}}],
}


def _of_the_row(name: str) -> Any:
    """Return a property that is the row's own: the library reads and sets these."""

    def read(person: "SignedInUser") -> Any:
        return getattr(person.row, name)

    def write(person: "SignedInUser", value: Any) -> None:
        setattr(person.row, name, value)

    return property(read, write)


class SignedInUser(UserMixin):
    """What Flask-Security and Flask-Login know of a user, so that the model need not know them."""

    id = _of_the_row("id")
    name = _of_the_row("name")
    email = _of_the_row("email")
    active = _of_the_row("active")
    password = _of_the_row("password")
    fs_uniquifier = _of_the_row("fs_uniquifier")
    tf_primary_method = _of_the_row("tf_primary_method")
    tf_totp_secret = _of_the_row("tf_totp_secret")

    def __init__(self, row: User) -> None:
        self.row = row

    def __hash__(self) -> int:
        return hash(self.row.id)


class Users(SQLAlchemyUserDatastore):
    """Users in the request's own session and transaction."""

    def __init__(self) -> None:
        no_roles: Any = None  # ours are memberships, and read by `guards`
        super().__init__(self, SignedInUser, no_roles)

    @property
    def session(self) -> Session:
        return current_session()

    def find_user(self, case_insensitive: bool = False, **key: Any) -> SignedInUser | None:
        ((name, value),) = key.items()
        if name == "email":
            row = queries.find_user_by_email(self.session, value)
        else:
            row = queries.find_user_by_uniquifier(self.session, value)
        return SignedInUser(row) if row else None

    def put(self, model: SignedInUser) -> SignedInUser:
        return model

    def tf_set(
        self,
        user: UserMixin,
        primary_method: str,
        totp_secret: str | None = None,
        phone: str | None = None,
    ) -> None:
        """Note an app that has just shown a code; a secret from before they were sealed is."""
        if totp_secret and not is_sealed(totp_secret):
            totp_secret = _codes().encrypted_anew(totp_secret)
        super().tf_set(user, primary_method, totp_secret, phone)

    def commit(self) -> None:
        """Leave it to the request's one commit."""
        self.session.flush()


def init_app(app: Flask) -> None:
    app.config["SESSION_PROTECTION"] = None  # a telephone's address changes while one walks
    app.config.update({f"SECURITY_{name}": value for name, value in SETTINGS.items()})
    app.config.update({f"SECURITY_MSG_{name}": message for name, message in MESSAGES.items()})
    # In full: the library would look for a relative folder wherever the site was started.
    app.config["SECURITY_I18N_DIRNAME"] = [str(Path(app.root_path, "translations"))]
    keys = app.extensions["settings"].keys
    app.config["SECRET_KEY_FALLBACKS"] = list(keys[1:])
    app.config["SECURITY_TOTP_SECRETS"] = secrets_for_apps(keys)
    security = Security(
        login_form=PasswordForm,
        two_factor_setup_form=CodeAppForm,
        two_factor_verify_code_form=CodeForm,
        two_factor_rescue_form=NoRescueForm,
        totp_cls=OneTimeCodes,
        render_template=_render,
    )
    security.init_app(app, Users())
    _forget_the_way(security)
    security.want_json(lambda _request: False)
    security.login_manager.request_loader(lambda _request: None)  # no tokens in addresses
    drawn_again(_password_page)(app.view_functions["security.login"])
    for name in CLOSED:
        app.view_functions[f"security.{name}"] = _closed
    mark_public(app, *(f"security.{name}" for name in (*OPEN, *CLOSED)))
    app.before_request_funcs.setdefault("security", []).append(_go_our_way)
    app.after_request_funcs.setdefault("security", []).append(_clear_browser)


def _forget_the_way(security: Security) -> None:
    """Keep the library from sending people back to where they typed their password."""
    plugins: Any = security.two_factor_plugins
    enter = plugins.tf_enter
    plugins.tf_enter = lambda user, remember, via, next_loc=None: enter(user, remember, via, None)


def enter_second_step(user: User) -> ResponseReturnValue:
    """Go on to the code, or to setting it up, with somebody whose password is known."""
    plugins = current_app.extensions["security"].two_factor_plugins
    answer: ResponseReturnValue = plugins.tf_enter(SignedInUser(user), False, "password", None)
    return answer


def current_person() -> User:
    """Return the row of whoever is signed in; only in a view that asks for that."""
    person: User = current_user.row
    return person


def is_right_code(user: User | None, code: str) -> bool:
    """Return whether an app shows this code now, and use it up.

    It takes as long for nobody as for somebody.
    """
    codes = _codes()
    secret = (user and user.tf_totp_secret) or codes.generate_totp_secret()
    validity = current_app.config["SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY"]
    person = SignedInUser(user or User())
    is_right: bool = codes.verify_totp(code, secret, person, validity)
    return is_right and user is not None


def staff_credentials(password: str) -> dict[str, str]:
    """Return what a row of `User` needs to sign in with a password and an app's codes.

    For the demo: real staff choose theirs when they accept an invitation.
    """
    codes = _codes()
    return {
        "password": hash_password(passwords.normalised(password)),
        "tf_primary_method": "authenticator",
        "tf_totp_secret": codes.generate_totp_secret(),
    }


def _codes() -> OneTimeCodes:
    codes: OneTimeCodes = current_app.extensions["security"].totp_factory
    return codes


def _render(template: str, **values: Any) -> Any:
    """Draw one of the library's pages as our pages are drawn: `form`, and 422 on errors."""
    forms = ("login_user_form", "two_factor_setup_form", "two_factor_verify_code_form")
    shown = [values[name] for name in forms if name in values]
    failed = [form for form in shown if form.errors or form.form_errors]
    form = failed[0] if failed else shown[-1]
    form.form_errors = list(dict.fromkeys(form.form_errors))
    return render_template(template, form=form, **values), 422 if failed else 200


def _password_page() -> str:
    """Draw the first step again, with the address and without the password."""
    form = PasswordForm()
    form.form_errors.append(str(TOO_LATE))
    return render_template("accounts/staff_sign_in.html", form=form)


def _go_our_way() -> ResponseReturnValue | None:
    """Decide where people go afterwards in one place, `destinations`, and not by the library.

    Nor does it give a second app to somebody signed in already: that would need the password
    once more, which is not built yet.
    """
    if request.is_json:  # the library would take it for a form
        abort(400)
    if "next" in request.values:
        if request.method != "GET":
            abort(400)
        destinations.remember(request.args["next"])
        return redirect(request.path, 303)
    if request.endpoint != "security.logout" and current_user.is_authenticated:
        return redirect(url_for("accounts.arrive"), 303)
    return None


def _clear_browser(response: Response) -> Response:
    if request.endpoint == "security.logout":
        response.headers["Clear-Site-Data"] = CLEARED
    return response


def _closed(**_values: Any) -> ResponseReturnValue:
    abort(404)
