"""The later steps of sign-up. Each turns into plain answers for the draft, and into its input."""

import dataclasses
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from app import wording
from app.guides.forms import fields
from app.guides.services.offers import Skills, Terms
from app.guides.services.signing_up import CONSENT_VERSION
from app.vocabulary import (
    SLOTS,
    AgeGroup,
    ChildAge,
    ChildrenWish,
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


def _travel_choices() -> list[SelectChoice]:
    minutes = [SelectChoice(n, _("%(minutes)s minutes", minutes=n)) for n in TRAVEL_MINUTES]
    return [SelectChoice(NO_LIMIT, _("It does not matter")), *minutes]


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

    def valid_answers(self) -> dict[str, Any]:
        """Return the answers without errors, and languages that lack their level."""
        interests = {} if self.interests.errors else {"interests": self.interests.data}
        return {"lang": self.lang.begun, **interests}

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
        message=_l("Choose how long you would like to meet at a time."),
        default=2,
    )
    capacity = fields.pick_number(
        _l("How many families at the same time?"),
        {1: _l("One"), 2: _l("Two"), 3: _l("Three")},
        message=_l("Choose how many families you have room for."),
        default=1,
        description=_l("One is plenty for most people."),
    )
    gender_wish = fields.pick_one(
        GenderWish,
        _l("Would you rather meet a woman or a man?"),
        _l("Choose whether you would rather meet a woman or a man."),
        default=GenderWish.NONE.value,
        description=_l("Nobody but us sees what you answer."),
    )
    children_wish = fields.pick_one(
        ChildrenWish,
        _l("Would you rather meet a family with or without children?"),
        _l("Choose whether the family should have children."),
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
    max_travel_minutes = fields.Picker(
        _l("How far would you travel, one way?"),
        default=NO_LIMIT,
        message=_l("Choose how far you would travel."),
    )
    occupation = fields.Picker(
        _l("What do you work with?"),
        default="",
        message=_l("Choose your work from the list."),
        description=_l("It may help somebody who wants into the same line of work."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_travel_minutes.choices = _travel_choices()
        blank = [("", _("I would rather not say"))]
        self.occupation.choices = blank + wording.occupation_choices()
        self.occupation.flags.optional = True

    def to_answers(self) -> dict[str, Any]:
        return {name: self[name].data for name in TERMS}

    def valid_answers(self) -> dict[str, Any]:
        """Return the answers without errors."""
        return {name: self[name].data for name in TERMS if not self[name].errors}

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
    is_adult = True

    def speak_to(self, age_group: AgeGroup) -> None:
        """Speak of groups to whoever is under 18: they meet no family."""
        self.is_adult = age_group is not AgeGroup.FROM_16
        if not self.is_adult:
            self.consent.label.text = _("Yes, you may keep this and use it to find a group for me")

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.consent_version.data != CONSENT_VERSION:
            self.consent_version.data = CONSENT_VERSION
            self.consent.data = False
            self.consent.errors = [_("We have changed the text. Read it and tick again.")]
            return False
        return valid
