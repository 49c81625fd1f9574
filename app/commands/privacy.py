"""`flask privacy`: who was erased, taken out of one database and erased again in a restored one."""

import datetime as dt
import json
import sys
import uuid
from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from app import tenancy
from app.municipalities.queries import list_municipalities
from app.personal import Person
from app.privacy.services.replaying import Erasure, erase_again, list_erasures
from app.web.context import now

privacy = AppGroup("privacy", help="Erased people stay erased.")


@privacy.command("erased")
def erased() -> None:
    """Print who was erased, identifiers alone: a line each. Keep it outside the backups."""
    for town in _towns():
        with current_app.extensions["session_factory"]() as session:
            tenancy.bind(session, town)
            for each in list_erasures(session):
                told = [str(town), each.person.value, str(each.record_id), each.on.isoformat()]
                click.echo(json.dumps(told))


@privacy.command("replay")
@click.argument("erasures", type=click.File("r"), default="-")
def replay(erasures: TextIO) -> None:
    """Erase again whoever is in ERASURES, or was erased as the database itself knows.

    After each restore, before the site is opened. It may run twice. Whoever was erased since the
    backup was made is in the file alone, which is why it is kept elsewhere.
    """
    listed = [_read(line) for line in erasures if line.strip()]
    count = 0
    for town in _towns():
        with current_app.extensions["session_factory"].begin() as session:
            tenancy.bind(session, town)
            told = [each for place, each in listed if place == town]
            count += erase_again(session, [*told, *list_erasures(session)], now=now())
    click.echo(f"{count} erased again, {len(listed)} in the file")
    known = set(_towns())
    if strangers := sum(place not in known for place, _each in listed):
        click.echo(f"{strangers} belong to no municipality of this database", err=True)
        sys.exit(1)


def _towns() -> list[uuid.UUID]:
    with current_app.extensions["session_factory"]() as session:
        return [row.id for row in list_municipalities(session)]


def _read(line: str) -> tuple[uuid.UUID, Erasure]:
    try:
        town, person, record_id, day = json.loads(line)
        erasure = Erasure(Person(person), uuid.UUID(record_id), dt.date.fromisoformat(day))
        return uuid.UUID(town), erasure
    except ValueError:
        raise click.ClickException("A line is not as `flask privacy erased` writes it.") from None
