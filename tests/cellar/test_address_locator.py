"""From an address to a position: gate, cache, breaker, register, own places."""

import logging

import pytest
from geopy.exc import GeocoderServiceError

from app.geocoding import (
    AddressLocator,
    AddressStatus,
    KartverketGeocoder,
    OfflineGeocoder,
    Place,
    Position,
    Precision,
    ProtectedAddressError,
    locator,
    make_locator,
)
from tests.cellar.conftest import ASKER, BAERUM, FakeClock
from tests.cellar.kartverket_server import RegisterStub, address, running_register

STREET = "Kirkeveien 204"


@pytest.fixture
def finder(
    kartverket: KartverketGeocoder, offline: OfflineGeocoder, clock: FakeClock
) -> AddressLocator:
    return AddressLocator(clock=clock, online=kartverket, offline=offline)


def find(finder: AddressLocator, query: str = STREET) -> Position | None:
    return finder.locate(query, status=AddressStatus.OPEN, municipality_number=ASKER)


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


class Telltale(KartverketGeocoder):
    """A geocoder whose faults repeat the question."""

    def geocode(self, query: str, **_more: object) -> None:
        raise GeocoderServiceError(f"cannot find {query}")


def test_the_log_names_the_kind_of_fault_and_never_its_message(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    find(AddressLocator(clock=clock, online=Telltale(user_agent="flyktningguide-tests")))
    assert "GeocoderServiceError" in caplog.text
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


def test_the_settings_choose_whom_to_ask() -> None:
    offline = make_locator("offline", clock=FakeClock(), user_agent="tests")
    assert find(offline, "Storgata 1") is None  # would be asked for, had it anybody to ask
    for kind in ("", "Kartverket", "google"):
        with pytest.raises(ValueError, match="GEOCODER is offline or kartverket"):
            make_locator(kind, clock=FakeClock(), user_agent="tests")


def test_kartverket_is_asked_when_the_settings_say_so(
    register: RegisterStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    agents = []

    def stub(*, user_agent: str) -> KartverketGeocoder:
        agents.append(user_agent)
        return KartverketGeocoder(user_agent=user_agent, domain=register.domain, scheme="http")

    monkeypatch.setattr(locator, "KartverketGeocoder", stub)
    online = make_locator("kartverket", clock=FakeClock(), user_agent="flyktningguide (tests)")
    assert find(online, "Storgata 1, 1383 Asker") is not None
    assert (agents, len(register.asked)) == (["flyktningguide (tests)"], 1)
