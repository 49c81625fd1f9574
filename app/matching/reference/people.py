"""Families and guides as a structure of arrays: entry i of every array is about person i.

Languages, week slots and interests are bit masks, places are unit vectors: the straight line
between two points on the sphere grows with the great circle, so nothing is projected.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from app.matching.reference.config import SLOTS, ReferenceConfig
from app.matching.reference.tables import BadInputError, Table

Mask = npt.NDArray[np.unsignedinteger[Any]]
Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int32]
Real = npt.NDArray[np.float64]

FAR_KM = 20_100  # half around the earth
LONGEST_WAIT_DAYS = 100_000
OLDEST = 130
MOST_PLACES = 1_000
HIGHEST_PRIORITY = 2
# A family's wish and a guide's gender are bits: a wish is met when its bit is the guide's.
GENDERS = {"F": 1, "M": 2}
WISHES = {"": 0, **GENDERS}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class People:
    """What families and guides have in common; n people.

    municipality: codes, equal for equal names in both files. x, y, z: the unit vector of the
    place. max_km: how far they would go. slots: bit per slot of the week.
    """

    ids: npt.NDArray[np.str_]
    municipality: Whole
    own_municipality_only: Flags
    latitude: Real
    x: Real
    y: Real
    z: Real
    languages: Mask
    slots: Mask
    interests: Mask
    max_km: Whole
    age: Whole

    def __len__(self) -> int:
        return len(self.max_km)

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> Self:
        """Return these people in this order."""
        arrays = {f.name: np.ascontiguousarray(getattr(self, f.name)[rows]) for f in fields(self)}
        return type(self)(**arrays)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Families(People):
    """n families. gender_wish: 0 or a bit of GENDERS. priority: 0, 1 or 2, 2 the most urgent."""

    mother_tongue: Mask
    has_minors: Flags
    gender_wish: Small
    waiting_days: Whole
    priority: npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Guides(People):
    """n guides. gender: a bit of GENDERS. capacity: how many families at the same time."""

    gender: Small
    has_certificate: Flags
    capacity: Whole


def with_municipalities(config: ReferenceConfig, *tables: Table) -> ReferenceConfig:
    """Return the configuration knowing every municipality; where it lists none, all of the tables'."""
    if config.municipalities:
        return config
    names = {name for table in tables for name in table.texts("municipality")}
    return replace(config, municipalities=tuple(sorted(names)))


def read_families(table: Table, config: ReferenceConfig) -> Families:
    """Return the families of a table with the columns of families.csv.

    Raises:
        BadInputError: a column is missing or a cell is not what it should be.
    """
    common = _common(table, "family_id", config)
    one_code = "is one code that config.json lists, not"
    table.check("mother_tongue", frozenset(config.languages), one_code)
    mother_tongue = table.masks("mother_tongue", config.languages)
    for row in np.flatnonzero(mother_tongue & ~common["languages"]):
        problem = "does not hold the mother tongue"
        raise BadInputError(table.name, problem, row=table.first_row + int(row), column="languages")
    return Families(
        **common,
        mother_tongue=mother_tongue,
        has_minors=table.flags("has_minors"),
        gender_wish=table.choices("gender_wish", WISHES).astype(np.uint8),
        waiting_days=table.integers("waiting_days", 0, LONGEST_WAIT_DAYS),
        priority=table.integers("priority", 0, HIGHEST_PRIORITY).astype(np.int8),
    )


def read_guides(table: Table, config: ReferenceConfig) -> Guides:
    """Return the guides of a table with the columns of guides.csv.

    Raises:
        BadInputError: a column is missing or a cell is not what it should be.
    """
    return Guides(
        **_common(table, "guide_id", config),
        gender=table.choices("gender", GENDERS).astype(np.uint8),
        has_certificate=table.flags("police_certificate"),
        capacity=table.integers("capacity", 0, MOST_PLACES),
    )


def _common(table: Table, key: str, config: ReferenceConfig) -> dict[str, Any]:
    ids = np.array(table.ids(key), np.str_)
    latitude, longitude = table.degrees("lat", 90), table.degrees("lon", 180)
    phi, theta = np.radians(latitude), np.radians(longitude)
    return {
        "ids": ids,
        "municipality": _municipalities(table, config),
        "own_municipality_only": table.flags("own_municipality_only"),
        "latitude": latitude,
        "x": np.cos(phi) * np.cos(theta),
        "y": np.cos(phi) * np.sin(theta),
        "z": np.sin(phi),
        "languages": table.masks("languages", config.languages),
        "slots": table.slots("availability", SLOTS),
        "interests": table.masks("interests", config.interests),
        "max_km": table.integers("max_km", 1, FAR_KM),
        "age": table.integers("age", 0, OLDEST),
    }


def _municipalities(table: Table, config: ReferenceConfig) -> Whole:
    codes = {name: code for code, name in enumerate(config.municipalities)}
    table.check("municipality", codes, "config.json does not list")
    return table.choices("municipality", codes)
