"""Which other sign-ins this site has, and what the one opens that somebody came in by.

A municipality's own sign-in speaks for that municipality alone: whoever administers it could let
in whom they like, but not to the neighbours.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Flask, current_app, session
from flask_security import user_authenticated

from app.accounts.models import IdentityKind
from app.accounts.oidc.client import Client
from app.accounts.oidc.providers import Provider, read_providers
from app.errors import NotFound
from app.web.context import settings
from app.web.links import absolute_url

CAME_IN_BY = "came_in_by"  # in the browser's session: a provider's key
METHOD = "oidc"  # what Flask-Security is told


def init_app(app: Flask) -> None:
    with app.app_context():
        providers = read_providers(settings().OIDC_FILE)
    app.extensions["oidc"] = {key: Client(provider) for key, provider in providers.items()}
    user_authenticated.connect(_forget, app)
    for function in (staff_providers, guide_providers, came_in_by, is_staff_door):
        app.add_template_global(function)


def get_client(key: str) -> Client:
    """Return a provider's client, or raise NotFound."""
    client = _clients().get(key)
    if client is None:
        raise NotFound("provider")
    return client


def staff_providers() -> Sequence[Provider]:
    """Return the sign-ins of those who work for a municipality, in the order of the file."""
    return _of(IdentityKind.STAFF)


def guide_providers() -> Sequence[Provider]:
    """Return the sign-ins of residents."""
    return _of(IdentityKind.GUIDE)


def came_in_by() -> Provider | None:
    """Return by which other sign-in this browser's session was opened, if by one."""
    client = _clients().get(session.get(CAME_IN_BY, ""))
    return client.provider if client else None


def is_staff_door() -> bool:
    """Return whether a municipality's own sign-in opened this session."""
    return CAME_IN_BY in session and not _is_of_guides(came_in_by())


def opens(slug: str) -> bool:
    """Return whether this session may be used in a municipality; what somebody is there comes after.

    Where the provider has been taken out of the file since, it opens nothing.
    """
    if not is_staff_door():
        return True
    provider = came_in_by()
    return provider is not None and slug in provider.municipalities


def return_url() -> str:
    """Return where providers send people back to."""
    return absolute_url("accounts.provider_return")


def note_way_in(provider: Provider) -> None:
    """Note in the browser's session by which sign-in it was opened."""
    session[CAME_IN_BY] = provider.key


def _is_of_guides(provider: Provider | None) -> bool:
    return provider is not None and provider.kind is IdentityKind.GUIDE


def _of(kind: IdentityKind) -> Sequence[Provider]:
    return [client.provider for client in _clients().values() if client.provider.kind is kind]


def _clients() -> Mapping[str, Client]:
    return cast("Mapping[str, Client]", current_app.extensions["oidc"])


def _forget(_app: Flask, authn_via: Sequence[str] | None = None, **_how: object) -> None:
    """Whoever has just shown a password or a link did not come in by a provider."""
    if METHOD not in (authn_via or ()):
        session.pop(CAME_IN_BY, None)
