"""The other municipality, as somebody of ours would ask for it: its ids, its words, its rows."""

import uuid
from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

from app.database import Base, engine_of
from tests.trust import markers
from tests.trust.found_forms import ID
from tests.trust.tour import Towns

NOWHERE = uuid.UUID("00000000-0000-4000-8000-000000000000")
NOBODY = {
    "email": "qx99999q@marker.example",
    "tel": "+4759999900",
    "text": "Qx99999q",
}


class Neighbour:
    """What is the other municipality's, read once from behind its wall."""

    def __init__(self, session_factory, towns: Towns) -> None:
        self.here, self.there = towns.ids
        self.engine = engine_of(session_factory)
        self._table_of = {str(row): table for table, row in self._ids(self.here)}
        self._rows = defaultdict(list)
        for table, row in self._ids(self.there):
            if str(row) not in self._table_of:
                self._rows[table].append(row)
        theirs = {n: p for n, p in towns.planted.items() if p.municipality == self.there}
        self.numbers = frozenset(theirs)
        self.words = _words(theirs)

    def id_like(self, ours: str) -> uuid.UUID | None:
        """Return an id of theirs in the table that one of ours is in."""
        rows = self._rows.get(self._table_of.get(ours, ""), ())
        return rows[0] if rows else None

    def stored(self) -> dict[str, list[str]]:
        """Return the neighbour's rows in all tables."""
        return {table.name: sorted(map(repr, rows)) for table, rows in self._of(self.there)}

    def stored_here(self) -> set[tuple[str, str]]:
        """Return the neighbour's ids that stand in some row of ours, and in which table."""
        theirs = {str(row) for rows in self._rows.values() for row in rows}
        return {
            (table.name, found)
            for table, rows in self._of(self.here)
            if table.name != "access_log"  # who looks for what is not there leaves a trace
            for row in rows
            for found in ID.findall(str(tuple(map(str, row))))
            if found in theirs
        }

    def _of(self, municipality: uuid.UUID) -> Iterator[tuple[sa.Table, list]]:
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                bind = sa.text("select set_config('app.municipality', :here, true)")
                connection.execute(bind, {"here": str(municipality)})
            for table in Base.metadata.sorted_tables:
                if "municipality_id" in table.c:
                    mine = table.select().where(table.c.municipality_id == municipality)
                    yield table, connection.execute(mine).all()

    def _ids(self, municipality: uuid.UUID) -> Iterator[tuple[str, uuid.UUID]]:
        for table, rows in self._of(municipality):
            for row in rows:
                if "id" in table.c:
                    yield table.name, row.id
                if table.name == "membership":
                    yield "user", row.user_id


def _words(theirs: dict[int, markers.Planted]) -> dict[str, str]:
    def of(table: str, column: str) -> int:
        return next(n for n, p in theirs.items() if (p.table, p.column) == (table, column))

    return {
        "email": f"qx{of('guide', 'email'):05d}q@marker.example",
        "tel": f"+475{of('guide', 'phone'):05d}00",
        "text": f"Qx{of('family', 'contact_name'):05d}q",
    }
