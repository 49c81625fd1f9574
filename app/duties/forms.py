import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField
from wtforms.validators import InputRequired, StopValidation

from app.accounts.queries import StaffMember
from app.duties.services import Away
from app.web import fields
from app.web.forms import BaseForm, filled

NOBODY = "nobody"


def _day_given(_form: Any, field: Field) -> None:
    if field.data is None and not field.process_errors:
        raise StopValidation(_("Write a date."))


class AssignmentForm(BaseForm):
    """Who takes a task on."""

    user = RadioField(
        _l("Who does it?"), validators=[InputRequired(_l("Choose somebody, or nobody."))]
    )

    def offer(self, colleagues: Sequence[StaffMember]) -> None:
        self.user.choices = [(str(m.user.id), m.user.name) for m in colleagues]
        self.user.choices.append((NOBODY, _("Nobody in particular")))

    @property
    def user_id(self) -> uuid.UUID | None:
        return None if self.user.data == NOBODY else uuid.UUID(self.user.data)


class AbsenceForm(BaseForm):
    """Who is away, when, and who stands in."""

    user = SelectField(_l("Who is away?"))
    substitute = SelectField(_l("Who stands in?"))
    from_on = fields.DayField(_l("First day away"), validators=[_day_given])
    until_on = fields.DayField(_l("Last day away"), validators=[_day_given])

    def offer(self, colleagues: Sequence[StaffMember]) -> None:
        names = [(str(m.user.id), m.user.name) for m in colleagues]
        self.user.choices = names
        self.substitute.choices = [("", _("Choose a colleague")), *names]

    def validate_substitute(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(_("Choose who stands in."))
        if field.data == self.user.data:
            raise StopValidation(_("Choose somebody else than the one who is away."))

    def validate_until_on(self, field: Field) -> None:
        if self.from_on.data and field.data and field.data < self.from_on.data:
            raise StopValidation(_("The last day is before the first."))

    def to_away(self) -> Away:
        return Away(
            user_id=uuid.UUID(self.user.data),
            substitute_id=uuid.UUID(self.substitute.data),
            from_on=filled(self.from_on.data),
            until_on=filled(self.until_on.data),
        )
