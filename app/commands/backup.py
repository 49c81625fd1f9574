"""`flask backup`, `flask restore`, `flask drill`: a sealed copy, taken, put back and tried."""

import datetime as dt
import hmac
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import make_url

from app.backups import databases, sealing
from app.commands.privacy import ErasedList, erase_listed, read_erased
from app.commands.restored import (
    Findings,
    OtherMigrations,
    bring_up_to_date,
    end_sessions,
    hold_letters,
    look_over,
    standing_in,
)
from app.commands.trying_sign_in import try_to_sign_in
from app.errors import Conflict
from app.web.context import now, settings
from config import ensure_private

FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(dir_okay=False, exists=True, path_type=Path)
ERASED = click.option(
    "--erased", type=click.File("r"), help="What `flask privacy erased` wrote, kept elsewhere."
)
WORDS: dict[type[Conflict], str] = {
    sealing.NoRecipient: "BACKUP_RECIPIENT is missing, or is no public key of age's",
    sealing.NotOurKey: "this key does not open the backup; nothing was restored",
    sealing.NotWhole: "this is no whole backup; nothing was restored",
    sealing.WouldOverwrite: "something is there already, and it is left alone",
    databases.CannotCopy: "the database could not be copied",
    databases.CannotRestore: "the backup could not be put there",
    OtherMigrations: "the backup comes from a newer version of the site than this",
}


def private(_context: click.Context, _option: click.Parameter, url: str) -> str:
    """Take the address of a database that is asked as the site's own would be."""
    return ensure_private(url, "--into")


