"""Whom a family fears, who answers for the family, and what a possible hit turned out to be."""

import secrets
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from app import contact, wording
from app.accounts.queries import StaffMember
from app.no_contact.models import Verdict
from app.no_contact.services import Feared
from app.no_contact.spelling import name_spellings
from app.web import fields
from app.web.forms import BaseForm

wording.register(
    Verdict,
    {
        Verdict.FAMILY_SAYS_OTHER: _l("It is somebody else: the family says so"),
        Verdict.CANNOT_BE: _l("It is somebody else: age or gender shows it"),
        Verdict.KNOWN_TO_US: _l("It is somebody else: we know who both are"),
        Verdict.NEVER: _l("It may be them: never these two"),
    },
)
_TOKEN_LENGTH = 64


class PersonForm(BaseForm):
    """What the family knows of somebody they fear. None of it is stored as it is typed."""

    once_token = HiddenField(
        validators=[
            DataRequired(_l("Load the page again.")),
            Length(max=_TOKEN_LENGTH, message=_l("Load the page again.")),
        ]
    )
    name = StringField(
        _l("Name"),
        filters=[contact.one_line],
        validators=[
            Optional(),
            Length(max=120, message=_l("Use at most %(max)d characters.")),
        ],
        description=_l("First and last name, in any spelling or script. One person at a time."),
    )
    phone = fields.PhoneField(_l("Phone"), validators=[Optional(), fields.whole_phone])
    email = StringField(
        _l("E-mail"),
        filters=[contact.tidy_email],
        validators=[
            Optional(),
            fields.whole_email,
            Length(max=254, message=_l("Use at most %(max)d characters.")),
        ],
    )

    def begin(self) -> None:
        """Give a new form its token; a form that comes back keeps its own."""
        self.once_token.data = self.once_token.data or secrets.token_urlsafe(24)

    def validate_name(self, field: Field) -> None:
        if not (field.data or self.phone.data or self.email.data):
            raise StopValidation(_("Write a name, a phone number or an e-mail address."))
        if field.data and not name_spellings(field.data):
            raise StopValidation(_("Write first and last name: one name alone fits too many."))

    def to_feared(self) -> Feared:
        return Feared(
            name=self.name.data or "",
            phones=(self.phone.data or "",),
            emails=(self.email.data or "",),
        )


class DecisionForm(BaseForm):
    """What a possible hit turned out to be."""

    verdict = fields.pick_one(
        Verdict,
        _l("What did you find out?"),
        _l("Choose one of the answers."),
        validators=[InputRequired(_l("Choose what you found out."))],
    )

    def to_verdict(self) -> Verdict:
        return Verdict(self.verdict.data)


class HandOverForm(BaseForm):
    """Which colleague answers for the family from now on."""

    user = SelectField(
        _l("Which colleague?"), validators=[InputRequired(_l("Choose a colleague."))]
    )

    def offer(self, colleagues: Sequence[StaffMember], but: uuid.UUID) -> None:
        names = [(str(m.user.id), m.user.name) for m in colleagues if m.user.id != but]
        self.user.choices = [("", _("Choose a colleague")), *names]

    @property
    def user_id(self) -> uuid.UUID:
        return uuid.UUID(self.user.data)
