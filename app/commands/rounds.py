"""`flask rounds replay`: proof that a stored round follows from its problem, and nothing beats it."""

import sys
import uuid
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext

from app import tenancy
from app.municipalities.queries import list_municipalities
from app.rounds.models import MatchingRound
from app.rounds.queries import rounds_to_replay
from app.rounds.services import replay_round


@click.group("rounds")
def rounds() -> None:
    """Rounds and how they came about."""


@rounds.command("replay")
@click.argument("round_id", type=click.UUID, required=False)
@with_appcontext
def replay(round_id: uuid.UUID | None) -> None:
    """Compute stored rounds anew from their own problems, compare, and check the certificates.

    Without ROUND_ID: all rounds of all municipalities. Exits with 1 if one does not hold.
    """
    held, broken = 0, 0
    for slug, found in _rounds(round_id):
        differences = replay_round(found)
        held, broken = held + (not differences), broken + bool(differences)
        click.echo(_line(slug, found, differences))
    if round_id and not held + broken:
        raise click.ClickException(f"There is no round {round_id} that is done.")
    click.echo(f"{held + broken} rounds: {held} the same and proved, {broken} different")
    sys.exit(1 if broken else 0)


def _rounds(round_id: uuid.UUID | None) -> Iterator[tuple[str, MatchingRound]]:
    """Yield each municipality's name in addresses with its rounds."""
    factory = current_app.extensions["session_factory"]
    with factory() as session:
        towns = [(row.id, row.slug) for row in list_municipalities(session)]
    for municipality_id, slug in towns:
        with factory() as session:
            tenancy.bind(session, municipality_id)
            for found in rounds_to_replay(session, round_id):
                yield slug, found


def _line(slug: str, found: MatchingRound, differences: tuple[str, ...]) -> str:
    totals = found.totals
    words = f"ANOTHER ANSWER: {', '.join(differences)}" if differences else "the same, and proved"
    served = f"{totals['families']} of {found.family_count} families, {totals['quality']} points"
    return f"{slug:12} {found.id} {served}  {words}"
