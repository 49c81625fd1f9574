import uuid
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from sqlalchemy import CompoundSelect, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.geocoding import OfflineGeocoder, Place
from app.municipalities.models import (
    Municipality,
    Neighbourhood,
    NeighbourhoodLink,
    Postcode,
    Tier,
)
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality
from app.travel import SAME_PLACE, UNKNOWN_TRIP, Band, Trip

NEXT_DOOR_MINUTES = 15  # the most that a computed way to an adjacent neighbourhood takes


def get_municipality_by_slug(session: Session, slug: str) -> Municipality:
    """Return the municipality of a URL, or raise NotFound."""
    municipality = session.scalar(select(Municipality).where(Municipality.slug == slug))
    if municipality is None:
        raise NotFound(slug)
    return municipality


def get_municipality(session: Session, municipality_id: uuid.UUID) -> Municipality:
    """Return a municipality, or raise NotFound."""
    municipality = session.get(Municipality, municipality_id)
    if municipality is None:
        raise NotFound(f"municipality {municipality_id}")
    return municipality


def list_municipalities(session: Session) -> Sequence[Municipality]:
    """Return all municipalities by name."""
    return session.scalars(select(Municipality).order_by(Municipality.name)).all()


def find_municipalities_named(
    session: Session, names: Collection[str]
) -> Mapping[str, Municipality]:
    """Return those of our municipalities that somebody has written the names of, by what they wrote."""
    ours = {one.name.casefold(): one for one in list_municipalities(session)} if names else {}
    return {name: ours[name.casefold()] for name in names if name.casefold() in ours}


def list_neighbourhoods(session: Session, *, active_only: bool = True) -> Sequence[Neighbourhood]:
    """Return the neighbourhoods by name, those in use or all of them."""
    statement = select(Neighbourhood).order_by(
        Neighbourhood.name, Neighbourhood.tier, Neighbourhood.id
    )
    if active_only:
        statement = statement.where(Neighbourhood.active)
    return session.scalars(statement).all()


def neighbourhood_choices(session: Session) -> list[tuple[str, str]]:
    """Return (id, name) of the neighbourhoods in use, by name.

    One that lies in another is named with it: "Åros (Sætre)". Two may have the same name.
    """
    rows = list_neighbourhoods(session, active_only=False)
    names = {row.id: row.name for row in rows}
    return [
        (str(row.id), f"{row.name} ({names[row.parent_id]})" if row.parent_id else row.name)
        for row in rows
        if row.active
    ]


def find_neighbourhood(session: Session, neighbourhood_id: uuid.UUID) -> Neighbourhood | None:
    """Return a neighbourhood in use, or None."""
    statement = select(Neighbourhood).where(
        Neighbourhood.id == neighbourhood_id, Neighbourhood.active
    )
    return session.scalar(statement)


def get_neighbourhood(session: Session, actor: Actor, neighbourhood_id: uuid.UUID) -> Neighbourhood:
    """Return a neighbourhood, in use or not, or raise NotFound."""
    ensure_may(actor, Permission.PLACES_VIEW)
    statement = select(Neighbourhood).where(Neighbourhood.id == neighbourhood_id)
    row = session.scalar(statement)
    if row is None:
        raise NotFound(f"neighbourhood {neighbourhood_id}")
    return row


def list_siblings(session: Session, row: Neighbourhood) -> Sequence[Neighbourhood]:
    """Return the other main neighbourhoods in use, by name: a way may lead to each of them."""
    return [
        other
        for other in list_neighbourhoods(session)
        if other.tier is Tier.MAIN and other.id != row.id
    ]


def has_parts(session: Session, row: Neighbourhood) -> bool:
    """Return whether finer neighbourhoods lie in this one."""
    statement = select(Neighbourhood.id).where(Neighbourhood.parent_id == row.id)
    return session.scalar(statement.limit(1)) is not None


def is_name_taken(session: Session, name: str, tier: Tier, *, but_by: uuid.UUID) -> bool:
    """Return whether another neighbourhood of the tier has this name."""
    statement = select(Neighbourhood.id).where(
        Neighbourhood.name == name, Neighbourhood.tier == tier, Neighbourhood.id != but_by
    )
    return session.scalar(statement.limit(1)) is not None


def has_postcodes(session: Session) -> bool:
    """Return whether somebody's neighbourhood can be found by their postcode."""
    return session.scalar(select(Postcode.id).limit(1)) is not None


def has_points(session: Session) -> bool:
    """Return whether somebody's neighbourhood can be found by where their address is."""
    statement = select(Neighbourhood.id).where(
        Neighbourhood.active,
        Neighbourhood.tier == Tier.MAIN,
        Neighbourhood.latitude.is_not(None),
    )
    return session.scalar(statement.limit(1)) is not None


def find_postcode(session: Session, code: str) -> Postcode | None:
    return session.scalar(select(Postcode).where(Postcode.code == code))


