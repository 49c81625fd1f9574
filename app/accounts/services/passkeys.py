"""Passkeys: what a device signs is checked against the public half that we keep of its key."""

import datetime as dt
import json
import re
import uuid

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException

from app.accounts import queries
from app.accounts.models import Passkey, User
from app.accounts.models.passkeys import LONGEST_ID, LONGEST_KEY
from app.accounts.services.challenges import Proof
from app.accounts.services.letters import LinkMail
from app.accounts.services.security_log import Event, note
from app.accounts.services.sessions import end_sessions
from app.errors import Conflict, NotFound

MOST = 10  # for one person
CREDENTIAL_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")
# What the library and the parsers below it raise at an answer that no browser of ours has made.
UNREADABLE = (
    WebAuthnException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RecursionError,
)


class PasskeyRefused(Conflict):
    """What was sent does not show that it is this person, here and now."""


class PasskeyKnown(Conflict):
    """This key is kept for somebody already."""


class EnoughPasskeys(Conflict):
    """Nobody needs more: one has to be removed first."""


def may_have_passkeys(session: Session, user: User) -> bool:
    """Return whether somebody may sign in by passkey.

    Of staff, who has a password and an app. Whoever comes in by the municipality's own sign-in is
    let in, and stopped, there alone.
    """
    if not user.active:
        return False
    if queries.works_anywhere(session, user.id):
        return bool(user.password and user.tf_totp_secret)
    return bool(queries.list_memberships(session, user.id))


def add_passkey(
    session: Session, user: User, name: str, proof: Proof, *, by_mail: LinkMail, now: dt.datetime
) -> Passkey:
    """Keep a key that somebody's device has just made; a letter tells of it.

    Raises:
        PasskeyRefused: the answer is none to what was asked, from here, just now.
        PasskeyKnown: the key is kept already.
        EnoughPasskeys: somebody has ten.
    """
    if not may_have_passkeys(session, user):
        raise NotFound(f"passkeys of user {user.id}")
    if len(queries.list_passkeys(session, user.id)) >= MOST:
        raise EnoughPasskeys(f"user {user.id}")
    try:
        passkey = _read(proof)
    except UNREADABLE as fault:
        note(Event.PASSKEY_REFUSED, user_id=user.id, what="new")
        raise PasskeyRefused(f"user {user.id}") from fault
    known = select(Passkey.id).where(Passkey.credential_id == passkey.credential_id)
    if session.scalar(known):
        raise PasskeyKnown(f"user {user.id}")
    passkey.user_id, passkey.name, passkey.made_at = user.id, name, now
    session.add(passkey)
    session.flush()
    by_mail.notice(session, user, "passkey_added", now=now)
    note(Event.PASSKEY_ADDED, user_id=user.id)
    return passkey


def _read(proof: Proof) -> Passkey:
    """Return a key as a device has made it, if it is one for this site and from just now."""
    made = webauthn.verify_registration_response(
        credential=proof.answer,
        expected_challenge=_expected(proof),
        expected_rp_id=proof.site.host,
        expected_origin=proof.site.origin,
        require_user_verification=True,
    )
    key, name = map(bytes_to_base64url, (made.credential_public_key, made.credential_id))
    if len(name) > LONGEST_ID or len(key) > LONGEST_KEY:
        raise ValueError("a longer key than there are")
    return Passkey(credential_id=name, public_key=key, sign_count=made.sign_count)


def use_passkey(
    session: Session, proof: Proof, *, user: User | None = None, now: dt.datetime
) -> User:
    """Return who has just signed what they were asked to.

    Args:
        session: the request's.
        proof: what the browser sent.
        user: who it has to be, if we know who is there.
        now: in UTC.

    Raises:
        PasskeyRefused: it is nobody's, another person's or a removed one's key; or the answer is
            to something else, from another site, used before or made by a copy of the key; or its
            owner may not sign in this way.
    """
    try:
        owner = _checked(session, proof, now=now)
    except UNREADABLE as fault:
        note(Event.PASSKEY_REFUSED, user_id=user.id if user else None)
        raise PasskeyRefused("passkey") from fault
    if (user is not None and owner.id != user.id) or not may_have_passkeys(session, owner):
        note(Event.PASSKEY_REFUSED, user_id=owner.id, what="another person")
        raise PasskeyRefused(f"user {owner.id}")
    return owner


def _checked(session: Session, proof: Proof, *, now: dt.datetime) -> User:
    """Return the owner of the key that signed, and note that it did."""
    answer = json.loads(proof.answer)
    if not CREDENTIAL_ID.fullmatch(answer["id"]):
        raise ValueError("no name of a passkey")
    statement = select(Passkey).where(Passkey.credential_id == answer["id"])
    passkey = session.scalars(statement.with_for_update()).one_or_none()
    if passkey is None:
        raise LookupError("no such passkey")
    handle = answer["response"].get("userHandle")
    if handle and base64url_to_bytes(handle) != passkey.user_id.bytes:
        raise LookupError("the device takes it for somebody else's")
    signed = webauthn.verify_authentication_response(
        credential=answer,
        expected_challenge=_expected(proof),
        expected_rp_id=proof.site.host,
        expected_origin=proof.site.origin,
        credential_public_key=base64url_to_bytes(passkey.public_key),
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=True,
    )
    passkey.sign_count, passkey.used_at = signed.new_sign_count, now
    session.flush()
    return queries.get_user(session, passkey.user_id)


def remove_passkey(
    session: Session,
    user: User,
    passkey_id: uuid.UUID,
    *,
    but_for: uuid.UUID | None,
    by_mail: LinkMail,
    now: dt.datetime,
) -> None:
    """Remove one of somebody's keys. Sessions end, but for the one that asks; a letter tells of it.

    Raises:
        NotFound: none of theirs has this identifier.
    """
    theirs = (Passkey.id == passkey_id) & (Passkey.user_id == user.id)
    if session.execute(delete(Passkey).where(theirs).returning(Passkey.id)).one_or_none() is None:
        raise NotFound(f"passkey {passkey_id}")
    end_sessions(session, user.id, but_for=but_for)
    by_mail.notice(session, user, "passkey_removed", now=now)
    note(Event.PASSKEY_REMOVED, user_id=user.id)


def forget_passkeys(session: Session, user_id: uuid.UUID) -> None:
    """Let none of somebody's keys open anything any more."""
    session.execute(delete(Passkey).where(Passkey.user_id == user_id))


def _expected(proof: Proof) -> bytes:
    if proof.challenge is None:
        raise LookupError("nothing was asked, or too long ago")
    return proof.challenge
