"""`flask demo`: three municipalities with invented people, and the real figures of 2023."""

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app import tenancy
from app.accounts.models import Membership, User
from app.commands import demo_people as people
from app.commands import demo_places as places
from app.commands.demo_matches import add_matches
from app.families.models import ChildrenInBand, Family, FamilyLanguage, SettlementCategory
from app.geocoding import distance_km
from app.guides.models import Guide, GuideLanguage, GuideStatus
from app.municipalities.models import (
    Municipality,
    Neighbourhood,
    NeighbourhoodLink,
    PlacedBy,
    Postcode,
)
from app.permissions import Role
from app.settlement.models import SettlementFigure
from app.travel import travel_minutes
from app.vocabulary import SLOTS, availability_mask
from app.web.context import now

PASSWORD = "demo-i-nabolaget-2026"  # noqa: S105 (shown to whoever runs the demo)
STAFF = (
    ("asker", "Ingrid Fossum", "ingrid@asker.example", Role.COORDINATOR),
    ("asker", "Martin Hagen", "martin@asker.example", Role.CASEWORKER),
    ("asker", "Turid Bakke", "turid@asker.example", Role.MANAGER),
    ("asker", "Anders Lunde", "anders@asker.example", Role.ADMINISTRATOR),
    ("baerum", "Camilla Rud", "camilla@baerum.example", Role.COORDINATOR),
    ("drammen", "Geir Tangen", "geir@drammen.example", Role.COORDINATOR),
)
WINDING = 1.25  # roads on these hills against the straight line
SLOT_LETTERS = "mae"


@click.command("demo")
@click.option("--people", "list_people", is_flag=True, help="Only print whom to sign in as.")
@with_appcontext
def demo(*, list_people: bool) -> None:
    """Fill an empty database with the demo."""
    if not current_app.extensions["settings"].DEMO:
        raise click.ClickException("This is not a demo: set DEMO=1.")
    if list_people:
        _print_people()
        return
    for slug, name, number, locale in (
        ("asker", "Asker", "3203", "nb"),
        ("baerum", "Bærum", "3201", "nb"),
        ("drammen", "Drammen", "3301", "nb"),
    ):
        with current_app.extensions["session_factory"]() as session:
            build_municipality(session, slug, name, number, locale, now=now())
            session.commit()


def build_municipality(
    session: Session, slug: str, name: str, number: str, locale: str, *, now: dt.datetime
) -> None:
    """Add one municipality with its places, staff, guides, families and matches."""
    municipality = Municipality(
        name=name,
        slug=slug,
        number=number,
        locale=locale,
        contact_name=f"Flyktningtjenesten i {name}",
        contact_email=f"flyktningguide@{slug}.example",
        contact_phone="66 00 00 00",
        privacy_contact=f"personvernombud@{slug}.example",
    )
    session.add(municipality)
    session.flush()
    tenancy.bind(session, municipality.id)
    hoods = _add_places(
        session, getattr(places, slug.upper()), getattr(places, f"{slug.upper()}_NEIGHBOURS")
    )
    _add_staff(session, municipality, now=now)
    guides = {
        row.name: _add_guide(session, municipality, row, hoods, now=now)
        for row in getattr(people, f"{slug.upper()}_GUIDES")
    }
    families = {
        row.reference: _add_family(session, row, hoods, now=now)
        for row in getattr(people, f"{slug.upper()}_FAMILIES")
    }
    for figure in getattr(people, f"{slug.upper()}_FIGURES", ()):
        _add_figure(session, figure)
    session.flush()
    add_matches(session, slug, guides, families, now=now)
    session.flush()


def _add_places(
    session: Session, rows: Iterable[places.Place], neighbours: Iterable[tuple[str, str]]
) -> dict[str, Neighbourhood]:
    hoods = {
        row.name: Neighbourhood(
            name=row.name, latitude=row.latitude, longitude=row.longitude, source="demo"
        )
        for row in rows
    }
    session.add_all(hoods.values())
    session.flush()
    for row in rows:
        for code in row.postcodes:
            session.add(Postcode(code=code, place=row.name, neighbourhood_id=hoods[row.name].id))
    adjacent = {frozenset(pair) for pair in neighbours}
    for a in hoods.values():
        for b in hoods.values():
            if a.id < b.id:
                session.add(_link(a, b, adjacent=frozenset({a.name, b.name}) in adjacent))
    return hoods


def _link(a: Neighbourhood, b: Neighbourhood, *, adjacent: bool) -> NeighbourhoodLink:
    minutes = travel_minutes(distance_km(a, b) * WINDING)  # type: ignore[arg-type]
    return NeighbourhoodLink(
        lower_id=a.id, upper_id=b.id, adjacent=adjacent, minutes=minutes, source="demo"
    )


def _add_staff(session: Session, municipality: Municipality, *, now: dt.datetime) -> None:
    for slug, name, email, role in STAFF:
        if slug != municipality.slug:
            continue
        user = User(name=name, email=email, created_at=now, **_credentials())
        user.memberships.append(Membership(municipality_id=municipality.id, role=role))
        session.add(user)


