"""Which other sign-ins there are: a file of whoever runs the site names them, and nobody else can.

Not a page of the municipality's: whoever may name a provider decides who is let in as whom.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.accounts.models import IdentityKind

CLAIMS = frozenset({"acr", "acrs", "amr"})  # what a provider says of how somebody signed in
ID_PORTEN_LEVELS = ("idporten-loa-substantial", "idporten-loa-high")
BY_POLICY = "by policy"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
REQUIRED = {"key", "name", "kind", "issuer", "client_id", "client_secret"}
KNOWN = REQUIRED | {"municipalities", "demands", "second_factor"}


class WrongProviderFileError(SystemExit):
    """The file of providers cannot be what was meant. The site must not start with half of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Another sign-in, and what is asked of it.

    Args:
        key: what pages and sessions call it.
        name: what people call it.
        kind: whose sign-in it is.
        issuer: what its tokens must say, to the letter.
        client_id: what it calls this site.
        client_secret: by which it knows this site.
        municipalities: the slugs of those whose staff it knows; none for residents'.
        demands: for some claims, the values of which a token must hold one.
    """

    key: str
    name: str
    kind: IdentityKind
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    municipalities: frozenset[str] = frozenset()
    demands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_providers(path: str) -> dict[str, Provider]:
    """Return the providers of a file by key; none if no file is named.

    Raises:
        WrongProviderFileError: the message says what is wrong, and quotes no secret.
    """
    if not path:
        return {}
    try:
        entries = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        raise WrongProviderFileError("OIDC_FILE cannot be read, or is not JSON.") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WrongProviderFileError("OIDC_FILE holds a list of providers.")
    providers = [_provider(entry) for entry in entries]
    by_key = {provider.key: provider for provider in providers}
    if len(by_key) < len(providers):
        raise WrongProviderFileError("OIDC_FILE: each provider has a key of its own.")
    return by_key


def is_safe(address: str) -> bool:
    """Return whether nobody on the way can read what goes to an address."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )


def _provider(entry: Mapping[str, Any]) -> Provider:
    key = str(entry.get("key", "?"))
    texts = {name: entry.get(name) for name in REQUIRED}
    if missing := sorted(name for name, text in texts.items() if not _is_text(text)):
        raise _wrong(key, f"{', '.join(missing)} is missing")
    if unknown := sorted(entry.keys() - KNOWN):
        raise _wrong(key, f"nobody knows {', '.join(unknown)}")
    if not is_safe(entry["issuer"]):
        raise _wrong(key, "the issuer is an address that begins with https://")
    if entry["kind"] not in set(IdentityKind):
        raise _wrong(key, "kind is staff or guide")
    kind = IdentityKind(entry["kind"])
    places = frozenset(_texts(key, entry.get("municipalities", [])))
    if bool(places) is (kind is IdentityKind.GUIDE):
        raise _wrong(key, "municipalities are named for staff, and for nobody else")
    return Provider(
        **{name: entry[name] for name in REQUIRED - {"kind"}},
        kind=kind,
        municipalities=places,
        demands=_demands(key, kind, entry),
    )


def _demands(
    key: str, kind: IdentityKind, entry: Mapping[str, Any]
) -> Mapping[str, tuple[str, ...]]:
    """Return what its tokens must say; that it asks for two factors may be a promise instead."""
    said = entry.get("demands", {})
    if not isinstance(said, dict) or not said.keys() <= CLAIMS:
        raise _wrong(key, f"demands are of {', '.join(sorted(CLAIMS))}")
    demands = {claim: _texts(key, values) for claim, values in said.items()}
    if not all(demands.values()):
        raise _wrong(key, "each demand names what is good enough")
    if kind is IdentityKind.GUIDE:
        return {"acr": ID_PORTEN_LEVELS} | demands
    if not demands and entry.get("second_factor") != BY_POLICY:
        raise _wrong(
            key, f'staff show two factors: demand them, or say "second_factor": "{BY_POLICY}"'
        )
    return demands


def _texts(key: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise _wrong(key, "municipalities and demands are lists")
    if not all(_is_text(value) for value in values):
        raise _wrong(key, "lists hold words")
    return tuple(values)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _wrong(key: str, what: str) -> WrongProviderFileError:
    return WrongProviderFileError(f"OIDC_FILE, {key}: {what}.")
