"""Staff register a household, and correct what they registered."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict
from app.families import queries
from app.families.models import (
    ChildrenInBand,
    ContactWay,
    Family,
    FamilyLanguage,
    FamilyWithdrawn,
    SettlementCategory,
)
from app.messages.reach import following
from app.messages.services import To
from app.municipalities import queries as places
from app.municipalities.models import PlacedBy
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality
from app.vocabulary import AgeGroup, ChildAge, Gender, GenderWish, Interest, Occupation, Rhythm


class ReferenceTaken(Conflict):
    """Another family of the municipality has this reference."""


class PlaceGone(Conflict):
    """The neighbourhood is no longer in use, or was never one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom we talk to. Only what the way of contact has a use for is filled in."""

    name: str
    gender: Gender | None
    way: ContactWay
    phone: str = ""
    email: str = ""
    locale: str = ""  # in which language to write to them; "" as the municipality writes


@dataclass(frozen=True, slots=True)
class Speech:
    """A language in the family; levels as `Level`, 0 for not at all."""

    code: str
    understands: int
    speaks: int
    unacceptable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Who they are together: counts and languages, never other persons than the contact."""

    reference: str
    size: int
    children: Mapping[ChildAge, int]
    languages: tuple[Speech, ...]
    neighbourhood_id: uuid.UUID | None
    settled_on: dt.date
    category: SettlementCategory
    counts_against_quota: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """When they can meet, and what they would like."""

    must_share_language: bool
    wants_norwegian_practice: bool
    interpreter_needed: bool
    availability: int
    rhythm: Rhythm | None
    max_travel_minutes: int | None
    interests: frozenset[Interest]
    occupation: Occupation | None
    gender_wish: GenderWish
    age_wish: AgeGroup | None
    no_pets: bool
    priority: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Who told the family what this is, and when they said yes."""

    informed_by: str
    informed_on: dt.date
    consented_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """All that staff write down about a household. Values are clean: the form has seen to it."""

    contact: Contact
    household: Household
    wishes: Wishes
    consent: Consent


def register_family(
    session: Session,
    actor: Actor,
    registration: Registration,
    *,
    once_token: str,
    now: dt.datetime,
) -> Family:
    """Register a household that waits for a guide.

    The form's token makes it once: pressed twice, also at the same moment, the second press
    returns the family that the first one registered.

    Raises:
        NotPermitted: the actor registers no families.
        ReferenceTaken: another family has the reference.
        PlaceGone: the neighbourhood is not in use.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER)
    if first := queries.find_by_once_token(session, once_token):
        return first
    family = Family(once_token=once_token, registered_at=now, registered_by_id=actor.user_id)
    family.waiting_since = day_of(now)
    _write(session, family, registration)
    try:
        with session.begin_nested():
            session.add(family)
    except IntegrityError:
        if first := queries.find_by_once_token(session, once_token):
            return first
        raise ReferenceTaken(registration.household.reference) from None
    return family


def change_family(
    session: Session, actor: Actor, family: Family, registration: Registration, *, now: dt.datetime
) -> Family:
    """Correct what is on record about a family.

    Where that reaches it elsewhere, what was sent to the old address or number opens no more.

    Raises:
        NotPermitted: the actor registers no families.
        FamilyWithdrawn: the family no longer takes part.
        ReferenceTaken: another family has the reference.
        PlaceGone: the neighbourhood is not in use.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, family)
    if not family.takes_part:
        raise FamilyWithdrawn(str(family.id))
    lock(session, family)  # no link is made for the old contact meanwhile
    try:
        with session.begin_nested(), following(session, lambda: To.family(family), now=now):
            _write(session, family, registration)
    except IntegrityError:
        raise ReferenceTaken(registration.household.reference) from None
    return family


def _write(session: Session, family: Family, registration: Registration) -> None:
    with session.no_autoflush:
        write_contact(family, registration.contact)
        _write_household(session, family, registration.household)
        _write_wishes(family, registration.wishes)
    write_consent(session, family, registration.consent)


def write_contact(family: Family, contact: Contact) -> None:
    family.contact_name = contact.name
    family.contact_gender = contact.gender
    family.contact_way = contact.way
    family.contact_phone = contact.phone
    family.contact_email = contact.email
    family.locale = contact.locale


def _write_household(session: Session, family: Family, household: Household) -> None:
    family.reference = household.reference
    family.household_size = household.size
    family.settled_on = household.settled_on
    family.settlement_category = household.category
    family.counts_against_quota = household.counts_against_quota
    write_place(session, family, household.neighbourhood_id)
    write_languages(family, household.languages)
    write_children(family, household.children)


def write_children(family: Family, children: Mapping[ChildAge, int]) -> None:
    bands = {row.band: row for row in family.children}
    rows = []
    for band, count in children.items():
        row = bands.get(band) or ChildrenInBand(band=band)
        row.count = count
        rows.append(row)
    family.children = rows


def write_place(session: Session, family: Family, neighbourhood_id: uuid.UUID | None) -> None:
    """Put the family in a neighbourhood that is in use, or in none: not known yet."""
    if neighbourhood_id == family.neighbourhood_id:
        return
    if neighbourhood_id and places.find_neighbourhood(session, neighbourhood_id) is None:
        raise PlaceGone(str(neighbourhood_id))
    family.neighbourhood_id = neighbourhood_id
    family.placed_by = PlacedBy.CHOICE if neighbourhood_id else None


def write_consent(session: Session, family: Family, consent: Consent) -> None:
    """Note what they were told, and by which privacy notice: that one stays when others come."""
    if family.informed_on != consent.informed_on:
        here = places.get_municipality(session, bound_municipality(session))
        family.notice_version = here.notice_version
    family.informed_by = consent.informed_by
    family.informed_on = consent.informed_on
    family.consented_on = consent.consented_on


def write_languages(family: Family, languages: tuple[Speech, ...]) -> None:
    known = {row.code: row for row in family.languages}
    rows = []
    for position, speech in enumerate(languages):
        row = known.get(speech.code) or FamilyLanguage(code=speech.code)
        row.position = position
        row.understands = speech.understands
        row.speaks = speech.speaks
        row.unacceptable = speech.unacceptable
        rows.append(row)
    family.languages = rows


def _write_wishes(family: Family, wishes: Wishes) -> None:
    family.must_share_language = wishes.must_share_language
    family.wants_norwegian_practice = wishes.wants_norwegian_practice
    family.interpreter_needed = wishes.interpreter_needed
    family.availability = wishes.availability
    family.rhythm = wishes.rhythm
    family.max_travel_minutes = wishes.max_travel_minutes
    family.interests = wishes.interests
    family.occupation = wishes.occupation
    family.gender_wish = wishes.gender_wish
    family.age_wish = wishes.age_wish
    family.no_pets = wishes.no_pets
    family.priority = wishes.priority
    family.note = wishes.note
