"""A geocoder that asks nobody: postcode to place, place name to point."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from geopy.adapters import URLLibAdapter
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from app.geocoding.positions import Precision

_LONGEST_NAME = 4  # words
_NORWEGIAN = str.maketrans({"å": "aa", "æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe"})


class Place(NamedTuple):
    """One named place with a point: a postal place, a district, a village."""

    name: str
    postcode: str | None
    latitude: float
    longitude: float
    municipality_number: str


class OfflineGeocoder(Geocoder):
    """Finds places by the postcode or the name in what was typed.

    "1383 Asker", "1383", "asker", "Storgata 1, 1383 Asker" and "Saetre" for Sætre all work.
    A name that several municipalities have is unknown until one of them is named.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        super().__init__(adapter_factory=URLLibAdapter)  # never used
        self._by_postcode: dict[str, list[Place]] = {}
        self._by_name: dict[str, list[Place]] = {}
        for place in places:
            self._by_name.setdefault(fold(place.name), []).append(place)
            if place.postcode:
                self._by_postcode.setdefault(place.postcode, []).append(place)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,
        municipality_number: str | None = None,
    ) -> Any:
        """Return geopy's `Location` (or a list of one), or None if no place is recognised.

        `Location.raw["precision"]` says whether the postcode or the name was the clue.
        """
        found = self._by_code(query) or self._by_words(query, municipality_number)
        if found is None:
            return None
        return found if exactly_one else [found]

    def is_only_place(self, query: str) -> bool:
        """Tell whether the words are a postcode, a place or both, and no street."""
        words = fold(query).split()
        if words and words[0] in {"n", "no"}:
            words = words[1:]
        for end in (0, -1):
            if words and words[end] in self._by_postcode:
                rest = words[1:] if end == 0 else words[:-1]
                return not rest or " ".join(rest) in self._by_name
        return " ".join(words) in self._by_name

    def _by_code(self, query: str) -> Location | None:
        for code in postcodes_in(query):
            if places := self._by_postcode.get(code):
                address = f"{code} {places[0].name}"
                return _location(address, places, Precision.POSTCODE)
        return None

    def _by_words(self, query: str, municipality_number: str | None) -> Location | None:
        for name in _names(query):
            places = self._by_name.get(name, [])
            if municipality_number:
                places = [p for p in places if p.municipality_number == municipality_number]
            if len({place.municipality_number for place in places}) == 1:
                own = [place for place in places if place.postcode is None]
                return _location(places[0].name, own or places, Precision.PLACE)
        return None


def fold(text: str) -> str:
    """Return text as it is compared: no case, accents or marks, å = aa, æ = ae, ø = oe."""
    text = unicodedata.normalize("NFC", text).casefold().translate(_NORWEGIAN)
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", text))


def postcodes_in(query: str) -> Iterator[str]:
    """Yield what may be a postcode, the last first.

    Four digits begin a part of the address or stand before a word; at the end they are a house
    number, country roads have those.
    """
    for part in reversed(query.split(",")):
        words = fold(part).split()
        for at in reversed(range(len(words))):
            if re.fullmatch(r"[0-9]{4}", words[at]) and (at == 0 or at + 1 < len(words)):
                yield words[at]


def _names(query: str) -> Iterator[str]:
    """Yield what may be a place name: the last words of each part, the longest run first."""
    for part in reversed(query.split(",")):
        words = [word for word in fold(part).split() if not word.isdecimal()]
        for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
            yield " ".join(words[-length:])


def _location(address: str, places: list[Place], precision: Precision) -> Location:
    latitude = sum(place.latitude for place in places) / len(places)
    longitude = sum(place.longitude for place in places) / len(places)
    return Location(address, (latitude, longitude), {"precision": precision.value})
