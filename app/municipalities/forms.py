"""Forms of neighbourhoods, of the ways between them, and of what a municipality decides.

All of it works with no geodata.
"""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from app import contact
from app.contact import one_line
from app.geocoding import Position, PositionOutsideNorway, Precision
from app.municipalities.services import NeighbourhoodInput, SettingsInput, WayInput
from app.vocabulary import Rhythm
from app.web.fields import Picker, WholeNumber, no_personal_number, pick_one, whole_email
from app.web.forms import BaseForm, EditForm, filled

AS_LOADED, MINUTES, UNREACHABLE = "as-loaded", "minutes", "unreachable"
LONGEST_WAY_MINUTES = 300
_SHORT_NUMBER = re.compile(r"[01](?: ?[0-9]){2,5}")
SMS_SENDER = r"(?=[0-9 ]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ]{1,9}[A-Za-z0-9]$"  # what networks show
NEEDED = (DataRequired(_l("Write a number.")),)

Choices = Sequence[tuple[str, str]]


class NeighbourhoodForm(EditForm):
    """A neighbourhood, and what it is next to."""

    name = StringField(
        _l("Name"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Write what people call the place.")),
            Length(max=80, message=_l("Use at most 80 characters.")),
            no_personal_number,
        ],
    )
    parent = Picker(
        _l("Lies in"),
        default="",
        description=_l("A part of a larger neighbourhood has the same ways as the whole."),
    )
    next_to = SelectMultipleField(
        _l("Next to"),
        description=_l("Tick the neighbourhoods that one walks or cycles to."),
        invalid_choice_message=_l("Choose among the neighbourhoods on the list."),
    )
    latitude = StringField(
        _l("Latitude"),
        filters=[one_line],
        validators=[Length(max=20, message=_l("Use at most 20 characters."))],
        description=_l("Degrees north, such as 59.83"),
    )
    longitude = StringField(
        _l("Longitude"),
        filters=[one_line],
        validators=[Length(max=20, message=_l("Use at most 20 characters."))],
        description=_l("Degrees east, such as 10.43"),
    )
    active = BooleanField(
        _l("In use"),
        default=True,
        description=_l("A neighbourhood that is not in use cannot be chosen by anybody new."),
    )

    point: Position | None = None

    def offer(self, *, parents: Choices, siblings: Choices) -> None:
        """Fill the lists: what it may lie in, and what it may be next to."""
        self.parent.choices = [("", _("Nothing: it is a main neighbourhood")), *parents]
        self.next_to.choices = [SelectChoice(value, words) for value, words in siblings]
        for field in (self.latitude, self.longitude):
            field.flags.optional = True

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        return self._read_point() and valid

    def _read_point(self) -> bool:
        typed = [(field.data or "").replace(",", ".") for field in (self.latitude, self.longitude)]
        if not any(typed):
            return True
        try:
            latitude, longitude = (float(text) for text in typed)
            self.point = Position(latitude, longitude, Precision.PLACE)
        except PositionOutsideNorway as outside:
            self._refuse_point(_words_for(outside))
        except ValueError:
            self._refuse_point(_("Write both numbers, such as 59.83 and 10.43, or none of them."))
        return self.point is not None

    def _refuse_point(self, message: str) -> None:
        self.latitude.errors = [*self.latitude.errors, message]

    def to_input(self) -> NeighbourhoodInput:
        """Return what the service takes."""
        return NeighbourhoodInput(
            name=filled(self.name.data),
            active=self.active.data,
            parent_id=uuid.UUID(self.parent.data) if self.parent.data else None,
            point=self.point,
            next_to=frozenset(uuid.UUID(value) for value in self.next_to.data or ()),
        )


