import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, StopValidation

from app import contact, wording
from app.courses.models import BookingStatus, CourseSession
from app.courses.queries import SHOWN_PAST
from app.courses.services import CourseInput
from app.guides.models import Guide
from app.oslo import OSLO, day_of
from app.web.fields import (
    ClockField,
    DayField,
    Picker,
    WholeNumber,
    no_personal_number,
    no_protection,
)
from app.web.forms import BaseForm, filled

wording.register(
    BookingStatus,
    {
        BookingStatus.BOOKED: _l("Has a place"),
        BookingStatus.WAITING: _l("Waits for a place"),
        BookingStatus.CANCELLED: _l("Gave it up"),
    },
)
TOO_LONG = _l("Use at most %(max)d characters.")


def _given(_form: Any, field: Field) -> None:
    if field.data is None and not field.process_errors:
        raise StopValidation(_("Fill this in."))


class AttendanceForm(BaseForm):
    """Who came. That nobody did is said on purpose: an empty form is pressed by mistake, too."""

    nobody = BooleanField(_l("Nobody came"))

    def tells(self, came: Collection[uuid.UUID]) -> bool:
        """Return whether somebody is ticked, or nobody came; if not, ask."""
        if came or self.nobody.data:
            return True
        self.nobody.errors = [_("Nobody is ticked. Did nobody come? Then tick this.")]
        return False


class WalkInForm(BaseForm):
    """A guide who came and had not booked."""

    guide = Picker(_l("Who?"), message=_l("Choose a guide from the list."))

    def offer(self, guides: Sequence[Guide]) -> None:
        self.guide.choices = [SelectChoice("", _("Choose a guide"))]
        self.guide.choices += [SelectChoice(str(guide.id), guide.name) for guide in guides]

    def validate_guide(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(_("Choose a guide from the list."))

    @property
    def guide_id(self) -> uuid.UUID:
        return uuid.UUID(self.guide.data)


class CourseForm(BaseForm):
    """When and where a course is, and for how many."""

    title = StringField(
        _l("What is the course called?"),
        filters=[contact.one_line],
        validators=[
            DataRequired(_l("Write what the course is called.")),
            Length(max=80, message=TOO_LONG),
            no_personal_number,
            no_protection,
        ],
    )
    on = DayField(_l("Day"), validators=[_given])
    begins = ClockField(_l("Begins"), validators=[_given])
    ends = ClockField(_l("Ends"), validators=[_given])
    place = StringField(
        _l("Where?"),
        filters=[contact.one_line],
        validators=[
            DataRequired(_l("Write where the course is.")),
            Length(max=200, message=TOO_LONG),
            no_personal_number,
            no_protection,
        ],
        description=_l("A public place, such as the library, second floor."),
    )
    held = BooleanField(
        _l("It has been held already"),
        description=_l("Then you note who came, and nobody can book it."),
    )
    places = WholeNumber(_l("For how many?"), least=1, most=200, validators=[_given])

    def show(self, course: CourseSession) -> None:
        begins, ends = (at.astimezone(OSLO) for at in (course.starts_at, course.ends_at))
        self.title.data, self.place.data, self.places.data = (
            course.title,
            course.place,
            course.places,
        )
        self.on.data = day_of(course.starts_at)
        self.begins.data, self.ends.data = begins.time(), ends.time()

    def is_ahead(self, now: dt.datetime) -> bool:
        """Return whether the course lies ahead; if not, say so at the day."""
        if self.to_input().starts_at > now:
            return True
        self.on.errors = [_("The course must lie ahead.")]
        return False

    def is_told_of(self, now: dt.datetime) -> bool:
        """Return whether a new course lies ahead, or was held as the tick says; if not, say so."""
        told = self.to_input()
        if not self.held.data and told.starts_at <= now:
            self.on.errors = [_("This day has been. Was the course held then? Tick it below.")]
        elif self.held.data and told.ends_at > now:
            self.on.errors = [_("The course is not over yet. Take the tick away, or mend the day.")]
        elif told.starts_at <= now - SHOWN_PAST:
            self.on.errors = [_("That is more than a year ago. Note the step on the guide’s page.")]
        return not self.on.errors

    def validate_ends(self, field: Field) -> None:
        if self.begins.data and field.data and field.data <= self.begins.data:
            raise StopValidation(_("It ends after it has begun."))

    def to_input(self) -> CourseInput:
        return CourseInput(
            title=self.title.data or "",
            place=self.place.data or "",
            starts_at=self._at(filled(self.begins.data)),
            ends_at=self._at(filled(self.ends.data)),
            places=filled(self.places.data),
        )

    def _at(self, clock: dt.time) -> dt.datetime:
        return dt.datetime.combine(filled(self.on.data), clock, OSLO).astimezone(dt.UTC)
