"""Places found without asking anybody, however Norwegian letters are typed."""

import pytest

from app.geocoding import OfflineGeocoder
from tests.cellar.conftest import ASKER, BAERUM, OSLO


@pytest.mark.parametrize(
    ("query", "address_found", "precision"),
    [
        ("1383", "1383 Asker", "postcode"),
        ("1383 Asker", "1383 Asker", "postcode"),
        ("N-1383 ASKER", "1383 Asker", "postcode"),
        ("Kirkeveien 204, 1383 Asker", "1383 Asker", "postcode"),
        ("Kirkeveien 204 1383 asker", "1383 Asker", "postcode"),
        ("3475 Saetre", "3475 Sætre", "postcode"),
        ("1384 Gård, 3475 Sætre", "3475 Sætre", "postcode"),
        ("saetre", "Sætre", "place"),
        ("SÆTRE", "Sætre", "place"),
        ("Naersnes", "Nærsnes", "place"),
        ("Aaros", "Åros", "place"),
        ("A\u030aros", "Åros", "place"),
        ("hoen", "Høn", "place"),
        ("Hön", "Høn", "place"),
        ("Bjerkåsveien 3, Sætre", "Sætre", "place"),
        ("Verksgata 1, Bærums verk", "Bærums Verk", "place"),
        ("9999 Sætre", "Sætre", "place"),
    ],
)
def test_a_place_is_found_by_postcode_or_name(
    offline: OfflineGeocoder, query: str, address_found: str, precision: str
) -> None:
    found = offline.geocode(query)
    assert (found.address, found.raw["precision"]) == (address_found, precision)


@pytest.mark.parametrize("query", ["", "9999", "Atlantis", "Røykenveien 1383", ",,,", "١٣٨٣"])
def test_what_is_no_place_is_not_guessed(offline: OfflineGeocoder, query: str) -> None:
    assert offline.geocode(query) is None


def test_a_name_in_two_municipalities_needs_the_municipality(offline: OfflineGeocoder) -> None:
    assert offline.geocode("Holmen") is None
    assert offline.geocode("Holmen", municipality_number=ASKER).latitude == 59.85
    assert offline.geocode("Holmen", municipality_number=OSLO).latitude == 59.95
    assert offline.geocode("Holmen", municipality_number=BAERUM) is None


def test_a_name_with_several_postcodes_is_their_middle(offline: OfflineGeocoder) -> None:
    found = offline.geocode("Asker")
    assert (round(found.latitude, 3), round(found.longitude, 3)) == (59.84, 10.44)


def test_a_list_is_given_to_those_who_ask_for_one(offline: OfflineGeocoder) -> None:
    assert [row.address for row in offline.geocode("1383", exactly_one=False)] == ["1383 Asker"]
