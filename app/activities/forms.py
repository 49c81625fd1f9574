"""The log of a meeting: three taps on a phone, and a note for those who like."""

import datetime as dt
import secrets

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.activities.models import Activity, ActivityKind, Mood
from app.activities.services import Meeting
from app.web.fields import (
    DayField,
    WholeNumber,
    no_address,
    no_personal_number,
    no_phone_number,
    pick_one,
)
from app.web.forms import BaseForm, filled
from app.wording import register

register(
    ActivityKind,
    {
        ActivityKind.CHAT: _l("A chat, coffee or a visit"),
        ActivityKind.LANGUAGE_PRACTICE: _l("Practised Norwegian"),
        ActivityKind.DINNER: _l("Dinner or cooking"),
        ActivityKind.FOOTBALL_LIFT: _l("Along to football or another activity"),
        ActivityKind.HOMEWORK: _l("Homework"),
        ActivityKind.NATURE: _l("Out in nature"),
        ActivityKind.CV_AND_JOB: _l("CV and job"),
        ActivityKind.OFFICE_VISIT: _l("Along to NAV or another office, for company"),
        ActivityKind.OTHER: _l("Something else"),
    },
)
register(
    Mood,
    {Mood.HARD: _l("It was hard"), Mood.FINE: _l("It was fine"), Mood.GOOD: _l("It was good")},
)

TODAY, YESTERDAY, ANOTHER = "today", "yesterday", "another"
OTHER_LENGTH = "other"
SHORTEST_MINUTES, LONGEST_MINUTES = 15, 1440
LONGEST_NOTE = 280
_TOKEN_LENGTH = 64


def _days() -> list[SelectChoice]:
    return [
        SelectChoice(TODAY, _("Today")),
        SelectChoice(YESTERDAY, _("Yesterday")),
        SelectChoice(ANOTHER, _("Another day")),
    ]


def _lengths() -> list[SelectChoice]:
    return [
        SelectChoice("30", _("30 min")),
        SelectChoice("60", _("1 h")),
        SelectChoice("90", _("1½ h")),
        SelectChoice("120", _("2 h")),
        SelectChoice("180", _("3 h")),
        SelectChoice(OTHER_LENGTH, _("Other")),
    ]


class ActivityForm(BaseForm):
    """A meeting. `today` is given by the view, so that "yesterday" is the reader's."""

    def __init__(self, *, earliest: dt.date | None, today: dt.date) -> None:
        super().__init__()
        self.earliest, self.today = earliest, today

    once_token = HiddenField(
        validators=[Length(max=_TOKEN_LENGTH, message=_l("Load the page again."))]
    )
    day = RadioField(
        _l("When did you meet?"),
        choices=_days,
        default=TODAY,
        validators=[DataRequired(_l("Choose a day."))],
        invalid_choice_message=_l("Choose a day."),
    )
    done_on = DayField(_l("Which day?"))
    kind = pick_one(
        ActivityKind,
        _l("What did you do?"),
        _l("Choose what you did."),
        validators=[DataRequired(_l("Choose what you did."))],
    )
    length = RadioField(
        _l("How long?"),
        choices=_lengths,
        default="60",
        validators=[DataRequired(_l("Choose how long."))],
        invalid_choice_message=_l("Choose how long."),
    )
    minutes = WholeNumber(
        _l("How many minutes?"),
        least=SHORTEST_MINUTES,
        most=LONGEST_MINUTES,
    )
    mood = pick_one(
        Mood,
        _l("How did it go?"),
        _l("Choose how it went."),
        validators=[DataRequired(_l("Choose how it went."))],
    )
    note = TextAreaField(
        _l("A note"),
        description=_l(
            "Short. Please do not write names, numbers or addresses, or about health or faith."
        ),
        filters=[lambda text: (text or "").strip()],
        validators=[
            Optional(),
            Length(max=LONGEST_NOTE, message=_l("Use 280 characters at most.")),
            no_personal_number,
            no_phone_number,
            no_address,
        ],
    )

    def begin(self) -> None:
        """Give a new form its token; a form that comes back keeps its own."""
        self.once_token.data = self.once_token.data or secrets.token_urlsafe(24)

    def show(self, activity: Activity, today: dt.date) -> None:
        """Fill in a stored meeting for its guide to correct."""
        days = {today: TODAY, today - dt.timedelta(days=1): YESTERDAY}
        self.day.data = days.get(activity.done_on, ANOTHER)
        self.done_on.data = activity.done_on if self.day.data == ANOTHER else None
        length = str(activity.duration_minutes)
        known = length in {choice.value for choice in _lengths()}
        self.length.data = length if known else OTHER_LENGTH
        self.minutes.data = None if known else activity.duration_minutes
        self.kind.data, self.mood.data = activity.kind.value, activity.mood.value
        self.note.data = activity.note

    def validate(self, extra_validators: object = None) -> bool:
        self._forget_what_is_not_asked()
        valid: bool = super().validate(extra_validators)
        if not self.done_on.errors and (words := self._wrong_day()):
            self.explain_day(words)
            valid = False
        if self.length.data == OTHER_LENGTH and not self.minutes.data and not self.minutes.errors:
            self.minutes.errors = [_("Write how many minutes.")]
            valid = False
        return valid

    def _forget_what_is_not_asked(self) -> None:
        """Whoever chose "today" is not told that another date, out of sight, is wrong."""
        for asked, field in (
            (self.day.data == ANOTHER, self.done_on),
            (self.length.data == OTHER_LENGTH, self.minutes),
        ):
            if not asked:
                field.data, field.process_errors = None, []

    def _wrong_day(self) -> str:
        """Return what is wrong with the day, beside whatever else is; "" if nothing is."""
        if self.day.data == ANOTHER and not self.done_on.data:
            return str(_("Write the date."))
        if self.day.errors:
            return ""
        if self.done_on_day > self.today:
            return str(_("The day has not come yet."))
        if self.earliest and self.done_on_day < self.earliest:
            return str(_("That was before the start meeting."))
        return ""

    def explain_day(self, words: str) -> None:
        """Put what is wrong with the day where it can be mended."""
        self.done_on.errors = [words]
        self.day.data = ANOTHER

    def to_meeting(self) -> Meeting:
        other = self.length.data == OTHER_LENGTH
        return Meeting(
            done_on=self.done_on_day,
            duration_minutes=filled(self.minutes.data) if other else int(self.length.data),
            kind=ActivityKind(self.kind.data),
            mood=Mood(self.mood.data),
            note=self.note.data or "",
        )

    @property
    def done_on_day(self) -> dt.date:
        if self.day.data == ANOTHER:
            return filled(self.done_on.data)
        return self.today if self.day.data == TODAY else self.today - dt.timedelta(days=1)


class DeleteForm(BaseForm):
    """Yes to deleting."""
