"""Positions are in Norway, rounded, and the right way round."""

import math

import pytest

from app.geocoding import CURRENT_NUMBER, Position, PositionOutsideNorway, Precision


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
