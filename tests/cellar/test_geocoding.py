"""From an address to a position: gate, cache, breaker, register, own places."""

import logging
import math
from collections.abc import Iterator

import pytest
from geopy.exc import (
    GeocoderParseError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
)

from app.geocoding import (
    CURRENT_NUMBER,
    AddressLocator,
    AddressStatus,
    KartverketGeocoder,
    OfflineGeocoder,
    Place,
    Position,
    PositionOutsideNorway,
    Precision,
    ProtectedAddressError,
    locator,
)
from tests.cellar.kartverket_server import RegisterStub, address, running_register

ASKER, BAERUM, OSLO = "3203", "3201", "0301"
STREET = "Kirkeveien 204"
PLACES = [
    Place("Asker", "1383", 59.83, 10.43, ASKER),
    Place("Asker", "1384", 59.85, 10.45, ASKER),
    Place("Sætre", "3475", 59.68, 10.53, ASKER),
    Place("Nærsnes", "3478", 59.76, 10.51, ASKER),
    Place("Åros", None, 59.70, 10.51, ASKER),
    Place("Høn", None, 59.84, 10.47, ASKER),
    Place("Holmen", None, 59.85, 10.49, ASKER),
    Place("Holmen", None, 59.95, 10.69, OSLO),
    Place("Bærums Verk", "1353", 59.94, 10.51, BAERUM),
]