class WayForm(BaseForm):
    """What staff know about the way between two neighbourhoods."""

    way = RadioField(_l("How far is it?"), invalid_choice_message=_l("Choose one of the answers."))
    minutes = WholeNumber(
        _l("Minutes, from door to door"),
        least=1,
        most=LONGEST_WAY_MINUTES,
        description=_l("The way most people would go: by foot, bus or car."),
    )
    adjacent = BooleanField(_l("They are next to each other"))

    def offer(self, loaded: str) -> None:
        """Fill the answers; `loaded` is the way without anything that staff have said."""
        self.way.choices = [
            SelectChoice(AS_LOADED, _("As in the files"), {"hint": loaded}),
            SelectChoice(MINUTES, _("I know how many minutes it takes")),
            SelectChoice(UNREACHABLE, _("It cannot be reached in practice")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.way.data == MINUTES and self.minutes.data is None and not self.minutes.errors:
            self.minutes.errors = [_("Write how many minutes.")]
            return False
        if self.way.data == UNREACHABLE and self.adjacent.data:
            self.adjacent.errors = [_("A place that cannot be reached is not next to this one.")]
            return False
        return valid

    def to_input(self) -> WayInput:
        """Return what the service takes. Minutes count only where they were asked for."""
        return WayInput(
            minutes=self.minutes.data if self.way.data == MINUTES else None,
            unreachable=self.way.data == UNREACHABLE,
            adjacent=self.adjacent.data,
        )


def _words_for(outside: PositionOutsideNorway) -> str:
    if outside.swapped:
        words = _("Latitude and longitude have changed places: latitude is the larger number.")
    else:
        words = _("This point is not in Norway: latitude is 57 to 81.5, longitude -9.5 to 32.")
    return str(words)


def _line(label: Any, most: int, *checks: Any, **options: Any) -> StringField:
    """Return a one-line text that is needed and may be `most` characters long."""
    needed = DataRequired(_l("Write this, residents are shown it."))
    length = Length(max=most, message=_l("This is too long."))
    return StringField(label, filters=[one_line], validators=[needed, length, *checks], **options)


def _office_phone(_form: Any, field: Field) -> None:
    """Refuse what nobody can ring: residents are told to."""
    if not (
        contact.is_phone(contact.tidy_phone(field.data)) or _SHORT_NUMBER.fullmatch(field.data)
    ):
        raise ValidationError(_("Write a phone number, such as 66 00 00 00 or 116 117."))


def _law(label: Any) -> StringField:
    """Return a field for the ground that a processing rests on, in the municipality's words."""
    return StringField(
        label,
        description=_l(
            "As it shall stand in the privacy notice: article 6 (1) e of the General Data Protection Regulation, and the law that goes with it."
        ),
        filters=[one_line],
        validators=[Optional(), Length(max=300, message=_l("Use at most 300 characters."))],
    )


class SettingsForm(EditForm):
    """What a municipality decides for itself."""

    contact_name = _line(
        _l("Who answers questions"),
        120,
        description=_l("An office or a person. Shown on the public pages and in e-mails."),
    )
    contact_phone = _line(_l("Phone"), 40, _office_phone)
    contact_email = StringField(
        _l("E-mail"), filters=[contact.tidy_email], validators=[DataRequired(), whole_email]
    )
    sender_name = StringField(
        _l("Sender of e-mails"),
        description=_l(
            "What people see in their mailbox, such as Asker kommune. Answers go to the e-mail address above."
        ),
        filters=[one_line],
        validators=[
            Optional(),
            Length(max=60, message=_l("Use at most 60 characters.")),
            Regexp(r"[^<>\"@\\]*$", message=_l("Write a name, without an address.")),
        ],
    )
    sms_sender = StringField(
        _l("Sender of SMS"),
        description=_l(
            "At most 11 letters and digits, as agreed with your provider. Empty means that nobody gets an SMS."
        ),
        filters=[one_line],
        validators=[
            Optional(),
            Regexp(SMS_SENDER, message=_l("Use 3 to 11 letters from a to z and digits.")),
        ],
    )
    privacy_contact = StringField(
        _l("Data protection officer"),
        description=_l("An e-mail address, shown in the privacy notice."),
        filters=[contact.tidy_email],
        validators=[DataRequired(), whole_email],
    )
    basis_for_guides = _law(_l("The law for what you keep about guides"))
    basis_for_families = _law(_l("The law for what you keep about families"))
    processor = StringField(
        _l("Who runs the site for you"),
        description=_l(
            "A company you have an agreement with. Empty means the municipality itself."
        ),
        filters=[one_line],
        validators=[Optional(), Length(max=120, message=_l("Use at most 120 characters."))],
    )
    accessibility_url = StringField(
        _l("Accessibility statement"),
        description=_l("The address of your statement at uustatus.no."),
        filters=[one_line],
        validators=[
            Optional(),
            Regexp(r"https://[^\s<>\"']{4,280}$", message=_l("Write an address with https://.")),
        ],
    )
    locale = RadioField(
        _l("Written form"),
        description=_l("For visitors whose browser asks for neither of our languages."),
        choices=[SelectChoice("nb", "Bokmål"), SelectChoice("nn", "Nynorsk")],
    )
    sign_up_open = BooleanField(_l("New guides can sign up"))
    first_contact_days = WholeNumber(
        _l("Days until we contact a new guide"),
        least=1,
        most=14,
        validators=NEEDED,
        description=_l("The receipt promises this. After a week without a call, people vanish."),
    )
    answer_days = WholeNumber(_l("Days to answer a proposal"), least=1, most=30, validators=NEEDED)
    reminder_days = WholeNumber(
        _l("Days until we remind who has not answered"),
        least=0,
        most=29,
        validators=[InputRequired(_l("Write a number."))],
        description=_l("Once only, and never at night. With 0 nobody is reminded."),
    )
    long_wait_days = WholeNumber(
        _l("Days until a family has waited for too long"),
        least=7,
        most=365,
        validators=NEEDED,
        description=_l("From then on it stands among what is late on the desk."),
    )
    agreement_months = WholeNumber(
        _l("Months in an agreement"), least=1, most=24, validators=NEEDED
    )
    agreement_rhythm = pick_one(
        Rhythm,
        _l("How often a guide and a family meet"),
        _l("Choose how often."),
        coerce=Rhythm,
        description=_l("What an agreement says at first. It may be changed for each match."),
    )

    def to_input(self) -> SettingsInput:
        return SettingsInput(
            **{name: filled(getattr(self, name).data) for name in SettingsInput.__slots__}
        )
