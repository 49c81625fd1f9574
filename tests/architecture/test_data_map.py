"""No column without a word about whom it tells of, and what becomes of it when they are erased."""

from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.commands.privacy import written_map
from app.database import Base
from app.personal import KEY, NOT_PERSONAL, PLAIN, Erased, Facts, Note, about, tells, whose

import_module("app.factory")  # to import every room is to know every table
TABLES = Base.metadata.sorted_tables
COLUMNS = [column for table in TABLES for column in table.columns]


def what_is_wrong(column: sa.Column) -> str:
    """Return why a column is not classified, or "" if it is."""
    own, of_table = column.info.get(KEY), column.table.info.get(KEY)
    note = own or of_table
    if note is None:
        return "nobody says what it tells"
    if own is None and of_table.erased is not Erased.ROW:
        if isinstance(column.type, sa.String | sa.JSON) and not isinstance(column.type, sa.Enum):
            return "words may hold anything: the column must say for itself"
        if any(key.column.table.name == "user" for key in column.foreign_keys):
            return "it names somebody: the column must say for itself"
    if note.erased is Erased.KEPT and note.facts is not Facts.NOTHING and not note.why:
        return "it is kept although it tells of somebody, and nobody says why"
    if note.erased is Erased.EMPTIED and not column.nullable and no_nothing(column, note):
        return "it cannot be empty: what does it hold then?"
    return ""


def no_nothing(column: sa.Column, note: Note) -> bool:
    return note.blank is None and isinstance(column.type, sa.Enum | sa.DateTime | sa.Date | sa.Uuid)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_every_column_says_what_it_tells_and_what_becomes_of_it(column):
    assert what_is_wrong(column) == ""


@pytest.mark.parametrize(
    ("table_says", "column"),
    [
        ({}, sa.Column("x", sa.Integer)),
        (NOT_PERSONAL, sa.Column("x", sa.String)),
        (NOT_PERSONAL, sa.Column("x", sa.JSON)),
        (NOT_PERSONAL, sa.Column("x", sa.ForeignKey("user.id"))),
        (about(Facts.GUIDE_TERMS, Erased.KEPT), sa.Column("x", sa.Integer)),
        (about(Facts.GUIDE_TERMS, Erased.EMPTIED), sa.Column("x", sa.Date, nullable=False)),
    ],
    ids=["silent", "words", "json", "somebody", "kept for nothing", "never empty"],
)
def test_a_column_that_nobody_thought_of_is_found(table_says, column):
    metadata = sa.MetaData()
    sa.Table("user", metadata, sa.Column("id", sa.Integer))
    sa.Table("new", metadata, column, **table_says)
    assert what_is_wrong(column)


def test_a_column_that_somebody_thought_of_is_not():
    column = sa.Column("x", sa.String, info=PLAIN)
    sa.Table("new", sa.MetaData(), column, **NOT_PERSONAL)
    assert what_is_wrong(column) == ""


def test_the_written_map_is_that_of_the_columns():
    """If not: `flask privacy data-map > docs/privacy/data-map.md`."""
    assert Path("docs/privacy/data-map.md").read_text("utf-8") == written_map()


def test_facts_say_whose_they_are():
    assert whose(Facts.NOTHING) == frozenset()
    assert all(whose(facts) for facts in set(Facts) - {Facts.NOTHING})
    assert tells(Facts.NOTHING) == PLAIN
