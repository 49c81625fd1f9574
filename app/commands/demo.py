"""`flask demo`: three municipalities with invented people, and the real figures of 2023."""

import datetime as dt
from collections.abc import Iterable

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app import tenancy
from app.accounts.models import Membership, User
from app.accounts.sign_in import staff_credentials
from app.commands import demo_people as people
from app.commands import demo_places as places
from app.commands.demo_courses import add_course
from app.commands.demo_endings import add_endings
from app.commands.demo_follow_ups import add_follow_ups
from app.commands.demo_groups import add_group
from app.commands.demo_history import add_last_year
from app.commands.demo_matches import add_matches
from app.commands.demo_messages import add_failed_letter
from app.commands.demo_records import add_family, add_figure, add_guide
from app.commands.demo_rounds import add_rounds
from app.commands.demo_starting import add_starting
from app.commands.demo_steps import add_steps
from app.geocoding import distance_km
from app.municipalities.models import (
    Municipality,
    Neighbourhood,
    NeighbourhoodLink,
    Postcode,
)
from app.permissions import Role
from app.privacy.forms.notices import written
from app.privacy.queries.ageing import DEFAULT_MONTHS
from app.privacy.services.notices import write_notices
from app.travel import travel_minutes
from app.web.context import now

PASSWORD = "demo-i-nabolaget-2026"  # noqa: S105 (shown to whoever runs the demo)
STAFF = (
    ("asker", "Ingrid Fossum", "ingrid@asker.example", Role.COORDINATOR),
    ("asker", "Martin Hagen", "martin@asker.example", Role.CASEWORKER),
    ("asker", "Turid Bakke", "turid@asker.example", Role.MANAGER),
    ("asker", "Anders Lunde", "anders@asker.example", Role.ADMINISTRATOR),
    ("asker", "Reidun Moe", "reidun@asker.example", Role.PRIVACY_OFFICER),
    ("baerum", "Camilla Rud", "camilla@baerum.example", Role.COORDINATOR),
    ("drammen", "Geir Tangen", "geir@drammen.example", Role.COORDINATOR),
)
LAW = (
    "personvernforordningen artikkel 6 nr. 1 bokstav e"
    " (her skriver kommunen også loven som hører til)"
)
WINDING = 1.25  # roads on these hills against the straight line


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty database with the demo, and print whom to sign in as."""
    if not current_app.extensions["settings"].DEMO:
        raise click.ClickException("This is not a demo: set DEMO=1.")
    for slug, name, number, locale in (
        ("asker", "Asker", "3203", "nb"),
        ("baerum", "Bærum", "3201", "nb"),
        ("drammen", "Drammen", "3301", "nb"),
    ):
        with current_app.extensions["session_factory"]() as session:
            build_municipality(session, slug, name, number, locale, now=now())
            session.commit()
    _print_people()


def build_municipality(
    session: Session, slug: str, name: str, number: str, locale: str, *, now: dt.datetime
) -> None:
    """Add one municipality with its places, staff, guides, families and matches."""
    municipality = _municipality(slug, name, number, locale)
    session.add(municipality)
    session.flush()
    tenancy.bind(session, municipality.id)
    write_notices(session, municipality, written(municipality, DEFAULT_MONTHS), by=None, now=now)
    hoods = _add_places(
        session, getattr(places, slug.upper()), getattr(places, f"{slug.upper()}_NEIGHBOURS")
    )
    _add_staff(session, municipality, now=now)
    guides = {
        row.name: add_guide(session, municipality, row, hoods, now=now)
        for row in getattr(people, f"{slug.upper()}_GUIDES")
    }
    families = {
        row.reference: add_family(session, row, hoods, now=now)
        for row in getattr(people, f"{slug.upper()}_FAMILIES")
    }
    for figure in getattr(people, f"{slug.upper()}_FIGURES", ()):
        add_figure(session, figure)
    session.flush()
    add_steps(session, guides.values(), now=now)
    add_matches(session, slug, guides, families, now=now)
    if slug == "asker":
        add_course(session, guides.values(), now=now)
        add_failed_letter(session, guides.values(), now=now)
        add_last_year(session, municipality, hoods, now=now)
        add_group(session, guides.values(), hoods["Asker sentrum"], now=now)
        add_rounds(session, municipality, hoods, now=now)
    add_starting(session, slug, families.values(), now=now)
    add_follow_ups(session, municipality, now=now)
    if slug == "asker":
        add_endings(session, now=now)
    session.flush()


def _municipality(slug: str, name: str, number: str, locale: str) -> Municipality:
    return Municipality(
        name=name,
        slug=slug,
        number=number,
        locale=locale,
        contact_name=f"Flyktningtjenesten i {name}",
        contact_email=f"flyktningguide@{slug}.example",
        contact_phone="66 00 00 00",
        sender_name=f"{name} kommune",
        sms_sender=slug.title(),
        privacy_contact=f"personvernombud@{slug}.example",
        basis_for_guides=LAW,
        basis_for_families=LAW,
    )


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
        lower_id=a.id,
        upper_id=b.id,
        adjacent=adjacent,
        minutes=minutes,
        staff_minutes=_by_rail(a.name, b.name),
        source="demo",
    )


def _by_rail(a: str, b: str) -> int | None:
    stations = places.ASKER_RAILWAY
    if a not in stations or b not in stations:
        return None
    return places.TO_THE_STATION_MINUTES + abs(stations[a] - stations[b])


def _add_staff(session: Session, municipality: Municipality, *, now: dt.datetime) -> None:
    for slug, name, email, role in STAFF:
        if slug != municipality.slug:
            continue
        user = User(name=name, email=email, created_at=now, **staff_credentials(PASSWORD))
        user.memberships.append(Membership(municipality_id=municipality.id, role=role))
        session.add(user)


def _print_people() -> None:
    """Print whom to sign in as."""
    click.echo(f"  The password of staff is {PASSWORD}; second-factor codes and mail: /demo/mail\n")
    for slug, name, email, role in STAFF:
        click.echo(f"  {slug:8} {role.value:14} {name:16} {email}")
    for row in people.ASKER_GUIDES:
        if row.sign_in_as:
            email = f"{row.sign_in_as}@asker.example"
            click.echo(f"  {'asker':8} {Role.GUIDE.value:14} {row.name:16} {email}")
    click.echo("\n  Guides have no password: they ask for a link, which is at /demo/mail.")
