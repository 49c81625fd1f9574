"""Keyed hashes of what must be recognised and never read again.

The key comes from the secret of the installation, a different one for each purpose. When the secret
is changed, the old one stays known for a while: a mark made with it is still recognised.
"""

import hmac
from collections.abc import Iterable

from sqlalchemy.orm import Session, sessionmaker

_SECRETS = "secrets"


class NoSecretError(RuntimeError):
    """A programming error: the session comes from a factory that was given no secret."""


def give(sessions: sessionmaker[Session], secrets: Iterable[str]) -> None:
    """Let sessions make marks: with the first secret, and recognise those made with the others."""
    known = tuple(secret.encode() for secret in secrets if secret)
    sessions.configure(info={_SECRETS: known})


def mark(session: Session, purpose: str, words: str) -> str:
    """Return the mark of some words under the secret that holds now."""
    return next(iter(marks(session, purpose, words)))


def marks(session: Session, purpose: str, words: str) -> tuple[str, ...]:
    """Return the marks of some words under every secret that is known, the newest first."""
    return tuple(_mark(_derived(secret, purpose), words) for secret in _secrets(session))


def key_names(session: Session, purpose: str) -> tuple[str, ...]:
    """Return names for the keys that are known, the newest first: they tell nothing of the key."""
    return tuple(_mark(_derived(s, purpose), "name of this key")[:16] for s in _secrets(session))


def _secrets(session: Session) -> tuple[bytes, ...]:
    known: tuple[bytes, ...] = session.info.get(_SECRETS, ())
    if not known:
        raise NoSecretError
    return known


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, f"purpose: {purpose}".encode(), "sha256")


def _mark(key: bytes, words: str) -> str:
    return hmac.digest(key, words.encode(), "sha256").hex()
