"""The form of a group of minors: counts, a grown-up who answers for it, and who said yes."""

import datetime as dt
import re
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import DataRequired, StopValidation

from app.families.forms import parts, reaching
from app.families.forms.languages import SpeechRows
from app.families.models import ApprovalKind, ContactWay, Family
from app.families.services.groups import (
    LARGEST_GROUP,
    SMALLEST_GROUP,
    Approval,
    GroupRegistration,
)
from app.families.services.registering import Consent, Contact, Speech
from app.vocabulary import SLOTS, ChildAge, Interest, availability_mask, slots_in
from app.web import fields
from app.web.forms import BaseForm, EditForm, filled

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
YOUNG_FIELDS = {"young_6_12": ChildAge.SCHOOL, "young_13_17": ChildAge.TEEN}


class OnceForm(BaseForm):
    """A form that makes something once, however often it is sent."""

    once_token = HiddenField()

    @property
    def has_token(self) -> bool:
        return bool(_TOKEN.fullmatch(self.once_token.data or ""))


class GroupForm(reaching.ContactPart, parts.PlacePart, parts.ConsentPart):
    """All that is on record about a group."""

    contact_name = parts.one_line_field(
        _l("Name of the adult who answers for the group"),
        _l("Write the name."),
        120,
        description=_l("Somebody at work where they live, or in the child welfare service."),
    )
    contact_gender = None
    reference = parts.one_line_field(
        _l("Our reference"),
        _l("Write a reference."),
        30,
        description=_l("Your own number for the group. Never a name, and no official number."),
    )
    young_6_12 = fields.WholeNumber(_l("6–12 years"), least=0, most=parts.MOST_CHILDREN)
    young_13_17 = fields.WholeNumber(_l("13–17 years"), least=0, most=parts.MOST_CHILDREN)
    lang = SpeechRows(_l("Which languages do they use?"))
    interpreter_needed = BooleanField(
        _l("They need an interpreter at the start meeting"),
        description=_l("A child never interprets."),
    )
    interests = fields.pick_many(Interest, _l("What do they like to do?"))
    informed_by = parts.one_line_field(
        _l("Who told the young people what a guide is?"),
        _l("Write who told them."),
        120,
        description=_l("A name or a service, such as “Refugee service, with interpreter”."),
    )

    @property
    def young(self) -> dict[ChildAge, int]:
        counted = {band: self[name].data for name, band in YOUNG_FIELDS.items()}
        return {band: count for band, count in counted.items() if count}

    def validate_young_13_17(self, _field: Field) -> None:
        number = sum(self.young.values())
        if not SMALLEST_GROUP <= number <= LARGEST_GROUP:
            raise StopValidation(
                _("A group is two young people or more, and twenty at most. Nobody is met alone.")
            )

    def to_registration(self) -> GroupRegistration:
        place = self.neighbourhood.data
        return GroupRegistration(
            reference=self.reference.data,
            contact=Contact(
                name=self.contact_name.data,
                gender=None,
                way=ContactWay(self.contact_way.data),
                phone=self.kept_phone,
                email=self.kept_email,
            ),
            young=self.young,
            languages=self.lang.data,
            interpreter_needed=self.interpreter_needed.data,
            neighbourhood_id=uuid.UUID(place) if place else None,
            availability=availability_mask(s for s in SLOTS if s.code in self.availability.data),
            interests=frozenset(Interest(value) for value in self.interests.data),
            consent=Consent(
                informed_by=self.informed_by.data,
                informed_on=filled(self.informed_on.data),
                consented_on=filled(self.consented_on.data),
            ),
        )


class CorrectGroupForm(EditForm, GroupForm):
    """A group that is on record."""


class NewGroupForm(OnceForm, GroupForm):
    """A new group."""

    nobody_protected = BooleanField(
        _l("Nobody in the group has a protected address (kode 6 or kode 7)"),
        validators=[
            DataRequired(_l("Whoever has a protected address is not counted in any group here."))
        ],
    )


class ApprovalForm(OnceForm):
    """A grown-up's yes, as staff have seen or heard it."""

    kind = fields.pick_one(
        ApprovalKind,
        _l("Who said yes?"),
        _l("Choose who said yes."),
        validators=[DataRequired(_l("Choose who said yes."))],
    )
    name = parts.one_line_field(_l("Name"), _l("Write the name."), 120)
    role = parts.one_line_field(
        _l("Role"),
        _l("Write the role."),
        120,
        description=_l("Such as “guardian” or “head of the child welfare service”."),
    )
    covers = fields.WholeNumber(
        _l("For how many of the young people?"),
        least=1,
        most=LARGEST_GROUP,
        description=_l("A number. We never write for whom."),
    )
    given_on = fields.DayField(
        _l("When did they say yes?"),
        validators=[parts.past_day(_l("Choose the day they said yes."))],
    )

    def __init__(self, *, today: dt.date, **options: Any) -> None:
        super().__init__(**options)
        self.today = today

    def validate_covers(self, field: Field) -> None:
        if field.data is None and not field.process_errors:
            raise StopValidation(_("Write for how many."))

    def tell_how_many_are_left(self, left: int) -> None:
        """Say at the field for how many a yes is still missing: none is counted twice."""
        words = ngettext(
            "A yes of this kind is missing for %(num)s young person only.",
            "A yes of this kind is missing for %(num)s young people only.",
            left,
        )
        if not left:
            words = _(
                "Everybody in the group has a yes of this kind. Is it another's, then note"
                " first that the earlier one was taken back."
            )
        self.covers.errors = [words]

    def to_approval(self) -> Approval:
        return Approval(
            kind=ApprovalKind(self.kind.data),
            name=self.name.data,
            role=self.role.data,
            covers=filled(self.covers.data),
            given_on=filled(self.given_on.data),
        )


def answers_of_group(group: Family) -> dict[str, Any]:
    """Return what is on record about a group as the answers of `GroupForm`."""
    young = {name: group.children_by_band.get(band) for name, band in YOUNG_FIELDS.items()}
    return young | {
        "contact_name": group.contact_name,
        "contact_way": group.contact_way.value,
        "contact_phone": group.contact_phone,
        "contact_email": group.contact_email,
        "reference": group.reference,
        "lang": tuple(
            Speech(row.code, row.understands, row.speaks, row.unacceptable)
            for row in group.languages
        ),
        "interpreter_needed": group.interpreter_needed,
        "neighbourhood": str(group.neighbourhood_id or ""),
        "availability": [slot.code for slot in slots_in(group.availability)],
        "interests": sorted(interest.value for interest in group.interests),
        "informed_by": group.informed_by,
        "informed_on": group.informed_on,
        "consented_on": group.consented_on,
    }
