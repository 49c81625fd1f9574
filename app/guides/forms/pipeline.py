"""Forms of the steps: what is asked for, what a guide has done, and the declaration."""

import datetime as dt
import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, StopValidation

from app import wording
from app.contact import one_line
from app.guides.forms import fields
from app.guides.forms.staff import StepForm
from app.guides.models import StepCode, StepWay
from app.guides.queries.steps import Asked
from app.guides.services.declarations import NewVersion, Signature
from app.guides.services.pipeline import CHOSEN_HERE, Wanted
from app.guides.services.steps import LONGEST_REASON
from app.web.forms import BaseForm, EditForm, filled

LONGEST_TEXT = 8000
_NUMBER = re.compile(r"[0-9]{1,5}")

wording.register(
    StepCode,
    {
        StepCode.DECLARATION: _l("Declaration of confidentiality"),
        StepCode.COURSE: _l("Course"),
        StepCode.CERTIFICATE: _l("Police certificate"),
        StepCode.GUARDIANS: _l("The guardians' yes"),
    },
)
wording.register(
    StepWay,
    {
        StepWay.LINK: _l("signed through the link"),
        StepWay.MY_PAGE: _l("signed on the guide's own page"),
        StepWay.SEEN_BY_STAFF: _l("seen by staff"),
        StepWay.COURSE: _l("took part"),
    },
)


def _whole(text: str | None) -> str:
    """Return a text with the line ends that we store, and none around it."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        filters=[_whole],
        validators=[
            DataRequired(_l("Write the text in this language too.")),
            Length(max=LONGEST_TEXT, message=_l("The text is too long.")),
        ],
    )


class PipelineForm(EditForm):
    """Which steps the municipality asks for, and which comes first."""

    declaration = BooleanField(
        _l("A signed declaration of confidentiality"),
        description=_l("The guide signs it through a link, or you note that you have seen it."),
    )
    course = BooleanField(
        _l("A course"),
        description=_l("Attendance at one of your courses ticks it, or you note it yourself."),
    )
    first = RadioField(
        _l("Which comes first?"),
        description=_l("So it stands on the guide's own page. Nobody has to follow the order."),
        choices=lambda: [SelectChoice(code.value, wording.label(code)) for code in CHOSEN_HERE],
        invalid_choice_message=_l("Choose one of the answers."),
    )

    @staticmethod
    def answers_of(asked: Iterable[Asked]) -> dict[str, object]:
        """Return what a municipality asks for, as the answers of this form."""
        here = [step for step in asked if step.code in CHOSEN_HERE]
        required = {step.code.value: step.required for step in here}
        return required | {"first": here[0].code.value}

    def to_input(self) -> dict[StepCode, Wanted]:
        order = sorted(CHOSEN_HERE, key=lambda code: code.value != self.first.data)
        return {
            code: Wanted(bool(self[code.value].data), place) for place, code in enumerate(order)
        }


class DeclarationForm(BaseForm):
    """A new version of the declaration."""

    text_nb = _text("Bokmål")
    text_nn = _text("Nynorsk")
    text_en = _text("English")
    asked_anew = BooleanField(
        _l("Everybody has to sign this version"),
        description=_l(
            "Until they have, they are proposed to no more families. Without the tick, what"
            " they have signed goes on counting."
        ),
    )
    after = HiddenField()

    def to_input(self) -> NewVersion:
        return NewVersion(
            text_nb=filled(self.text_nb.data),
            text_nn=filled(self.text_nn.data),
            text_en=filled(self.text_en.data),
            asked_anew=bool(self.asked_anew.data),
        )

    @property
    def after_version(self) -> int:
        """The version that was shown."""
        return _version(self.after.data)


class SignForm(BaseForm):
    """The guide's own signature."""

    name = fields.name_field(
        _l("Your name"), description=_l("Write it in full. It is your signature.")
    )
    version = HiddenField()
    known = ""  # the name under which we know the guide, who may have but one

    def validate_name(self, field: Any) -> None:
        words = [word for word in filled(field.data).split() if any(map(str.isalpha, word))]
        if not words[1:] and filled(field.data).casefold() != self.known.casefold():
            raise StopValidation(_("Write your first name and your last name."))
        ours = set(self.known.casefold().split())
        if ours and ours.isdisjoint(filled(field.data).casefold().split()):
            raise StopValidation(_("Write your own name, as you did when you signed up."))

    def to_signature(self, way: StepWay) -> Signature:
        return Signature(_version(self.version.data), filled(self.name.data), way)


