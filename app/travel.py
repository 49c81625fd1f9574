"""The way between two neighbourhoods: minutes and bands, never kilometres to a home.

Pure: no Flask, no rooms, no libraries; the matching stands on it too. A straight line is not
travel where a fjord lies between, so minutes are computed from kilometres over land.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

_START_MINUTES = 8.0
_MINUTES_PER_KM = 3.0
_DETOUR = 1.3


class Band(StrEnum):
    """How far apart two neighbourhoods are, in the words people see."""

    SAME = "same"
    ADJACENT = "adjacent"
    MINUTES = "minutes"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Trip:
    """The way between two neighbourhoods. UNKNOWN is its own answer: neither near nor far."""

    band: Band
    minutes: int | None = None

    def __post_init__(self) -> None:
        if self.minutes is not None and self.minutes < 0:
            raise ValueError("a trip does not take negative time")
        if self.band is Band.MINUTES and self.minutes is None:
            raise ValueError("a trip in minutes needs its minutes")
        if self.band in (Band.UNKNOWN, Band.UNREACHABLE) and self.minutes is not None:
            raise ValueError(f"a trip that is {self.band} has no minutes")


SAME_PLACE = Trip(Band.SAME)
UNKNOWN_TRIP = Trip(Band.UNKNOWN)


def travel_minutes(land_km: float) -> int:
    """Return about how many minutes a way of `land_km` kilometres over land takes.

    Eight minutes to get out of the door and to wait, then three minutes a kilometre of a
    road 1.3 times as long as the line: `8 + 3 * 1.3 * land_km`. Always shown as "about".
    """
    if not (land_km >= 0 and math.isfinite(land_km)):
        raise ValueError("a way over land is not shorter than nothing, and it ends")
    return round(_START_MINUTES + _MINUTES_PER_KM * _DETOUR * land_km)
