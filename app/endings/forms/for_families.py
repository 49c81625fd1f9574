"""The five questions to a family, in the languages of families: no words for staff here."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.endings.models import Tap
from app.endings.services import Taps
from app.web.forms import BaseForm
from app.wording import register

PARTLY: dict[Tap, LazyString] = {
    Tap.YES: _l("Yes"),
    Tap.PARTLY: _l("Partly"),
    Tap.NO: _l("No"),
}
register(Tap, PARTLY)
NEARLY: Mapping[Tap, LazyString] = PARTLY | {Tap.PARTLY: _l("Nearly")}
_MAYBE: Mapping[Tap, LazyString] = PARTLY | {Tap.PARTLY: _l("Perhaps")}
LITTLE: Mapping[Tap, LazyString] = PARTLY | {Tap.PARTLY: _l("A little")}


def tap_choices(words: Mapping[Tap, LazyString] = PARTLY) -> Callable[[], list[SelectChoice]]:
    return lambda: [SelectChoice(tap.value, words[tap]) for tap in Tap]


def one_tap(question: LazyString, words: Mapping[Tap, LazyString] = PARTLY) -> RadioField:
    """Return a question with three answers, which may stay open."""
    return RadioField(
        question,
        choices=tap_choices(words),
        invalid_choice_message=_l("Choose from the list."),
        validators=[Optional()],
    )


def perhaps(question: LazyString) -> RadioField:
    return one_tap(question, _MAYBE)


class Questions(BaseForm):
    """Five questions, a tap each."""

    def to_taps(self) -> Taps:
        fields: dict[str, Any] = {name: self[name].data for name in self.names()}
        return Taps({name: Tap(value) for name, value in fields.items() if value})

    def ask_for_one(self) -> None:
        """Tell whoever sent the page without an answer that one is enough."""
        self.form_errors.append(_("Tap at least one answer."))

    def suit_group(self) -> None:
        """Leave out whether they stay in touch: nobody meets a group of minors alone."""
        del self.keep_in_touch

    def names(self) -> tuple[str, ...]:
        """Return the questions in the order in which they are asked."""
        every = ("went_well", "met_enough", "got_help", "gained", "keep_in_touch")
        return tuple(name for name in every if name in self)


class FamilyQuestions(Questions):
    went_well = one_tap(_l("Was it good to have a guide?"))
    met_enough = one_tap(_l("Did you meet often enough?"), NEARLY)
    got_help = one_tap(_l("Did the municipality help when you needed it?"))
    gained = one_tap(_l("Do you feel more at home here now?"), LITTLE)
    keep_in_touch = perhaps(_l("Will you stay in touch with your guide?"))

    def speak_of_several(self) -> None:
        """Ask about the guides, where there was more than one."""
        self.went_well.label.text = _("Was it good to have guides?")
        if "keep_in_touch" in self:
            self.keep_in_touch.label.text = _("Will you stay in touch with your guides?")
