"""Everything that is kept of somebody, along the data map: what the law calls access."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import Session

from app.data_map import note_of, rows_of, tells_of
from app.database import Base
from app.personal import Facts, Person

# A key, or work of the machine: who asks sees what they lead to, and not them.
NOT_SHOWN = frozenset({Facts.SECRET, Facts.STAFF_WORK, Facts.LOOK})
# Made of both sides: it tells what the other one is like.
OF_BOTH = frozenset({Facts.MATCH_REASONING})
# Somebody else wrote it: staff look at it before it is handed out.
BY_OTHERS = frozenset({Facts.STAFF_WORDS, Facts.MATCH_WORDS})
SIDES = frozenset({Person.GUIDE.value, Person.FAMILY.value})


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, as far as it is about somebody and belongs to one group of facts."""

    table: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chapter:
    """All entries of one group of facts."""

    facts: Facts
    entries: Sequence[Entry]


def list_chapters(session: Session, person: Person, record_id: uuid.UUID) -> list[Chapter]:
    """Return what is kept of a guide or a family, and nothing of anybody else.

    What the other side of a match said, and who looked, is not among it: the log has its own copy.
    """
    found: dict[Facts, list[Entry]] = defaultdict(list)
    for table, rows in rows_of(session, person, record_id):
        for row in rows:
            if not _told_by_other_side(table, row, person):
                for facts, values in _by_facts(table, row, person):
                    found[facts].append(Entry(table.name, values))
    return [Chapter(facts, found[facts]) for facts in Facts if facts in found]


def _by_facts(table: Table, row: Base, person: Person) -> Iterator[tuple[Facts, Mapping[str, Any]]]:
    groups: dict[Facts, dict[str, Any]] = defaultdict(dict)
    for column in table.columns:
        value = _shown(row, column)
        facts = note_of(column).facts
        empty = value in (None, "", {}, frozenset())
        if not empty and facts not in NOT_SHOWN and tells_of(column, person):
            groups[facts][column.key] = value
    yield from groups.items()


def _shown(row: Base, column: Column[Any]) -> Any:
    """Return what a column holds; for a key, what it leads to, and None where that is no word."""
    if column.key == "neighbourhood_id":
        place = getattr(row, "neighbourhood", None)
        return place and place.name
    if column.foreign_keys or column.key.endswith(("_id", "token")) or column.key == "id":
        return None
    return getattr(row, column.key)


def _told_by_other_side(table: Table, row: Base, person: Person) -> bool:
    """Return whether the other side of a match said it: that is theirs to ask for."""
    side = getattr(row, "side", None)
    if side is not None and str(side) in SIDES:
        return str(side) != person.value
    if table.name == "end_answer":
        return (getattr(row, "guide_id", None) is None) is (person is Person.GUIDE)
    return False


def plain(value: Any) -> Any:
    """Return a value as a file for machines holds it."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(str(each) for each in value)
    return value
