"""The four steps of sign-up. Each turns into plain answers for the draft, and into its input."""

import dataclasses
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app import contact, wording
from app.guides.forms import fields
from app.guides.services.offers import Home, Person, Skills, Terms
from app.guides.services.placing import ELSEWHERE, HomeAnswer, choice_of
from app.guides.services.signing_up import CONSENT_VERSION
from app.municipalities.models import PlacedBy
from app.vocabulary import (
    SLOTS,
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Gender,
    GenderWish,
    Interest,
    Occupation,
    Rhythm,
    availability_mask,
)
from app.web.forms import BaseForm

NO_LIMIT = "none"
TRAVEL_MINUTES = ("15", "30", "45", "60")
TERMS = tuple(field.name for field in dataclasses.fields(Terms))


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


def _travel_choices() -> list[SelectChoice]:
    minutes = [SelectChoice(n, _("%(minutes)s minutes", minutes=n)) for n in TRAVEL_MINUTES]
    return [SelectChoice(NO_LIMIT, _("It does not matter")), *minutes]


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
        _l("Choose one of the answers."),
        description=_l("Some people would rather meet a woman, or a man."),
    )


class AboutForm(BaseForm):
    """Step 1: who you are and where you live."""

    name = fields.name_field(_l("Your name"), description=_l("What you are called is enough."))
    email = fields.email_field(
        _l("E-mail"), description=_l("Your receipt goes here, with a link to your application.")
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
            Length(max=200, message=_l("Use at most 200 characters.")),
            fields.no_personal_number,
        ],
        description=_l("We use it once, to find your neighbourhood, and do not keep it."),
    )
    neighbourhood = fields.Picker(_l("Or choose your neighbourhood"))
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

    def refuse_place(self, message: str) -> None:
        """Put an error at the first question about the home."""
        first = self.postcode if "postcode" in self else self.neighbourhood
        first.errors = [*first.errors, message]

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


class SkillsForm(BaseForm):
    """Step 2: languages and interests."""

    lang = fields.LanguageRows(
        _l("Which languages do you speak?"),
        description=_l("A little is worth a lot when somebody is new here."),
    )
    interests = fields.pick_many(
        Interest,
        _l("What do you like to do?"),
        description=_l("Choose as many as you like. It helps us find somebody you get on with."),
    )

    def to_answers(self) -> dict[str, Any]:
        return {"lang": self.lang.data, "interests": self.interests.data}

    @classmethod
    def skills_in(cls, answers: dict[str, Any]) -> Skills:
        """Return languages and interests, from the draft's answers or a form's."""
        return Skills(
            languages={code: int(level) for code, level in answers["lang"].items()},
            interests=frozenset(Interest(value) for value in answers["interests"] or ()),
        )


class TermsForm(BaseForm):
    """Step 3: when and how often, and what you wish."""

    availability = fields.week(
        _l("When are you usually free?"),
        description=_l("Mark every time that can suit. You agree on the day with the family."),
    )
    rhythm = fields.pick_one(
        Rhythm, _l("How often would you like to meet?"), _l("Choose how often.")
    )
    hours_per_meeting = fields.pick_number(
        _l("How long at a time?"),
        {1: _l("1 hour"), 2: _l("2 hours"), 3: _l("3 hours"), 4: _l("4 hours")},
        default=2,
    )
    capacity = fields.pick_number(
        _l("How many families at the same time?"),
        {1: _l("One"), 2: _l("Two"), 3: _l("Three")},
        default=1,
        description=_l("One is plenty for most people."),
    )
    gender_wish = fields.pick_one(
        GenderWish,
        _l("Would you rather meet a woman or a man?"),
        _l("Choose one of the answers."),
        default=GenderWish.NONE.value,
        description=_l("Nobody but us sees what you answer."),
    )
    children_wish = fields.pick_one(
        ChildrenWish,
        _l("Would you rather meet a family with or without children?"),
        _l("Choose one of the answers."),
        default=ChildrenWish.NO_MATTER.value,
    )
    own_children = fields.pick_many(
        ChildAge,
        _l("Do you have children at home?"),
        description=_l("Tick their ages. Children find each other quickly."),
    )
    has_pets = BooleanField(
        _l("I have a pet"), description=_l("Some people are allergic, or afraid of dogs.")
    )
    max_travel_minutes = fields.Picker(_l("How far would you travel, one way?"), default=NO_LIMIT)
    occupation = fields.Picker(
        _l("What do you work with?"),
        default="",
        description=_l("It may help somebody who wants into the same line of work."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_travel_minutes.choices = _travel_choices()
        blank = [("", _("I would rather not say"))]
        self.occupation.choices = blank + wording.choices(Occupation)
        self.occupation.flags.optional = True

    def to_answers(self) -> dict[str, Any]:
        return {name: self[name].data for name in TERMS}

    @classmethod
    def terms_in(cls, answers: dict[str, Any]) -> Terms:
        """Return times and wishes, from the draft's answers or a form's."""
        free = set(answers["availability"])
        travel = answers["max_travel_minutes"]
        occupation = answers["occupation"]
        return Terms(
            availability=availability_mask(slot for slot in SLOTS if slot.code in free),
            rhythm=Rhythm(answers["rhythm"]),
            hours_per_meeting=answers["hours_per_meeting"],
            capacity=answers["capacity"],
            occupation=Occupation(occupation) if occupation else None,
            gender_wish=GenderWish(answers["gender_wish"]),
            children_wish=ChildrenWish(answers["children_wish"]),
            own_children=frozenset(ChildAge(value) for value in answers["own_children"] or ()),
            has_pets=answers["has_pets"],
            max_travel_minutes=None if travel == NO_LIMIT else int(travel),
        )


class ConfirmForm(BaseForm):
    """Step 4: the check page and the consent."""

    consent = BooleanField(
        _l("Yes, you may keep this and use it to find a family for me"),
        validators=[DataRequired(_l("Tick the box, or we may not keep your application."))],
    )
    consent_version = HiddenField(default=CONSENT_VERSION)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.consent_version.data != CONSENT_VERSION:
            self.consent_version.data = CONSENT_VERSION
            self.consent.data = False
            self.consent.errors = [_("We have changed the text. Read it and tick again.")]
            return False
        return valid
