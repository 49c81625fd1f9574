"""Kinds of fields that guides' forms share."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, StringField
from wtforms.validators import DataRequired, Length

from app import contact, wording
from app.languages import LANGUAGES, NORWEGIAN
from app.vocabulary import Level
from app.web.fields import (
    DayField,
    PhoneField,
    Picker,
    no_address,
    no_personal_number,
    pick_many,
    pick_number,
    pick_one,
    week,
    whole_email,
    whole_phone,
)

# Kinds that every room has, beside our own.
__all__ = [
    "DayField",
    "LanguageRows",
    "Picker",
    "email_field",
    "name_field",
    "no_address",
    "no_personal_number",
    "phone_field",
    "pick_many",
    "pick_number",
    "pick_one",
    "week",
]

MOST_LANGUAGES = 15


def name_field(label: Any, **options: Any) -> StringField:
    return StringField(
        label,
        filters=[contact.one_line],
        validators=[
            DataRequired(_l("Write your name.")),
            Length(max=120, message=_l("Use at most 120 characters for the name.")),
            no_personal_number,
        ],
        **options,
    )


def email_field(label: Any, **options: Any) -> StringField:
    return StringField(
        label,
        filters=[contact.tidy_email],
        validators=[
            DataRequired(_l("Write your e-mail address.")),
            Length(max=254, message=_l("Use at most 254 characters for the e-mail address.")),
            whole_email,
        ],
        **options,
    )


def phone_field(label: Any, **options: Any) -> PhoneField:
    return PhoneField(
        label,
        validators=[DataRequired(_l("Write your phone number.")), whole_phone],
        **options,
    )


class LanguageRows(Field):
    """Languages with their level, one row each; `data` is {code: level} once valid.

    The rows are posted as `lang-0-code`, `lang-0-level` and so on, with `lang-count`.
    """

    rows: list[tuple[str, str]]
    errors: Any

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.object_data = self.data = data if isinstance(data, dict) else {}
        self.rows = [(code, str(level)) for code, level in self.data.items()]
        if formdata is not None and f"{self.name}-count" in formdata:
            self.rows = self._posted(formdata)
        elif not self.rows:
            self.rows = [(NORWEGIAN, ""), ("", "")]

    def _posted(self, formdata: Any) -> list[tuple[str, str]]:
        number = formdata.get(f"{self.name}-count", "")
        count = int(number) if number.isascii() and number.isdecimal() else 0
        return [
            (
                formdata.get(f"{self.name}-{row}-code", ""),
                formdata.get(f"{self.name}-{row}-level", ""),
            )
            for row in range(min(count, MOST_LANGUAGES))
        ]

    def add_row(self) -> None:
        """Make room for one more language."""
        if len(self.rows) < MOST_LANGUAGES:
            self.rows.append(("", ""))

    def validate(self, _form: Form, _extra_validators: Any = ()) -> bool:
        self.errors, self.data = {}, {}
        for number, (code, level) in enumerate(self.rows):
            if error := self._error_in(code, level):
                self.errors[number] = error
            elif code:
                self.data[code] = int(level)
        if not self.data and not self.errors:
            self.errors[0] = _("Choose at least one language.")
        return not self.errors

    def _error_in(self, code: str, level: str) -> Any:
        known = code in LANGUAGES
        if not code and not level:
            return ""
        if not known:
            return _("Choose a language from the list.")
        if code in self.data:
            return _("You have this language on the list already.")
        if level not in {str(int(step)) for step in Level}:
            language = wording.language_label(code)
            return _("Choose how well you speak %(language)s.", language=language)
        return ""

    @property
    def begun(self) -> dict[str, str]:
        """Return the rows whose language is on the list, a level only where it is one."""
        levels = {str(int(step)) for step in Level}
        known = [(code, level) for code, level in self.rows if code in LANGUAGES]
        return {code: level if level in levels else "" for code, level in known}

    @property
    def error_links(self) -> list[tuple[str, str]]:
        """Return each row's first control and error, for the summary of errors."""
        return [
            (f"{self.name}-{row}-code", message) for row, message in dict(self.errors or {}).items()
        ]

    @property
    def languages(self) -> list[tuple[str, str]]:
        choices = wording.language_choices()
        return sorted(choices, key=lambda choice: choice[0] != NORWEGIAN)  # Norwegian first

    @property
    def levels(self) -> list[tuple[str, Any]]:
        return wording.choices(Level)
