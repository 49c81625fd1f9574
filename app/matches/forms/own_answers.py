"""The answer of those who were asked, guide or family: each in their own language."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from app.matches.models import AnswerWay, DeclineReason, MatchStatus, Side
from app.matches.services import Refusal
from app.web.forms import BaseForm

YES, NO = "yes", "no"
# The step at which each side is asked.
ASKED = {Side.GUIDE: MatchStatus.GUIDE_ASKED, Side.FAMILY: MatchStatus.FAMILY_ASKED}
_OWN_REASONS: Mapping[DeclineReason, LazyString] = {
    DeclineReason.NO_TIME: _l("I have no time just now"),
    DeclineReason.TOO_FAR: _l("It is too far for me"),
    DeclineReason.NOT_A_FIT: _l("It is not the right fit for me"),
    DeclineReason.KNOWS_THE_OTHER: _l("I think I know them"),
    DeclineReason.CHANGED_SITUATION: _l("My life has changed"),
    DeclineReason.FOUND_ANOTHER: _l("I have found somebody else"),
}


def _own_reasons() -> list[SelectChoice]:
    """Return what somebody may answer about themselves: silence comes first."""
    unsaid = SelectChoice("", _l("I would rather not say"))
    return [unsaid, *(SelectChoice(code.value, words) for code, words in _OWN_REASONS.items())]


class OwnAnswerForm(BaseForm):
    """The answer of the one who was asked: two buttons, and a reason for those who like."""

    reason = SelectField(
        _l("If your answer is no, you may tell us why"),
        choices=_own_reasons,
        default="",
        invalid_choice_message=_l("Choose from the list."),
    )

    seen = HiddenField(default=ASKED[Side.GUIDE])  # later on: at which step they change their mind

    def to_reason(self) -> DeclineReason:
        return DeclineReason(self.reason.data or DeclineReason.NO_REASON)

    def to_refusal(self, way: AnswerWay) -> Refusal:
        return Refusal(Side.GUIDE, self.to_reason(), way, seen=self.seen.data or ASKED[Side.GUIDE])
