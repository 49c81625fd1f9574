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
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, StopValidation

from app import contact, wording
from app.vocabulary import (
    SLOTS,
    find_address,
    find_personal_number,
    find_phone_number,
    tells_of_protection,
)

DUF_DIGITS = 12


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


def pick_number(
    label: Any,
    numbers: Mapping[int, Any],
    *,
    message: Any = None,
    **options: Any,
) -> RadioField:
    """Return a question with one of a few numbers as its answer, each with its own words."""
    message = message or _l("Choose one of the answers.")
    return RadioField(
        label,
        coerce=int,
        choices=lambda: [SelectChoice(str(n), words) for n, words in numbers.items()],
        invalid_value_message=message,
        invalid_choice_message=message,
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
    """Refuse text that holds what may be a national identity number or a DUF number."""
    found = find_personal_number(field.data or "")
    if found and sum(c.isdecimal() for c in found) == DUF_DIGITS:
        raise ValidationError(
            _("This looks like a DUF number. We must not store it, so leave it out.")
        )
    if found:
        raise ValidationError(
            _("This looks like a national identity number. We must not store it, so leave it out.")
        )


def no_phone_number(_form: Form, field: Field) -> None:
    """Refuse text that tells somebody's telephone number: others read the notes too."""
    if find_phone_number(field.data or ""):
        raise ValidationError(_("This looks like a telephone number, so leave it out."))


def no_protection(_form: Form, field: Field) -> None:
    """Refuse text that says that it is a secret where somebody lives."""
    if tells_of_protection(field.data or ""):
        raise ValidationError(
            _(
                "Households with a protected address are not kept here, so leave this out."
                " Talk to your manager."
            )
        )


def no_address(form: Form, field: Field) -> None:
    """Refuse text that says where somebody lives, or that this is a secret."""
    no_protection(form, field)
    if find_address(field.data or ""):
        raise ValidationError(
            _("This looks like an address. We store no addresses, so leave it out.")
        )


def whole_email(_form: Form, field: Field) -> None:
    """Refuse what is no e-mail address."""
    if not contact.is_email(field.data):
        raise ValidationError(_("Write the e-mail address in full, such as name@example.com."))


def whole_phone(_form: Form, field: Field) -> None:
    """Refuse what is no phone number."""
    if not contact.is_phone(field.data):
        raise ValidationError(
            _(
                "Write the phone number with eight digits, or with + and the country code "
                "if it is foreign."
            )
        )


class PhoneField(StringField):
    """A phone number: stored as `+4790000101`, shown as people write it, or as it was typed."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, filters=[contact.tidy_phone], **options)

    def _value(self) -> str:
        if self.raw_data:
            return contact.one_line(self.raw_data[0])
        return contact.written_phone(self.data or "")


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


class ClockField(TimeField):
    """A time of day, with our words for what is wrong."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = dt.time.fromisoformat(typed)
        except ValueError:
            raise ValueError(_("Write the time as hours and minutes: 17:30.")) from None


class WholeNumber(IntegerField):
    """A whole number in digits, within bounds; None when nothing was typed."""

    def __init__(self, label: Any, *, least: int, most: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most

    def pre_validate(self, form: BaseForm) -> None:
        """Let a number out of bounds be told so, and not that it is missing."""
        if self.process_errors:
            raise StopValidation

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

    def __init__(self, label: Any, *, message: Any = None, **options: Any) -> None:
        message = message or _l("Choose from the list.")
        super().__init__(label, choices=[], invalid_choice_message=message, **options)
