"""`flask matches replay`: proof that a stored proposal follows from what it rests on."""

import sys
import uuid
from collections import Counter
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext

from app import tenancy
from app.matches.queries.replays import Outcome, Replay, replay_proposals
from app.municipalities.queries import list_municipalities

WORDS = {
    Outcome.SAME: "the same answer",
    Outcome.DIFFERENT: "ANOTHER ANSWER",
    Outcome.OTHER_VERSION: "made by version {version} of the matching; only that one can tell",
    Outcome.NO_RECORD: "nothing is kept of how it was made",
}


@click.group("matches")
def matches() -> None:
    """Matches and how they came about."""


@matches.command("replay")
@click.argument("match_id", type=click.UUID, required=False)
@click.option("--all", "every", is_flag=True, help="Every proposal of every municipality.")
@with_appcontext
def replay(*, match_id: uuid.UUID | None, every: bool) -> None:
    """Compute stored proposals anew, from their own inputs, and compare.

    Exits with 1 if one gives another answer. Proposals of another version of the matching are
    named, and are no fault.
    """
    if every == (match_id is not None):
        raise click.UsageError("Name one match, or say --all.")
    outcomes: Counter[Outcome] = Counter()
    for slug, found in _replays(match_id):
        outcomes[found.outcome] += 1
        click.echo(_line(slug, found))
    if not outcomes and match_id:
        raise click.ClickException(f"There is no match {match_id}.")
    click.echo(
        f"{outcomes.total()} proposals: {outcomes[Outcome.SAME]} the same,"
        f" {outcomes[Outcome.DIFFERENT]} different,"
        f" {outcomes[Outcome.OTHER_VERSION]} of another version,"
        f" {outcomes[Outcome.NO_RECORD]} without a record"
    )
    sys.exit(1 if outcomes[Outcome.DIFFERENT] else 0)


def _replays(match_id: uuid.UUID | None) -> Iterator[tuple[str, Replay]]:
    """Yield each municipality's name in addresses with its replays."""
    factory = current_app.extensions["session_factory"]
    with factory() as session:
        rows = [(row.id, row.slug) for row in list_municipalities(session)]
    for municipality_id, slug in rows:
        with factory() as session:
            tenancy.bind(session, municipality_id)
            for found in replay_proposals(session, match_id):
                yield slug, found


def _line(slug: str, found: Replay) -> str:
    words = WORDS[found.outcome].format(version=found.version)
    told = f": {', '.join(found.parts)}" if found.parts else ""
    score = "  –" if found.score is None else f"{found.score:>4}"
    return f"{slug:12} {found.match_id} {score}  {words}{told}"
