"""The demo's people as records: one function for each table that they fill."""

import datetime as dt
import secrets

from sqlalchemy.orm import Session

from app.accounts.models import Membership, User
from app.commands.demo_people import DemoFamily, DemoFigure, DemoGuide
from app.families.models import (
    ChildrenInBand,
    ContactWay,
    Family,
    FamilyLanguage,
    SettlementCategory,
)
from app.guides.models import Guide, GuideLanguage, GuideStatus
from app.municipalities.models import Municipality, Neighbourhood, PlacedBy
from app.oslo import day_of
from app.permissions import Role
from app.settlement.models import SettlementFigure
from app.vocabulary import SLOTS, availability_mask

SLOT_LETTERS = "mae"
HAVE_ACCOUNTS = frozenset({GuideStatus.READY, GuideStatus.PAUSED})
SAME_FOR_GUIDES = [
    "name",
    "gender",
    "age_group",
    "status",
    "rhythm",
    "capacity",
    "interests",
    "occupation",
    "gender_wish",
    "children_wish",
    "own_children",
    "has_pets",
    "max_travel_minutes",
]
SAME_FOR_FAMILIES = [
    "reference",
    "contact_name",
    "contact_gender",
    "contact_way",
    "household_size",
    "settlement_category",
    "must_share_language",
    "interpreter_needed",
    "interests",
    "occupation",
    "gender_wish",
    "no_pets",
    "priority",
    "note",
]


def add_guide(
    session: Session,
    municipality: Municipality,
    row: DemoGuide,
    hoods: dict[str, Neighbourhood],
    *,
    now: dt.datetime,
) -> Guide:
    """Add a guide, with an account if the guide is ready."""
    number = len(session.new)
    guide = Guide(
        **{name: getattr(row, name) for name in SAME_FOR_GUIDES},
        email=f"{row.sign_in_as or f'guide{number}'}@{municipality.slug}.example",
        phone=f"+4790000{number:03d}",
        neighbourhood_id=hoods[row.place].id,
        placed_by=PlacedBy.POSTCODE,
        availability=_mask(row.times),
        consent_version="2026-11",
        applied_at=now - dt.timedelta(days=row.applied_days_ago),
    )
    guide.email_confirmed_at = guide.applied_at + dt.timedelta(minutes=4)
    for code, level in (language.split(":") for language in row.languages.split()):
        guide.languages.append(GuideLanguage(code=code, level=int(level)))
    _date_steps(guide)
    if guide.status in HAVE_ACCOUNTS:
        guide.user = User(name=guide.name, email=guide.email, created_at=now)
        guide.user.memberships.append(Membership(municipality_id=municipality.id, role=Role.GUIDE))
    session.add(guide)
    return guide


def _date_steps(guide: Guide) -> None:
    """Date the steps that the guide has taken, some days after the application."""
    taken = list(GuideStatus).index(guide.status)
    applied_on = day_of(guide.applied_at)
    for step, (column, days) in enumerate(
        (("contacted_on", 3), ("interviewed_on", 10), ("ready_on", 14)), start=1
    ):
        if taken >= step:
            setattr(guide, column, applied_on + dt.timedelta(days=days))


def add_family(
    session: Session, row: DemoFamily, hoods: dict[str, Neighbourhood], *, now: dt.datetime
) -> Family:
    """Add a family that was told of the programme five days after it was settled."""
    settled_on = day_of(now) - dt.timedelta(days=row.settled_days_ago)
    by_phone = row.contact_way is not ContactWay.THROUGH_STAFF
    reunited = row.settlement_category is SettlementCategory.FAMILY_REUNIFICATION
    family = Family(
        **{name: getattr(row, name) for name in SAME_FOR_FAMILIES},
        once_token=secrets.token_urlsafe(16),
        contact_phone=f"+4790100{len(session.new):03d}" if by_phone else "",
        settled_on=settled_on,
        counts_against_quota=not reunited,
        neighbourhood_id=hoods[row.place].id,
        placed_by=PlacedBy.CHOICE,
        availability=_mask(row.times),
        informed_by="Martin Hagen",
        informed_on=settled_on + dt.timedelta(days=5),
        consented_on=settled_on + dt.timedelta(days=7),
        registered_at=now - dt.timedelta(days=row.settled_days_ago - 8),
        waiting_since=settled_on + dt.timedelta(days=8),
    )
    for position, language in enumerate(row.languages.split()):
        family.languages.append(_family_language(position, language))
    for band, count in row.children.items():
        family.children.append(ChildrenInBand(band=band, count=count))
    session.add(family)
    return family


def _family_language(position: int, language: str) -> FamilyLanguage:
    code, understands, speaks = language.lstrip("!").split(":")
    return FamilyLanguage(
        position=position,
        code=code,
        understands=int(understands),
        speaks=int(speaks),
        unacceptable=language.startswith("!"),
    )


def add_figure(session: Session, row: DemoFigure) -> None:
    """Add one figure of the settlement series."""
    under_15, over_15 = row.minors
    session.add(
        SettlementFigure(
            year=row.year,
            kind=row.kind,
            dated_on=row.dated_on,
            date_is_approximate=row.approximate,
            persons=row.persons,
            minors_under_15=under_15,
            minors_over_15=over_15,
            source=row.source,
        )
    )


def _mask(times: str) -> int:
    """Return the slots of `1e 5m` (Tuesday evening, Saturday morning) as a mask."""
    wanted = {(int(word[0]), SLOT_LETTERS.index(word[1])) for word in times.split()}
    return availability_mask(slot for slot in SLOTS if (int(slot.day), int(slot.part)) in wanted)
