"""From what somebody answers about their home to a neighbourhood. The address goes no further."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.geocoding import AddressLocator, AddressStatus
from app.geocoding.offline import postcodes_in
from app.guides.services.offers import Home
from app.municipalities import queries as places
from app.municipalities.services import Placement, place_person
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
        home = _home(place_person(session, neighbourhood_id=uuid.UUID(choice)))
    except ValueError:
        home = None
    if home is None:
        raise PlaceUnknown("no such neighbourhood")
    return home


def _by_postcode(session: Session, answer: HomeAnswer) -> Home | None:
    codes = [answer.postcode] if answer.postcode else list(postcodes_in(answer.address))
    homes = (_home(place_person(session, postcode=code)) for code in codes)
    return next((home for home in homes if home), None)


def _by_address(session: Session, address: str, locator: AddressLocator | None) -> Home | None:
    if not address or locator is None:
        return None
    position = locator.locate(
        address,
        status=AddressStatus.OPEN,  # the form asks those with a protected address not to write it
        municipality_number=places.get_municipality(session, bound_municipality(session)).number,
        offline=places.own_places(session),
    )
    return _home(place_person(session, position=position))


def _home(placement: Placement) -> Home | None:
    """Return the home of a placement; None if it is nowhere that we know."""
    neighbourhood, placed_by = placement
    return Home(neighbourhood.id, placed_by) if neighbourhood else None
