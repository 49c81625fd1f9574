"""What a coordinator sends from the pages of a round."""

import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import UUID, AnyOf, DataRequired, Optional, ValidationError

from app.web.forms import BaseForm

PIN, VETO, CLEAR = "pin", "veto", "clear"
ASK_NOW = "now"
_AGAIN = _l("That pair is not here any more. Look at the suggestions as they are now.")


class PairsField(SelectMultipleField):
    """Ticked pairs, each by a box with a name of its own: `pairs-…`.

    A browser that goes back fills in boxes of one name by their order on the page, and that is
    another one when the suggestions are others: another pair would be ticked.
    """

    def process(self, formdata: Any, *rest: Any, **named: Any) -> None:
        if formdata is not None:
            own = (key for key in formdata if f"{key}-".startswith(f"{self.name}-"))
            ticks = [word for key in own for word in formdata.getlist(key)]
            formdata = MultiDict([(self.name, word) for word in ticks])
        super().process(formdata, *rest, **named)


class AdoptForm(BaseForm):
    """Pairs that were ticked; the button says how far to go with them."""

    pairs = PairsField(
        _l("Pairs"),
        validate_choice=False,  # a pair that has changed is told of next to the others
        validators=[DataRequired(_l("Tick at least one pair first."))],
    )
    ask = HiddenField()
    sure = HiddenField()  # whoever asks guides has seen the list of them

    def validate_pairs(self, field: PairsField) -> None:
        if len(self._read(field)) < len(field.data or ()):
            raise ValidationError(_AGAIN)

    @property
    def asks_now(self) -> bool:
        return bool(self.ask.data == ASK_NOW)

    @property
    def is_to_be_confirmed(self) -> bool:
        return self.asks_now and not self.sure.data

    @property
    def ticked(self) -> dict[uuid.UUID, uuid.UUID]:
        """Return the guide that was shown for each family that was ticked."""
        return dict(self._read(self.pairs))

    def _read(self, field: PairsField) -> list[tuple[uuid.UUID, uuid.UUID]]:
        ticks = (word.partition(":") for word in field.data or ())
        read = ((_identifier(family), _identifier(guide)) for family, _mark, guide in ticks)
        return [(family, guide) for family, guide in read if family and guide]


class ChoiceForm(BaseForm):
    """A word on one pair: keep it, never it, or neither any more."""

    family = HiddenField(validators=[DataRequired(_AGAIN), UUID(_AGAIN)])
    guide = HiddenField(validators=[DataRequired(_AGAIN), UUID(_AGAIN)])
    kind = HiddenField(validators=[AnyOf((PIN, VETO, CLEAR), message=_AGAIN)])
    seen = HiddenField(validators=[Optional(), UUID(_AGAIN)])  # whom the page knew to be kept
    back = HiddenField(validators=[Optional(), UUID(_AGAIN)])  # the family whose page it was

    @property
    def pair(self) -> tuple[uuid.UUID, uuid.UUID]:
        return uuid.UUID(self.family.data), uuid.UUID(self.guide.data)

    @property
    def seen_pin(self) -> uuid.UUID | None:
        return uuid.UUID(self.seen.data) if self.seen.data else None

    @property
    def back_to(self) -> uuid.UUID | None:
        return uuid.UUID(self.back.data) if self.back.data else None


def _identifier(word: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(word)
    except ValueError:
        return None
