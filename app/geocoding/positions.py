"""A position as we store it: in Norway, no finer than needed, and saying what it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

LATITUDES = (57.0, 81.5)
LONGITUDES = (-9.5, 32.0)
_DECIMALS = 3  # about 100 m: enough for minutes, too little for a doorstep

# Old municipality numbers in files and registers, to the number of today.
CURRENT_NUMBER: Mapping[str, str] = MappingProxyType(
    {
        "0220": "3203",  # Asker until 2019, before Røyken and Hurum joined
        "0627": "3203",  # Røyken
        "0628": "3203",  # Hurum
        "3025": "3203",  # Asker
        "0219": "3201",  # Bærum
        "3024": "3201",  # Bærum
        "0602": "3301",  # Drammen
        "3005": "3301",  # Drammen
        "1902": "5501",  # Tromsø
        "5401": "5501",  # Tromsø
        "1504": "1508",  # Ålesund
        "1507": "1508",  # Ålesund
        "0806": "4003",  # Skien
        "3807": "4003",  # Skien
        "0106": "3107",  # Fredrikstad
        "3004": "3107",  # Fredrikstad
    }
)


class Precision(StrEnum):
    """What a position stands for, finest first."""

    ADDRESS = "address"
    POSTCODE = "postcode"
    PLACE = "place"


class PositionOutsideNorway(ValueError):
    """The numbers are not a place in Norway; the message never repeats them.

    `swapped`: they would be, with latitude and longitude the other way round.
    """

    def __init__(self, message: str, *, swapped: bool = False) -> None:
        super().__init__(message)
        self.swapped = swapped


@dataclass(frozen=True, slots=True)
class Position:
    """WGS 84 degrees, rounded to three decimals when made."""

    latitude: float
    longitude: float
    precision: Precision

    def __post_init__(self) -> None:
        if not _in_norway(self.latitude, self.longitude):
            if _in_norway(self.longitude, self.latitude):
                raise PositionOutsideNorway("latitude and longitude are swapped", swapped=True)
            raise PositionOutsideNorway("latitude must be 57 to 81.5, longitude -9.5 to 32")
        object.__setattr__(self, "latitude", round(self.latitude, _DECIMALS))
        object.__setattr__(self, "longitude", round(self.longitude, _DECIMALS))


def _in_norway(latitude: float, longitude: float) -> bool:
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]
