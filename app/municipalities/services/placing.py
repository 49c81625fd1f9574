"""From what is known about a home to a neighbourhood: the one rule, for guides and families."""

import uuid
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.geocoding import Position, distance_km
from app.municipalities import queries
from app.municipalities.models import Neighbourhood, PlacedBy, Tier

NEAREST_LIMIT_KM = 20.0  # a point further from everything is not in one of our neighbourhoods


class Placement(NamedTuple):
    """A neighbourhood and how it was found; both None where nothing was."""

    neighbourhood: Neighbourhood | None
    placed_by: PlacedBy | None


NOWHERE = Placement(None, None)


def place_person(
    session: Session,
    *,
    neighbourhood_id: uuid.UUID | None = None,
    postcode: str | None = None,
    position: Position | None = None,
) -> Placement:
    """Return the neighbourhood in use that somebody's answers mean.

    A choice, one's own or staff's, counts before a postcode, and a postcode before a position,
    which means the nearest main neighbourhood of this municipality within `NEAREST_LIMIT_KM`
    as the crow flies. What leads nowhere gives way to the next. Nothing is stored.
    """
    chosen = neighbourhood_id and queries.find_neighbourhood(session, neighbourhood_id)
    if chosen:
        return Placement(chosen, PlacedBy.CHOICE)
    if postcode and (row := queries.find_postcode(session, postcode)):
        home = queries.find_neighbourhood(session, row.neighbourhood_id)
        if home:
            return Placement(home, PlacedBy.POSTCODE)
    nearest = position and _nearest(session, position)
    return Placement(nearest, PlacedBy.NEAREST) if nearest else NOWHERE


def _nearest(session: Session, position: Position) -> Neighbourhood | None:
    spots = [
        (distance_km(position, point), row)
        for row in queries.list_neighbourhoods(session)
        if row.tier is Tier.MAIN and (point := row.point)
    ]
    if not spots:
        return None
    away_km, row = min(spots, key=lambda spot: spot[0])
    return row if away_km <= NEAREST_LIMIT_KM else None