def _version(typed: str | None) -> int:
    """Return the number of a version; 0 for nonsense, which is none."""
    return int(typed) if typed and _NUMBER.fullmatch(typed) else 0


class WaiverForm(BaseForm):
    """Which missing steps to do without, and why."""

    codes = SelectMultipleField(
        _l("Go on without"),
        validators=[DataRequired(_l("Tick at least one step."))],
        invalid_choice_message=_l("Choose among the answers on the list."),
    )
    reason = StringField(
        _l("Why?"),
        filters=[one_line],
        description=_l(
            "A few words that a colleague understands in a year. Nothing about health or family."
        ),
        validators=[
            DataRequired(_l("Write why.")),
            Length(max=LONGEST_REASON, message=_l("Use at most 280 characters.")),
            fields.no_personal_number,
            fields.no_address,
        ],
    )

    def __init__(self, missing: Collection[StepCode], **options: Any) -> None:
        super().__init__(prefix="waiver-", **options)
        self.codes.choices = [SelectChoice(code.value, wording.label(code)) for code in missing]

    @property
    def chosen(self) -> frozenset[StepCode]:
        return frozenset(StepCode(value) for value in self.codes.data or ())


class GuardianForm(StepForm):
    """Who said yes for a guide of 16 or 17, and when."""

    guardian = StringField(
        _l("Who said yes?"),
        filters=[one_line],
        description=_l("The name of the guardian, or of both."),
        validators=[
            DataRequired(_l("Write the guardian's name.")),
            Length(max=120, message=_l("Use at most 120 characters for the name.")),
            fields.no_personal_number,
        ],
    )

    def __init__(self, *, earliest: dt.date, latest: dt.date, **options: Any) -> None:
        super().__init__(earliest=earliest, latest=latest, prefix="guardian-", **options)

    @property
    def name(self) -> str:
        return str(filled(self.guardian.data))


def paragraphs(text: str) -> list[tuple[str, list[str]]]:
    """Return a plain text as ("p", lines) and ("ul", points): what begins with a dash is a point."""
    parts: list[tuple[str, list[str]]] = []
    for line in map(str.strip, text.splitlines()):
        kind = "ul" if line.startswith("- ") else "p"
        if not line:
            parts.append(("", []))
        elif parts and parts[-1][0] == kind:
            parts[-1][1].append(line.removeprefix("- "))
        else:
            parts.append((kind, [line.removeprefix("- ")]))
    return [part for part in parts if part[1]]


def said(codes: Iterable[StepCode]) -> str:
    """Return steps as they stand in the middle of a sentence."""
    return ", ".join(_small(str(wording.label(code))) for code in codes)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def still_missing(codes: Collection[StepCode]) -> str:
    """Return what keeps a guide from being proposed, as a sentence; "" for nothing."""
    return str(_("Not done yet: %(steps)s.", steps=said(codes))) if codes else ""


class Remaining(NamedTuple):
    """A step that a guide still has to do, in words for the guide."""

    title: str
    text: str
    url: str = ""
    action: str = ""
    code: StepCode | None = None


def remaining(
    codes: Collection[StepCode], *, sign_url: str = "", course_url: str = ""
) -> list[Remaining]:
    """Return what a guide still has to do, and where, as far as they can do it themselves."""
    told = {
        StepCode.DECLARATION: Remaining(
            str(wording.label(StepCode.DECLARATION)),
            _("What the family tells you stays with you. Read it and sign it here."),
            sign_url,
            _("Read and sign"),
        ),
        StepCode.COURSE: Remaining(
            str(wording.label(StepCode.COURSE)),
            _("You learn what it means to be a guide."),
            course_url,
            _("See the courses"),
        ),
        StepCode.CERTIFICATE: Remaining(
            str(wording.label(StepCode.CERTIFICATE)),
            _("You ask the police for it and show it to us. We help you with the form."),
        ),
        StepCode.GUARDIANS: Remaining(
            str(wording.label(StepCode.GUARDIANS)),
            _("You are under 18, so we talk to your parents or guardian too."),
        ),
    }
    return [told[code]._replace(code=code) for code in codes]
