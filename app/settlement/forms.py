import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField
from wtforms.validators import Length, StopValidation

from app import contact, wording
from app.settlement.models import FigureKind
from app.settlement.services import NewFigure
from app.web import fields
from app.web.forms import BaseForm, filled

FIRST_YEAR = 2000
MOST_PERSONS = 20_000

wording.register(
    FigureKind,
    {
        FigureKind.REQUESTED: _l("Requested by IMDi"),
        FigureKind.DECIDED: _l("Decided by the municipality"),
        FigureKind.SETTLED: _l("Settled"),
    },
)


def _given(_form: Any, field: Field) -> None:
    if field.data is None and not field.process_errors:
        raise StopValidation(_("Write a number."))


def _persons(label: Any, **options: Any) -> fields.WholeNumber:
    return fields.WholeNumber(label, least=0, most=MOST_PERSONS, **options)


class FigureForm(BaseForm):
    """One dated figure."""

    year = fields.WholeNumber(
        _l("For which year?"), least=FIRST_YEAR, most=FIRST_YEAR + 99, validators=[_given]
    )
    kind = fields.pick_one(FigureKind, _l("What is it?"), _l("Choose what the figure is."))
    dated_on = fields.DayField(
        _l("Date"), description=_l("Of the letter, the decision or the count.")
    )
    date_is_approximate = BooleanField(_l("Only the month is known"))
    persons = _persons(_l("How many people?"), validators=[_given])
    minors_under_15 = _persons(
        _l("Of them unaccompanied minors under 15"), description=_l("Empty if it is not stated.")
    )
    minors_over_15 = _persons(_l("Of them unaccompanied minors of 15 and over"))
    source = StringField(
        _l("Source"),
        filters=[contact.one_line],
        validators=[
            Length(max=200, message=_l("Use at most %(max)d characters.")),
            fields.no_personal_number,
            fields.no_protection,
        ],
        description=_l("Where it is written, such as “Executive committee, case 112/23”."),
    )
    is_example = BooleanField(_l("This is only an example"))

    def __init__(self, *, today: dt.date, **options: Any) -> None:
        super().__init__(**options)
        self.today = today
        self.source.flags.optional = True
        for minors in (self.minors_under_15, self.minors_over_15):
            minors.flags.optional = True

    def validate_dated_on(self, field: Field) -> None:
        if field.process_errors:
            return
        if field.data is None:
            raise StopValidation(_("Choose a date."))
        if field.data > self.today:
            raise StopValidation(_("Choose today or a date in the past."))
        if field.data.year < FIRST_YEAR:
            raise StopValidation(_("Choose a date after 1999."))

    def validate_year(self, field: Field) -> None:
        latest = self.today.year + 2
        if field.data and field.data > latest:
            raise StopValidation(_("Write a year up to %(year)s.", year=latest))

    def validate_minors_over_15(self, field: Field) -> None:
        minors = (self.minors_under_15.data or 0) + (field.data or 0)
        if self.persons.data is not None and minors > self.persons.data:
            raise StopValidation(_("The minors are part of all the people: there cannot be more."))

    def to_figure(self) -> NewFigure:
        return NewFigure(
            year=filled(self.year.data),
            kind=FigureKind(self.kind.data),
            dated_on=filled(self.dated_on.data),
            date_is_approximate=self.date_is_approximate.data,
            persons=filled(self.persons.data),
            minors_under_15=self.minors_under_15.data,
            minors_over_15=self.minors_over_15.data,
            source=self.source.data,
            is_example=self.is_example.data,
        )
