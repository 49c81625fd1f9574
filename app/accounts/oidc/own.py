"""Somebody's other sign-ins: those that open their account, and those that could."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.accounts.models import Identity, User
from app.accounts.oidc import doors
from app.accounts.services import identities
from app.web.context import current_session


@dataclass(frozen=True, slots=True)
class OwnSignIn:
    """A sign-in by its name: bound to the account, or, with the provider's key, to be bound."""

    name: str
    identity: Identity | None = None
    key: str = ""


def list_own(user: User) -> list[OwnSignIn]:
    """Return what opens somebody's account beside our own ways, then what could."""
    providers = [*doors.staff_providers(), *doors.guide_providers()]
    names = {provider.issuer: provider.name for provider in reversed(providers)}
    bound = identities.list_identities(current_session(), user.id)
    issuers = {identity.issuer for identity in bound}
    return [
        OwnSignIn(names.get(one.issuer) or urlsplit(one.issuer).netloc, identity=one)
        for one in bound
    ] + [
        OwnSignIn(provider.name, key=provider.key)
        for provider in providers
        if provider.issuer not in issuers and identities.may_bind(current_session(), user, provider)
    ]
