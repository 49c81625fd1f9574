"""The form of a household: as staff register it, and as they correct it."""

import re
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import DataRequired, StopValidation

from app.families.forms import parts, reaching
from app.families.forms.words import CHILD_FIELDS, AddressStatus
from app.families.models import ContactWay, Family, SettlementCategory
from app.families.services.registering import (
    Consent,
    Contact,
    Household,
    Registration,
    Speech,
    Wishes,
)
from app.vocabulary import (
    SLOTS,
    AgeGroup,
    ChildAge,
    Gender,
    GenderWish,
    Interest,
    Occupation,
    Rhythm,
    availability_mask,
    slots_in,
)
from app.web import fields
from app.web.forms import EditForm, filled

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


class FamilyForm(
    reaching.ContactPart,
    parts.HouseholdPart,
    parts.TimePart,
    parts.WishPart,
    parts.StaffPart,
    parts.ConsentPart,
):
    """All that is on record about a household."""

    @property
    def children(self) -> dict[ChildAge, int]:
        counted = {ChildAge(band): self[name].data for name, band in CHILD_FIELDS.items()}
        return {band: count for band, count in counted.items() if count}

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        size, children = self.household_size.data, sum(self.children.values())
        if size and children >= size:
            self.household_size.errors = [
                ngettext(
                    "There is %(num)d child here, and the contact person is an adult."
                    " The household must be larger.",
                    "There are %(num)d children here, and the contact person is an adult."
                    " The household must be larger.",
                    children,
                )
            ]
            return False
        return valid

    def to_registration(self) -> Registration:
        return Registration(
            contact=self._contact(),
            household=self._household(),
            wishes=self._wishes(),
            consent=Consent(
                informed_by=self.informed_by.data,
                informed_on=filled(self.informed_on.data),
                consented_on=filled(self.consented_on.data),
            ),
        )

    def _contact(self) -> Contact:
        return Contact(
            name=self.contact_name.data,
            gender=Gender(self.contact_gender.data) if self.contact_gender.data else None,
            way=ContactWay(self.contact_way.data),
            phone=self.kept_phone,
            email=self.kept_email,
            locale=self.locale.data,
        )

    def _household(self) -> Household:
        place = self.neighbourhood.data
        category = SettlementCategory(self.settlement_category.data)
        return Household(
            reference=self.reference.data,
            size=filled(self.household_size.data),
            children=self.children,
            languages=self.lang.data,
            neighbourhood_id=uuid.UUID(place) if place else None,
            settled_on=filled(self.settled_on.data),
            category=category,
            counts_against_quota=self._counts(category),
        )

    def _counts(self, category: SettlementCategory) -> bool:
        if self.counts_against_quota.data == parts.BY_CATEGORY:
            return category is not SettlementCategory.FAMILY_REUNIFICATION
        return bool(self.counts_against_quota.data == parts.COUNTS)

    def _wishes(self) -> Wishes:
        minutes = self.max_travel_minutes.data
        return Wishes(
            must_share_language=self.must_share_language.data,
            wants_norwegian_practice=self.wants_norwegian_practice.data,
            interpreter_needed=self.interpreter_needed.data,
            availability=availability_mask(s for s in SLOTS if s.code in self.availability.data),
            rhythm=Rhythm(self.rhythm.data) if self.rhythm.data else None,
            max_travel_minutes=None if minutes == parts.NO_LIMIT else int(minutes),
            interests=frozenset(Interest(value) for value in self.interests.data),
            occupation=Occupation(self.occupation.data) if self.occupation.data else None,
            gender_wish=GenderWish(self.gender_wish.data),
            age_wish=AgeGroup(self.age_wish.data) if self.age_wish.data else None,
            no_pets=self.no_pets.data,
            priority=self.priority.data,
            note=self.note.data,
        )


class CorrectionForm(EditForm, FamilyForm):
    """A household that is on record. Whoever is its contact person from now on is grown up, too."""

    contact_is_adult = BooleanField(
        _l("The new contact person is 18 or older"),
        description=_l("Where you change the name."),
    )

    def __init__(self, *, name_on_record: str, **options: Any) -> None:
        super().__init__(**options)
        self.name_on_record = name_on_record

    def validate_contact_is_adult(self, field: Field) -> None:
        if self.contact_name.data != self.name_on_record and not field.data:
            raise StopValidation(
                _("Tick that the contact person is 18 or older. Somebody under 18 cannot be it.")
            )


class RegisterForm(FamilyForm):
    """A new household: the gate first, and a token that makes it once."""

    address_status = fields.pick_one(
        AddressStatus,
        _l("Is the address protected (kode 6 or kode 7)?"),
        _l("Answer this first."),
    )
    contact_is_adult = BooleanField(
        _l("The contact person is 18 or older"),
        validators=[
            DataRequired(
                _l("Tick that the contact person is 18 or older. Somebody under 18 cannot be it.")
            )
        ],
    )
    said_yes = BooleanField(
        _l("The family has said yes to being registered here"),
        validators=[DataRequired(_l("Without their yes we do not register them."))],
    )
    once_token = HiddenField()

    @property
    def is_protected(self) -> bool:
        """Whether any answer says so: nothing that was typed may then be looked at, or kept."""
        return AddressStatus.PROTECTED in (self.address_status.raw_data or [])

    @property
    def is_unknown(self) -> bool:
        return AddressStatus.UNKNOWN in (self.address_status.raw_data or [])

    def refuse_unknown_address(self) -> None:
        """Ask staff to find out first."""
        self.address_status.errors = [_("Find out before you register the family.")]

    @property
    def has_token(self) -> bool:
        return bool(_TOKEN.fullmatch(self.once_token.data or ""))


def answers_of(family: Family) -> dict[str, Any]:
    """Return what is on record about a family as the answers of `FamilyForm`."""
    minutes = family.max_travel_minutes
    children = {name: family.children_by_band.get(ChildAge(b)) for name, b in CHILD_FIELDS.items()}
    return children | {
        "contact_name": family.contact_name,
        "contact_way": family.contact_way.value,
        "contact_phone": family.contact_phone,
        "contact_email": family.contact_email,
        "locale": "" if family.locale in {"nb", "nn"} else family.locale,
        "contact_gender": family.contact_gender.value if family.contact_gender else "",
        "reference": family.reference,
        "household_size": family.household_size,
        "lang": tuple(
            Speech(row.code, row.understands, row.speaks, row.unacceptable)
            for row in family.languages
        ),
        "wants_norwegian_practice": family.wants_norwegian_practice,
        "interpreter_needed": family.interpreter_needed,
        "must_share_language": family.must_share_language,
        "neighbourhood": str(family.neighbourhood_id or ""),
        "availability": [slot.code for slot in slots_in(family.availability)],
        "rhythm": family.rhythm.value if family.rhythm else "",
        "max_travel_minutes": parts.NO_LIMIT if minutes is None else str(minutes),
        "gender_wish": family.gender_wish.value,
        "age_wish": family.age_wish.value if family.age_wish else "",
        "no_pets": family.no_pets,
        "interests": sorted(interest.value for interest in family.interests),
        "occupation": family.occupation.value if family.occupation else "",
        "settlement_category": family.settlement_category.value,
        "counts_against_quota": parts.COUNTS
        if family.counts_against_quota
        else parts.DOES_NOT_COUNT,
        "settled_on": family.settled_on,
        "priority": family.priority,
        "note": family.note,
        "informed_by": family.informed_by,
        "informed_on": family.informed_on,
        "consented_on": family.consented_on,
    }
