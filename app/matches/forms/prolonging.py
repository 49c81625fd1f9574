"""What staff fill in when a pair goes on."""

import secrets

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import DataRequired, InputRequired, Length

from app.matches.forms.starting import LONGEST_AGREEMENT
from app.matches.services.prolonging import MoreTime
from app.web.fields import DayField, WholeNumber
from app.web.forms import BaseForm, filled

_AGAIN = _l("Load the page again.")
_DAY = _l("Write the day.")


class ProlongForm(BaseForm):
    """How many months more, and when each side said yes. Sent twice, it counts once."""

    once_token = HiddenField(
        validators=[DataRequired(_AGAIN), Length(min=20, max=64, message=_AGAIN)]
    )
    months = WholeNumber(
        _l("How many months more?"),
        least=1,
        most=LONGEST_AGREEMENT,
        validators=[InputRequired(_l("Write how many months."))],
    )
    guide_on = DayField(_l("When did the guide say yes?"), validators=[DataRequired(_DAY)])
    family_on = DayField(_l("When did the family say yes?"), validators=[DataRequired(_DAY)])

    def begin(self) -> None:
        """Give a new form its token; a form that comes back keeps its own."""
        self.once_token.data = self.once_token.data or secrets.token_urlsafe(24)

    def to_more_time(self) -> MoreTime:
        return MoreTime(
            filled(self.months.data), filled(self.guide_on.data), filled(self.family_on.data)
        )
