"""The one way from an address to a position: gate, cache, Kartverket, own places."""

import hmac
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from threading import Lock
from typing import NamedTuple

from geopy.exc import GeocoderQueryError, GeopyError

from app.geocoding.kartverket import KartverketGeocoder
from app.geocoding.offline import OfflineGeocoder, fold, postcodes_in
from app.geocoding.positions import Position, PositionOutsideNorway, Precision

logger = logging.getLogger(__name__)

Clock = Callable[[], float]

PAUSE_S = 300.0
LONGEST_PAUSE_S = 24 * 3600.0
FOUND_S = 3600.0
UNKNOWN_S = 600.0
CACHE_ENTRIES = 2048
LONGEST_QUERY = 200


class AddressStatus(StrEnum):
    """Whether an address may be looked up. Unknown counts as protected."""

    OPEN = "open"
    PROTECTED = "protected"
    UNKNOWN = "unknown"


class ProtectedAddressError(Exception):
    """Somebody tried to look up an address that is protected, or may be. A bug, not a refusal:
    services refuse such people long before (`app.errors`)."""


class AddressLocator:
    """Finds the position of an address. One per process: it holds the cache and the breaker.

    `online` is None where a municipality wants nothing sent out. A fault of the service never
    reaches the caller: the answer then comes from the places, and the service is left alone for
    five minutes, or as long as it asks for. What was typed is neither logged nor kept: the
    cache knows it by a keyed hash whose key dies with the process.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        online: KartverketGeocoder | None = None,
        offline: OfflineGeocoder | None = None,
    ) -> None:
        """`clock` returns monotonic seconds."""
        self._online = online
        self._offline = offline
        self._cache = _Cache(clock)
        self._breaker = _Breaker(clock)

    def locate(
        self,
        query: str,
        *,
        status: AddressStatus,
        municipality_number: str | None = None,
        offline: OfflineGeocoder | None = None,
    ) -> Position | None:
        """Return the position of an address, postcode or place name, or None if unknown.

        `offline` replaces the locator's own places, for callers whose places depend on the
        municipality. Raises `ProtectedAddressError` unless the address is known to be open.
        """
        if status is not AddressStatus.OPEN:
            raise ProtectedAddressError("only an open address may be looked up")
        text = _clean(query)
        if not text:
            return None
        places = offline or self._offline
        if self._online and not (places and places.is_only_place(text)):
            position = self._ask_online(self._online, text, municipality_number)
            if position:
                return position
        return _ask_places(places, text, municipality_number) if places else None

    def _ask_online(
        self, online: KartverketGeocoder, text: str, municipality_number: str | None
    ) -> Position | None:
        key = self._cache.key(text.casefold(), municipality_number or "")
        if answer := self._cache.find(key):
            return answer.position
        if self._breaker.is_open():
            return None
        try:
            found = online.geocode(text, municipality_number=municipality_number)
            position = found and Position(found.latitude, found.longitude, _precision(text))
        except GeocoderQueryError:  # the question's fault; the service is well
            position = None
        except (GeopyError, OSError, PositionOutsideNorway) as error:
            self._breaker.trip(error)
            return None
        self._cache.put(key, position)
        return position


def make_locator(kind: str, *, clock: Clock, user_agent: str) -> AddressLocator:
    """Return the locator that the settings ask for; no municipality's places are in it.

    Raises:
        ValueError: `kind` is neither `offline` nor `kartverket`.
    """
    if kind not in {"offline", "kartverket"}:
        raise ValueError(f"GEOCODER is offline or kartverket, not {kind!r}")
    online = KartverketGeocoder(user_agent=user_agent) if kind == "kartverket" else None
    return AddressLocator(clock=clock, online=online)


def _ask_places(
    places: OfflineGeocoder, text: str, municipality_number: str | None
) -> Position | None:
    found = places.geocode(text, municipality_number=municipality_number)
    if found is None:
        return None
    return Position(found.latitude, found.longitude, Precision(found.raw["precision"]))


def _precision(text: str) -> Precision:
    """Return how fine the register's answer is: without a house number it is just one of many."""
    codes = list(postcodes_in(text))
    numbers = [word for word in fold(text).split() if any(c.isdecimal() for c in word)]
    if any(number not in codes for number in numbers):
        return Precision.ADDRESS
    return Precision.POSTCODE if codes else Precision.PLACE


def _clean(query: str) -> str:
    """Return one line of printable text, short enough for an address."""
    line = " ".join(query.split())
    return "".join(c for c in line if c.isprintable())[:LONGEST_QUERY].strip()


class _Breaker:
    """Leaves a service alone for a while after a fault."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed_from: float | None = None

    def is_open(self) -> bool:
        return self._closed_from is not None and self._clock() < self._closed_from

    def trip(self, error: Exception) -> None:
        pause = getattr(error, "retry_after", None) or PAUSE_S
        pause = min(float(pause), LONGEST_PAUSE_S)
        self._closed_from = self._clock() + pause
        # The kind of fault only: messages of libraries may hold what somebody typed.
        logger.warning(
            "address service failed (%s), off for %d s", type(error).__name__, round(pause)
        )


class _Answer(NamedTuple):
    until: float
    position: Position | None


class _Cache:
    """What the service answered: bounded, forgetful, unknown addresses for a shorter time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._lock = Lock()
        self._rows: OrderedDict[bytes, _Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, *words: str) -> bytes:
        return hmac.digest(self._secret, "\0".join(words).encode(), "sha256")

    def find(self, key: bytes) -> _Answer | None:
        with self._lock:
            answer = self._rows.get(key)
            if answer and answer.until <= self._clock():
                del self._rows[key]
                return None
            return answer

    def put(self, key: bytes, position: Position | None) -> None:
        with self._lock:
            until = self._clock() + (FOUND_S if position else UNKNOWN_S)
            self._rows[key] = _Answer(until, position)
            self._rows.move_to_end(key)
            while len(self._rows) > CACHE_ENTRIES:
                self._rows.popitem(last=False)
