"""How far apart two places are: the geodesic for storing, minutes and bands for people.

Pure: no Flask, no rooms. People see bands, never kilometres to a home; a straight line is
not travel where a fjord lies between, so minutes are computed from kilometres over land.
"""

from enum import StrEnum
from typing import Protocol

from geopy.distance import geodesic

_START_MINUTES = 8.0
_MINUTES_PER_KM = 3.0
_DETOUR = 1.3


class TravelBand(StrEnum):
    """What people are told about the way between two homes."""

    SAME = "same"
    NEXT_TO = "next_to"
    MINUTES = "minutes"
    NOT_REACHABLE = "not_reachable"
    UNKNOWN = "unknown"


class Point(Protocol):
    """Anything with a place on the map, WGS 84 degrees."""

    @property
    def latitude(self) -> float: ...

    @property
    def longitude(self) -> float: ...


def distance_km(a: Point, b: Point) -> float:
    """Return the length of the shortest line over the earth (geodesic, WGS 84), in km.

    For figures that are stored, 151 µs each. Rank many pairs by something faster.
    """
    return float(geodesic((a.latitude, a.longitude), (b.latitude, b.longitude)).km)


def travel_minutes(land_km: float) -> int:
    """Return about how many minutes a way of `land_km` kilometres over land takes.

    Eight minutes to get out of the door and to wait, then three minutes a kilometre of a
    road 1.3 times as long as the line: `8 + 3 * 1.3 * land_km`. Always shown as "about".
    """
    if not land_km >= 0:
        raise ValueError("a way over land is not shorter than nothing")
    return round(_START_MINUTES + _MINUTES_PER_KM * _DETOUR * land_km)
