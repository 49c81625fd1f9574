from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, EqualTo, Length, ValidationError

from app import wording
from app.accounts import passwords
from app.permissions import ROLE_PERMISSIONS, STAFF_ROLES, Role
from app.web.forms import BaseForm, filled
from app.web.locale import LANGUAGES

LONGEST_EMAIL = 254
LONGEST_NAME = 120
LONGEST_PASSKEY_NAME = 60
LONGEST_ANSWER = 20_000  # characters that a browser sends of a passkey

# By value: only `permissions` names roles, and these words give nobody any.
ROLE_WORDS = {
    "guide": _l("Guide"),
    "caseworker": _l("Caseworker"),
    "coordinator": _l("Coordinator"),
    "manager": _l("Manager"),
    "privacy_officer": _l("Privacy officer"),
    "certificate_officer": _l("Checks police certificates"),
    "administrator": _l("Administrator"),
}
ROLE_HINTS = {
    "caseworker": _l("Registers families and answers for them."),
    "coordinator": _l("Talks with guides, finds matches and follows them up."),
    "manager": _l("Sees the figures, and no people."),
    "privacy_officer": _l("Sees who has looked at what."),
    "certificate_officer": _l("Notes that a police certificate was shown."),
    "administrator": _l("Invites staff and keeps the neighbourhoods up to date."),
}
wording.register(Role, {Role(value): words for value, words in ROLE_WORDS.items()})


def staff_role_choices(
    held: AbstractSet[Role] = frozenset(),
) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return the staff roles as choices, each with a hint of what it does.

    A role that opens nothing yet is left out, unless it is held: saving must not take it away.
    """
    return [
        (role.value, wording.label(role), {"hint": ROLE_HINTS[role.value]})
        for role in Role
        if role in STAFF_ROLES and (ROLE_PERMISSIONS[role] or role in held)
    ]


def without_spaces(text: str | None) -> str:
    return "".join((text or "").split())


def stripped(text: str | None) -> str | None:
    return text.strip() if text else text


class LinkRequestForm(BaseForm):
    """A guide asks for a link."""

    email = EmailField(
        _l("Your e-mail"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write your e-mail address.")),
            Length(max=LONGEST_EMAIL, message=_l("An e-mail address is not that long.")),
            Email(_l("Write an e-mail address, such as kari@example.com.")),
        ],
    )


class RolesForm(BaseForm):
    """What somebody is in the municipality."""

    roles = SelectMultipleField(
        _l("What should this person do?"),
        choices=staff_role_choices,
        validators=[DataRequired(_l("Choose at least one."))],
    )

    def __init__(self, *, held: AbstractSet[Role] = frozenset(), **options: Any) -> None:
        super().__init__(**options)
        self.roles.choices = staff_role_choices(held)

    def to_roles(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in filled(self.roles.data))


class InvitationForm(RolesForm):
    """Somebody new at work."""

    name = StringField(
        _l("Name"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write the person's name.")),
            Length(max=LONGEST_NAME, message=_l("Write a shorter name.")),
        ],
    )
    email = EmailField(
        _l("E-mail at work"),
        description=_l("The invitation is sent here. It opens for seven days."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write the person's e-mail address.")),
            Length(max=LONGEST_EMAIL, message=_l("An e-mail address is not that long.")),
            Email(_l("Write an e-mail address, such as kari@example.com.")),
        ],
    )

    def to_person(self) -> tuple[str, str]:
        return filled(self.name.data), filled(self.email.data)


class CodeForm(BaseForm):
    """A code from the app once more. Its name is its own: it may stand beside another form's."""

    FIELD = "confirmation_code"
    PASSKEY = "confirmation_passkey"  # what a passkey signed instead

    confirmation_code = StringField(
        _l("Code from the app"),
        description=_l("Six digits. A new code comes every half minute."),
        validators=[
            DataRequired(_l("Write the code that the app shows.")),
            Length(max=20, message=_l("A code is not that long.")),
        ],
        filters=[without_spaces],
    )


class NewAppForm(BaseForm):
    """The first code of an app that is being set up."""

    code = StringField(
        _l("Code from the app"),
        description=_l("Six digits. A new code comes every half minute."),
        validators=[
            DataRequired(_l("Write the code that the app shows.")),
            Length(max=20, message=_l("A code is not that long.")),
        ],
        filters=[without_spaces],
    )

    @property
    def sent(self) -> AbstractSet[str]:
        """Return the names of the fields that were posted."""
        return {field.name for field in self if field.raw_data}


class RecoveryCodeForm(BaseForm):
    """A printed code, in the place of the app's."""

    recovery_code = StringField(
        _l("Printed code"),
        description=_l("Twelve letters and digits, such as abcd-efgh-2345."),
        validators=[
            DataRequired(_l("Write one of your printed codes.")),
            Length(max=40, message=_l("A code is not that long.")),
        ],
    )


class PasskeyForm(BaseForm):
    """A new passkey: what the device made, and what its owner calls it."""

    name = StringField(
        _l("What do you call this device?"),
        description=_l("So that you know it again here, such as “work laptop”."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Write a name for the device.")),
            Length(max=LONGEST_PASSKEY_NAME, message=_l("Write a shorter name.")),
        ],
    )
    passkey = HiddenField(
        validators=[
            DataRequired(_l("The browser sent no passkey. Try again.")),
            Length(max=LONGEST_ANSWER),
        ]
    )


class PasskeyAnswerForm(BaseForm):
    """What a passkey has signed."""

    passkey = HiddenField(validators=[DataRequired(), Length(max=LONGEST_ANSWER)])


class LetterLanguageForm(BaseForm):
    """The language of the letters that we send to somebody."""

    language = RadioField(
        _l("Which language should our e-mails to you be in?"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        invalid_choice_message=_l("Choose one of the languages."),
    )


class NewPasswordForm(BaseForm):
    """A password of one's own, typed twice: nobody else can look it up."""

    password = PasswordField(
        _l("New password"),
        description=_l(
            "At least %(count)s characters. Four or five words that do not belong together"
            " are hard to guess and easy to remember.",
            count=passwords.SHORTEST,
        ),
        validators=[
            DataRequired(_l("Write a password.")),
            Length(
                min=passwords.SHORTEST,
                message=_l("Use at least %(count)s characters.", count=passwords.SHORTEST),
            ),
            Length(max=passwords.LONGEST, message=_l("That password is too long.")),
        ],
    )
    again = PasswordField(
        _l("The same password once more"),
        validators=[EqualTo("password", _l("The two passwords are not the same."))],
    )

    def __init__(self, about: Iterable[str] = ()) -> None:
        super().__init__()
        self.about = tuple(about)

    def validate_password(self, field: Field) -> None:
        if passwords.is_guessable(field.data, self.about):
            raise ValidationError(
                _("That password is easy to guess. Choose other words, or more of them.")
            )

    def to_password(self) -> str:
        return passwords.normalised(filled(self.password.data))


class OwnPasswordForm(NewPasswordForm):
    """Whoever changes a password knows the old one."""

    current_password = PasswordField(
        _l("The password you have now"),
        validators=[DataRequired(_l("Write your password.")), Length(max=passwords.LONGEST)],
    )
