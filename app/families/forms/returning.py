"""A family or a group that had left takes part again: its yes is asked anew."""

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import DataRequired

from app.families.forms.parts import ConsentPart
from app.families.services.registering import Consent
from app.web.forms import filled
from app.web.templating import day


class ReturnForm(ConsentPart):
    """Who told them, and their yes to being kept here again."""

    said_yes = BooleanField(
        _l("They have said yes to taking part again"),
        validators=[DataRequired(_l("Ask them first: without their yes they do not take part."))],
    )

    def __init__(self, *, today: dt.date, of_group: bool, **options: Any) -> None:
        super().__init__(**options)
        self.today = today
        if of_group:
            self.informed_by.label.text = _("Who told the young people what a guide is?")

    def refuse_earlier_yes(self, left_on: dt.date) -> None:
        """Say at the field that the yes of before went with them."""
        self.consented_on.errors = [
            _(
                "They left on %(date)s, and took their earlier yes back. Ask them anew.",
                date=day(left_on),
            )
        ]

    def to_consent(self) -> Consent:
        return Consent(
            informed_by=self.informed_by.data,
            informed_on=filled(self.informed_on.data),
            consented_on=filled(self.consented_on.data),
        )
