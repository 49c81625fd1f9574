"""What staff fill in on a match's way."""

import uuid
from collections.abc import Callable

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.matches.forms.own_answers import ASKED, NO, YES
from app.matches.models import AnswerWay, DeclineReason, Match, MatchStatus, Side
from app.matches.services import Refusal
from app.matches.services.steps import Heard
from app.web.fields import DayField, no_address, no_personal_number, no_phone_number, pick_one
from app.web.forms import BaseForm
from app.wording import choices, label

LONGEST_NOTE = 280
_HEARD = (AnswerWay.PHONE, AnswerWay.IN_PERSON, AnswerWay.THROUGH_INTERPRETER)


def _reasons() -> list[SelectChoice]:
    """Return the reasons for a no, "no reason given" first."""
    return [SelectChoice(value, words) for value, words in choices(DeclineReason)[::-1]]


def _yes_or_no(yes: LazyString, no: LazyString) -> Callable[[], list[SelectChoice]]:
    return lambda: [SelectChoice(YES, yes), SelectChoice(NO, no)]


def _ways() -> list[SelectChoice]:
    return [SelectChoice(way.value, label(way)) for way in _HEARD]


_NOT_LISTED = _l("Choose from the list.")


class StepForm(BaseForm):
    """A step that asks nothing: the button is the answer."""


class FamilyQuestionForm(BaseForm):
    """The question to a family, put for the first time or, seen to be put, once more."""

    seen = HiddenField(default=MatchStatus.GUIDE_ACCEPTED)


class NoteForm(BaseForm):
    note = TextAreaField(
        _l("Why this guide?"),
        description=_l("One sentence a colleague can understand. Nothing about health or faith."),
        validators=[
            Optional(),
            Length(max=LONGEST_NOTE, message=_l("Use 280 characters at most.")),
            no_personal_number,
            no_phone_number,
            no_address,
        ],
    )


class AnswerForm(BaseForm):
    """An answer as staff heard it."""

    guide = SelectField(_l("Whose answer is it?"), default="", validate_choice=False)
    answer = RadioField(
        _l("What was the answer?"),
        choices=_yes_or_no(_l("Yes"), _l("No")),
        invalid_choice_message=_NOT_LISTED,
        validators=[DataRequired(_l("Choose yes or no."))],
    )
    on = DayField(_l("If the answer was yes: which day was it given?"), validators=[Optional()])
    way = SelectField(
        _l("How did you hear it?"),
        choices=_ways,
        default=AnswerWay.PHONE,
        invalid_choice_message=_NOT_LISTED,
    )
    reason = SelectField(
        _l("If the answer was no: why?"),
        choices=_reasons,
        default=DeclineReason.NO_REASON,
        invalid_choice_message=_NOT_LISTED,
    )

    def offer(self, match: Match) -> None:
        """Set whose answer it may be, where a guide is asked: the one who leads comes first."""
        asked = [row for row in match.guides if row.awaits_yes]
        self.guide.choices = [SelectChoice(str(row.guide_id), row.guide.name) for row in asked]
        if asked and not self.guide.data:
            self.guide.data = str(asked[0].guide_id)

    @property
    def guide_id(self) -> uuid.UUID | None:
        """Whose answer it is, where a guide was named."""
        try:
            return uuid.UUID(self.guide.data or "")
        except ValueError:
            return None

    @property
    def says_yes(self) -> bool:
        return bool(self.answer.data == YES)

    @property
    def no_because(self) -> DeclineReason | None:
        return None if self.says_yes else DeclineReason(self.reason.data)

    @property
    def heard(self) -> Heard:
        return Heard(AnswerWay(self.way.data), self.on.data)

    def refuse_day(self) -> None:
        """Say at the field that the day cannot be right."""
        self.on.errors = [_("Write a day from the one they were asked until today.")]

    def to_refusal(self, side: Side) -> Refusal:
        """Return the no as the answer to the question it was: not to one asked since."""
        of_guide = self.guide_id if side is Side.GUIDE else None
        reason = DeclineReason(self.reason.data)
        return Refusal(side, reason, self.heard.way, seen=ASKED[side], guide_id=of_guide)


class StopForm(BaseForm):
    seen = HiddenField()  # at which step the match was when the page was drawn
    side = pick_one(
        Side,
        _l("Who stops it?"),
        _l("Choose who stops it."),
        validators=[DataRequired(_l("Choose who stops it."))],
    )
    reason = SelectField(
        _l("Why?"),
        choices=_reasons,
        default=DeclineReason.NO_REASON,
        invalid_choice_message=_NOT_LISTED,
    )

    def to_refusal(self) -> Refusal:
        return Refusal(
            Side(self.side.data), DeclineReason(self.reason.data), seen=self.seen.data or ""
        )
