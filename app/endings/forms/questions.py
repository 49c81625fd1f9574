"""The five questions to a guide, and whether they can be asked again."""

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.endings.forms.for_families import LITTLE, NEARLY, Questions, one_tap, perhaps
from app.endings.models import Again, EndAnswer
from app.endings.queries import QUESTIONS
from app.endings.services import Taps
from app.wording import label

_AGAIN: dict[Again, LazyString] = {
    Again.NOW: _l("Yes, ask me again"),
    Again.LATER: _l("Yes, but not for two months"),
    Again.NO_MORE: _l("No, I no longer want to be a guide"),
}


def _again() -> list[SelectChoice]:
    return [SelectChoice(again.value, words) for again, words in _AGAIN.items()]


class GuideQuestions(Questions):
    went_well = one_tap(_l("Was it good to be a guide?"))
    met_enough = one_tap(_l("Did you meet often enough?"), NEARLY)
    got_help = one_tap(_l("Did the municipality help when you needed it?"))
    gained = one_tap(_l("Did you get something out of it yourself?"), LITTLE)
    keep_in_touch = perhaps(_l("Will you stay in touch, as friends?"))
    again = RadioField(
        _l("Can we ask you about another family?"),
        choices=_again,
        invalid_choice_message=_l("Choose from the list."),
        validators=[Optional()],
    )

    def suit_group(self) -> None:
        super().suit_group()
        self.again.label.text = _("Can we ask you about another group?")

    def to_taps(self) -> Taps:
        taps = super().to_taps()
        return Taps(taps.answers, Again(self.again.data) if self.again.data else None)


def shown_answers(answer: EndAnswer) -> list[tuple[str, str]]:
    """Return what one side tapped, question by question; those left open are left out."""
    questions = {
        "went_well": _("It was good"),
        "met_enough": _("They met often enough"),
        "got_help": _("The municipality helped"),
        "gained": _("They got something out of it"),
        "keep_in_touch": _("They stay in touch"),
    }
    told = [(questions[name], getattr(answer, name)) for name in QUESTIONS]
    lines = [(str(question), str(label(tap))) for question, tap in told if tap]
    if answer.again:
        lines.append((str(_("Available again")), str(label(answer.again))))
    return lines
