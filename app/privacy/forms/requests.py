"""That somebody has asked, for what and when."""

import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from app import wording
from app.privacy.models import Right
from app.privacy.services.asking import Asked
from app.web import fields
from app.web.forms import BaseForm, filled

wording.register(
    Right,
    {
        Right.ACCESS: _l("Wants to see what we keep"),
        Right.ERASURE: _l("Wants to be erased"),
    },
)


class RequestForm(BaseForm):
    """The day counts: the month to answer runs from it."""

    once_token = HiddenField(validators=[Length(max=64)])
    right = fields.pick_one(Right, _l("What do they ask for?"), _l("Choose what they ask for."))
    asked_on = fields.DayField(
        _l("When did they ask?"), validators=[InputRequired(message=_l("Choose a date."))]
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.once_token.data = self.once_token.data or secrets.token_urlsafe(24)

    def to_asked(self) -> Asked:
        return Asked(Right(self.right.data), filled(self.asked_on.data))
