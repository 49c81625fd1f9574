"""Why an applicant does not become a guide."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app import wording
from app.guides.models import DeclinedFor
from app.web.forms import BaseForm

wording.register(
    DeclinedFor,
    {
        DeclinedFor.NOT_REACHED: _l("We did not reach them"),
        DeclinedFor.OTHER_WISHES: _l("They look for something else than being a guide"),
        DeclinedFor.TERMS: _l("The terms of the role do not suit them"),
        DeclinedFor.NOT_SUITED: _l("Our assessment after the talk: not the right role"),
        DeclinedFor.NO_NEED: _l("We need no more guides now"),
    },
)


class DeclineForm(BaseForm):
    """The reason of the no, from a list: nobody writes about anybody here."""

    reason = RadioField(
        _l("Why?"),
        description=_l(
            "Only what stands on the list is kept. The applicant may ask to see it, so choose"
            " what you would say to them."
        ),
        validators=[InputRequired(_l("Choose a reason."))],
        invalid_choice_message=_l("Choose one of the answers."),
    )

    def __init__(self, reasons: Sequence[DeclinedFor], **options: Any) -> None:
        super().__init__(**options)
        self.reason.choices = [SelectChoice(one.value, wording.label(one)) for one in reasons]

    @property
    def chosen(self) -> DeclinedFor:
        return DeclinedFor(self.reason.data)
