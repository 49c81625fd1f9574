"""The address register of Kartverket, over a real connection."""

import pytest
from geopy.exc import (
    GeocoderParseError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
)

from app.geocoding import KartverketGeocoder
from tests.cellar.conftest import ASKER
from tests.cellar.kartverket_server import RegisterStub, address

STREET = "Kirkeveien 204"


def test_the_register_is_asked_as_it_wants_to_be(
    kartverket: KartverketGeocoder, register: RegisterStub
) -> None:
    found = kartverket.geocode("Kirkevn 204 ø", municipality_number=ASKER)
    assert (found.latitude, found.longitude) == (59.83333, 10.43777)
    assert found.address == "Kirkeveien 204, 1383 Asker"
    assert found.raw["kommunenummer"] == ASKER
    assert register.asked == [
        {
            "sok": "Kirkevn 204 ø",
            "fuzzy": "true",
            "kommunenummer": ASKER,
            "treffPerSide": "1",
            "utkoordsys": "4258",
        }
    ]
    assert register.user_agents == ["flyktningguide-tests"]


def test_the_register_gives_several_suggestions(
    kartverket: KartverketGeocoder, register: RegisterStub
) -> None:
    register.addresses = [address("Kirkeveien 2"), address("Kirkeveien 20")]
    found = kartverket.geocode("Kirkeveien 2", exactly_one=False)
    assert [row.raw["adressetekst"] for row in found] == ["Kirkeveien 2", "Kirkeveien 20"]
    assert register.asked[0]["treffPerSide"] == "8"
    assert "kommunenummer" not in register.asked[0]


def test_an_unknown_address_is_none(kartverket: KartverketGeocoder, register: RegisterStub) -> None:
    register.addresses = []
    assert kartverket.geocode("Finnesikkeveien 1") is None
    assert kartverket.geocode("Finnesikkeveien 1", exactly_one=False) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Kirkeveien 204",
        b"[]",
        b"{}",
        b'{"adresser": null}',
        b'{"adresser": [{}]}',
        b'{"adresser": [{"adressetekst": "Kirkeveien 204", "postnummer": "1383", "poststed": null,'
        b' "representasjonspunkt": {"lat": 59.8, "lon": 10.4}}]}',
        b'{"adresser": [{"adressetekst": "Kirkeveien 204", "postnummer": "1383", "poststed": "A",'
        b' "representasjonspunkt": {"lat": NaN, "lon": 10.4}}]}',
        b"\xff\xfe",
    ],
)
def test_an_answer_of_another_form_is_a_fault_that_repeats_nothing(
    kartverket: KartverketGeocoder, register: RegisterStub, body: bytes
) -> None:
    register.body = body
    with pytest.raises(GeocoderParseError) as fault:
        kartverket.geocode(STREET)
    assert "Kirkeveien" not in str(fault.value)


def test_the_geocoder_gives_up_after_its_timeout(
    kartverket: KartverketGeocoder, register: RegisterStub
) -> None:
    register.hangs = True
    with pytest.raises(GeocoderTimedOut):
        kartverket.geocode(STREET)


def test_nobody_else_is_asked_because_an_answer_says_so(
    kartverket: KartverketGeocoder, register: RegisterStub
) -> None:
    register.status = 302
    register.headers = {"Location": f"http://{register.domain}/adresser/v1/sok?sok=else"}
    with pytest.raises(GeocoderServiceError):
        kartverket.geocode(STREET)
    assert len(register.asked) == 1


def test_too_many_requests_come_with_the_wait_asked_for(
    kartverket: KartverketGeocoder, register: RegisterStub
) -> None:
    register.status, register.headers = 429, {"Retry-After": "77"}
    with pytest.raises(GeocoderRateLimited) as fault:
        kartverket.geocode(STREET)
    assert fault.value.retry_after == 77


def test_the_timeout_of_the_real_service_is_five_seconds_and_https() -> None:
    geocoder = KartverketGeocoder(user_agent="flyktningguide-tests")
    assert geocoder.timeout == 5
    assert geocoder._url == "https://ws.geonorge.no/adresser/v1/sok"
