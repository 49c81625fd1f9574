"""Flask-Security's forms in our words, and the messages of its that can be seen."""

from flask_babel import lazy_gettext as _l
from flask_security.forms import (
    LoginForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
)
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.accounts.forms import without_spaces
from app.web.forms import BaseForm

LONGEST_EMAIL = 254
LONGEST_PASSWORD = 128


def N_(text: str) -> str:  # noqa: N802 - the name by which catalogues find such texts
    """Mark a text for translation that the library translates when it shows it."""
    return text


MESSAGES = {
    "GENERIC_AUTHN_FAILED": (
        N_("The e-mail address or the password is wrong. Check both and try again."),
        "error",
    ),
    "API_ERROR": (N_("We did not understand that. Try again."), "error"),
    "TWO_FACTOR_INVALID_TOKEN": (
        N_("That code is wrong or has been used. Wait for the app's next code and try that."),
        "error",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Too much time has passed. Sign in again."), "warning"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of the ways shown."), "error"),
}


class PasswordForm(LoginForm):
    """The first step for staff."""

    email = EmailField(
        _l("E-mail"),
        validators=[DataRequired(_l("Write your e-mail address.")), Length(max=LONGEST_EMAIL)],
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Write your password.")), Length(max=LONGEST_PASSWORD)],
    )
    remember = None  # a session ends: it is never remembered


class CodeAppForm(TwoFactorSetupForm):
    """Asks for a new secret to scan. There is one way, so nothing to choose."""

    setup = HiddenField(default="authenticator")


class CodeForm(TwoFactorVerifyCodeForm):
    """The second step: six digits from an app."""

    code = StringField(
        _l("Code from the app"),
        description=_l("Six digits. A new code comes every half minute."),
        validators=[DataRequired(_l("Write the code that the app shows.")), Length(max=20)],
        filters=[without_spaces],
    )


class PasswordAndCodeForm(BaseForm):
    """Both steps at once, where too many have tried the first one."""

    email = EmailField(
        _l("E-mail"),
        validators=[DataRequired(_l("Write your e-mail address.")), Length(max=LONGEST_EMAIL)],
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Write your password.")), Length(max=LONGEST_PASSWORD)],
    )
    code = StringField(
        _l("Code from the app"),
        description=_l("Six digits. A new code comes every half minute."),
        validators=[DataRequired(_l("Write the code that the app shows.")), Length(max=20)],
        filters=[without_spaces],
    )


class NoRescueForm(TwoFactorRescueForm):
    """The library draws one beside the code; we offer no way around the app."""

    help_setup = HiddenField()
