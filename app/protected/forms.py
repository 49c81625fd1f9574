"""Forms of the room."""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from app import contact, wording
from app.accounts.queries import StaffMember
from app.guides.models import Guide
from app.no_contact.spelling import name_spellings
from app.protected.models import HouseholdPage, ProtectedChoice, ProtectedHousehold
from app.protected.services import Decision, Told
from app.web import fields
from app.web.forms import BaseForm, filled

REFUSED, TWO_PERSONS = "refused", "two_persons"
_AGAIN = _l("Load the page again.")
_AT_MOST = _l("Use at most %(max)d characters.")

wording.register(
    HouseholdPage,
    {
        HouseholdPage.LIST: _l("The list"),
        HouseholdPage.RECORD: _l("The household"),
        HouseholdPage.COPY: _l("Its copy"),
        HouseholdPage.TAKEN_OFF: _l("Took somebody off the list of whom they fear"),
    },
)


def _past_day(label: Any, message: Any) -> fields.DayField:
    return fields.DayField(label, validators=[DataRequired(message)])


class _OnceForm(BaseForm):
    once_token = HiddenField(validators=[DataRequired(_AGAIN), Length(max=64, message=_AGAIN)])

    def begin(self) -> None:
        """Give a new form its token; a form that comes back keeps its own."""
        self.once_token.data = self.once_token.data or secrets.token_urlsafe(24)


class _PastDays(BaseForm):
    """Days that must not lie ahead."""

    def __init__(self, *, today: dt.date, **options: Any) -> None:
        super().__init__(**options)
        self.today = today

    def refuse_days_to_come(self, field: Field) -> None:
        if field.data and field.data > self.today:
            raise StopValidation(_("Choose today or a date in the past."))


class ChoiceForm(_PastDays):
    """Whether the municipality keeps such households, and which two persons do."""

    rule = RadioField(
        _l("Households with a protected address"),
        choices=lambda: [
            SelectChoice(REFUSED, _("We refuse them"), {"hint": _("As it is from the start.")}),
            SelectChoice(
                TWO_PERSONS,
                _("Two named coordinators keep them"),
                {"hint": _("Nobody else sees them, nor that there are any. You do not either.")},
            ),
        ],
        validators=[InputRequired(_l("Choose one of the answers."))],
        validate_choice=True,
    )
    decision = StringField(
        _l("Who has decided it, and where is it written down?"),
        filters=[contact.one_line],
        validators=[Length(max=300, message=_AT_MOST), fields.no_personal_number],
        description=_l("Such as: head of department, case 26/1234. Nothing about any family."),
    )
    decided_on = fields.DayField(_l("Decided on"))
    first = fields.Picker(_l("The first of the two"))
    second = fields.Picker(_l("The second of the two"))

    def offer(self, members: Sequence[StaffMember]) -> None:
        people = [SelectChoice(str(m.user.id), m.user.name) for m in members]
        for field in (self.first, self.second):
            field.choices = [SelectChoice("", _("Choose a colleague")), *people]
            field.data = field.data or ""

    @property
    def lets_two_keep(self) -> bool:
        return bool(self.rule.data == TWO_PERSONS)

    def validate_decision(self, field: Field) -> None:
        if self.lets_two_keep and not field.data:
            raise StopValidation(
                _("Write who has decided it: without a decision it stays as it was.")
            )

    def validate_decided_on(self, field: Field) -> None:
        if self.lets_two_keep and field.data is None:
            raise StopValidation(_("Write the day of the decision."))
        self.refuse_days_to_come(field)

    def validate_first(self, field: Field) -> None:
        if self.lets_two_keep and not field.data:
            raise StopValidation(_("Choose a colleague."))

    def validate_second(self, field: Field) -> None:
        self.validate_first(field)
        if self.lets_two_keep and field.data == self.first.data:
            raise StopValidation(_("Choose two different persons."))

    def to_decision(self) -> Decision:
        return Decision(
            words=self.decision.data,
            decided_on=filled(self.decided_on.data),
            first_id=uuid.UUID(self.first.data),
            second_id=uuid.UUID(self.second.data),
        )


def answers_of_choice(choice: ProtectedChoice | None) -> dict[str, Any]:
    """Return what is decided as the answers of `ChoiceForm`."""
    if choice is None:
        return {"rule": REFUSED}
    return {
        "rule": TWO_PERSONS if choice.takes_new else REFUSED,
        "decision": choice.decision,
        "decided_on": choice.decided_on,
        "first": str(choice.first_id),
        "second": str(choice.second_id),
    }