class FakeClock:
    """Monotonic seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[RegisterStub]:
    monkeypatch.setenv("no_proxy", "*")
    with running_register() as stub:
        yield stub


@pytest.fixture
def kartverket(register: RegisterStub) -> KartverketGeocoder:
    return KartverketGeocoder(
        user_agent="flyktningguide-tests", domain=register.domain, scheme="http", timeout=0.5
    )


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def offline() -> OfflineGeocoder:
    return OfflineGeocoder(PLACES)


@pytest.fixture
def finder(
    kartverket: KartverketGeocoder, offline: OfflineGeocoder, clock: FakeClock
) -> AddressLocator:
    return AddressLocator(clock=clock, online=kartverket, offline=offline)


def find(finder: AddressLocator, query: str = STREET) -> Position | None:
    return finder.locate(query, status=AddressStatus.OPEN, municipality_number=ASKER)


# Positions


def test_a_position_keeps_three_decimals_and_its_precision() -> None:
    position = Position(59.833333, 10.437777, Precision.ADDRESS)
    assert (position.latitude, position.longitude) == (59.833, 10.438)
    assert position.precision == "address"


def test_a_swapped_pair_is_named_as_such_and_not_repeated() -> None:
    with pytest.raises(PositionOutsideNorway, match="swapped") as refusal:
        Position(10.437, 59.833, Precision.ADDRESS)
    assert "59" not in str(refusal.value)


@pytest.mark.parametrize(
    "pair", [(56.9, 10.0), (81.6, 10.0), (60.0, -9.6), (60.0, 32.1), (math.nan, 10.0), (0.0, 0.0)]
)
def test_a_place_outside_norway_is_no_position(pair: tuple[float, float]) -> None:
    with pytest.raises(PositionOutsideNorway, match="must be"):
        Position(*pair, Precision.PLACE)


@pytest.mark.parametrize("pair", [(57.0, -9.5), (81.5, 32.0), (70.98, 25.97), (70.9, -8.7)])
def test_all_of_norway_is_inside(pair: tuple[float, float]) -> None:
    assert Position(*pair, Precision.PLACE).latitude == pair[0]


def test_old_municipality_numbers_lead_to_the_numbers_of_today() -> None:
    known = {"3025": "3203", "3024": "3201", "3005": "3301", "5401": "5501", "1507": "1508"}
    known |= {"3807": "4003", "3004": "3107"}
    assert known.items() <= CURRENT_NUMBER.items()
    assert not set(CURRENT_NUMBER) & set(CURRENT_NUMBER.values()), "a chain would need two steps"


# Own places


@pytest.mark.parametrize(
    ("query", "address_found", "precision"),
    [
        ("1383", "1383 Asker", "postcode"),
        ("1383 Asker", "1383 Asker", "postcode"),
        ("N-1383 ASKER", "1383 Asker", "postcode"),
        ("Kirkeveien 204, 1383 Asker", "1383 Asker", "postcode"),
        ("Kirkeveien 204 1383 asker", "1383 Asker", "postcode"),
        ("3475 Saetre", "3475 Sætre", "postcode"),
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


# The register


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


# The locator


def test_an_open_address_is_found_in_the_register(
    finder: AddressLocator, register: RegisterStub
) -> None:
    assert find(finder) == Position(59.833, 10.438, Precision.ADDRESS)
    assert len(register.asked) == 1


@pytest.mark.parametrize(
    ("query", "precision"),
    [
        ("Storgata 1B", "address"),
        ("Storgata 1, 1383 Asker", "address"),
        ("Røykenveien 1050", "address"),
        ("Storgata", "place"),
        ("Storgata, 1383 Asker", "postcode"),
        ("4999 Etsted", "postcode"),
    ],
)
def test_without_a_house_number_the_answer_is_not_called_an_address(
    finder: AddressLocator, query: str, precision: str
) -> None:
    position = find(finder, query)
    assert position is not None
    assert position.precision == precision


@pytest.mark.parametrize("query", ["1383", "1383 Asker", "N-1383 Asker", "Asker 1383", "sætre"])
def test_a_mere_postcode_or_place_is_not_sent_out(
    finder: AddressLocator, register: RegisterStub, query: str
) -> None:
    position = find(finder, query)
    assert position is not None
    assert position.precision in {"postcode", "place"}
    assert register.asked == []


def test_the_second_question_is_answered_from_the_cache(
    finder: AddressLocator, register: RegisterStub
) -> None:
    first = find(finder)
    assert find(finder, f"  {STREET.upper()} ") == first
    assert len(register.asked) == 1


def test_the_cache_keeps_municipalities_apart(
    finder: AddressLocator, register: RegisterStub
) -> None:
    find(finder)
    finder.locate(STREET, status=AddressStatus.OPEN, municipality_number=BAERUM)
    assert [question["kommunenummer"] for question in register.asked] == [ASKER, BAERUM]


def test_the_cache_forgets_and_forgets_unknown_addresses_sooner(
    finder: AddressLocator, register: RegisterStub, clock: FakeClock
) -> None:
    find(finder)
    register.addresses = []
    assert find(finder, "Finnesikkeveien 1") is None
    clock.seconds += locator.UNKNOWN_S - 1
    assert find(finder, "Finnesikkeveien 1") is None
    assert len(register.asked) == 2
    clock.seconds += 1
    find(finder, "Finnesikkeveien 1")
    find(finder)
    assert len(register.asked) == 3
    clock.seconds += locator.FOUND_S
    find(finder)
    assert len(register.asked) == 4


def test_the_cache_is_bounded_and_drops_the_oldest(
    finder: AddressLocator, register: RegisterStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locator, "CACHE_ENTRIES", 2)
    for number in (1, 2, 3, 3, 2, 1):
        find(finder, f"Storgata {number}")
    assert [question["sok"] for question in register.asked] == [
        "Storgata 1",
        "Storgata 2",
        "Storgata 3",
        "Storgata 1",
    ]
    assert len(finder._cache) == 2


def test_nothing_typed_lies_in_the_cache(finder: AddressLocator) -> None:
    find(finder)
    assert len(finder._cache) == 1
    assert "kirkeveien" not in repr(finder._cache._rows).casefold()
    assert "kirkeveien" not in repr(vars(finder._cache)).casefold()


def test_two_processes_do_not_share_cache_keys(clock: FakeClock) -> None:
    assert locator._Cache(clock).key(STREET) != locator._Cache(clock).key(STREET)


@pytest.mark.parametrize("status", [AddressStatus.PROTECTED, AddressStatus.UNKNOWN])
def test_a_protected_or_unknown_address_goes_nowhere(
    finder: AddressLocator,
    register: RegisterStub,
    status: AddressStatus,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ProtectedAddressError) as refusal:
        finder.locate(STREET, status=status, municipality_number=ASKER)
    assert STREET not in str(refusal.value)
    assert register.asked == []
    assert len(finder._cache) == 0
    assert caplog.records == []


def test_a_protected_address_is_refused_even_when_the_cache_knows_it(
    finder: AddressLocator,
) -> None:
    find(finder)
    with pytest.raises(ProtectedAddressError):
        finder.locate(STREET, status=AddressStatus.PROTECTED, municipality_number=ASKER)


@pytest.mark.parametrize("status", ["open", True, None])
def test_only_the_word_itself_opens_the_gate(finder: AddressLocator, status: object) -> None:
    with pytest.raises(ProtectedAddressError):
        finder.locate(STREET, status=status)  # type: ignore[arg-type]


FAULTS = {
    "500": {"status": 500, "body": b"Kirkeveien 204"},
    "503": {"status": 503},
    "401": {"status": 401},
    "broken JSON": {"body": b'{"adresser": [Kirkeveien 204'},
    "swapped": {"addresses": [address(lat=10.43777, lon=59.83333)]},
    "429": {"status": 429},
    "hang": {"hangs": True},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_of_the_register_is_answered_from_the_places_and_not_logged_in_clear(
    finder: AddressLocator,
    register: RegisterStub,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, object],
) -> None:
    caplog.set_level(logging.DEBUG)
    vars(register).update(fault)
    assert find(finder, "Kirkeveien 204, 1383 Asker") == Position(59.83, 10.43, Precision.POSTCODE)
    assert find(finder, "Storgata 9") is None
    assert len(register.asked) == 1, "the breaker is open"
    assert len(finder._cache) == 0, "a fault is not an answer"
    assert "off for 300 s" in caplog.text
    assert "Kirkeveien" not in caplog.text


def test_a_dead_register_is_answered_from_the_places(
    offline: OfflineGeocoder, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with running_register() as gone:
        domain = gone.domain
    dead = KartverketGeocoder(user_agent="flyktningguide-tests", domain=domain, scheme="http")
    with pytest.raises(GeocoderServiceError):
        dead.geocode(STREET)
    finder = AddressLocator(clock=clock, online=dead, offline=offline)
    assert find(finder, f"{STREET}, Sætre") == Position(59.68, 10.53, Precision.PLACE)


def test_the_breaker_closes_after_five_minutes(
    finder: AddressLocator, register: RegisterStub, clock: FakeClock
) -> None:
    register.status = 500
    find(finder)
    register.status = 200
    clock.seconds += 299.9
    assert find(finder) is None
    assert len(register.asked) == 1
    clock.seconds += 0.1
    assert find(finder) == Position(59.833, 10.438, Precision.ADDRESS)
    assert len(register.asked) == 2


def test_the_breaker_opens_again_when_the_fault_lasts(
    finder: AddressLocator, register: RegisterStub, clock: FakeClock
) -> None:
    register.status = 500
    find(finder)
    clock.seconds += 300
    find(finder)
    clock.seconds += 299
    find(finder)
    assert len(register.asked) == 2


@pytest.mark.parametrize(("asked_for", "pause"), [("60", 60), ("1200", 1200), ("9999999", 86400)])
def test_the_breaker_waits_as_long_as_the_register_asks(
    finder: AddressLocator, register: RegisterStub, clock: FakeClock, asked_for: str, pause: int
) -> None:
    register.status, register.headers = 429, {"Retry-After": asked_for}
    find(finder)
    clock.seconds += pause - 1
    find(finder)
    assert len(register.asked) == 1
    clock.seconds += 1
    find(finder)
    assert len(register.asked) == 2


def test_a_question_the_register_refuses_does_not_switch_it_off_for_others(
    finder: AddressLocator, register: RegisterStub
) -> None:
    register.status = 400
    assert find(finder, "???") is None
    register.status = 200
    assert find(finder) is not None


def test_without_a_register_the_places_answer(offline: OfflineGeocoder, clock: FakeClock) -> None:
    finder = AddressLocator(clock=clock, offline=offline)
    assert find(finder, "Kirkeveien 204, 3475 Sætre") == Position(59.68, 10.53, Precision.POSTCODE)


def test_with_neither_register_nor_places_nothing_is_known(clock: FakeClock) -> None:
    assert find(AddressLocator(clock=clock)) is None


def test_the_callers_own_places_come_before_the_locators(
    offline: OfflineGeocoder, clock: FakeClock
) -> None:
    finder = AddressLocator(clock=clock, offline=offline)
    own = OfflineGeocoder([Place("Asker", "1383", 59.5, 10.5, ASKER)])
    position = finder.locate("1383", status=AddressStatus.OPEN, offline=own)
    assert position == Position(59.5, 10.5, Precision.POSTCODE)


@pytest.mark.parametrize("query", ["", "   ", "\0", "\n\t", "\ud800"])
def test_nothing_typed_is_nothing_asked(
    finder: AddressLocator, register: RegisterStub, query: str
) -> None:
    assert find(finder, query) is None
    assert register.asked == []


@pytest.mark.parametrize("query", ["Stor\ud800gata 1", "Storgata\n1\0", "a" * 100_000, "&sok=x#/?"])
def test_odd_text_reaches_the_register_as_one_short_line(
    finder: AddressLocator, register: RegisterStub, query: str
) -> None:
    assert find(finder, query) is not None
    sent = register.asked[0]["sok"]
    assert sent.isprintable()
    assert len(sent) <= locator.LONGEST_QUERY
