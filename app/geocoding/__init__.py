"""Addresses to positions: the only place that talks to a geocoder. No Flask, no rooms, no ORM.

`AddressLocator` is what the rest of the house uses; the two geocoders behind it share geopy's
interface, one on the network (Kartverket), one on plain rows of places.
"""

from app.geocoding.distances import distance_km
from app.geocoding.kartverket import KartverketGeocoder
from app.geocoding.locator import (
    AddressLocator,
    AddressStatus,
    ProtectedAddressError,
    make_locator,
)
from app.geocoding.offline import OfflineGeocoder, Place
from app.geocoding.positions import CURRENT_NUMBER, Position, PositionOutsideNorway, Precision

__all__ = [
    "CURRENT_NUMBER",
    "AddressLocator",
    "AddressStatus",
    "KartverketGeocoder",
    "OfflineGeocoder",
    "Place",
    "Position",
    "PositionOutsideNorway",
    "Precision",
    "ProtectedAddressError",
    "distance_km",
    "make_locator",
]
