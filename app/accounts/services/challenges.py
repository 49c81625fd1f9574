"""What browsers are asked to have signed by a passkey: for one purpose, for minutes, once."""

import datetime as dt
from dataclasses import dataclass

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.models import Passkey, PasskeyChallenge, PasskeyPurpose, User
from app.accounts.services.links import hash_token

LASTS = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Site:
    """Which site a key is for: its host, and the whole origin that the browser must name."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a browser sent, and what it had been asked to have signed; None if nothing, or late."""

    answer: str
    challenge: bytes | None
    site: Site


def ask_to_add(session: Session, user: User, browser: str, *, site: Site, now: dt.datetime) -> str:
    """Return what the browser needs to have a key made for somebody.

    Args:
        user: whose it will be.
        browser: the token of the browser's session; the answer counts from nowhere else.
        site: ours.
        now: in UTC.
    """
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Flyktningguide",
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        challenge=_remember(session, browser, PasskeyPurpose.ADD, now=now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(session, user),
    )
    return webauthn.options_to_json(options)


def ask_to_use(
    session: Session,
    browser: str,
    purpose: PasskeyPurpose,
    *,
    user: User | None,
    site: Site,
    now: dt.datetime,
) -> str:
    """Return what the browser needs to have something signed.

    Args:
        browser: the token of the browser's session; the answer counts from nowhere else.
        purpose: what for; the answer counts for nothing else.
        user: whose key it has to be, if we know who is there.
        site: ours.
        now: in UTC.
    """
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_remember(session, browser, purpose, now=now),
        allow_credentials=_described(session, user) if user else [],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def take_challenge(
    session: Session, browser: str, purpose: PasskeyPurpose, *, now: dt.datetime
) -> bytes | None:
    """Use up what a browser was asked to have signed, and return it; None if nothing, or late."""
    statement = (
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.browser_hash == hash_token(browser))
        .where(PasskeyChallenge.purpose == purpose)
        .returning(PasskeyChallenge.challenge, PasskeyChallenge.made_at)
    )
    row = session.execute(statement).one_or_none()
    if row is None or row.made_at <= now - LASTS:
        return None
    return base64url_to_bytes(row.challenge)


def _remember(
    session: Session, browser: str, purpose: PasskeyPurpose, *, now: dt.datetime
) -> bytes:
    """Return something new to be signed; what this browser was asked before is worth nothing."""
    browser_hash, challenge = hash_token(browser), generate_challenge()
    mine = (PasskeyChallenge.browser_hash == browser_hash) & (PasskeyChallenge.purpose == purpose)
    statement = delete(PasskeyChallenge).where(mine | (PasskeyChallenge.made_at <= now - LASTS))
    session.execute(statement, execution_options={"synchronize_session": False})
    session.add(
        PasskeyChallenge(
            browser_hash=browser_hash,
            purpose=purpose,
            challenge=bytes_to_base64url(challenge),
            made_at=now,
        )
    )
    session.flush()
    return challenge


def _described(session: Session, user: User) -> list[PublicKeyCredentialDescriptor]:
    statement = select(Passkey.credential_id).where(Passkey.user_id == user.id)
    ids = session.scalars(statement.order_by(Passkey.made_at, Passkey.id))
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in ids]
