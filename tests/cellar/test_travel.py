"""Kilometres and minutes between places."""

import math

import pytest

from app.geocoding import Position, Precision, distance_km
from app.travel import travel_minutes

ASKER = Position(59.833, 10.435, Precision.PLACE)
SANDVIKA = Position(59.890, 10.526, Precision.PLACE)
TROMSO = Position(69.649, 18.955, Precision.PLACE)


def test_the_distance_is_the_shortest_line_over_the_earth() -> None:
    assert distance_km(ASKER, ASKER) == 0
    assert distance_km(ASKER, SANDVIKA) == pytest.approx(8.15, abs=0.1)
    assert distance_km(ASKER, TROMSO) == distance_km(TROMSO, ASKER)


def test_one_degree_of_latitude_in_the_north_is_longer_than_on_a_sphere() -> None:
    south, north = Position(69.0, 20.0, Precision.PLACE), Position(70.0, 20.0, Precision.PLACE)
    assert distance_km(south, north) == pytest.approx(111.55, abs=0.05)


@pytest.mark.parametrize(("land_km", "minutes"), [(0, 8), (1, 12), (7.2, 36), (51.5, 209)])
def test_minutes_grow_with_the_way_over_land(land_km: float, minutes: int) -> None:
    assert travel_minutes(land_km) == minutes


@pytest.mark.parametrize("land_km", [-0.1, math.nan, math.inf])
def test_a_way_shorter_than_nothing_is_refused(land_km: float) -> None:
    with pytest.raises(ValueError, match="not shorter"):
        travel_minutes(land_km)
