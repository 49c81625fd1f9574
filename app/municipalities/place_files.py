"""Files of places, read and checked before anything is written. The layout is in docs/places.md.

`neighbourhoods.csv` is needed; `postcode_neighbourhoods.csv`, `postcodes.csv` (points) and
`neighbourhood_pairs.csv` make the result better; `municipalities.csv` names new municipalities.
"""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.geocoding import Position, Precision
from app.geocoding.offline import fold
from app.municipalities.models import Tier
from app.municipalities.place_cells import (
    Row,
    minutes_in,
    municipality_number,
    name_in,
    one_of,
    point_in,
    postcode_in,
)

LONGEST_SOURCE = 120

MUNICIPALITIES = "municipalities.csv"
NEIGHBOURHOODS = "neighbourhoods.csv"
PAIRS = "neighbourhood_pairs.csv"
POSTCODES = "postcode_neighbourhoods.csv"
POINTS = "postcodes.csv"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    MUNICIPALITIES: ("municipality_no", "name"),
    NEIGHBOURHOODS: (
        *("municipality_no", "municipality", "name", "kind", "level", "lat", "lon"),
        *("external_id", "parent", "coord_source"),
    ),
    PAIRS: ("municipality_no", "a", "b", "land_km", "adjacent", "link"),
    POSTCODES: ("postcode", "place", "municipality_no", "neighbourhood"),
    POINTS: ("postcode", "lat", "lon"),
}


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong, in which file and line. Line 1 is the headings."""

    file: str
    line: int
    text: str


class PlaceFilesWrong(Exception):
    """The files have faults; nothing of them was used."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class NeighbourhoodRow:
    """A neighbourhood of the files; `key` is who it is when the files come again."""

    key: str
    name: str
    kind: str
    tier: Tier
    point: Position | None
    source: str
    parent: str = ""  # the main neighbourhood around a fine one


@dataclass(frozen=True, slots=True)
class PairRow:
    """A way between two main neighbourhoods, by name."""

    a: str
    b: str
    adjacent: bool
    minutes: int | None
    source: str


@dataclass(frozen=True, slots=True)
class PostcodeRow:
    """A postcode in a main neighbourhood."""

    code: str
    place: str
    neighbourhood: str
    point: Position | None


@dataclass(slots=True)
class MunicipalityPlaces:
    """What the files hold of one municipality."""

    number: str
    name: str
    neighbourhoods: dict[tuple[Tier, str], NeighbourhoodRow] = field(default_factory=dict)
    pairs: dict[frozenset[str], PairRow] = field(default_factory=dict)
    postcodes: dict[str, PostcodeRow] = field(default_factory=dict)


def read_places(
    folder: Path, numbers: Collection[str] | None = None
) -> dict[str, MunicipalityPlaces]:
    """Return what the files hold, by today's municipality number, of those asked for or of all.

    Raises:
        PlaceFilesWrong: one row or more cannot be used. Rows of other municipalities are not
            looked at beyond their number.
    """
    return _Reading(folder, numbers).all()


def read_names(folder: Path) -> dict[str, str]:
    """Return the names of municipalities by number, from `municipalities.csv` if it is there.

    Raises:
        PlaceFilesWrong: the file cannot be read as what it should be.
    """
    reading = _Reading(folder, None)
    names: dict[str, str] = {}

    def take(row: Row) -> None:
        names[municipality_number(row["municipality_no"])] = name_in(row, "name")

    reading.each(MUNICIPALITIES, take)
    if reading.faults:
        raise PlaceFilesWrong(reading.faults)
    return names


