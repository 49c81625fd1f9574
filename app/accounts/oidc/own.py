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
    stays: bool = False  # the only way in
    key: str = ""


def list_own(user: User) -> list[OwnSignIn]:
    """Return what opens somebody's account beside our own ways, then what could."""
    providers = {
        (one.issuer, one.kind): one for one in [*doors.staff_providers(), *doors.guide_providers()]
    }
    bound = identities.list_identities(current_session(), user.id)
    known = {(one.issuer, one.kind) for one in bound}
    return [
        OwnSignIn(
            provider.name if (provider := providers.get((one.issuer, one.kind))) else _host(one),
            identity=one,
            stays=identities.is_only_way_in(user, one, bound),
        )
        for one in bound
    ] + [
        OwnSignIn(provider.name, key=provider.key)
        for place, provider in providers.items()
        if place not in known and identities.may_bind(current_session(), user, provider)
    ]


def _host(identity: Identity) -> str:
    """Return what to call a provider that is not in the file any more."""
    return urlsplit(identity.issuer).netloc
