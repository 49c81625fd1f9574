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
from app.privacy.queries.confided import SIDES, Reader, find_reader
from app.who_sees import Relation, Viewer, sees

# A key, or work of the machine: who asks sees what they lead to, and not them.
# What two keep apart no key leads to; they hand out copies of it themselves.
NOT_SHOWN = frozenset({Facts.SECRET, Facts.STAFF_WORK, Facts.LOOK, Facts.FAMILY_PROTECTED})
# Made of both sides: it tells what the other one is like.
OF_BOTH = frozenset({Facts.MATCH_REASONING})
CONFIDED = "_in_confidence"  # at the end of the name of such a chapter


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, as far as it is about somebody and belongs to one group of facts."""

    table: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chapter:
    """All entries of one group of facts: what is somebody's own, or what others have confided."""

    facts: Facts
    entries: Sequence[Entry]
    confided: bool = False

    @property
    def key(self) -> str:
        """What forms and files call it."""
        return f"{self.facts}{CONFIDED}" if self.confided else self.facts.value


def list_chapters(session: Session, person: Person, record_id: uuid.UUID) -> list[Chapter]:
    """Return what is kept of a guide or a family, and nothing of anybody else.

    What the other side of a match said, and who looked, is not among it: the log has its own copy.
    What the person themselves is not shown has chapters of its own, for staff to look at first.
    """
    reader = find_reader(session, person, record_id)
    found: dict[tuple[Facts, bool], list[Entry]] = defaultdict(list)
    for table, rows in rows_of(session, person, record_id):
        for row in rows:
            if not _told_by_other_side(table, row, person):
                for key, values in _by_facts(table, row, reader):
                    found[key].append(Entry(table.name, values))
    order = [(facts, confided) for facts in Facts for confided in (False, True)]
    return [Chapter(key[0], found[key], key[1]) for key in order if key in found]


def list_own_chapters(session: Session, guide_id: uuid.UUID) -> list[Chapter]:
    """Return what a guide takes without anybody having looked at it: what guides are shown."""
    return [
        chapter
        for chapter in list_chapters(session, Person.GUIDE, guide_id)
        if not chapter.confided and sees([Viewer.GUIDE], chapter.facts, Relation.OWN)
    ]


def _by_facts(
    table: Table, row: Base, reader: Reader
) -> Iterator[tuple[tuple[Facts, bool], Mapping[str, Any]]]:
    groups: dict[tuple[Facts, bool], dict[str, Any]] = defaultdict(dict)
    for column in table.columns:
        value = _shown(row, column)
        facts = note_of(column).facts
        empty = value in (None, "", {}, frozenset())
        if not empty and facts not in NOT_SHOWN and tells_of(column, reader.person):
            confided = not reader.may_read(table, row, column)
            groups[facts, confided][column.key] = value
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
