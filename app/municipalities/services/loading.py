"""Places of the files into a municipality's tables, as often as one likes.

No actor: this is what whoever runs the installation does, from the command line.
"""

import uuid
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.geocoding.offline import fold
from app.municipalities.models import (
    Municipality,
    Neighbourhood,
    NeighbourhoodLink,
    Postcode,
    Tier,
)
from app.municipalities.place_files import MunicipalityPlaces, NeighbourhoodRow
from app.municipalities.queries import list_neighbourhoods, list_postcodes

Named = Mapping[tuple[Tier, str], Neighbourhood]


class NameClash(Conflict):
    """The files' name for a neighbourhood belongs to another one here; staff must rename it."""


@dataclass(slots=True)
class Counts:
    """What became of the rows of one file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.unchanged} as before"


@dataclass(slots=True)
class LoadReport:
    """What a load did, and how many neighbourhoods here are not in the files."""

    neighbourhoods: Counts = field(default_factory=Counts)
    postcodes: Counts = field(default_factory=Counts)
    ways: Counts = field(default_factory=Counts)
    own_neighbourhoods: int = 0


def add_municipality(session: Session, number: str, name: str) -> Municipality:
    """Add a municipality with what the files say of it; two of one name differ by the number."""
    slug = fold(name).replace(" ", "-")  # "Ålesund" is aalesund
    taken = select(Municipality.id).where(Municipality.slug == slug)
    if session.scalar(taken):
        slug = f"{slug}-{number}"
    municipality = Municipality(name=name, slug=slug, number=number)
    session.add(municipality)
    session.flush()
    return municipality


def load_places(session: Session, places: MunicipalityPlaces) -> LoadReport:
    """Bring the bound municipality's places up to what the files say.

    A second load changes nothing. What staff have changed stands: names, points and parents
    they edited, neighbourhoods they made, ways they know better, and what is in use. Nothing is
    deleted, for people may live there.

    Raises:
        NameClash: two neighbourhoods would have one name.
    """
    report = LoadReport()
    named = _load_neighbourhoods(session, places, report)
    _load_postcodes(session, places, named, report.postcodes)
    _load_ways(session, places, named, report.ways)
    session.flush()
    return report


def _load_neighbourhoods(session: Session, places: MunicipalityPlaces, report: LoadReport) -> Named:
    here = list_neighbourhoods(session, active_only=False)
    keys = {row.key for row in places.neighbourhoods.values()}
    named: dict[tuple[Tier, str], Neighbourhood] = {}
    for tier in Tier:  # the main ones first: those that lie in them point at them
        for source in (row for row in places.neighbourhoods.values() if row.tier is tier):
            row = _find_same(here, source, keys)
            values = _values(source, _around(named.get((Tier.MAIN, source.parent))))
            if row is None:
                row = Neighbourhood(id=uuid.uuid4(), **values)
                session.add(row)
                report.neighbourhoods.added += 1
            else:
                _bring_up(row, values if not row.changed_by_staff else {}, report.neighbourhoods)
                row.register_key = source.key
            named[source.tier, source.name] = row
        session.flush()
    report.own_neighbourhoods = len(here) - len(set(here) & set(named.values()))
    return named


def _find_same(
    here: Sequence[Neighbourhood], source: NeighbourhoodRow, keys: AbstractSet[str]
) -> Neighbourhood | None:
    """Return the neighbourhood here that a row of the files is about.

    The key decides. A namesake that no row of the files has the key of (made by hand, or loaded
    when it had another key) is taken over.
    """
    same = next((row for row in here if row.register_key == source.key), None)
    namesakes = (row for row in here if (row.tier, row.name) == (source.tier, source.name))
    namesake = next(namesakes, None)
    if namesake is None or namesake is same:
        return same
    if same is None and namesake.register_key not in keys:
        return namesake
    if same is not None and same.changed_by_staff:
        return same
    raise NameClash(source.name)


def _around(parent: Neighbourhood | None) -> uuid.UUID | None:
    """Return the main neighbourhood: the parent, or what staff have put the parent into."""
    return None if parent is None else parent.parent_id or parent.id


def _values(source: NeighbourhoodRow, parent_id: uuid.UUID | None) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "tier": source.tier,
        "parent_id": parent_id,
        "latitude": source.point.latitude if source.point else None,
        "longitude": source.point.longitude if source.point else None,
        "source": source.source,
        "register_key": source.key,
    }


def _load_postcodes(
    session: Session, places: MunicipalityPlaces, named: Named, counts: Counts
) -> None:
    here = {row.code: row for row in list_postcodes(session)}
    for source in places.postcodes.values():
        values = {
            "place": source.place,
            "neighbourhood_id": named[Tier.MAIN, source.neighbourhood].id,
            "latitude": source.point.latitude if source.point else None,
            "longitude": source.point.longitude if source.point else None,
        }
        if row := here.get(source.code):
            _bring_up(row, values, counts)
        else:
            session.add(Postcode(code=source.code, **values))
            counts.added += 1


def _load_ways(session: Session, places: MunicipalityPlaces, named: Named, counts: Counts) -> None:
    links = session.scalars(select(NeighbourhoodLink).order_by(NeighbourhoodLink.id))
    here = {(row.lower_id, row.upper_id): row for row in links}
    for source in places.pairs.values():
        lower, upper = sorted(named[Tier.MAIN, name].id for name in (source.a, source.b))
        values = {
            "adjacent": source.adjacent,
            "minutes": source.minutes,
            "source": source.source or "files",
        }
        if row := here.get((lower, upper)):
            _bring_up(row, values, counts)
        else:
            session.add(NeighbourhoodLink(lower_id=lower, upper_id=upper, **values))
            counts.added += 1


def _bring_up(row: object, values: Mapping[str, Any], counts: Counts) -> None:
    """Set what differs, and count whether anything did."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        counts.changed += 1
    else:
        counts.unchanged += 1