class _Reading:
    """One pass over a folder; each fault is noted and the next row read."""

    def __init__(self, folder: Path, numbers: Collection[str] | None) -> None:
        self._folder = folder
        self._numbers = numbers
        self._places: dict[str, MunicipalityPlaces] = {}
        self._points: dict[str, Position | None] = {}
        self.faults: list[FileFault] = []

    def all(self) -> dict[str, MunicipalityPlaces]:
        if not (self._folder / NEIGHBOURHOODS).is_file():
            raise PlaceFilesWrong([FileFault(NEIGHBOURHOODS, 0, "the file is missing")])
        self.each(NEIGHBOURHOODS, self._take_neighbourhood)
        self.each(NEIGHBOURHOODS, self._take_parent)
        self.each(POSTCODES, self._take_postcode_name)
        self.each(POINTS, self._take_point)
        self.each(POSTCODES, self._take_postcode)
        self.each(PAIRS, self._take_pair)
        if self.faults:
            raise PlaceFilesWrong(list(dict.fromkeys(self.faults)))
        return self._places

    def each(self, file: str, take: Callable[[Row], None]) -> None:
        """Call `take` with each row. A file that is not there has no rows."""
        if not (self._folder / file).is_file():
            return
        line = 1
        try:
            for line, row in self._rows(file):
                try:
                    take(row)
                except ValueError as wrong:
                    self._note(file, line, str(wrong))
        except csv.Error as wrong:
            self._note(file, line + 1, f"this is not CSV: {wrong}")

    def _rows(self, file: str) -> Iterator[tuple[int, Row]]:
        content = (self._folder / file).read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            line = content.count(b"\n", 0, wrong.start) + 1
            self._note(file, line, "the file is not UTF-8; save it as “CSV UTF-8”")
            return
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        headings = reader.fieldnames or ()
        if missing := [column for column in COLUMNS[file] if column not in headings]:
            self._note(file, 1, f"the columns {', '.join(missing)} are missing")
            return
        for row in reader:
            if None in row or None in row.values():  # too many fields, or too few
                self._note(file, reader.line_num, f"the row has not {len(headings)} fields")
            else:
                yield reader.line_num, row

    def _note(self, file: str, line: int, text: str) -> None:
        self.faults.append(FileFault(file, line, text))

    def _of(self, row: Row) -> MunicipalityPlaces | None:
        """Return the row's municipality, or None if it was not asked for."""
        number = municipality_number(row["municipality_no"])
        if self._numbers is not None and number not in self._numbers:
            return None
        return self._places.setdefault(
            number, MunicipalityPlaces(number, row.get("municipality", "").strip())
        )

    def _take_neighbourhood(self, row: Row) -> None:
        places = self._of(row)
        if places is None:
            return
        name = name_in(row, "name")
        tier = one_of(row, "level", {"1": Tier.MAIN, "2": Tier.FINE})
        if (tier, name) in places.neighbourhoods:
            raise ValueError(f"“{name}” stands here twice")
        key = row["external_id"].strip() or f"{tier.value} {name}"
        if any(key == other.key for other in places.neighbourhoods.values()):
            raise ValueError(f"the external_id “{key}” stands here twice")
        places.neighbourhoods[tier, name] = NeighbourhoodRow(
            key=key[:LONGEST_SOURCE],
            name=name,
            kind=row["kind"].strip()[:30] or "local",
            tier=tier,
            point=point_in(row, Precision.PLACE),
            source=row["coord_source"].strip()[:LONGEST_SOURCE],
        )

    def _take_parent(self, row: Row) -> None:
        """In a second pass: the file may name a parent before the parent's own row."""
        places = self._of(row)
        child = places and places.neighbourhoods.get((Tier.FINE, row["name"].strip()))
        if places and child and row["level"].strip() == "2" and row["parent"].strip():
            parent = _known(places, row["parent"].strip())
            places.neighbourhoods[Tier.FINE, child.name] = replace(child, parent=parent)

    def _take_postcode_name(self, row: Row) -> None:
        if self._of(row):
            self._points[postcode_in(row)] = None

    def _take_point(self, row: Row) -> None:
        if row["postcode"].strip() in self._points:
            self._points[postcode_in(row)] = point_in(row, Precision.POSTCODE)

    def _take_postcode(self, row: Row) -> None:
        places = self._of(row)
        if places is None:
            return
        code = postcode_in(row)
        if code in places.postcodes:
            raise ValueError(f"the postcode {code} stands here twice")
        places.postcodes[code] = PostcodeRow(
            code=code,
            place=name_in(row, "place"),
            neighbourhood=_known(places, row["neighbourhood"].strip()),
            point=self._points.get(code),
        )

    def _take_pair(self, row: Row) -> None:
        places = self._of(row)
        if places is None:
            return
        a, b = (_known(places, row[column].strip()) for column in ("a", "b"))
        if a == b or frozenset((a, b)) in places.pairs:
            raise ValueError(f"the pair {a}, {b} stands here twice, or is one place")
        places.pairs[frozenset((a, b))] = PairRow(
            a=a,
            b=b,
            adjacent=one_of(row, "adjacent", {"0": False, "1": True}),
            minutes=minutes_in(row),
            source=row["link"].strip()[:LONGEST_SOURCE],
        )


def _known(places: MunicipalityPlaces, name: str) -> str:
    """Return the name of a main neighbourhood that the files have, as it is written there.

    Marks and spaces do not count: real files have "St. Hanshaugen" here, "St.Hanshaugen" there.
    """
    if (Tier.MAIN, name) in places.neighbourhoods:
        return name
    for tier, known in places.neighbourhoods:
        if tier is Tier.MAIN and fold(known) == fold(name):
            return known
    raise ValueError(f"“{name}” is not a neighbourhood of level 1 in {places.number}")
