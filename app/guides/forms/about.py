"""The first step of sign-up: who somebody is and where they live."""

import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app import contact, wording
from app.guides.forms import fields
from app.guides.services.offers import Home, Person
from app.guides.services.placing import ELSEWHERE, HomeAnswer, choice_of
from app.municipalities.models import PlacedBy
from app.vocabulary import AgeGroup, Gender
from app.web.forms import BaseForm


def _age_groups() -> list[SelectChoice]:
    """Return the age groups; the youngest with what becomes of their application."""
    hints = {
        AgeGroup.FROM_16.value: _(
            "Great that you want to join in! We write to you when a youth group starts."
        )
    }
    return [
        SelectChoice(value, words, {"hint": hints[value]} if value in hints else {})
        for value, words in wording.choices(AgeGroup)
    ]


def age_field() -> RadioField:
    return RadioField(
        _l("How old are you?"),
        choices=_age_groups,
        invalid_choice_message=_l("Choose your age group."),
    )


def gender_field() -> RadioField:
    return fields.pick_one(
        Gender,
        _l("Gender"),
        _l("Choose your gender."),
        description=_l("Some people would rather meet a woman, or a man."),
    )


class AboutForm(BaseForm):
    """Step 1: who you are and where you live."""

    name = fields.name_field(_l("Your name"), description=_l("What you are called is enough."))
    email = fields.email_field(
        _l("E-mail"), description=_l("Your receipt goes here, with a link to your page.")
    )
    phone = fields.phone_field(_l("Phone"), description=_l("We call you for a chat first."))
    age_group = age_field()
    gender = gender_field()
    postcode = StringField(
        _l("Postcode"),
        filters=[contact.tidy_postcode],
        validators=[
            Length(max=60, message=_l("Write the four digits of your postcode.")),
            fields.no_personal_number,
        ],
    )
    address = StringField(
        _l("Or your address"),
        filters=[contact.one_line],
        validators=[
            Length(max=200, message=_l("Use at most 200 characters for the address.")),
            fields.no_personal_number,
        ],
        description=_l("We use it once, to find your neighbourhood, and do not keep it."),
    )
    neighbourhood = fields.Picker(
        _l("Or choose your neighbourhood"), message=_l("Choose a neighbourhood from the list.")
    )
    trap = StringField(_l("Leave this field empty"))

    def offer_places(
        self, neighbourhoods: list[tuple[str, str]], *, postcodes: bool, addresses: bool
    ) -> None:
        """Fill the list of neighbourhoods, and drop the questions that we could not use here."""
        self.neighbourhood.choices = [
            ("", _("Choose a neighbourhood")),
            *neighbourhoods,
            (ELSEWHERE, _("Somewhere else, or not sure")),
        ]
        if not addresses:
            del self.address
        if not postcodes:
            del self.postcode
            self.neighbourhood.label.text = _("Your neighbourhood")

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.trap.data:
            self.trap.errors = [_("Empty this field: only machines fill it in.")]
            return False
        answer = self.home_answer()
        if not (answer.postcode or answer.address or answer.choice):
            self.refuse_place(_("Tell us where you live: one answer is enough."))
            return False
        return valid

    def refuse_place(self, message: str, *, at: str = "postcode") -> None:
        """Put an error at a question about the home, or at the one that is always asked."""
        field = getattr(self, at) or self.neighbourhood  # a dropped question is None
        field.errors = [*field.errors, message]

    def place_unknown(self, municipality: str) -> None:
        """Say which answer leads nowhere here, and which one always helps."""
        answer, elsewhere = self.home_answer(), _("Somewhere else, or not sure")
        if answer.choice:
            words = _("Choose a neighbourhood from the list.")
            self.refuse_place(words, at="neighbourhood")
        elif not answer.postcode:
            words = _(
                "We cannot find this address. Choose a neighbourhood below, or “%(elsewhere)s”.",
                elsewhere=elsewhere,
            )
            self.refuse_place(words, at="address")
        elif contact.is_postcode(answer.postcode):
            words = _(
                "%(postcode)s is not a postcode in %(municipality)s. "
                "Choose a neighbourhood below, or “%(elsewhere)s”.",
                postcode=answer.postcode,
                municipality=municipality,
                elsewhere=elsewhere,
            )
            self.refuse_place(words)
        else:
            self.refuse_place(_("Write the four digits of your postcode."))

    def home_answer(self) -> HomeAnswer:
        def typed(name: str) -> str:
            return (self[name].data or "") if name in self else ""

        return HomeAnswer(typed("postcode"), typed("address"), typed("neighbourhood"))

    def to_answers(self, home: Home) -> dict[str, Any]:
        """Return what the draft keeps: the neighbourhood, and nothing finer."""
        return {
            "name": self.name.data,
            "email": self.email.data,
            "phone": self.phone.data,
            "age_group": self.age_group.data,
            "gender": self.gender.data,
            "neighbourhood": choice_of(home),
            "placed_by": home.placed_by,
        }


def home_in(answers: dict[str, Any]) -> Home:
    """Return the home in the draft's answers."""
    if answers["neighbourhood"] == ELSEWHERE:
        return Home()
    return Home(uuid.UUID(answers["neighbourhood"]), PlacedBy(answers["placed_by"]))


def person_in(answers: dict[str, Any]) -> Person:
    """Return who somebody is, from the draft's answers to step 1."""
    return Person(
        name=answers["name"],
        email=answers["email"],
        phone=answers["phone"],
        age_group=AgeGroup(answers["age_group"]),
        gender=Gender(answers["gender"]),
        home=home_in(answers),
    )
