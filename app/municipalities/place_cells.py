"""Single cells of the files of places. Each function raises ValueError with words for a person."""

import math
import re
from collections.abc import Mapping
from typing import TypeVar

from app.geocoding import CURRENT_NUMBER, Position, PositionOutsideNorway, Precision
from app.travel import travel_minutes

LONGEST_NAME = 80
LONGEST_WAY_KM = 3000.0

Row = Mapping[str, str]
T = TypeVar("T")


def municipality_number(text: str) -> str:
    """Return today's number for a number that may be an old one."""
    if not re.fullmatch(r"[0-9]{4}", text.strip()):
        raise ValueError(f"“{text}” is not a municipality number: it has four digits, like 0301")
    return CURRENT_NUMBER.get(text.strip(), text.strip())


def name_in(row: Row, column: str) -> str:
    """Return a name of one line."""
    text = " ".join(row[column].split())
    if not text or not text.isprintable() or len(text) > LONGEST_NAME:
        raise ValueError(f"{column} needs a name of at most {LONGEST_NAME} characters")
    return text


def postcode_in(row: Row) -> str:
    text = row["postcode"].strip()
    if not re.fullmatch(r"[0-9]{4}", text):
        raise ValueError(f"“{text}” is not a postcode: it has four digits, like 0010")
    return text


def one_of(row: Row, column: str, meanings: Mapping[str, T]) -> T:
    """Return what one of a few codes means."""
    text = row[column].strip()
    if text not in meanings:
        raise ValueError(f"{column} is {' or '.join(meanings)}, not “{text}”")
    return meanings[text]


def point_in(row: Row, precision: Precision) -> Position | None:
    """Return the point in the columns lat and lon, or None where both are empty."""
    latitude, longitude = row["lat"].strip(), row["lon"].strip()
    if not latitude and not longitude:
        return None
    try:
        return Position(float(latitude), float(longitude), precision)
    except PositionOutsideNorway as wrong:
        raise ValueError(f"lat {latitude}, lon {longitude}: {wrong}") from None
    except ValueError:
        raise ValueError(f"lat “{latitude}”, lon “{longitude}” are not two numbers") from None


def minutes_in(row: Row) -> int | None:
    """Return about how long the way over land takes, or None where the files do not know it."""
    text = row["land_km"].strip()
    if not text:
        return None
    try:
        land_km = float(text)
    except ValueError:
        land_km = math.nan
    if not 0 <= land_km <= LONGEST_WAY_KM:
        raise ValueError(f"land_km is a number of kilometres, not “{text}”")
    return travel_minutes(land_km)
