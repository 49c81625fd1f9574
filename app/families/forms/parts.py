"""The questions about a household, in groups; `registering` puts them together."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, StopValidation

from app import contact, wording
from app.families.forms.languages import SpeechRows
from app.families.forms.words import PRIORITY
from app.families.models import SettlementCategory
from app.vocabulary import AgeGroup, GenderWish, Interest, Rhythm
from app.web import fields
from app.web.forms import BaseForm

EARLIEST = dt.date(2000, 1, 1)
NO_LIMIT = "none"
TRAVEL_MINUTES = ("15", "30", "45", "60")
BY_CATEGORY, COUNTS, DOES_NOT_COUNT = "by_category", "yes", "no"
MOST_CHILDREN = 15
GROWN_UP = tuple(age for age in AgeGroup if age is not AgeGroup.FROM_16)


def past_day(message: Any) -> Callable[[Any, Field], None]:
    """Return a check for a day that must be given: not in the future, not before 2000."""

    def check(form: Any, field: Field) -> None:
        if field.process_errors:
            raise StopValidation
        if field.data is None:
            raise StopValidation(message)
        if field.data > form.today:
            raise StopValidation(_("Choose today or a date in the past."))
        if field.data < EARLIEST:
            raise StopValidation(_("Choose a date after 1999."))

    return check


def one_line_field(label: Any, message: Any, most: int, **options: Any) -> StringField:
    """Return a question answered with a few words that must be there."""
    return StringField(
        label,
        filters=[contact.one_line],
        validators=[
            DataRequired(message),
            Length(max=most, message=_l("Use at most %(max)d characters.")),
            fields.no_personal_number,
            fields.no_address,
        ],
        **options,
    )


def or_nothing(kind: type[Any], label: Any, nothing: Any, **options: Any) -> RadioField:
    """Return a question with one answer from a closed list, or none at all."""
    return RadioField(
        label,
        choices=lambda: [("", nothing), *wording.choices(kind)],
        default="",
        invalid_choice_message=_l("Choose one of the answers."),
        **options,
    )


def _size_given(_form: Form, field: Field) -> None:
    if field.data is None and not field.process_errors:
        raise StopValidation(_("Write how many live in the household."))


def _child_count(label: Any) -> fields.WholeNumber:
    return fields.WholeNumber(label, least=0, most=MOST_CHILDREN)


class HouseholdPart(BaseForm):
    """Who they are together, as counts and languages."""

    reference = one_line_field(
        _l("Our reference"),
        _l("Write a reference."),
        30,
        description=_l("Your own number for the family. Never a name, and no official number."),
    )
    household_size = fields.WholeNumber(
        _l("How many live in the household?"),
        least=1,
        most=20,
        validators=[_size_given],
        description=_l("Count everybody, the contact person too."),
    )
    children_0_2 = _child_count(_l("0–2 years"))
    children_3_5 = _child_count(_l("3–5 years"))
    children_6_12 = _child_count(_l("6–12 years"))
    children_13_17 = _child_count(_l("13–17 years"))
    lang = SpeechRows(
        _l("Which languages do they use?"), description=_l("The mother tongue first.")
    )
    wants_norwegian_practice = BooleanField(
        _l("They want to practise Norwegian"),
        default=True,
        description=_l("Most do. This shuts no guide out."),
    )
    interpreter_needed = BooleanField(
        _l("They need an interpreter at the start meeting"),
        description=_l("A child never interprets."),
    )
    must_share_language = BooleanField(
        _l("The guide must share a language with them"),
        description=_l(
            "Only if they cannot do without. Guides who share no language with them are left out,"
            " also when the family wants to practise Norwegian."
        ),
    )


class PlacePart(BaseForm):
    """Where they live, and when they can meet."""

    neighbourhood = fields.Picker(
        _l("Neighbourhood"), description=_l("Never the address: the neighbourhood is enough.")
    )
    availability = fields.week(
        _l("When can they meet?"), description=_l("Mark every time that can suit.")
    )

    def __init__(
        self, *, today: dt.date, neighbourhoods: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(**options)
        self.today = today
        self.neighbourhood.choices = [
            SelectChoice("", _("Not known yet")),
            *[SelectChoice(value, name) for value, name in neighbourhoods],
        ]
        self.neighbourhood.data = self.neighbourhood.data or ""


class TimePart(PlacePart):
    """How often they can meet, and how far they can travel for it."""

    rhythm = or_nothing(Rhythm, _l("How often?"), _l("It does not matter"))
    max_travel_minutes = RadioField(
        _l("How long can they travel, one way?"),
        choices=lambda: [
            SelectChoice(NO_LIMIT, _("It does not matter")),
            *[SelectChoice(n, _("%(minutes)s minutes", minutes=n)) for n in TRAVEL_MINUTES],
        ],
        default=NO_LIMIT,
        invalid_choice_message=_l("Choose one of the answers."),
    )


class WishPart(BaseForm):
    """What they would like."""

    gender_wish = fields.pick_one(
        GenderWish,
        _l("Would they rather meet a woman or a man?"),
        _l("Choose one of the answers."),
        default=GenderWish.NONE.value,
        description=_l("Guides never see this."),
    )
    age_wish = RadioField(
        _l("How old should the guide be, if it matters?"),
        choices=lambda: [
            SelectChoice("", _("It does not matter")),
            *[SelectChoice(age.value, str(wording.label(age))) for age in GROWN_UP],
        ],
        default="",
        invalid_choice_message=_l("Choose one of the answers."),
        description=_l("A wish, not a must: other guides are suggested too."),
    )
    no_pets = BooleanField(_l("No pets at the guide's home"))
    interests = fields.pick_many(Interest, _l("What do they like to do?"))
    occupation = SelectField(
        _l("Work they know or want"),
        choices=lambda: [("", _("Not given")), *wording.occupation_choices()],
        default="",
        invalid_choice_message=_l("Choose from the list."),
        description=_l("Only if they want a guide who knows their field."),
    )


class StaffPart(BaseForm):
    """What staff fill in without the family."""

    settlement_category = fields.pick_one(
        SettlementCategory,
        _l("On which grounds were they settled?"),
        _l("Choose the grounds."),
        description=_l("For the figures only. Guides never see this."),
    )
    counts_against_quota = RadioField(
        _l("Do they count against the settlement quota?"),
        choices=lambda: [
            SelectChoice(
                BY_CATEGORY,
                _("As the grounds say"),
                {"hint": _("Family reunification does not count, the others do.")},
            ),
            SelectChoice(COUNTS, _("Yes, they count")),
            SelectChoice(DOES_NOT_COUNT, _("No, they do not count")),
        ],
        default=BY_CATEGORY,
        invalid_choice_message=_l("Choose one of the answers."),
    )
    settled_on = fields.DayField(
        _l("Settled on"), validators=[past_day(_l("Choose the day they were settled."))]
    )
    priority = fields.pick_number(_l("How soon?"), PRIORITY, default=0)
    note = TextAreaField(
        _l("Note"),
        filters=[contact.few_lines],
        validators=[
            Length(max=500, message=_l("Use at most %(max)d characters.")),
            fields.no_personal_number,
            fields.no_address,
        ],
        description=_l("Practical things only. Never health, religion or the reason for flight."),
    )


class ConsentPart(BaseForm):
    """Who told the family, and their yes."""

    informed_by = one_line_field(
        _l("Who told the family what a guide is?"),
        _l("Write who told the family."),
        120,
        description=_l("A name or a service, such as “Refugee service, with interpreter”."),
    )
    informed_on = fields.DayField(
        _l("When were they told?"), validators=[past_day(_l("Choose the day they were told."))]
    )
    consented_on = fields.DayField(
        _l("When did they say yes?"), validators=[past_day(_l("Choose the day they said yes."))]
    )

    def validate_consented_on(self, field: Field) -> None:
        told_on = None if self.informed_on.errors else self.informed_on.data
        if told_on and field.data < told_on:
            raise StopValidation(_("They cannot have said yes before they were told."))
