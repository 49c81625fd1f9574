"""Rows of languages with two levels each, and a tick for those that must not be used."""

from typing import Any, NamedTuple

from flask_babel import gettext as _
from wtforms import Field, Form

from app import wording
from app.families.services.registering import Speech
from app.languages import LANGUAGES
from app.vocabulary import Level

MOST_LANGUAGES = 10
NOT_AT_ALL = "0"


class Row(NamedTuple):
    """One row as it was posted or saved."""

    code: str = ""
    understands: str = ""
    speaks: str = ""
    unacceptable: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(self)


class SpeechRows(Field):
    """Languages of a household; `data` is a tuple of `Speech` once valid.

    Posted as `lang-0-code`, `lang-0-understands`, `lang-0-speaks`, `lang-0-unacceptable` and so
    on, with `lang-count`.
    """

    rows: list[Row]
    row_errors: dict[int, str]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.row_errors = {}
        self.object_data = self.data = data if isinstance(data, tuple) else ()
        self.rows = [
            Row(s.code, str(s.understands), str(s.speaks), s.unacceptable) for s in self.data
        ]
        if formdata is not None and f"{self.name}-count" in formdata:
            self.rows = self._posted(formdata)
        elif not self.rows:
            self.rows = [Row(), Row()]

    def _posted(self, formdata: Any) -> list[Row]:
        number = formdata.get(f"{self.name}-count", "")
        count = int(number) if number in {str(n) for n in range(MOST_LANGUAGES + 1)} else 2
        rows = []
        for place in range(count):
            row = f"{self.name}-{place}"
            code, understands, speaks = (
                formdata.get(f"{row}-{cell}", "") for cell in ("code", "understands", "speaks")
            )
            rows.append(Row(code, understands, speaks, f"{row}-unacceptable" in formdata))
        return rows or [Row()]

    def add_row(self) -> None:
        """Make room for one more language."""
        if len(self.rows) < MOST_LANGUAGES:
            self.rows.append(Row())

    def validate(self, _form: Form, _extra_validators: Any = ()) -> bool:
        spoken: dict[str, Speech] = {}
        self.row_errors = {}
        for number, row in enumerate(self.rows):
            if row.is_empty:
                continue
            if error := self._error_in(row, spoken):
                self.row_errors[number] = error
            else:
                spoken[row.code] = Speech(
                    row.code, int(row.understands or 0), int(row.speaks or 0), row.unacceptable
                )
        self.data = tuple(spoken.values())
        self.errors = list(dict.fromkeys(self.row_errors.values()))
        if not self.errors and not any(s.understands and not s.unacceptable for s in self.data):
            self.errors = [_("Choose at least one language that may be used.")]
        return not self.errors

    def _error_in(self, row: Row, spoken: dict[str, Speech]) -> str:
        if row.code not in LANGUAGES:
            return str(_("Choose a language from the list."))
        if row.code in spoken:
            return str(_("This language is on the list already."))
        levels = {value for value, _words in self.levels}
        optional = {""} if row.unacceptable else set()
        if row.understands not in levels | optional:
            return str(_("Choose how well they understand it."))
        if row.speaks not in levels | optional:
            return str(_("Choose how well they speak it."))
        return ""

    @property
    def first_control(self) -> str:
        """The id of the control that the summary of errors leads to."""
        return f"{self.name}-{min(self.row_errors, default=0)}-code"

    @property
    def languages(self) -> dict[str, list[tuple[str, str]]]:
        norwegian = wording.language_label("no")
        return {"": [("no", norwegian[:1].upper() + norwegian[1:])]} | {
            heading: [choice for choice in choices if choice[0] != "no"]
            for heading, choices in wording.language_groups().items()
        }

    @property
    def levels(self) -> list[tuple[str, Any]]:
        return [(NOT_AT_ALL, _("Not at all")), *wording.choices(Level)]

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST_LANGUAGES
