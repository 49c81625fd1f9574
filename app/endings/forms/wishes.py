"""One form for all that may change in a match: the guide's short, the staff's with the family."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.contact import one_line
from app.endings.consequences import ends_match, family_unsaid, is_about_guide, may_move
from app.endings.models import (
    EndWish,
    FamilyAfter,
    MatchEnding,
    Transfer,
    TransferStatus,
)
from app.endings.services import Moving, Wish
from app.guides.models import Guide
from app.matches.models import Side
from app.web.fields import DayField, no_address, no_personal_number, pick_one
from app.web.forms import BaseForm, filled
from app.wording import choices, label

# What a guide says: words, and what follows.
_OWN: Mapping[EndWish, tuple[LazyString, LazyString]] = {
    EndWish.PAUSE: (
        _l("I need a break"),
        _l("You keep the family and meet again afterwards. Nobody asks you about another one."),
    ),
    EndWish.TOO_MUCH: (
        _l("It is too much for me"),
        _l("We call you today or on the next working day, and find a way together."),
    ),
    EndWish.COMPLETED: (
        _l("The time we agreed on is over"),
        _l("We ask the family what it would like now."),
    ),
    EndWish.ANOTHER_FAMILY: (
        _l("I would like to guide another family"),
        _l("It happens that two do not fit, and nobody has done anything wrong."),
    ),
    EndWish.FAMILY_MOVED: (
        _l("The family moves"),
        _l("We ask the family if it would like a guide where it moves."),
    ),
    EndWish.STOP: (
        _l("I would like to stop as a guide"),
        _l("You need not say why. You are welcome back any day."),
    ),
}
_LAST_MEETING = _l("If it ends: when do you meet for the last time?")
_REST = _l("If it is a break: until when?")


def _own_wishes() -> list[SelectChoice]:
    return [SelectChoice(wish.value, words, {"hint": hint}) for wish, (words, hint) in _OWN.items()]


class Said(BaseForm):
    """A form that begins with what was said before."""

    def show(self, ending: MatchEnding, rest_until: dt.date | None) -> None:
        self["wish"].data = ending.wish.value
        self["last_meeting_on"].data = ending.last_meeting_on
        self["rest_until"].data = rest_until


class GuideWishForm(Said):
    """What a guide says about a match. No reason is asked for."""

    wish = RadioField(
        _l("What would you like?"),
        choices=_own_wishes,
        invalid_choice_message=_l("Choose from the list."),
        validators=[DataRequired(_l("Choose what you would like."))],
    )
    last_meeting_on = DayField(
        _LAST_MEETING,
        description=_l("To say goodbye is good for both. Leave it empty if you have met already."),
        validators=[Optional()],
    )
    rest_until = DayField(
        _REST, description=_l("Leave it empty if you do not know yet."), validators=[Optional()]
    )

    def to_wish(self) -> Wish:
        said = EndWish(self.wish.data)
        return Wish(said, **_days(said, self))


def _days(wish: EndWish, form: Any) -> dict[str, Any]:
    """Return the day that goes with a wish: the other one is left alone."""
    if ends_match(wish):
        return {"last_meeting_on": form.last_meeting_on.data}
    return {"rest_until": form.rest_until.data}


# What is said of a group of minors in other words than of a family.
_OF_GROUP: Mapping[str, LazyString] = {
    EndWish.TOO_MUCH: _l("It is too much for the guide: nobody new to meet, and we help"),
    EndWish.ANOTHER_FAMILY: _l("The guide would like to meet others than this group"),
    EndWish.FAMILY_MOVED: _l("The group moves"),
    EndWish.ANOTHER_GUIDE: _l("The group would like other guides"),
    EndWish.NO_GUIDE: _l("The group wants no guides any more"),
    FamilyAfter.WAITS: _l("It waits for other guides here"),
}


def _of_group(choices: Iterable[SelectChoice]) -> list[SelectChoice]:
    return [SelectChoice(one.value, _OF_GROUP.get(one.value, one.label)) for one in choices]


class StaffWishForm(Said):
    """How a match goes on or ends, as staff have talked about it with both."""

    wish = pick_one(
        EndWish,
        _l("What changes?"),
        _l("Choose from the list."),
        validators=[DataRequired(_l("Choose what changes."))],
    )
    last_meeting_on = DayField(
        _l("If it ends: when do they meet for the last time?"),
        description=_l(
            "The match ends when the day has passed and the guide knows; leave it empty for at once."
        ),
        validators=[Optional()],
    )
    guide = RadioField(
        _l("Which of the guides is it about?"),
        choices=[],
        description=_l(
            "Do the others go on? Then do not end the match: change its guides instead, so that"
            " nobody else loses it."
        ),
        invalid_choice_message=_l("Choose from the list."),
        validators=[Optional()],
    )
    guide_knows = BooleanField(
        _l("The guide knows about it"),
        description=_l(
            "Tick it when you have talked with the guide. Until then the guide sees nothing of what"
            " you plan, and it stays on your list."
        ),
    )
    rest_until = DayField(_REST, validators=[Optional()])
    family_after = RadioField(
        _l("What becomes of the family?"),
        choices=lambda: [SelectChoice(value, words) for value, words in choices(FamilyAfter)],
        description=_l(
            "Ask it what it would like. Where only one thing can follow, leave it open."
        ),
        invalid_choice_message=_l("Choose from the list."),
        validators=[Optional()],
    )
    to_municipality = StringField(
        _l("Which municipality does it move to?"),
        filters=[one_line],
        validators=[
            Optional(),
            Length(max=60, message=_l("Use 60 characters at most.")),
            no_personal_number,
            no_address,
        ],
    )
    moves_on = DayField(_l("When does it move?"), validators=[Optional()])
    agreed = BooleanField(_l("The family agrees that we tell the other municipality"))
    speaks_of_group = False
    here = ""  # our own name: nobody moves to where they live

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.family_after.flags.optional = False  # mostly it has to be chosen: see its hint

    def offer_guides(self, guides: Sequence[Guide]) -> None:
        """List the guides, where there are several: what is about one, is about one of them."""
        if len(guides) > 1:
            self.guide.choices = [SelectChoice(str(guide.id), guide.name) for guide in guides]
            self.guide.flags.optional = False
            self.guide_knows.label.text = _("The guides know about it")
            self.guide_knows.description = _(
                "Tick it when you have talked with all of them. Until then they see nothing of what"
                " you plan, and it stays on your list."
            )

    def speak_of_group(self) -> None:
        """Say everything of a group of minors instead of a family."""
        self.speaks_of_group = True
        for field in (self.wish, self.family_after):
            field.choices = _of_group(field.iter_choices())
        self.family_after.label.text = _("What becomes of the group?")
        self.agreed.label.text = _("The group agrees that we tell the other municipality")

    def show(self, ending: MatchEnding, rest_until: dt.date | None) -> None:
        super().show(ending, rest_until)
        plans_end = ending.side is not Side.GUIDE and ends_match(ending.wish)
        self.guide_knows.data = plans_end and ending.handled_on is not None
        self.family_after.data = ending.family_after.value if ending.family_after else ""
        if ending.guide_id:
            self.guide.data = str(ending.guide_id)

    def show_moving(self, transfer: Transfer) -> None:
        """Fill in the move that is prepared: its yes was given then."""
        self.to_municipality.data, self.moves_on.data = transfer.to_municipality, transfer.moves_on
        self.agreed.data = True

    def ask_what_becomes(self) -> None:
        """Say at the field that it has to be chosen, or that something else has."""
        words = _("Choose what becomes of the family: it does not follow from the choice above.")
        if self.speaks_of_group:
            words = _("Choose what becomes of the group: it does not follow from the choice above.")
        self.family_after.errors = [words]

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        return not self.family_after.errors and self._is_move_whole() and self._is_named() and whole

    def _is_named(self) -> bool:
        """Return whether it is said whom it is about, and say so at the field if not."""
        if self.wish.errors or self.guide.data or not self.guide.choices:
            return not self.guide.errors
        if is_about_guide(EndWish(self.wish.data)):
            self.ask_which_guide()
        return not self.guide.errors

    def ask_which_guide(self) -> None:
        """Say at the field that one of the guides has to be chosen."""
        self.guide.errors = [_("Choose which of them.")]

    def _is_move_whole(self) -> bool:
        if self.wish.errors:
            return True
        if self._moves and not may_move(EndWish(self.wish.data)):
            words = _("This does not go with the choice above. Empty it, or choose that it moves.")
            self.to_municipality.errors = [words]
            return False
        if self._after() is not FamilyAfter.TRANSFERS:
            return True
        missing = {
            self.to_municipality: _("Write the name of the municipality."),
            self.moves_on: _("Write the date."),
            self.agreed: _("Ask the family first: without its yes we tell nobody."),
        }
        whole = True
        for field, words in missing.items():
            if not field.data and not field.errors:
                field.errors, whole = [words], False
        place = self.to_municipality.data
        if place and place.casefold() == self.here.casefold():
            self.to_municipality.errors, whole = [_("They live there already.")], False
        return whole

    def _after(self) -> FamilyAfter | None:
        """Return what becomes of the family, as it is chosen or follows; a break changes nothing."""
        wish = EndWish(self.wish.data)
        if not ends_match(wish):
            return None
        if self.family_after.data:
            return FamilyAfter(self.family_after.data)
        return family_unsaid(wish, moves=self._moves)

    @property
    def _moves(self) -> bool:
        """Whether something is said about another municipality."""
        return any(field.data for field in (self.to_municipality, self.moves_on, self.agreed))

    def to_wish(self) -> Wish:
        wish = EndWish(self.wish.data)
        after = self._after()
        moving = None
        if after is FamilyAfter.TRANSFERS:
            moving = Moving(filled(self.to_municipality.data), filled(self.moves_on.data))
        knows = bool(self.guide_knows.data)
        days = _days(wish, self)
        whose = uuid.UUID(self.guide.data) if self.guide.data else None
        return Wish(wish, family_after=after, moving=moving, guide_knows=knows, whose=whose, **days)


class TransferForm(BaseForm):
    """What became of telling another municipality."""

    status = RadioField(
        choices=lambda: [
            SelectChoice(status.value, label(status))
            for status in (TransferStatus.TOLD, TransferStatus.DROPPED)
        ],
        invalid_choice_message=_l("Choose from the list."),
        validators=[DataRequired(_l("Choose from the list."))],
    )

    def to_status(self) -> TransferStatus:
        return TransferStatus(self.status.data)
