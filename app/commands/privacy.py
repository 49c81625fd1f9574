"""`flask privacy`: who was erased, taken out of one database and erased again in a restored one."""

import datetime as dt
import json
import sys
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Column, Table
from sqlalchemy.orm import Session, sessionmaker

from app import tenancy
from app.data_map import note_of
from app.database import Base
from app.municipalities.queries import list_municipalities
from app.personal import Facts, Person, weight_of, whose
from app.privacy.services.replaying import Erasure, erase_again, list_erasures
from app.web.context import now

HEAD = """# Data map

Written by `flask privacy data-map` from what the columns say of themselves, and compared with them
by a test. *Whose* says which people a column is about; *weight* how much harm it does in the wrong
hands; *at erasure* what becomes of it when the person is erased: *row* is that the whole row goes,
*month* that the day goes and the month stays, *replaced* that a word takes its place that leads to
nobody, *taken out* that a computation of many people at once forgets this one, *by age* that it
goes by itself within a day. Who may see which facts stands on the page "Who sees what" of each
municipality. Columns that tell nothing about people, such as keys of rows, are left out.
"""
_COLUMNS_HEAD = (
    "| column | facts | whose | weight | at erasure | why it is kept |",
    "| --- | --- | --- | --- | --- | --- |",
)
privacy = AppGroup("privacy", help="Erased people stay erased.")


class ErasedList(NamedTuple):
    """Who was erased, by municipality, and when that was written down."""

    written_at: dt.datetime
    erasures: Sequence[tuple[uuid.UUID, Erasure]]


@privacy.command("erased")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def erased(file: Path | None) -> None:
    """Print who was erased, identifiers alone, or write it to FILE. Keep it outside the backups.

    FILE is taken over when all is written: where the database is gone, the last list stays.
    """
    lines = []
    for town in _towns():
        with current_app.extensions["session_factory"]() as session:
            tenancy.bind(session, town)
            for each in list_erasures(session):
                told = [str(town), each.person.value, str(each.record_id), each.on.isoformat()]
                lines.append(json.dumps(told))
    head = json.dumps({"written_at": now().isoformat(), "erased": len(lines)})
    text = "\n".join([head, *lines]) + "\n"
    if file is None:
        click.echo(text, nl=False)
    else:
        part = file.with_name(f"{file.name}.part")
        part.write_text(text, "utf-8")
        part.replace(file)


@privacy.command("replay")
@click.argument("erasures", type=click.File("r"), default="-")
def replay(erasures: TextIO) -> None:
    """Erase again whoever is in ERASURES, or was erased as the database itself knows.

    After each restore, before the site is opened. It may run twice. Whoever was erased since the
    backup was made is in the file alone, which is why it is kept elsewhere.
    """
    told = read_erased(erasures)
    again, strangers = erase_listed(current_app.extensions["session_factory"], told.erasures)
    click.echo(f"{again} erased again, {len(told.erasures)} in the file")
    if strangers:
        click.echo(f"{strangers} belong to no municipality of this database", err=True)
        sys.exit(1)


@privacy.command("data-map")
def data_map() -> None:
    """Print the data map, as docs/privacy/data-map.md has it."""
    click.echo(written_map(), nl=False)


def erase_listed(
    factory: sessionmaker[Session], listed: Sequence[tuple[uuid.UUID, Erasure]]
) -> tuple[int, int]:
    """Erase again whoever is listed, or was as the database itself knows.

    Returns:
        How many were there and went, and how many are of no municipality.
    """
    with factory() as session:
        towns = [row.id for row in list_municipalities(session)]
    again = 0
    for town in towns:
        with factory.begin() as session:
            tenancy.bind(session, town)
            told = [each for place, each in listed if place == town]
            again += erase_again(session, [*told, *list_erasures(session)], now=now())
    return again, sum(place not in towns for place, _each in listed)


def written_map() -> str:
    """Return the map of what every column tells and what becomes of it, for the file."""
    tables = Base.metadata.sorted_tables
    telling = [table for table in tables if any(_tells(column) for column in table.columns)]
    chapters = [HEAD, *(_chapter(table) for table in sorted(telling, key=lambda t: t.name))]
    rest = ", ".join(f"`{table.name}`" for table in tables if table not in telling)
    return "\n".join([*chapters, "## Tables that tell nothing about people\n", f"{rest}\n"])


def _chapter(table: Table) -> str:
    lines = [f"## {table.name}\n", *_COLUMNS_HEAD]
    for column in table.columns:
        if _tells(column):
            note = note_of(column)
            whose_ = ", ".join(sorted(person.value for person in whose(note.facts)))
            cells = [f"`{column.name}`", note.facts.value.replace("_", " "), whose_]
            cells += [weight_of(note.facts).value, note.erased.value, note.why]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _tells(column: Column[Any]) -> bool:
    return note_of(column).facts is not Facts.NOTHING


def _towns() -> list[uuid.UUID]:
    with current_app.extensions["session_factory"]() as session:
        return [row.id for row in list_municipalities(session)]


def read_erased(file: Iterable[str]) -> ErasedList:
    """Read what `flask privacy erased` has written; refuse anything else, an empty file as well."""
    try:
        head, *rows = [json.loads(line) for line in file if line.strip()]
        listed = ErasedList(
            dt.datetime.fromisoformat(head["written_at"]),
            [
                (
                    uuid.UUID(town),
                    Erasure(Person(person), uuid.UUID(key), dt.date.fromisoformat(day)),
                )
                for town, person, key, day in rows
            ],
        )
        is_whole = head["erased"] == len(rows)
    except (ValueError, KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise click.ClickException("This is no whole list as `flask privacy erased` writes it.")
    return listed
