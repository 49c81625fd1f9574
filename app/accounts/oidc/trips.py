"""Somebody is away at another provider: what this browser's session must know when they return."""

import datetime as dt
import hmac
import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum

from flask import session

from app.accounts.oidc.client import CLOCKS_DIFFER, Proof, Secrets

KEY = "away"
LASTS = dt.timedelta(minutes=10)


class Errand(StrEnum):
    """What somebody went there for."""

    SIGN_IN = "sign_in"
    BIND = "bind"  # to their account, signed in
    CONFIRM = "confirm"  # that it still is them
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One way there and back.

    Args:
        provider: its key.
        errand: what for.
        secrets: what the answer must fit.
        began_at: when they left.
        subject_id: whose account it is about, or which invitation.
        wanted: the page of ours to go on to.
    """

    provider: str
    errand: Errand
    secrets: Secrets
    began_at: dt.datetime
    subject_id: uuid.UUID | None = None
    wanted: str | None = None

    def is_fresh(self, proof: Proof) -> bool:
        """Return whether the provider saw the person since they left, not some hours ago."""
        return proof.shown_at is not None and proof.shown_at >= self.began_at - CLOCKS_DIFFER


def new_secrets() -> Secrets:
    """Return what binds one answer to one question."""
    return Secrets(*(secrets.token_urlsafe(32) for _ in range(3)))


def set_out(trip: Trip) -> None:
    """Note in the browser's session that somebody leaves. Who left before and is not back is lost."""
    session[KEY] = {
        "provider": trip.provider,
        "errand": trip.errand.value,
        "state": trip.secrets.state,
        "nonce": trip.secrets.nonce,
        "verifier": trip.secrets.verifier,
        "began_at": trip.began_at.timestamp(),
        "subject_id": str(trip.subject_id) if trip.subject_id else "",
        "wanted": trip.wanted or "",
    }


def come_back(state: str, *, now: dt.datetime) -> Trip | None:
    """Return the trip that ends with this answer, once; None if it is none of this browser's."""
    kept = session.get(KEY)
    if not kept or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        return None
    del session[KEY]
    began_at = dt.datetime.fromtimestamp(kept["began_at"], dt.UTC)
    if not began_at <= now < began_at + LASTS:
        return None
    return Trip(
        provider=kept["provider"],
        errand=Errand(kept["errand"]),
        secrets=Secrets(kept["state"], kept["nonce"], kept["verifier"]),
        began_at=began_at,
        subject_id=uuid.UUID(kept["subject_id"]) if kept["subject_id"] else None,
        wanted=kept["wanted"] or None,
    )
