"""Draw families and guides as the columns of families.csv and guides.csv; arrays all the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.matching.reference.config import ReferenceConfig
from app.matching.reference.instance import Instance, read_blocked
from app.matching.reference.people import read_families, read_guides
from app.matching.reference.tables import Table
from tests.matching.norway.places import KM_PER_DEGREE, Map, choose, norway

SLOTS = 21
# mother tongue: (share of families, share among the guides who speak a further language)
TONGUES = {
    "uk": (0.55, 0.10), "ar": (0.12, 0.14), "prs": (0.055, 0.05), "ti": (0.05, 0.03),
    "so": (0.035, 0.05), "kmr": (0.035, 0.03), "tr": (0.035, 0.07), "sw": (0.03, 0.04),
    "ps": (0.025, 0.02), "fa": (0.025, 0.07), "es": (0.015, 0.16), "fr": (0.015, 0.12),
    "ru": (0.01, 0.12),
}  # fmt: skip
LANGUAGES = (*TONGUES, "en", "no")
INTERESTS = (
    "football", "hiking", "skiing", "cooking", "sewing", "music", "books", "fishing", "garden",
    "chess", "film", "cycling", "swimming", "crafts", "baking", "dogs",
)  # fmt: skip
WEIGHTS = {
    "language_mother": 350, "language_other": 280, "language_en": 200, "language_no": 140,
    "distance": 250, "availability": 150, "availability_full": 4, "interests": 150,
    "interests_full": 3, "age": 50, "age_span": 30, "waiting": 50, "waiting_full_days": 180,
}  # fmt: skip
CONFIG = {
    "languages": list(LANGUAGES),
    "interests": list(INTERESTS),
    "earth_radius_m": 6_371_008.8,
    "min_overlap_slots": 1,
    "weights": WEIGHTS,
}
FAMILY_KM = ((3, 5, 10, 15, 25), (0.14, 0.30, 0.32, 0.16, 0.08))
GUIDE_KM = ((3, 5, 10, 20, 30), (0.16, 0.32, 0.32, 0.14, 0.06))


@dataclass(frozen=True, eq=False)
class World:
    """An instance as its files would hold it."""

    config: Mapping[str, Any]
    families: Table
    guides: Table
    blocked: Table

    def instance(self) -> Instance:
        config = ReferenceConfig.from_mapping(self.config)
        families = read_families(self.families, config)
        guides = read_guides(self.guides, config)
        return Instance(families, guides, read_blocked(self.blocked, families, guides), config)


def draw(size: str, seed: int = 1) -> World:
    """Draw an instance: kind:families:guides, the kind municipality, region, metro or national."""
    kind, families, guides = size.split(":")
    rng = np.random.default_rng(seed)
    country = choose(kind, rng)
    towns = _Towns(country, rng)
    family_columns, family_town = _families(int(families), towns, rng)
    guide_columns, guide_town = _guides(int(guides), towns, rng)
    blocked = _blocked(family_town, guide_town, rng)
    names = norway(np.random.default_rng(seed)).names
    return World(
        config={**CONFIG, "municipalities": list(names)},
        families=_table("families.csv", family_columns),
        guides=_table("guides.csv", guide_columns),
        blocked=_table("blocked.csv", blocked),
    )


class _Towns:
    """Municipalities with neighbourhoods: where families live is not where guides live."""

    def __init__(self, country: Map, rng: np.random.Generator) -> None:
        self.country = country
        counts = np.clip(country.inhabitants // 6000, 3, 60).astype(int)
        self.town = np.repeat(np.arange(len(counts)), counts)
        self.first = np.cumsum(counts) - counts
        self.spread_km = 1.0 + 8.5 * np.sqrt(country.inhabitants / 710_000)
        offset_km = rng.normal(size=(len(self.town), 2)) * self.spread_km[self.town, None]
        self.latitude = country.latitude[self.town] + offset_km[:, 0] / KM_PER_DEGREE
        self.longitude = country.longitude[self.town] + offset_km[:, 1] / self._km_per_degree()
        self.weights = {
            "families": rng.gamma(0.5, size=len(self.town)) * self._share(0.75, counts),
            "guides": rng.gamma(1.0, size=len(self.town)) * self._share(0.95, counts),
        }

    def _km_per_degree(self) -> np.ndarray:
        return KM_PER_DEGREE * np.cos(np.radians(self.country.latitude[self.town]))

    def _share(self, power: float, counts: np.ndarray) -> np.ndarray:
        return (self.country.inhabitants**power / counts)[self.town]

    def place(self, who: str, count: int, rng: np.random.Generator) -> tuple[dict, np.ndarray]:
        weights = self.weights[who]
        hood = rng.choice(len(weights), count, p=weights / weights.sum())
        jitter_km = rng.normal(0, 0.6, (count, 2))
        latitude = self.latitude[hood] + jitter_km[:, 0] / KM_PER_DEGREE
        longitude = self.longitude[hood] + jitter_km[:, 1] / self._km_per_degree()[hood]
        town = self.town[hood]
        columns = {
            "municipality": [self.country.names[index] for index in town],
            "neighbourhood": [
                f"{t}-{h}" for t, h in zip(town, hood - self.first[town], strict=True)
            ],
            "lat": [f"{degrees:.6f}" for degrees in latitude],
            "lon": [f"{degrees:.6f}" for degrees in longitude],
        }
        return columns, town


def _families(count: int, towns: _Towns, rng: np.random.Generator) -> tuple[dict, np.ndarray]:
    place, town = towns.place("families", count, rng)
    waiting = np.minimum(rng.exponential(95, count), 900).astype(int)
    shares = np.array([share for share, _ in TONGUES.values()])
    mother = rng.choice(len(TONGUES), count, p=shares / shares.sum())
    speaks = np.zeros((count, len(LANGUAGES)), bool)
    speaks[np.arange(count), mother] = True
    is_ukrainian = mother == LANGUAGES.index("uk")
    speaks[:, LANGUAGES.index("ru")] |= is_ukrainian & (rng.random(count) < 0.8)
    speaks[:, LANGUAGES.index("en")] = rng.random(count) < np.where(is_ukrainian, 0.42, 0.30)
    norwegian = 0.40 + 0.25 * np.minimum(waiting / 365, 1)
    speaks[:, LANGUAGES.index("no")] = rng.random(count) < norwegian
    return {
        "family_id": [f"F{number:05}" for number in range(count)],
        **place,
        "mother_tongue": [LANGUAGES[index] for index in mother],
        "languages": _sets(speaks, LANGUAGES),
        "availability": _weeks(count, rng, working=0.45),
        "interests": _sets(rng.random((count, len(INTERESTS))) < 0.16, INTERESTS),
        "has_minors": _flags(0.55, count, rng),
        "gender_wish": rng.choice(["", "F", "M"], count, p=[0.80, 0.12, 0.08]).tolist(),
        "max_km": _limits(FAMILY_KM, count, rng),
        "own_municipality_only": _flags(0.06, count, rng),
        "waiting_days": _texts(waiting),
        "age": _texts(np.clip(rng.normal(38, 12, count), 18, 85).astype(int)),
        "priority": rng.choice(["0", "1", "2"], count, p=[0.80, 0.14, 0.06]).tolist(),
    }, town


def _guides(count: int, towns: _Towns, rng: np.random.Generator) -> tuple[dict, np.ndarray]:
    place, town = towns.place("guides", count, rng)
    speaks = np.zeros((count, len(LANGUAGES)), bool)
    shares = np.array([share for _, share in TONGUES.values()])
    further = rng.random(count)
    for below in (0.12, 0.04):  # one further language, and a second for a third of them
        some = np.flatnonzero(further < below)
        speaks[some, rng.choice(len(TONGUES), len(some), p=shares / shares.sum())] = True
    speaks[:, LANGUAGES.index("en")] = rng.random(count) < 0.85
    speaks[:, LANGUAGES.index("no")] = True
    return {
        "guide_id": [f"G{number:05}" for number in range(count)],
        **place,
        "languages": _sets(speaks, LANGUAGES),
        "availability": _weeks(count, rng, working=0.7),
        "interests": _sets(rng.random((count, len(INTERESTS))) < 0.2, INTERESTS),
        "gender": np.where(rng.random(count) < 0.68, "F", "M").tolist(),
        "police_certificate": _flags(0.72, count, rng),
        "max_km": _limits(GUIDE_KM, count, rng),
        "own_municipality_only": _flags(0.10, count, rng),
        "capacity": rng.choice(["1", "2", "3"], count, p=[0.70, 0.22, 0.08]).tolist(),
        "age": _texts(np.clip(rng.normal(48, 15, count), 19, 85).astype(int)),
    }, town


def _weeks(count: int, rng: np.random.Generator, working: float) -> list[str]:
    """Draw weeks: who works is free in the evening and at weekends, the others in the daytime."""
    works = np.tile([0.04, 0.06, 0.30], 7)
    works[-6:] = [0.28, 0.30, 0.18, 0.24, 0.28, 0.20]
    is_free = np.tile([0.32, 0.34, 0.15], 7)
    chance = np.where(rng.random((count, 1)) < working, works, is_free)
    week = rng.random((count, SLOTS)) < chance
    week[np.arange(count), rng.integers(SLOTS, size=count)] = True
    characters = np.where(week, b"1", b"0")
    return characters.view(f"S{SLOTS}").astype(str).ravel().tolist()


def _blocked(families: np.ndarray, guides: np.ndarray, rng: np.random.Generator) -> dict:
    """Draw pairs of one town; a fiftieth of the families have one."""
    family = np.unique(rng.integers(len(families), size=len(families) // 50))
    guide = rng.integers(len(guides), size=len(family))
    order = np.argsort(guides, kind="stable")
    first, last = (
        np.searchsorted(guides[order], families[family], side) for side in ("left", "right")
    )
    has = np.flatnonzero(last > first)
    guide[has] = order[first[has] + rng.integers(1 << 30, size=len(has)) % (last - first)[has]]
    return {
        "family_id": [f"F{number:05}" for number in family],
        "guide_id": [f"G{number:05}" for number in guide],
    }


def _sets(member: np.ndarray, codes: Sequence[str]) -> list[str]:
    """Join the codes that each row has; equal rows are joined once."""
    packed = member @ (1 << np.arange(len(codes)))
    values, place = np.unique(packed, return_inverse=True)
    texts = [
        "|".join(c for bit, c in enumerate(codes) if value >> bit & 1) for value in values.tolist()
    ]
    return [texts[index] for index in place.tolist()]


def _limits(km: tuple, count: int, rng: np.random.Generator) -> list[str]:
    values, shares = km
    return _texts(rng.choice(values, count, p=shares))


def _flags(share: float, count: int, rng: np.random.Generator) -> list[str]:
    return np.where(rng.random(count) < share, "1", "0").tolist()


def _texts(numbers: np.ndarray) -> list[str]:
    return list(map(str, numbers.tolist()))


def _table(name: str, columns: Mapping[str, Sequence[str]]) -> Table:
    return Table(name, columns, len(next(iter(columns.values()))))
