"""Kinds of form fields that several rooms share, with our words for what is wrong."""

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from app import contact, wording
from app.vocabulary import SLOTS, find_personal_number


def pick_one(kind: type[Enum], label: Any, message: Any, **options: Any) -> RadioField:
    """Return a question with one answer from a closed list."""
    return RadioField(
        label, choices=lambda: wording.choices(kind), invalid_choice_message=message, **options
    )


def pick_many(kind: type[Enum], label: Any, **options: Any) -> SelectMultipleField:
    """Return a question with any number of answers from a closed list."""
    message = _l("Choose among the answers on the list.")
    return SelectMultipleField(
        label, choices=lambda: wording.choices(kind), invalid_choice_message=message, **options
    )


def pick_number(label: Any, numbers: Mapping[int, Any], **options: Any) -> RadioField:
    """Return a question with one of a few numbers as its answer, each with its own words."""
    return RadioField(
        label,
        coerce=int,
        choices=lambda: [SelectChoice(str(n), words) for n, words in numbers.items()],
        invalid_value_message=_l("Choose one of the answers."),
        invalid_choice_message=_l("Choose one of the answers."),
        **options,
    )


def week(label: Any, **options: Any) -> SelectMultipleField:
    """Return the weekly grid as a question."""
    return SelectMultipleField(
        label,
        choices=lambda: [(slot.code, wording.slot_label(slot)) for slot in SLOTS],
        invalid_choice_message=_l("Choose times from the grid."),
        validators=[DataRequired(_l("Mark at least one time when you are usually free."))],
        **options,
    )


def no_personal_number(_form: Form, field: Field) -> None:
    """Refuse text that holds what may be a national identity number."""
    if field.data and find_personal_number(field.data):
        raise ValidationError(
            _("This looks like a national identity number. We must not store it, so leave it out.")
        )


def whole_email(_form: Form, field: Field) -> None:
    """Refuse what is no e-mail address."""
    if not contact.is_email(field.data):
        raise ValidationError(_("Write the e-mail address in full, such as name@example.com."))


def whole_phone(_form: Form, field: Field) -> None:
    """Refuse what is no phone number."""
    if not contact.is_phone(field.data):
        raise ValidationError(
            _("Write eight digits, or start with + and the country code for a foreign number.")
        )


class DayField(DateField):
    """A date whose error is in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = dt.date.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError(_("Write the date as year, month and day: 2026-03-14.")) from None


class WholeNumber(IntegerField):
    """A whole number in digits, within bounds; None when nothing was typed."""

    def __init__(self, label: Any, *, least: int, most: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if typed.isdecimal() and len(typed) <= len(str(self.most)) + 2:
            number = int(typed)
            if self.least <= number <= self.most:
                self.data = number
                return
        raise ValueError(
            _("Write a number from %(least)s to %(most)s.", least=self.least, most=self.most)
        )


class Picker(SelectField):
    """A list whose choices the view sets, with our words for an answer that is not on it."""

    def __init__(self, label: Any, **options: Any) -> None:
        message = _l("Choose from the list.")
        super().__init__(label, choices=[], invalid_choice_message=message, **options)
