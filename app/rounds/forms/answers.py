"""What a coordinator sends from the pages of a round."""

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import UUID, AnyOf, DataRequired

from app.web.forms import BaseForm

PIN, VETO, CLEAR = "pin", "veto", "clear"
ASK_NOW = "now"
_AGAIN = _l("That pair is not here any more. Look at the suggestions as they are now.")


class AdoptForm(BaseForm):
    """Pairs that were ticked; the button says how far to go with them."""

    pairs = SelectMultipleField(
        _l("Pairs"),
        validate_choice=False,  # a pair that has changed is told of next to the others
        validators=[DataRequired(_l("Tick at least one pair first."))],
    )
    ask = HiddenField()
    sure = HiddenField()  # whoever asks guides has seen the list of them

    @property
    def asks_now(self) -> bool:
        return bool(self.ask.data == ASK_NOW)

    @property
    def is_to_be_confirmed(self) -> bool:
        return self.asks_now and not self.sure.data

    @property
    def ticked(self) -> dict[uuid.UUID, uuid.UUID]:
        """Return the guide that was shown for each family that was ticked."""
        ticks = (word.partition(":") for word in self.pairs.data or ())
        read = ((_identifier(family), _identifier(guide)) for family, _mark, guide in ticks)
        return {family: guide for family, guide in read if family and guide}


class ChoiceForm(BaseForm):
    """A word on one pair: keep it, never it, or neither any more."""

    family = HiddenField(validators=[DataRequired(_AGAIN), UUID(_AGAIN)])
    guide = HiddenField(validators=[DataRequired(_AGAIN), UUID(_AGAIN)])
    kind = HiddenField(validators=[AnyOf((PIN, VETO, CLEAR), message=_AGAIN)])

    @property
    def pair(self) -> tuple[uuid.UUID, uuid.UUID]:
        return uuid.UUID(self.family.data), uuid.UUID(self.guide.data)


def _identifier(word: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(word)
    except ValueError:
        return None
