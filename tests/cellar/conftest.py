"""A register on loopback, places by hand and a clock that a test moves."""

from collections.abc import Iterator

import pytest

from app.geocoding import KartverketGeocoder, OfflineGeocoder, Place
from tests.cellar.kartverket_server import RegisterStub, running_register

ASKER, BAERUM, OSLO = "3203", "3201", "0301"
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
