"""What is asked of a pair and of staff, in words. Nobody writes text here: it is said instead."""

import secrets
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.contact import one_line
from app.follow_ups.models import (
    ContactedBy,
    FollowUpKind,
    Light,
    PairSide,
    Reply,
    SpokeWith,
)
from app.follow_ups.queries import RULE_NAMES, Rules, Sign
from app.follow_ups.services import Contact
from app.web.fields import DayField, WholeNumber, pick_one
from app.web.forms import BaseForm, EditForm, filled
from app.wording import register

register(
    FollowUpKind,
    {
        FollowUpKind.DID_YOU_MEET: _l("Do you meet? (to both, by link)"),
        FollowUpKind.CHECK_IN: _l("Ask how it goes"),
        FollowUpKind.MID_TERM: _l("Halfway (to both, by link)"),
        FollowUpKind.END: _l("The agreement runs out soon: talk about the end"),
        FollowUpKind.AGAIN: _l("We promised to get in touch again"),
    },
)
register(
    Reply,
    {
        Reply.FINE: _l("We meet, and it is fine"),
        Reply.NOT_MEETING: _l("We do not meet"),
        Reply.TALK: _l("Wants to talk to us"),
    },
)
register(PairSide, {PairSide.GUIDE: _l("The guide"), PairSide.FAMILY: _l("The family")})
register(
    SpokeWith,
    {
        SpokeWith.GUIDE: _l("The guide"),
        SpokeWith.FAMILY: _l("The family"),
        SpokeWith.BOTH: _l("Both sides"),
    },
)
register(
    ContactedBy,
    {
        ContactedBy.PHONE: _l("By phone"),
        ContactedBy.IN_PERSON: _l("In person"),
        ContactedBy.THROUGH_INTERPRETER: _l("Through an interpreter"),
        ContactedBy.MESSAGE: _l("By message"),
    },
)
register(
    Light,
    {
        Light.GOOD: _l("It goes well"),
        Light.WARNING: _l("Worth watching"),
        Light.BAD: _l("Somebody must act"),
    },
)
register(
    Sign,
    {
        Sign.CONCERN: _l("Is worried and wants to be called"),
        Sign.ALONE: _l("A group is without a grown-up guide, or with one guide alone"),
        Sign.LACKS: _l(
            "Something that must be in place is missing: nobody meets before it is mended"
        ),
        Sign.TALK: _l("Wants to talk to us"),
        Sign.NOT_MEETING: _l("They do not meet"),
        Sign.RUNS_OUT: _l("The agreed time is over soon, or is over"),
        Sign.CONTACT: _l("Time to ask how it goes"),
        Sign.SILENT: _l("No meeting logged for a while"),
    },
)
COLORS = {Light.GOOD: "success", Light.WARNING: "warning", Light.BAD: "danger"}
_TOKEN_LENGTH = 64
_NUMBER_NEEDED = (InputRequired(_l("Write a number.")),)


class OnceForm(BaseForm):
    """A form that counts once, however often it is sent."""

    once_token = HiddenField(
        validators=[
            DataRequired(_l("Load the page again.")),
            Length(max=_TOKEN_LENGTH, message=_l("Load the page again.")),
        ]
    )

    def begin(self) -> None:
        """Give a new form its token; a form that comes back keeps its own."""
        self.once_token.data = self.once_token.data or secrets.token_urlsafe(24)


class ConcernForm(OnceForm):
    """One button: call me."""


class ContactForm(OnceForm):
    """That staff spoke with a pair."""

    spoke_with = pick_one(
        SpokeWith,
        _l("Whom did you talk to?"),
        _l("Choose whom you talked to."),
        validators=[DataRequired(_l("Choose whom you talked to."))],
    )
    way = pick_one(
        ContactedBy,
        _l("How?"),
        _l("Choose how you talked."),
        default=ContactedBy.PHONE.value,
        validators=[DataRequired(_l("Choose how you talked."))],
    )
    talked_on = DayField(
        _l("When did you talk?"),
        description=_l("What was due or said after that day stays on the list."),
        validators=[InputRequired(_l("Write the day on which you talked."))],
    )
    light = pick_one(
        Light,
        _l("How does it go?"),
        _l("Choose how it goes."),
        validators=[DataRequired(_l("Choose how it goes."))],
    )
    again_on = DayField(
        _l("When do you get in touch again?"),
        description=_l("Leave it empty to follow the plan."),
    )

    def validate_again_on(self, field: DayField) -> None:
        if self.light.data in {Light.WARNING, Light.BAD} and not field.data and not field.errors:
            raise ValidationError(_("Write a date: somebody must look after this pair."))

    def refuse_day(self) -> None:
        """Say at the field that they cannot have talked on that day."""
        self.talked_on.errors = [_("Choose a day from the start of the match until today.")]

    def contradict(self, sides: Iterable[PairSide]) -> None:
        """Say at the field that it does not go well, as others have told us."""
        words = {
            PairSide.GUIDE: _(
                "A guide has told us that it does not go well. Talk with them too, or choose"
                " another answer."
            ),
            PairSide.FAMILY: _(
                "The family has told us that it does not go well. Talk with them too, or choose"
                " another answer."
            ),
        }
        self.light.errors = [words[side] for side in sorted(sides)]

    def to_contact(self) -> Contact:
        return Contact(
            spoke_with=SpokeWith(self.spoke_with.data),
            way=ContactedBy(self.way.data),
            light=Light(self.light.data),
            again_on=self.again_on.data,
            talked_on=self.talked_on.data,
        )


class RulesForm(EditForm):
    """When the municipality asks and calls."""

    first_question_days = WholeNumber(
        _l("Days until the first question"), least=1, most=180, validators=_NUMBER_NEEDED
    )
    second_question_days = WholeNumber(
        _l("Days until the second question"), least=2, most=366, validators=_NUMBER_NEEDED
    )
    early_every_days = WholeNumber(
        _l("Days between calls in the first month"), least=1, most=60, validators=_NUMBER_NEEDED
    )
    middle_every_days = WholeNumber(
        _l("Days between calls until month three"), least=1, most=120, validators=_NUMBER_NEEDED
    )
    late_every_days = WholeNumber(
        _l("Days between calls after that"), least=1, most=366, validators=_NUMBER_NEEDED
    )
    silent_days = WholeNumber(
        _l("Days without a logged meeting before we ask"),
        least=7,
        most=366,
        validators=_NUMBER_NEEDED,
    )
    child_welfare_phone = StringField(
        _l("Phone of the child welfare emergency service here"),
        description=_l("Shown on the page for those who are worried."),
        filters=[one_line],
        validators=[Length(max=40, message=_l("Use at most 40 characters."))],
    )

    def validate_second_question_days(self, field: WholeNumber) -> None:
        first = self.first_question_days.data
        if first is not None and field.data is not None and field.data <= first:
            raise ValidationError(_("The second question comes after the first."))

    def validate_child_welfare_phone(self, field: StringField) -> None:
        typed = (field.data or "").replace(" ", "").removeprefix("+")
        if typed and not (typed.isascii() and typed.isdecimal()):
            raise ValidationError(_("Write the number in digits, such as 116 117."))

    def to_rules(self) -> Rules:
        """Return what the service takes."""
        values: dict[str, Any] = {name: filled(self[name].data) for name in RULE_NAMES}
        return Rules(**values)