@click.command("backup")
@click.argument("file", type=FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write a sealed copy of the database to FILE while people work on.

    It is sealed to the public key in BACKUP_RECIPIENT. A file that has its name is whole.
    """
    with _refusing():
        take(file, sealing.recipients_of(settings().BACKUP_RECIPIENT))


@click.command("restore")
@click.argument("file", type=THERE)
@click.option(
    "--into",
    "url",
    required=True,
    callback=private,
    help="An empty database, never the site's own.",
)
@click.option("--key", type=THERE, required=True, help="The file with the private key.")
@ERASED
@click.option("--nobody-erased", is_flag=True, help="There is no such list, and you know why.")
@with_appcontext
def restore(file: Path, url: str, key: Path, erased: TextIO | None, *, nobody_erased: bool) -> None:
    """Put a backup into an empty database, erase the erased again, and say whether it is whole.

    Exits with 1 if it is not. The site's own database is left alone: point DATABASE_URL at the
    new one when you are content.
    """
    if not erased and not nobody_erased:
        raise click.UsageError(
            "Name the list of the erased with --erased: without it they are back. If there is none,"
            " say so with --nobody-erased."
        )
    listed = read_erased(erased) if erased else None
    with _refusing():
        began = monotonic()
        label = put_back(file, sealing.identity_in(key), url)
        sys.exit(0 if examine(label, url, listed, began, signs_in=False) else 1)


@click.command("drill")
@click.argument("file", type=FILE, required=False)
@click.option(
    "--into",
    "url",
    default="",
    callback=private,
    help="An empty database; on SQLite a file is made.",
)
@ERASED
@with_appcontext
def drill(file: Path | None, url: str, erased: TextIO | None) -> None:
    """Take a backup, restore it, sign in to it, and say how long that took. Every night.

    FILE is kept, and is sealed to BACKUP_RECIPIENT and to a key that dies with this command:
    the file itself is tried, and the private key is not needed here. Without FILE nothing is
    left. Exits with 1 if anything is not as it must be.
    """
    identity = sealing.one_time_identity()
    recipients = sealing.recipients_of(settings().BACKUP_RECIPIENT) if file else []
    listed = read_erased(erased) if erased else None
    with _refusing(), databases.room_for_drill(settings().DATABASE_URL) as folder:
        sealed = file or folder / "backup.age"
        with scratch(url, folder) as empty:
            take(sealed, [*recipients, identity.to_public()])
            began = monotonic()
            label = put_back(sealed, identity, empty)
            holds = examine(label, empty, listed, began, signs_in=True)
    sys.exit(0 if holds else 1)


def take(file: Path, recipients: Sequence[Any]) -> None:
    """Write a sealed copy of the site's database, and say what it is."""
    url = settings().BACKUP_DATABASE_URL or settings().DATABASE_URL
    began, began_at = monotonic(), now()
    engine = make_url(url).get_backend_name()
    revision = databases.revision_of(url)
    label = sealing.Label(
        engine, began_at.isoformat(), revision, key_mark=_key_mark(settings().SECRET_KEY)
    )
    digest = sealing.seal(databases.copied(url), label, file, recipients)
    size = file.stat().st_size / 1e6
    click.echo(f"taken    {_told(label)}, {size:.1f} MB, {monotonic() - began:.1f} s")
    click.echo(f"sha256   {digest}")


def put_back(file: Path, identity: Any, url: str) -> sealing.Label:
    """Open a backup to its end, and only then put it into an empty database."""
    databases.refuse_unless_empty(url)
    with sealing.unsealed(file, identity, databases.folder_for(url)) as (label, plain):
        if label.engine != make_url(url).get_backend_name():
            raise databases.CannotRestore(f"it is {label.engine}'s")
        databases.put(plain, url)
    return label


def examine(
    label: sealing.Label, url: str, listed: ErasedList | None, began: float, *, signs_in: bool
) -> bool:
    """Say what a restored database is like; return whether all is as it must be."""
    revision = bring_up_to_date(url, web_role=settings().WEB_DATABASE_ROLE)
    began_at = dt.datetime.fromisoformat(label.began_at)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with standing_in(app, url) as factory:
        ended, held = end_sessions(factory, at=now()), hold_letters(factory, at=now())
        again, strangers = erase_listed(factory, listed.erasures if listed else ())
        found = look_over(factory, began_at=began_at)
        refused = try_to_sign_in(app, factory) if signs_in else ""
    if label.key_mark not in map(_key_mark, settings().keys):
        found.wrong.append(
            "SECRET_KEY is another than when it was taken: no code app works with it"
        )
    click.echo(f"restored {_told(label)}, now at migrations {revision}")
    click.echo(f"signed out {ended}, and no recovery code works; the rest is of that time:")
    click.echo("         passwords, passkeys, code apps, roles, who keeps protected households")
    click.echo(f"letters  {held} held back; numbers, addresses and closed links are of that time")
    click.echo(
        f"erased   {again} erased again, {len(listed.erasures) if listed else 0} in the list"
    )
    known_at = max(began_at, listed.written_at) if listed else began_at
    click.echo(f"         who was erased, or became protected, after {known_at:%Y-%m-%d %H:%M} UTC")
    click.echo("         is back: that is done anew by hand before anybody is let in")
    _tell(found, began_at)
    if signs_in:
        click.echo(f"sign-in  {refused or 'somebody of staff, with password and code'}")
    click.echo(f"duration {monotonic() - began:.1f} s")
    return not (found.wrong or refused or strangers)


@contextmanager
def scratch(url: str, folder: Path) -> Iterator[str]:
    """Yield an empty database, and empty it again. What an earlier drill left is removed first."""
    if make_url(settings().DATABASE_URL).get_backend_name() == "sqlite":
        yield url or f"sqlite:///{folder / 'restored.sqlite'}"
    elif url:
        databases.claim_scratch(url)
        try:
            yield url
        finally:
            databases.empty_scratch(url)
    else:
        raise databases.CannotRestore("name an empty database with --into")


def _tell(found: Findings, began_at: dt.datetime) -> None:
    click.echo(
        f"looked   {found.towns} municipalities, {found.guides} guides' places,"
        f" {found.matches} matches, {found.looks} sealed looks"
    )
    for fault in found.wrong:
        click.echo(f"WRONG    {fault}")
    if found.newest:
        age = (began_at - found.newest).total_seconds()
        click.echo(f"newest   row {age:.0f} s older than the backup")


def _key_mark(secret: str) -> str:
    return hmac.new(secret.encode(), b"backups", "sha256").hexdigest()[:16]


def _told(label: sealing.Label) -> str:
    at = dt.datetime.fromisoformat(label.began_at)
    return f"{at:%Y-%m-%d %H:%M:%S} UTC, {label.engine}, migrations {label.revision}"


@contextmanager
def _refusing() -> Iterator[None]:
    """Say in words why it was refused, and clean up if it is stopped."""
    try:
        with sealing.tidy_when_stopped():
            yield
    except Conflict as refusal:
        words = WORDS.get(type(refusal))
        if words is None:
            raise
        raise click.ClickException(f"{words} ({refusal})") from None