class HouseholdForm(_OnceForm, _PastDays):
    """As little as the two can do with."""

    contact_name = StringField(
        _l("First name"),
        filters=[contact.one_line],
        validators=[
            DataRequired(_l("Write the first name.")),
            Length(max=120, message=_AT_MOST),
            fields.no_personal_number,
            fields.no_address,
        ],
        description=_l("Or what they want to be called. No surname."),
    )
    contact_phone = fields.PhoneField(
        _l("Phone"),
        validators=[DataRequired(_l("Write the phone number.")), fields.whole_phone],
        description=_l("A number that is safe to call. Ask when, and whether to leave messages."),
    )
    household_size = fields.WholeNumber(
        _l("How many are they?"),
        least=1,
        most=30,
        validators=[InputRequired(_l("Write how many they are."))],
    )
    has_children = BooleanField(_l("There are children in the household"))
    language = fields.Picker(
        _l("Which language do they speak?"), validators=[DataRequired(_l("Choose a language."))]
    )
    contact_is_adult = BooleanField(
        _l("The contact person is 18 or older"),
        validators=[
            DataRequired(
                _l("Tick that the contact person is 18 or older. Somebody under 18 cannot be it.")
            )
        ],
    )
    consented_on = _past_day(_l("They said yes on"), _l("Write the day on which they said yes."))

    def offer_languages(self) -> None:
        chosen = self.language.data or ""
        self.language.choices = [
            SelectChoice("", _("Choose a language")),
            *[SelectChoice(code, name) for code, name in wording.language_choices()],
        ]
        self.language.data = chosen

    def validate_consented_on(self, field: Field) -> None:
        self.refuse_days_to_come(field)

    def to_told(self) -> Told:
        return Told(
            name=self.contact_name.data,
            phone=self.contact_phone.data,
            size=filled(self.household_size.data),
            has_children=self.has_children.data,
            language=self.language.data,
            consented_on=filled(self.consented_on.data),
        )


def answers_of(household: ProtectedHousehold) -> dict[str, Any]:
    """Return what is kept of a household as the answers of `HouseholdForm`."""
    return {
        name: getattr(household, name)
        for name in (
            "contact_name",
            "contact_phone",
            "household_size",
            "has_children",
            "language",
            "consented_on",
        )
    } | {"contact_is_adult": True}


class GuideForm(BaseForm):
    """Which guide one of the two proposes."""

    guide = fields.Picker(_l("Guide"), validators=[DataRequired(_l("Choose a guide."))])

    def offer(self, guides: Sequence[Guide], language: str) -> None:
        """List the guides; those who speak the household's language stand first."""
        shared = [g for g in guides if any(row.code == language for row in g.languages)]
        others = [g for g in guides if g not in shared]
        self.guide.choices = [
            SelectChoice("", _("Choose a guide")),
            *[SelectChoice(str(g.id), _with_languages(g)) for g in (*shared, *others)],
        ]

    @property
    def guide_id(self) -> uuid.UUID:
        return uuid.UUID(self.guide.data)


def _with_languages(guide: Guide) -> str:
    spoken = wording.together(wording.language_label(row.code) for row in guide.languages)
    return str(_("%(name)s (%(languages)s)", name=guide.name, languages=spoken))


class FearedForm(BaseForm):
    """What the household knows of somebody it fears. None of it is stored as it is typed."""

    name = StringField(
        _l("Name"),
        filters=[contact.one_line],
        validators=[Length(max=120, message=_AT_MOST)],
        description=_l("First and last name, in any spelling or script. One person at a time."),
    )
    phone = fields.PhoneField(_l("Phone"), validators=[Optional(), fields.whole_phone])
    email = StringField(
        _l("E-mail"),
        filters=[contact.tidy_email],
        validators=[Optional(), fields.whole_email, Length(max=254, message=_AT_MOST)],
    )

    def validate_name(self, field: Field) -> None:
        if not (field.data or self.phone.data or self.email.data):
            raise StopValidation(_("Write a name, a phone number or an e-mail address."))
        if field.data and not name_spellings(field.data):
            raise StopValidation(_("Write first and last name: one name alone fits too many."))

    @property
    def words(self) -> tuple[str, str, str]:
        return self.name.data or "", self.phone.data or "", self.email.data or ""
