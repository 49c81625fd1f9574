"""Markers: a word of its own in every personal column of every row, so that each can be traced.

A marker on a page tells which column of which row was shown there.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from app.database import Base

WORD = re.compile(r"qx(\d{5})q")
# As it is stored, or as people write it; any eight digits would be found in keys and sums too.
PHONE = re.compile(r"\+475(\d{5})00|\b5(\d) (\d\d) (\d\d) 00\b")
BLANKS = re.compile(r"[\u00a0\u202f]|&nbsp;|&#160;")
PHONES = frozenset({"phone", "contact_phone"})
EMAILS = frozenset({"email", "contact_email"})
# Codes, keyed hashes and names of our own making: nobody writes them, and they lead to nobody.
CODES = frozenset(
    {
        "browser",
        "code",
        "challenge",
        "consent_version",
        "credential_id",
        "family_locale",
        "interpreter_language",
        "key_name",
        "kind",
        "language",
        "legal_basis",
        "locale",
        "mark",
        "notice_version",
        "once_key",
        "once_token",
        "of_marks",
        "page",
        "reply_to",
        "sender",
        "template",
        "term",
        "tf_primary_method",
        "token_hash",
        "version",
    }
)


@dataclass(frozen=True, slots=True)
class Planted:
    """Where a marker stands: a column of a row, and whose row it is."""

    table: str
    column: str
    row: uuid.UUID
    municipality: uuid.UUID | None


# What people write or are called by. A test holds that every personal text column is here.
MARKED = {
    "user": ("name", "email"),
    "invitation": ("name", "email"),
    "passkey": ("name",),
    "guide": ("name", "email", "phone"),
    "guardian_approval": ("guardian_name",),
    "guide_step": ("signed_as",),
    "step_override": ("reason",),
    "family": (
        "reference",
        "contact_name",
        "contact_phone",
        "contact_email",
        "note",
        "informed_by",
    ),
    "group_approval": ("name", "role"),
    "protected_household": ("contact_name", "contact_phone"),
    "match": ("choice_note",),
    "activity": ("note",),
    "transfer": ("to_municipality",),
    "outgoing_message": (
        "recipient",
        "subject",
        "body",
        "other_recipient",
        "other_body",
        "last_error",
    ),
}


def plant(engine: Engine, municipalities: list[uuid.UUID]) -> dict[int, Planted]:
    """Write a marker into every column of `MARKED` that holds something, and tell which is where."""
    planted: dict[int, Planted] = {}
    with engine.begin() as connection:
        for name, columns in MARKED.items():
            table = Base.metadata.tables[name]
            for here in municipalities if "municipality_id" in table.c else [None]:
                _bind(connection, here)
                for row in _rows(connection, table, here):
                    for column in columns:
                        if getattr(row, column):
                            planted[len(planted)] = Planted(name, column, row.id, here)
                            _write(connection, table, row.id, column, len(planted) - 1)
    return planted


def found_in(text: str) -> frozenset[int]:
    """Return the markers in what somebody was shown; telephone numbers in both spellings."""
    words = {int(n) for n in WORD.findall(text.lower())}
    numbers = {int("".join(parts)) for parts in PHONE.findall(BLANKS.sub(" ", text))}
    return frozenset(words | numbers)


def _rows(connection: Connection, table: sa.Table, here: uuid.UUID | None) -> Iterator[sa.Row]:
    statement = sa.select(table)
    if here is not None:
        statement = statement.where(table.c.municipality_id == here)
    yield from connection.execute(statement.order_by(table.c.id)).all()


def _write(
    connection: Connection, table: sa.Table, row: uuid.UUID, column: str, number: int
) -> None:
    marker = f"qx{number:05d}q"
    if column in EMAILS:
        marker = f"{marker}@marker.example"
    elif column in PHONES:
        marker = f"+475{number:05d}00"
    else:
        marker = marker.title()
    connection.execute(sa.update(table).where(table.c.id == row).values({column: marker}))


def _bind(connection: Connection, here: uuid.UUID | None) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("select set_config('app.municipality', :here, true)"), {"here": str(here or "")}
        )