def list_postcodes(
    session: Session, neighbourhood_id: uuid.UUID | None = None
) -> Sequence[Postcode]:
    """Return the postcodes, lowest first, of one neighbourhood or of all."""
    statement = select(Postcode).order_by(Postcode.code)
    if neighbourhood_id:
        statement = statement.where(Postcode.neighbourhood_id == neighbourhood_id)
    return session.scalars(statement).all()


def count_postcodes(session: Session) -> Mapping[uuid.UUID, int]:
    """Return how many postcodes each neighbourhood has; one that has none is not there."""
    counted = select(Postcode.neighbourhood_id, func.count(Postcode.id)).group_by(
        Postcode.neighbourhood_id
    )
    rows = session.execute(counted.order_by(Postcode.neighbourhood_id))
    return {key: count for key, count in rows}  # noqa: C416 (rows are no pairs to mypy)


def find_link(session: Session, a: uuid.UUID, b: uuid.UUID) -> NeighbourhoodLink | None:
    """Return what is known about the way between two neighbourhoods, whichever comes first."""
    lower, upper = sorted((a, b))
    statement = select(NeighbourhoodLink).where(
        NeighbourhoodLink.lower_id == lower, NeighbourhoodLink.upper_id == upper
    )
    return session.scalar(statement)


def links_of(session: Session, row: Neighbourhood) -> Mapping[uuid.UUID, NeighbourhoodLink]:
    """Return what is known about the ways from a neighbourhood, by the other end's id."""
    return {
        link.upper_id if link.lower_id == row.id else link.lower_id: link
        for link in session.scalars(
            select(NeighbourhoodLink)
            .where(or_(NeighbourhoodLink.lower_id == row.id, NeighbourhoodLink.upper_id == row.id))
            .order_by(NeighbourhoodLink.id)
        )
    }


def travel_rows(
    session: Session, home: uuid.UUID | None = None
) -> list[tuple[uuid.UUID, uuid.UUID, Trip]]:
    """Return the ways between the municipality's neighbourhoods, or those from one of them.

    Each pair once; a way that nobody knows is left out. A fine neighbourhood without a link of
    its own borrows that of the one it lies in; inside one and the same, the parts are next to
    each other, and each is the same place as the whole.
    """
    rows = session.execute(_places_and_links(home)).all()
    around = {place: parent or place for place, parent, _link in rows}
    trips = {
        frozenset((link.lower_id, link.upper_id)): _trip(link) for *_place, link in rows if link
    }
    known = {pair: trip for pair, trip in trips.items() if trip != UNKNOWN_TRIP}
    pairs = (
        combinations(around, 2)
        if home is None
        else ((home, other) for other in around if other != home)
    )
    ways = ((a, b, _way(a, b, around, known)) for a, b in pairs)
    return [(a, b, trip) for a, b, trip in ways if trip is not None]


def _places_and_links(
    home: uuid.UUID | None,
) -> Select[uuid.UUID, uuid.UUID | None, NeighbourhoodLink | None]:
    """Select every neighbourhood with the one around it, and the ways of which it is one end."""
    place, link = Neighbourhood, NeighbourhoodLink
    on = link.lower_id == place.id
    if home is not None:
        ends: CompoundSelect[uuid.UUID | None] = union(
            select(place.id).where(place.id == home),
            select(place.parent_id).where(place.id == home),
        )
        on = and_(on, or_(link.lower_id.in_(ends), link.upper_id.in_(ends)))
    statement = select(place.id, place.parent_id, link).outerjoin(link, on)
    return statement.order_by(place.id, link.upper_id)


def _trip(link: NeighbourhoodLink) -> Trip:
    """Return a link's trip. What is computed between two middles is long for next door."""
    trip = link.trip
    if trip.band is Band.ADJACENT and link.staff_minutes is None and trip.minutes is not None:
        return Trip(trip.band, min(trip.minutes, NEXT_DOOR_MINUTES))
    return trip


def _way(
    a: uuid.UUID,
    b: uuid.UUID,
    around: Mapping[uuid.UUID, uuid.UUID],
    known: Mapping[frozenset[uuid.UUID], Trip],
) -> Trip | None:
    if own := known.get(frozenset((a, b))):
        return own
    if around[a] == around[b]:
        inside = around[a] in {a, b}
        return SAME_PLACE if inside else Trip(Band.ADJACENT)
    return known.get(frozenset((around[a], around[b])))


def own_places(session: Session) -> OfflineGeocoder:
    """Return a geocoder of this municipality's own postcodes and neighbourhoods.

    A postcode without a point has its neighbourhood's; what has none at all is left out, so
    with no geodata the geocoder knows nothing and harms nobody.
    """
    number = get_municipality(session, bound_municipality(session)).number
    hoods = {row.id: row for row in list_neighbourhoods(session)}
    places = [
        Place(row.name, None, point.latitude, point.longitude, number)
        for row in hoods.values()
        if (point := row.point)
    ]
    for code in list_postcodes(session):
        home = hoods.get(code.neighbourhood_id)
        if point := code.point or (home.point if home else None):
            places.append(Place(code.place, code.code, point.latitude, point.longitude, number))
    return OfflineGeocoder(places)
