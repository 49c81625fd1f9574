"""What staff fill in about a start meeting, its places and the agreement."""

import datetime as dt
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from app import contact
from app.families.models import Family
from app.languages import WRITTEN_TO_FAMILIES
from app.matches.models import (
    Agreement,
    Match,
    MeetingPlace,
    Side,
    StartCheck,
    StartGap,
    StartMeeting,
)
from app.matches.queries import Terms
from app.matches.services import PlaceInput, Plan, Signatures
from app.matches.services.starting import ChecksOpen, MeetingAhead
from app.oslo import OSLO, day_of
from app.vocabulary import Rhythm
from app.web.fields import (
    ClockField,
    DayField,
    Picker,
    WholeNumber,
    no_personal_number,
    no_protection,
    pick_many,
    pick_one,
)
from app.web.forms import BaseForm, filled
from app.web.locale import FAMILY_LANGUAGES
from app.web.templating import day
from app.wording import language_label

OPENS, CLOSES = dt.time(7), dt.time(21)
LONGEST_AGREEMENT = 24


class MeetingForm(BaseForm):
    """When, where and with which interpreter."""

    on = DayField(_l("Day"), validators=[InputRequired(_l("Write the day."))])
    at = ClockField(_l("Time"), validators=[InputRequired(_l("Write the time."))])
    place = Picker(_l("Place"), validators=[DataRequired(_l("Choose a place."))])
    interpreter = Picker(_l("Interpreter"), description=_l("A child never interprets."))

    def offer(self, places: list[MeetingPlace], family: Family) -> None:
        """Set what can be chosen: the places, and the languages that the family uses."""
        self.place.choices = [
            SelectChoice("", _("Choose a place")),
            *[SelectChoice(str(place.id), place.name) for place in places],
        ]
        languages = [row.code for row in family.languages if not row.unacceptable]
        self.interpreter.choices = [
            SelectChoice("", _("No interpreter")),
            *[SelectChoice(code, language_label(code)) for code in languages if code != "no"],
        ]

    def show(self, meeting: StartMeeting | None, family: Family) -> None:
        """Fill in what is planned, or what the family needs."""
        if meeting is None:
            foreign = [r.code for r in family.languages if not r.unacceptable and r.code != "no"]
            self.interpreter.data = foreign[0] if foreign and family.interpreter_needed else ""
            return
        local = meeting.at.astimezone(OSLO)
        self.on.data, self.at.data = day_of(meeting.at), local.time()
        self.place.data = str(meeting.place_id)
        self.interpreter.data = meeting.interpreter_language

    def validate_at(self, field: Any) -> None:
        if field.data and not OPENS <= field.data <= CLOSES:
            raise StopValidation(_("Choose a time between 7 and 21."))

    def to_plan(self) -> Plan:
        local = dt.datetime.combine(filled(self.on.data), filled(self.at.data), OSLO)
        place_id = uuid.UUID(self.place.data)
        return Plan(local.astimezone(dt.UTC), place_id, self.interpreter.data or "")


class TermsForm(BaseForm):
    """How long and how often, and the language beside Norwegian."""

    months = WholeNumber(
        _l("How many months?"),
        least=1,
        most=LONGEST_AGREEMENT,
        validators=[InputRequired(_l("Write how many months."))],
    )
    rhythm = pick_one(Rhythm, _l("How often do they meet?"), _l("Choose how often."))
    family_locale = Picker(_l("Their language on the agreement"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.family_locale.choices = [
            SelectChoice(code, FAMILY_LANGUAGES[code]) for code in WRITTEN_TO_FAMILIES
        ]

    def show(self, terms: Terms) -> None:
        self.months.data, self.rhythm.data, self.family_locale.data = terms

    def to_terms(self) -> Terms:
        return Terms(
            filled(self.months.data), Rhythm(self.rhythm.data), filled(self.family_locale.data)
        )


class SignaturesForm(BaseForm):
    """What was talked about, and who has signed."""

    checks = pick_many(StartCheck, _l("What was talked about"))
    guide_on = DayField(_l("The guide signed on"), validators=[Optional()])
    family_on = DayField(_l("The family signed on"), validators=[Optional()])
    gap = pick_one(
        StartGap,
        _l("Why does the match begin anyway?"),
        _l("Choose from the list."),
        validators=[Optional()],
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.gap.flags.optional = False  # where it is shown

    @property
    def asks(self) -> bool:
        """Whether the page asks why it begins."""
        return bool(self.gap.errors or self.gap.data)

    def ask(self, refusal: MeetingAhead | ChecksOpen) -> None:
        """Ask why it begins, at the field where one says so."""
        if isinstance(refusal, MeetingAhead):
            words = _("The meeting is planned for %(date)s. Say why.", date=day(refusal.on))
        else:
            words = _("Not everything is ticked. Tick the rest, or say why.")
        self.gap.errors = [words]

    def show(self, meeting: StartMeeting | None, agreement: Agreement | None) -> None:
        self.checks.data = sorted(meeting.checks) if meeting else []
        if agreement:
            self.guide_on.data = agreement.guide_signed_on
            self.family_on.data = agreement.family_signed_on

    def speak_of(self, match: Match) -> None:
        """Ask for the day of the last of several guides, and of whoever answers for a group."""
        if len(match.takers) > 1:
            self.guide_on.label.text = _("The last of the guides signed on")
        if match.family.is_group:
            self.family_on.label.text = _("The adult who answers for the group signed on")

    def to_checks(self) -> frozenset[StartCheck]:
        return frozenset(StartCheck(code) for code in self.checks.data or ())

    def to_signatures(self) -> Signatures:
        gap = StartGap(self.gap.data) if self.gap.data else None
        return Signatures(self.guide_on.data, self.family_on.data, gap)


def refuse_days(form: Any, sides: frozenset[Side], words: str) -> None:
    """Say at the days on which these sides signed or agreed that they are out of place."""
    for side, field in ((Side.GUIDE, form.guide_on), (Side.FAMILY, form.family_on)):
        if side in sides:
            field.errors = [words]


class PlaceForm(BaseForm):
    """A public place where start meetings are held."""

    name = StringField(
        _l("Name"),
        filters=[contact.one_line],
        validators=[
            DataRequired(_l("Write the name of the place.")),
            Length(max=80, message=_l("Use at most %(max)d characters.")),
            no_personal_number,
            no_protection,
        ],
        description=_l("A public place, such as the library. Nobody's home."),
    )
    way_there = StringField(
        _l("How to find it"),
        filters=[contact.one_line],
        validators=[
            Optional(),
            Length(max=160, message=_l("Use at most %(max)d characters.")),
            no_personal_number,
            no_protection,
        ],
        description=_l("Street, floor or bus stop."),
    )
    active = BooleanField(_l("In use"), default=True)

    def to_input(self) -> PlaceInput:
        return PlaceInput(self.name.data, self.way_there.data, active=self.active.data)
