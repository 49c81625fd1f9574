"""`flask looks`: check that the access log is whole, and say who saw a record."""

import datetime as dt
import sys
import uuid
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app import tenancy
from app.accounts.models import RecordKind
from app.municipalities.queries import list_municipalities
from app.oslo import OSLO
from app.privacy.queries import looks as queries
from app.privacy.services.looks_chain import check_chain
from app.privacy.services.looks_kept import kept_since
from app.web.context import now

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("looks")
def looks() -> None:
    """The access log: who has seen whom."""


@looks.command("check")
@click.option("--head", default="", help="The last seal's hash, as it was written down before.")
@with_appcontext
def check(head: str) -> None:
    """Compute all seals of all municipalities anew. Exits with 1 if one does not hold."""
    whole = True
    heads: set[str] = set()
    for slug, session in _towns():
        chain = check_chain(session, kept_since=kept_since(now()))
        heads |= queries.list_hashes(session)
        whole &= chain.holds
        click.echo(f"{slug:12} {chain.sealed} hours, {chain.rows} rows, last {chain.head or '–'}")
        for hour in chain.broken:
            click.echo(f"{slug:12} CHANGED in the hour from {hour:%Y-%m-%d %H:%M} UTC")
    if head and head not in heads:
        whole = False
        click.echo(
            "The hash that you wrote down is in no chain: seals were taken away or made anew"
        )
    sys.exit(0 if whole else 1)


@looks.command("who")
@click.argument("kind", type=click.Choice(sorted(kind.value for kind in queries.RECORDS)))
@click.argument("record_id", type=click.UUID)
@click.option("--from", "first", type=DAY, help="The first day.")
@click.option("--until", "last", type=DAY, help="The last day.")
@with_appcontext
def who(
    kind: str, record_id: uuid.UUID, first: dt.datetime | None, last: dt.datetime | None
) -> None:
    """Say who saw a record: the first thing to know when something has gone wrong.

    Also of a record that is gone, whose key is known. Times are Oslo's.
    """
    chosen = queries.LookFilter(
        from_on=first.date() if first else None, until_on=last.date() if last else None
    )
    found, lists = 0, 0
    for slug, session in _towns():
        rows = queries.all_looks_at(session, RecordKind(kind), record_id, chosen)
        names = queries.names_of(session, (row.user_id for row in rows))
        for row in rows:
            name = names.get(row.user_id, str(row.user_id)) if row.user_id else "by a link"
            roles = ", ".join(sorted(row.roles))
            at = row.at.astimezone(OSLO)
            click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {slug}  {row.what:7} {name} ({roles}) {row.page}")
        if rows:
            lists += queries.count_lists(session, RecordKind(kind), chosen)
        found += len(rows)
    click.echo(
        f"{found} looks; {lists} lists of such records besides, who stood on them is not kept"
    )


def _towns() -> Iterator[tuple[str, Session]]:
    """Yield each municipality's name in addresses with a session that is bound to it."""
    factory = current_app.extensions["session_factory"]
    with factory() as session:
        towns = [(row.id, row.slug) for row in list_municipalities(session)]
    for municipality_id, slug in towns:
        with factory() as session:
            tenancy.bind(session, municipality_id)
            yield slug, session
