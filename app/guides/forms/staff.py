"""Forms of the coordinator and of guides on their status page."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from app import wording
from app.guides.forms import fields
from app.guides.forms.about import age_field, gender_field
from app.guides.forms.steps import NO_LIMIT, SkillsForm, TermsForm
from app.guides.models import Guide
from app.guides.services.offers import Home, Person
from app.guides.services.placing import choice_of
from app.vocabulary import AgeGroup, Gender, slots_in
from app.web.forms import BaseForm, filled

LONGEST_BREAK = dt.timedelta(days=731)  # a date beyond this is a wrong year


class StepForm(BaseForm):
    """The day a step was taken: not before the application, not in the future."""

    day = fields.DayField(_l("Date"))

    def __init__(self, *, earliest: dt.date, latest: dt.date, **options: Any) -> None:
        super().__init__(data={"day": latest}, **options)
        self.earliest, self.latest = earliest, latest

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if not valid:
            return False
        if self.day.data is None:
            self.day.errors = [_("Choose a date.")]
        elif self.day.data > self.latest:
            self.day.errors = [_("Choose today or a date in the past.")]
        elif self.day.data < self.earliest:
            self.day.errors = [_("Choose a date after the last step.")]
        return not self.day.errors

    @property
    def taken_on(self) -> dt.date:
        return filled(self.day.data)


class PartnerForm(BaseForm):
    """Whom a guide takes families together with."""

    partner = fields.Picker(_l("Who"), validators=[DataRequired()])


class PauseForm(BaseForm):
    """A break, until a day or until further notice."""

    until = fields.DayField(_l("Until"), description=_l("Leave it empty if you do not know yet."))

    def __init__(self, *, today: dt.date, **options: Any) -> None:
        super().__init__(**options)
        self.today = today
        self.until.flags.optional = True

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if not valid or not self.until.data:
            return valid
        if self.until.data <= self.today:
            self.until.errors = [_("Choose a date that is still to come.")]
        elif self.until.data > self.today + LONGEST_BREAK:
            self.until.errors = [_("Choose a date within two years, or leave it empty.")]
        return not self.until.errors


# Sign-up asks the guide; staff read the words that stand on the guide's page.
_WORDS_FOR_STAFF: Mapping[str, LazyString] = {
    "age_group": _l("Age"),
    "gender": _l("Gender"),
    "lang": _l("Languages"),
    "interests": _l("Interests"),
    "availability": _l("Free"),
    "rhythm": _l("How often"),
    "hours_per_meeting": _l("How long at a time"),
    "capacity": _l("How many families at the same time"),
    "gender_wish": _l("Would rather meet"),
    "children_wish": _l("Family"),
    "own_children": _l("Children at home"),
    "has_pets": _l("Has a pet"),
    "max_travel_minutes": _l("Travel, one way"),
    "occupation": _l("Works with"),
}


class EditForm(SkillsForm, TermsForm):
    """All that a guide has told us, for staff to correct."""

    name = fields.name_field(_l("Name"))
    email = fields.email_field(_l("E-mail"))
    phone = fields.phone_field(_l("Phone"))
    age_group = age_field()
    gender = gender_field()
    neighbourhood = fields.Picker(
        _l("Neighbourhood"), message=_l("Choose a neighbourhood from the list.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in _WORDS_FOR_STAFF.items():
            self[name].label.text, self[name].description = words, ""
        self.age_group.choices = wording.choices(AgeGroup)
        self.occupation.choices = [("", _("Not given")), *wording.occupation_choices()]

    def to_person(self, home: Home) -> Person:
        return Person(
            name=self.name.data,
            email=self.email.data,
            phone=self.phone.data,
            age_group=AgeGroup(self.age_group.data),
            gender=Gender(self.gender.data),
            home=home,
        )


def answers_of(guide: Guide) -> dict[str, Any]:
    """Return what a guide has told us as the answers of `EditForm`."""
    minutes = guide.max_travel_minutes
    return {
        "name": guide.name,
        "email": guide.email,
        "phone": guide.phone,
        "age_group": guide.age_group.value,
        "gender": guide.gender.value,
        "neighbourhood": choice_of(Home(guide.neighbourhood_id, guide.placed_by)),
        "lang": {row.code: row.level for row in guide.languages},
        "interests": [interest.value for interest in guide.interests],
        "availability": [slot.code for slot in slots_in(guide.availability)],
        "rhythm": guide.rhythm.value,
        "hours_per_meeting": guide.hours_per_meeting,
        "capacity": guide.capacity,
        "occupation": guide.occupation.value if guide.occupation else "",
        "gender_wish": guide.gender_wish.value,
        "children_wish": guide.children_wish.value,
        "own_children": [age.value for age in guide.own_children],
        "has_pets": guide.has_pets,
        "max_travel_minutes": NO_LIMIT if minutes is None else str(minutes),
    }
