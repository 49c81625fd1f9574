"""From what somebody answers about their home to a neighbourhood. The address goes no further."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.geocoding import AddressLocator, AddressStatus, OfflineGeocoder, Place, distance_km
from app.geocoding.offline import postcodes_in
from app.guides.services.offers import Home
from app.municipalities import queries as places
from app.municipalities.models import PlacedBy
from app.tenancy import bound_municipality

ELSEWHERE = "elsewhere"


class PlaceUnknown(Conflict):
    """Neither the postcode nor the address is one that we can place here."""


@dataclass(frozen=True, slots=True)
class HomeAnswer:
    """What was filled in; any one of the three is enough.

    `choice` is a neighbourhood's id, or `ELSEWHERE` for "elsewhere or not sure".
    """

    postcode: str = ""
    address: str = ""
    choice: str = ""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A neighbourhood that has a point."""

    neighbourhood_id: uuid.UUID
    name: str
    latitude: float
    longitude: float


def find_home(
    session: Session,
    answer: HomeAnswer,
    *,
    locator: AddressLocator | None,
    earlier: Home | None = None,
) -> Home:
    """Return the neighbourhood that an answer means.

    A neighbourhood that was picked counts before a postcode, a postcode before an address. One
    that only stands there from an earlier answer gives way to a new postcode or address.

    Args:
        locator: looks addresses up; None where there is none, then only a postcode in the
            address counts. Nothing of the address is kept.
        earlier: what an earlier answer led to.

    Raises:
        PlaceUnknown: nothing in the answer is a place that we know.
    """
    kept = earlier is not None and answer.choice == choice_of(earlier)
    if answer.choice and not kept:
        return _chosen(session, answer.choice)
    home = _by_postcode(session, answer) or _by_address(session, answer.address, locator)
    if home:
        return home
    if earlier and kept and not (answer.postcode or answer.address):
        return earlier
    raise PlaceUnknown("no such place")


def choice_of(home: Home) -> str:
    """Return what the neighbourhood list shows as chosen for a home."""
    return str(home.neighbourhood_id) if home.neighbourhood_id else ELSEWHERE


def still_there(session: Session, home: Home) -> Home:
    """Return a home whose neighbourhood is still in use, or an unknown one."""
    if home.neighbourhood_id and places.find_neighbourhood(session, home.neighbourhood_id):
        return home
    return Home()


def _chosen(session: Session, choice: str) -> Home:
    if choice == ELSEWHERE:
        return Home()
    try:
        neighbourhood = places.find_neighbourhood(session, uuid.UUID(choice))
    except ValueError:
        neighbourhood = None
    if neighbourhood is None:
        raise PlaceUnknown("no such neighbourhood")
    return Home(neighbourhood.id, PlacedBy.CHOICE)


def _by_postcode(session: Session, answer: HomeAnswer) -> Home | None:
    codes = [answer.postcode] if answer.postcode else list(postcodes_in(answer.address))
    for code in codes:
        if row := places.find_postcode(session, code):
            return Home(row.neighbourhood_id, PlacedBy.POSTCODE)
    return None


def _by_address(session: Session, address: str, locator: AddressLocator | None) -> Home | None:
    if not address or locator is None:
        return None
    municipality = places.get_municipality(session, bound_municipality(session))
    spots = [
        _Spot(row.id, row.name, row.latitude, row.longitude)
        for row in places.list_neighbourhoods(session)
        if row.latitude is not None and row.longitude is not None
    ]
    position = locator.locate(
        address,
        status=AddressStatus.OPEN,  # the form asks those with a protected address not to write it
        municipality_number=municipality.number,
        offline=OfflineGeocoder(
            Place(spot.name, None, spot.latitude, spot.longitude, municipality.number)
            for spot in spots
        ),
    )
    if position is None or not spots:
        return None
    nearest = min(spots, key=lambda spot: distance_km(position, spot))
    return Home(nearest.neighbourhood_id, PlacedBy.NEAREST)
