"""What a copy of somebody's data hands out at once, and what others have said in confidence.

One answer, from what the columns say of themselves, from the table of who sees what, and from how
somebody stands to a match: asked about it, in it, or neither. For what was said in confidence the
other side has a right of its own (the general data protection regulation, article 15 (4)).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from app.data_map import note_of
from app.database import Base
from app.matches.models import STOPS, GuideKind, Match, MatchGuide, Side
from app.oslo import day_of
from app.personal import Facts, Person

# Whatever stands there, nobody but who said it is shown it.
QUIET = frozenset({Facts.FAMILY_QUIET, Facts.FOLLOW_UP_FACTS})
SIDES = frozenset({Person.GUIDE.value, Person.FAMILY.value})
_UNMET = frozenset({None, GuideKind.BACKUP})


class Part(Enum):
    """How far a match is a guide's own."""

    ASKED = "asked"  # has not said yes, or both sides have not
    PRESENT = "present"  # both have said yes, at some time


@dataclass(frozen=True)
class Reader:
    """Whose copy it is, and in which matches they have which part."""

    person: Person
    record_id: uuid.UUID
    parts: Mapping[uuid.UUID, Part] = field(default_factory=dict)
    matches: Mapping[uuid.UUID, Match] = field(default_factory=dict)
    said_no: frozenset[uuid.UUID] = frozenset()  # to these matches, themselves

    def may_read(self, table: Table, row: Base, column: Column[Any]) -> bool:
        """Return whether a column goes into the copy without anybody having looked at it."""
        note = note_of(column)
        if self.person is Person.GUIDE and not self._is_guides_to_see(table, row, note.facts):
            return False
        return not (note.confided or note.facts in QUIET) or self._said(table, row, column)

    def _is_guides_to_see(self, table: Table, row: Base, facts: Facts) -> bool:
        match_id = row.id if table.name == "match" else getattr(row, "match_id", None)
        if match_id is None or self._wrote(row):
            return True
        if table.name == "guide_change":
            return self._was_told_of(row)
        if self.parts.get(match_id) is Part.ASKED and table.name != "match_guide":
            agreed = self.matches[match_id].agreed_on is not None  # it is no business of theirs yet
            return facts is Facts.MATCH_FACTS and not agreed
        return match_id in self.parts

    def _wrote(self, row: Base) -> bool:
        """Return whether a guide logged or answered it: nobody else writes such rows of theirs."""
        theirs = getattr(row, "guide_id", None) == self.record_id
        return theirs and not hasattr(row, "before") and not isinstance(row, MatchGuide)

    def _was_told_of(self, row: Any) -> bool:
        match = self.matches.get(row.match_id)
        if match is None or match.asked_on is None or day_of(row.at) < match.asked_on:
            return False
        return not {row.before, row.after} <= _UNMET

    def _said(self, table: Table, row: Any, column: Column[Any]) -> bool:
        """Return whether what stands there in confidence was said by the very reader."""
        if table.name == "match":
            if column.key == "status" and row.status not in STOPS:
                return True
            return self._said_no(row) and column.key != "end_reason"
        if table.name == "match_event":
            return row.to_status not in STOPS or row.match_id in self.said_no
        side = getattr(row, "side", None)
        if table.name == "follow_up_contact" and self.person is Person.FAMILY:
            side = row.spoke_with
        if table.name == "end_answer":
            side = Side.FAMILY if row.guide_id is None else Side.GUIDE
        if side is None or str(side) != self.person.value:
            return False
        return self.person is Person.FAMILY or row.guide_id == self.record_id

    def _said_no(self, match: Match) -> bool:
        if self.person is Person.FAMILY:
            return match.declined_by is Side.FAMILY
        return match.id in self.said_no


def find_reader(session: Session, person: Person, record_id: uuid.UUID) -> Reader:
    """Return whose copy it is, with what they know of each of their matches."""
    if person is not Person.GUIDE:
        declined = select(Match.id).where(
            Match.family_id == record_id, Match.declined_by == Side.FAMILY
        )
        return Reader(person, record_id, said_no=frozenset(session.scalars(declined)))
    statement = (
        select(MatchGuide, Match)
        .join(Match, Match.id == MatchGuide.match_id)
        .where(MatchGuide.guide_id == record_id)
    )
    parts: dict[uuid.UUID, Part] = {}
    matches: dict[uuid.UUID, Match] = {}
    said_no: set[uuid.UUID] = set()
    for row, match in session.execute(statement):
        matches[match.id] = match
        if row.kind is GuideKind.BACKUP or not match.is_known_to_guide:
            continue
        is_in = match.agreed_on is not None and row.takes_part
        parts[match.id] = Part.PRESENT if is_in else Part.ASKED
        if match.declined_by is Side.GUIDE and row.has_answered_no:
            said_no.add(match.id)
    return Reader(person, record_id, parts, matches, frozenset(said_no))
