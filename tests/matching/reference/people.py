"""Single families and guides who fit each other in everything, to be changed one thing at a time."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.matching.reference.tables import Table
from tests.matching.norway import CONFIG, World

FAMILY = {
    "family_id": "F1", "municipality": "Asker", "neighbourhood": "Heggedal", "lat": "59.800000",
    "lon": "10.400000", "mother_tongue": "ti", "languages": "ti|en", "availability": "1" * 21,
    "interests": "music|books", "has_minors": "1", "gender_wish": "F", "max_km": "10",
    "own_municipality_only": "0", "waiting_days": "90", "age": "35", "priority": "0",
}  # fmt: skip
GUIDE = {
    "guide_id": "G1", "municipality": "Asker", "neighbourhood": "Vollen", "lat": "59.800000",
    "lon": "10.400000", "languages": "no|en|ti", "availability": "1" * 21, "interests": "music",
    "gender": "F", "police_certificate": "1", "max_km": "5", "own_municipality_only": "0",
    "capacity": "1", "age": "40",
}  # fmt: skip
HERE = {**CONFIG, "municipalities": ["Asker", "Bærum"]}


def family(**changes: str) -> dict[str, str]:
    return {**FAMILY, **changes}


def guide(**changes: str) -> dict[str, str]:
    return {**GUIDE, **changes}


def table(name: str, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> Table:
    header = list(rows[0]) if rows else list(columns)
    return Table.of(name, header, [[row[column] for column in header] for row in rows])


def world(
    families: Sequence[Mapping[str, str]],
    guides: Sequence[Mapping[str, str]],
    blocked: Sequence[tuple[str, str]] = (),
    config: Mapping = HERE,
) -> World:
    pairs = [dict(zip(("family_id", "guide_id"), pair, strict=True)) for pair in blocked]
    return World(
        config=config,
        families=table("families.csv", families, list(FAMILY)),
        guides=table("guides.csv", guides, list(GUIDE)),
        blocked=table("blocked.csv", pairs, ("family_id", "guide_id")),
    )


def rows_of(columns: Table) -> list[dict[str, str]]:
    cells = zip(*columns.columns.values(), strict=True)
    return [dict(zip(columns.columns, row, strict=True)) for row in cells]


def write_files(folder: Path, drawn: World) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(drawn.config), "utf-8")
    for part in (drawn.families, drawn.guides, drawn.blocked):
        with (folder / part.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(part.columns)
            writer.writerows(zip(*part.columns.values(), strict=True))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