def _credentials() -> Mapping[str, str]:
    """Return a demo member of staff's password and second factor."""
    return {}


def _mask(times: str) -> int:
    """Return the slots of `1e 5m` (Tuesday evening, Saturday morning) as a mask."""
    wanted = {(int(word[0]), SLOT_LETTERS.index(word[1])) for word in times.split()}
    return availability_mask(slot for slot in SLOTS if (int(slot.day), int(slot.part)) in wanted)


def _add_guide(
    session: Session,
    municipality: Municipality,
    row: people.DemoGuide,
    hoods: dict[str, Neighbourhood],
    *,
    now: dt.datetime,
) -> Guide:
    number = len(session.new)
    applied_at = now - dt.timedelta(days=row.applied_days_ago)
    guide = Guide(
        name=row.name,
        email=f"{row.place.split()[0].lower()}.{number}@guide.example",
        phone=f"+4790000{number:03d}",
        gender=row.gender,
        age_group=row.age,
        status=row.status,
        neighbourhood_id=hoods[row.place].id,
        placed_by=PlacedBy.POSTCODE,
        availability=_mask(row.times),
        rhythm=row.rhythm,
        capacity=row.capacity,
        interests=row.interests,
        occupation=row.occupation,
        gender_wish=row.wish,
        children_wish=row.children_wish,
        own_children=row.own_children,
        has_pets=row.pets,
        max_travel_minutes=row.max_minutes,
        consent_version="2026-11",
        applied_at=applied_at,
        email_confirmed_at=applied_at + dt.timedelta(minutes=4),
    )
    for language in row.languages.split():
        code, level = language.split(":")
        guide.languages.append(GuideLanguage(code=code, level=int(level)))
    _date_steps(guide)
    if guide.status in {GuideStatus.READY, GuideStatus.PAUSED}:
        guide.user = User(name=guide.name, email=guide.email, created_at=now)
        guide.user.memberships.append(Membership(municipality_id=municipality.id, role=Role.GUIDE))
    session.add(guide)
    return guide


def _date_steps(guide: Guide) -> None:
    applied_on = guide.applied_at.date()
    if guide.status is GuideStatus.APPLIED:
        return
    guide.contacted_on = applied_on + dt.timedelta(days=3)
    if guide.status is GuideStatus.CONTACTED:
        return
    guide.interviewed_on = applied_on + dt.timedelta(days=10)
    if guide.status is not GuideStatus.INTERVIEWED:
        guide.ready_on = applied_on + dt.timedelta(days=14)


def _add_family(
    session: Session, row: people.DemoFamily, hoods: dict[str, Neighbourhood], *, now: dt.datetime
) -> Family:
    settled_on = now.date() - dt.timedelta(days=row.settled_days_ago)
    informed_on = settled_on + dt.timedelta(days=5)
    family = Family(
        reference=row.reference,
        once_token=secrets.token_urlsafe(16),
        contact_name=row.contact,
        contact_gender=row.gender,
        contact_way=row.way,
        contact_phone="" if row.way.value == "through_staff" else f"+4790100{len(session.new):03d}",
        household_size=row.size,
        settled_on=settled_on,
        settlement_category=row.category,
        counts_against_quota=row.category is not SettlementCategory.FAMILY_REUNIFICATION,
        neighbourhood_id=hoods[row.place].id,
        placed_by=PlacedBy.CHOICE,
        must_share_language=row.must_share_language,
        interpreter_needed=row.interpreter,
        availability=_mask(row.times),
        interests=row.interests,
        occupation=row.occupation,
        gender_wish=row.wish,
        no_pets=row.no_pets,
        priority=row.priority,
        note=row.note,
        informed_by="Martin Hagen",
        informed_on=informed_on,
        consented_on=informed_on + dt.timedelta(days=2),
        registered_at=now - dt.timedelta(days=row.settled_days_ago - 8),
    )
    for position, language in enumerate(row.languages.split()):
        code, understands, speaks = language.lstrip("!").split(":")
        family.languages.append(
            FamilyLanguage(
                position=position,
                code=code,
                understands=int(understands),
                speaks=int(speaks),
                unacceptable=language.startswith("!"),
            )
        )
    for band, count in row.children.items():
        family.children.append(ChildrenInBand(band=band, count=count))
    session.add(family)
    return family


def _add_figure(session: Session, row: people.DemoFigure) -> None:
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


def _print_people() -> None:
    """Print whom to sign in as."""
    click.echo(f"  The password of staff is {PASSWORD}; second-factor codes and mail: /demo/mail\n")
    for slug, name, email, role in STAFF:
        click.echo(f"  {slug:8} {role.value:14} {name:16} {email}")
    click.echo(
        "  asker    guide          Jonas Ekeberg    (sign in by e-mail link, see the guide list)"
    )
