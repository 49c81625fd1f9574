"""The form of a trial: nine weights that sum to 1000, and a pace."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation

from app import wording
from app.matches.forms import labels
from app.matches.queries.settings import WEIGHT_NAMES
from app.matching.config import MAX_SCORE
from app.matching.simulation.pace import Pace
from app.matching.types import TermCode
from app.reports.services.simulating import Wish
from app.web import fields
from app.web.forms import BaseForm, filled

__all__ = ["WEIGHT_NAMES", "WeightsForm", "labels"]

wording.register(
    Pace,
    {
        Pace.ON_ARRIVAL: _l(
            "First come, first served: whoever waits longest takes the guide who fits best"
        ),
        Pace.DAILY: _l("A round every day"),
        Pace.WEEKLY: _l("A round every week"),
        Pace.MONTHLY: _l("A round every month"),
    },
)


def _given(_form: Any, field: Field) -> None:
    if field.data is None and not field.process_errors:
        raise StopValidation(_("Write a number, 0 if it shall not count."))


def _weight(code: TermCode, description: Any = "") -> fields.WholeNumber:
    return fields.WholeNumber(
        wording.label(code),
        least=0,
        most=MAX_SCORE,
        validators=[_given],
        description=description,
    )


class WeightsForm(BaseForm):
    """Weights to try. An error in the sum is the sum's, and stands there."""

    neighbourhood = _weight(TermCode.NEIGHBOURHOOD)
    language = _weight(TermCode.LANGUAGE)
    availability = _weight(TermCode.AVAILABILITY)
    family_situation = _weight(TermCode.FAMILY_SITUATION)
    age = _weight(TermCode.AGE)
    interests = _weight(TermCode.INTERESTS)
    occupation = _weight(TermCode.OCCUPATION)
    waiting = _weight(TermCode.WAITING)
    burden = _weight(TermCode.BURDEN)
    pace = fields.pick_one(
        Pace,
        _l("How often are families and guides put together?"),
        _l("Choose how often."),
        description=_l(
            "What you try is compared with the weights of today and a round every week."
        ),
    )

    sum_error = ""

    @property
    def weight_fields(self) -> list[Field]:
        return [self[name] for name in WEIGHT_NAMES]

    @property
    def total(self) -> int:
        """What the numbers that are filled in sum to."""
        return sum(field.data or 0 for field in self.weight_fields)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then the sum if every one is a number."""
        if not super().validate(extra_validators):
            return False
        if self.total == MAX_SCORE:
            return True
        self.sum_error = self._why_not()
        return False

    def _why_not(self) -> str:
        over = self.total - MAX_SCORE
        if over > 0:
            text = _(
                "The weights sum to %(sum)s, and must sum to 1000: take %(points)s away.",
                sum=self.total,
                points=over,
            )
        else:
            text = _(
                "The weights sum to %(sum)s, and must sum to 1000: add %(points)s.",
                sum=self.total,
                points=-over,
            )
        return str(text)

    def to_wish(self) -> Wish:
        return Wish(
            weights={field.name: filled(field.data) for field in self.weight_fields},
            pace=Pace(self.pace.data),
        )
