"""What staff, guides and families fill in on a match's way."""

from collections.abc import Callable, Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.matches.models import AnswerWay, DeclineReason, EndReason, MatchStatus, Side
from app.matches.services import Ending, Refusal
from app.web.fields import DayField, no_personal_number, pick_one
from app.web.forms import BaseForm
from app.wording import choices, label

LONGEST_NOTE = 280
YES, NO = "yes", "no"
# The step at which each side is asked.
ASKED = {Side.GUIDE: MatchStatus.GUIDE_ASKED, Side.FAMILY: MatchStatus.FAMILY_ASKED}
_HEARD = (AnswerWay.PHONE, AnswerWay.IN_PERSON, AnswerWay.THROUGH_INTERPRETER)


_OWN_REASONS: Mapping[DeclineReason, LazyString] = {
    DeclineReason.NO_TIME: _l("I have no time just now"),
    DeclineReason.TOO_FAR: _l("It is too far for me"),
    DeclineReason.NOT_A_FIT: _l("It is not the right fit for me"),
    DeclineReason.KNOWS_THE_OTHER: _l("I think I know them"),
    DeclineReason.CHANGED_SITUATION: _l("My life has changed"),
    DeclineReason.FOUND_ANOTHER: _l("I have found somebody else"),
}


def _reasons() -> list[SelectChoice]:
    """Return the reasons for a no, "no reason given" first."""
    return [SelectChoice(value, words) for value, words in choices(DeclineReason)[::-1]]


def _own_reasons() -> list[SelectChoice]:
    """Return what somebody may answer about themselves: silence comes first."""
    unsaid = SelectChoice("", _l("I would rather not say"))
    return [unsaid, *(SelectChoice(code.value, words) for code, words in _OWN_REASONS.items())]


def _yes_or_no(yes: LazyString, no: LazyString) -> Callable[[], list[SelectChoice]]:
    return lambda: [SelectChoice(YES, yes), SelectChoice(NO, no)]


def _ways() -> list[SelectChoice]:
    return [SelectChoice(way.value, label(way)) for way in _HEARD]


_NOT_LISTED = _l("Choose from the list.")


class StepForm(BaseForm):
    """A step that asks nothing: the button is the answer."""


class NoteForm(BaseForm):
    note = TextAreaField(
        _l("Why this guide?"),
        description=_l("One sentence a colleague can understand. Nothing about health or faith."),
        validators=[
            Optional(),
            Length(max=LONGEST_NOTE, message=_l("Use 280 characters at most.")),
            no_personal_number,
        ],
    )


class AnswerForm(BaseForm):
    """An answer as staff heard it."""

    answer = RadioField(
        _l("What was the answer?"),
        choices=_yes_or_no(_l("Yes"), _l("No")),
        invalid_choice_message=_NOT_LISTED,
        validators=[DataRequired(_l("Choose yes or no."))],
    )
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

    @property
    def says_yes(self) -> bool:
        return bool(self.answer.data == YES)

    @property
    def heard(self) -> AnswerWay:
        return AnswerWay(self.way.data)

    def to_refusal(self, side: Side) -> Refusal:
        """Return the no as the answer to the question it was: not to one asked since."""
        return Refusal(side, DeclineReason(self.reason.data), self.heard, seen=ASKED[side])


class OwnAnswerForm(BaseForm):
    """The answer of the one who was asked: two buttons, and a reason for those who like."""

    reason = SelectField(
        _l("If your answer is no, you may tell us why"),
        choices=_own_reasons,
        default="",
        invalid_choice_message=_NOT_LISTED,
    )

    def to_reason(self) -> DeclineReason:
        return DeclineReason(self.reason.data or DeclineReason.NO_REASON)

    def to_refusal(self, way: AnswerWay) -> Refusal:
        return Refusal(Side.GUIDE, self.to_reason(), way, seen=ASKED[Side.GUIDE])


class StartMeetingForm(BaseForm):
    held_on = DayField(
        _l("When was the start meeting?"), validators=[InputRequired(_l("Write the date."))]
    )
    agreement = BooleanField(
        _l("Both know what the agreement is about, and said yes to it"),
        description=_l("How often, how long, and that a guide is a volunteer."),
        validators=[InputRequired(_l("The match starts when both have agreed."))],
    )


class EndForm(BaseForm):
    reason = pick_one(
        EndReason,
        _l("Why does it end?"),
        _l("Choose a reason."),
        validators=[DataRequired(_l("Choose a reason."))],
    )
    family_waits = RadioField(
        _l("What does the family want now?"),
        choices=_yes_or_no(_l("Another guide"), _l("No guide any more")),
        invalid_choice_message=_NOT_LISTED,
        validators=[DataRequired(_l("Choose what the family wants."))],
    )

    def to_ending(self) -> Ending:
        return Ending(EndReason(self.reason.data), family_waits=self.family_waits.data == YES)


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
