"""Where the neighbourhoods lie, for a map: one point each, and nobody's home."""

import uuid
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.municipalities.models import Neighbourhood
from app.permissions import Actor, Permission, ensure_may

DECIMALS = 2  # of a degree: about a kilometre north, half of one east


class MapPoint(NamedTuple):
    """A neighbourhood on the map, in WGS 84 degrees, rounded."""

    name: str
    latitude: float
    longitude: float
    in_use: bool


def list_map_points(session: Session, actor: Actor) -> Mapping[uuid.UUID, MapPoint]:
    """Return the neighbourhoods that have a point, by name: for those who may propose matches."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    place = Neighbourhood
    columns = select(place.id, place.name, place.latitude, place.longitude, place.active)
    return {
        key: MapPoint(name, round(latitude, DECIMALS), round(longitude, DECIMALS), in_use)
        for key, name, latitude, longitude, in_use in session.execute(
            columns.order_by(place.name, place.id)
        )
        if latitude is not None and longitude is not None
    }
