"""`flask accounts`: the one account that nobody can be invited to make."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.accounts import services
from app.accounts.services.keys import encrypt_apps_anew
from app.accounts.services.sessions import end_all_sessions
from app.errors import NotFound
from app.municipalities.queries import get_municipality_by_slug
from app.web.context import now, settings

accounts = AppGroup("accounts", help="Accounts of people who work with Flyktningguide.")


@accounts.command("create-first")
@click.option("--municipality", "slug", required=True, help="As in its address, e.g. asker.")
@click.option("--name", required=True)
@click.option("--email", required=True)
def create_first(slug: str, name: str, email: str) -> None:
    """Invite the first administrator of an empty installation, and print the link."""
    with current_app.extensions["session_factory"].begin() as session:
        try:
            municipality = get_municipality_by_slug(session, slug)
            token = services.invite_first(session, municipality, name, email, now=now())
        except NotFound:
            raise click.ClickException(f"There is no municipality {slug}.") from None
        except services.AccountsExist:
            raise click.ClickException(
                "There are accounts already. An administrator invites others at /…/staff."
            ) from None
    click.echo(f"{name} opens this link within seven days, chooses a password and sets up an app:")
    click.echo(f"{settings().BASE_URL}/invitations/{token}")


@accounts.command("invite-again")
@click.option("--municipality", "slug", required=True, help="As in its address, e.g. asker.")
@click.option("--email", required=True)
def invite_again(slug: str, email: str) -> None:
    """Let in somebody of staff who has lost password, app and printed codes, and print the link.

    For a last administrator: other staff are helped by theirs. Make sure first that it is them.
    """
    with current_app.extensions["session_factory"].begin() as session:
        try:
            municipality = get_municipality_by_slug(session, slug)
            token = services.invite_again(session, municipality, email, now=now())
        except NotFound:
            raise click.ClickException(f"Nobody with that address works in {slug}.") from None
    click.echo("What they had opens nothing any more. They open this link within seven days:")
    click.echo(f"{settings().BASE_URL}/invitations/{token}")


@accounts.command("sign-out-everybody")
def sign_out_everybody() -> None:
    """End every session at once, in all municipalities: somebody may have got in, say.

    Passwords, apps, passkeys and links in letters are left alone.
    """
    with current_app.extensions["session_factory"].begin() as session:
        count = end_all_sessions(session)
    click.echo(f"{count} people were signed in. Nobody is now.")


@accounts.command("renew-keys")
def renew_keys() -> None:
    """Encrypt what stands under an earlier SECRET_KEY with the one of today.

    After that, and a day, SECRET_KEY_FALLBACKS may go: see docs/security/keys.md.
    """
    codes = current_app.extensions["security"].totp_factory
    with current_app.extensions["session_factory"].begin() as session:
        try:
            count = encrypt_apps_anew(session, codes.encrypted_anew)
        except KeyError:
            raise click.ClickException(
                "The key of a code app is not among SECRET_KEY and SECRET_KEY_FALLBACKS."
            ) from None
    click.echo(f"{count} code apps stand under the key of today.")
