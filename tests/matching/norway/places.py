"""Municipalities: some real centres with rounded populations, and a long tail of small ones."""

from dataclasses import dataclass

import numpy as np

MUNICIPALITIES = 357
KM_PER_DEGREE = 111.2
# name, latitude, longitude, inhabitants in thousands: rounded, from common knowledge
CENTRES = (
    ("Oslo", 59.91, 10.75, 710), ("Bergen", 60.39, 5.32, 290), ("Trondheim", 63.43, 10.40, 213),
    ("Stavanger", 58.97, 5.73, 147), ("Bærum", 59.89, 10.52, 130), ("Kristiansand", 58.15, 8.00, 116),
    ("Drammen", 59.74, 10.20, 103), ("Asker", 59.83, 10.44, 98), ("Lillestrøm", 59.96, 11.05, 91),
    ("Fredrikstad", 59.22, 10.93, 85), ("Sandnes", 58.85, 5.74, 83), ("Tromsø", 69.65, 18.96, 78),
    ("Sandefjord", 59.13, 10.22, 65), ("Nordre Follo", 59.72, 10.84, 62), ("Sarpsborg", 59.28, 11.11, 59),
    ("Tønsberg", 59.27, 10.41, 58), ("Ålesund", 62.47, 6.15, 58), ("Skien", 59.21, 9.61, 56),
    ("Bodø", 67.28, 14.40, 53), ("Moss", 59.43, 10.66, 51), ("Larvik", 59.05, 10.03, 48),
    ("Indre Østfold", 59.58, 11.16, 47), ("Arendal", 58.46, 8.77, 46), ("Lørenskog", 59.93, 10.96, 46),
    ("Ullensaker", 60.14, 11.17, 42), ("Karmøy", 59.28, 5.30, 43), ("Øygarden", 60.34, 5.06, 39),
    ("Haugesund", 59.41, 5.27, 38), ("Porsgrunn", 59.14, 9.66, 37), ("Ringsaker", 60.88, 10.94, 35),
    ("Hamar", 60.79, 11.07, 32), ("Halden", 59.12, 11.39, 32), ("Molde", 62.74, 7.16, 32),
    ("Ringerike", 60.17, 10.26, 31), ("Gjøvik", 60.80, 10.69, 30), ("Askøy", 60.41, 5.19, 30),
    ("Bjørnafjorden", 60.19, 5.46, 26), ("Lillehammer", 61.12, 10.47, 28), ("Horten", 59.42, 10.48, 28),
    ("Lier", 59.79, 10.24, 28), ("Kongsberg", 59.67, 9.65, 28), ("Rana", 66.31, 14.14, 26),
    ("Harstad", 68.80, 16.54, 25), ("Sola", 58.89, 5.65, 28), ("Holmestrand", 59.49, 10.32, 26),
    ("Færder", 59.20, 10.41, 27), ("Nittedal", 60.06, 10.87, 25), ("Eidsvoll", 60.33, 11.26, 27),
    ("Steinkjer", 64.01, 11.50, 24), ("Grimstad", 58.34, 8.59, 24), ("Stjørdal", 63.47, 10.92, 24),
    ("Kristiansund", 63.11, 7.73, 24), ("Lindesnes", 58.03, 7.46, 23), ("Alta", 69.97, 23.27, 21),
    ("Narvik", 68.44, 17.43, 21), ("Elverum", 60.88, 11.56, 21), ("Levanger", 63.75, 11.30, 20),
    ("Alver", 60.57, 5.25, 30), ("Voss", 60.63, 6.42, 16), ("Sunnfjord", 61.45, 5.86, 22),
    ("Kinn", 61.60, 5.03, 17), ("Notodden", 59.56, 9.26, 13), ("Hammerfest", 70.66, 23.68, 11),
    ("Sør-Varanger", 69.73, 30.05, 10),
)  # fmt: skip
# Round the coast and through the valleys; small municipalities lie along these lines.
LINES = (
    ((59.1, 11.3), (59.7, 10.6), (59.0, 9.9), (58.1, 7.9), (58.3, 6.6), (59.0, 5.7), (60.4, 5.3)),
    ((60.4, 5.3), (61.6, 5.2), (62.5, 6.3), (63.1, 7.8), (63.6, 10.0), (64.8, 11.4), (66.3, 13.8)),
    ((66.3, 13.8), (67.3, 14.6), (68.5, 16.5), (69.6, 19.0), (70.0, 23.3), (70.3, 26.5), (70.1, 29.0)),
    ((59.9, 10.8), (60.8, 11.0), (61.5, 10.2), (62.3, 9.5), (63.3, 10.4)),
    ((59.7, 10.2), (60.4, 9.5), (60.7, 8.5), (61.0, 7.2)),
    ((59.2, 9.6), (59.6, 8.6), (59.7, 7.4)),
)  # fmt: skip
REGION = (
    "Asker",
    "Bærum",
    "Drammen",
    "Lier",
    "Ringerike",
    "Kongsberg",
    "Holmestrand",
    "Horten",
    "Tønsberg",
    "Larvik",
    "Moss",
    "Hamar",
    "Gjøvik",
)


@dataclass(frozen=True, eq=False)
class Map:
    """Places of n municipalities: names, degrees, inhabitants."""

    names: tuple[str, ...]
    latitude: np.ndarray
    longitude: np.ndarray
    inhabitants: np.ndarray

    def take(self, names: tuple[str, ...]) -> "Map":
        rows = [self.names.index(name) for name in names]
        return Map(names, self.latitude[rows], self.longitude[rows], self.inhabitants[rows])


def norway(rng: np.random.Generator) -> Map:
    """Return all municipalities, the small ones drawn along the lines."""
    small = MUNICIPALITIES - len(CENTRES)
    starts = np.array([point for line in LINES for point in line[:-1]])
    ends = np.array([point for line in LINES for point in line[1:]])
    leg, along = rng.integers(len(starts), size=small), rng.random((small, 1))
    points = (
        starts[leg] + along * (ends[leg] - starts[leg]) + rng.normal(0, [0.12, 0.3], (small, 2))
    )
    rank = np.arange(len(CENTRES), MUNICIPALITIES)
    tail = 9_000 * (len(CENTRES) / rank) ** 2.4
    names, latitude, longitude, thousands = zip(*CENTRES, strict=True)
    return Map(
        names + tuple(f"Kommune {number}" for number in rank + 1),
        np.append(latitude, points[:, 0]),
        np.append(longitude, points[:, 1]),
        np.append(np.array(thousands) * 1000, tail),
    )


def choose(kind: str, rng: np.random.Generator) -> Map:
    """Return the municipalities of a kind of instance.

    Raises:
        KeyError: there is no such kind.
    """
    country = norway(rng)
    kinds = {
        "municipality": ("Asker",),
        "region": REGION,
        "metro": ("Oslo",),
        "national": country.names,
    }
    return country.take(kinds[kind])
