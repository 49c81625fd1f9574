"""A telephone is lost: printed codes, and the administrator who lets a new app be set up."""

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from base64 import b64decode

from argon2.low_level import Type, hash_secret
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Identity, Passkey, RecoveryCode, User
from app.accounts.services.browsers import forget_browsers
from app.accounts.services.identities import forget_identities
from app.accounts.services.letters import LinkMail
from app.accounts.services.passkeys import forget_passkeys
from app.accounts.services.people import sign_out_everywhere
from app.accounts.services.security_log import Event, note
from app.errors import Conflict
from app.permissions import Actor, Permission, ensure_may

HOW_MANY = 10
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another one on paper
GROUPS, SIGNS_IN_GROUP = 3, 4  # 59 bits
SALT_BYTES = 16


class OwnApp(Conflict):
    """Nobody resets their own app: whoever is signed in sets up another one."""


def make_recovery_codes(session: Session, user: User, *, now: dt.datetime) -> list[str]:
    """Return ten new codes, to be shown once. Those from before open nothing more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_new_code() for _ in range(HOW_MANY)]
    salt = secrets.token_bytes(SALT_BYTES)
    session.add_all(
        RecoveryCode(user_id=user.id, code_hash=_hash(user.id, code, salt), made_at=now)
        for code in codes
    )
    session.flush()
    note(Event.CODES_MADE, user_id=user.id)
    return codes


def use_recovery_code(
    session: Session, user: User, code: str, *, by_mail: LinkMail, now: dt.datetime
) -> bool:
    """Use a code up. Return whether it was one; its owner is told by letter.

    It takes as long for a wrong one, for a used one, and for somebody who has none.
    """
    statement = (
        update(RecoveryCode)
        .where(RecoveryCode.id == _find_code(session, user.id, code))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if session.execute(statement).one_or_none() is None:
        return False
    by_mail.notice(session, user, "recovery_code_used", now=now)
    note(Event.CODE_USED, user_id=user.id)
    return True


def count_recovery_codes(session: Session, user_id: uuid.UUID) -> int:
    """Return how many of somebody's codes are left."""
    statement = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(statement) or 0


def change_app(
    session: Session, user: User, app: tuple[str, int], *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Let another app show somebody's codes; all sessions end, and a letter tells of it.

    Args:
        app: its encrypted secret, and the half minute of the code that was just shown.
    """
    user.tf_totp_secret, user.totp_counter = app
    user.tf_primary_method = "authenticator"
    sign_out_everywhere(session, user)
    by_mail.notice(session, user, "code_app_changed", now=now)
    note(Event.APP_CHANGED, user_id=user.id)


def reset_app(
    session: Session, actor: Actor, user: User, *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Let somebody who works here set up a new app at the next sign-in, after the password.

    Printed codes end with it, all sessions too, and the person is told by letter. Nothing happens
    where there is nothing to forget: a form that was sent twice is one letter.

    Raises:
        NotPermitted: the actor may not decide about staff.
        OwnApp: it is the actor's own.
    """
    ensure_may(actor, Permission.STAFF_INVITE)
    queries.get_staff_member(session, user.id)
    if user.id == actor.user_id:
        raise OwnApp(f"user {user.id}")
    session.refresh(user, with_for_update=True)
    if not (user.password and _has_second_step(session, user)):
        return  # without a password no app is asked for
    forget_identities(session, user.id)
    forget_app(session, user)
    by_mail.notice(session, user, "code_app_reset", now=now)
    note(Event.APP_RESET, user_id=user.id, by_id=actor.user_id)


def _has_second_step(session: Session, user: User) -> bool:
    others = (RecoveryCode.user_id, Passkey.user_id, Identity.user_id)
    return bool(user.tf_totp_secret) or any(
        session.scalars(select(owner).where(owner == user.id).limit(1)).all() for owner in others
    )


def forget_app(session: Session, user: User) -> None:
    """Let nothing count any more that somebody signed in with beside the password."""
    user.tf_totp_secret = user.tf_primary_method = user.totp_counter = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    forget_passkeys(session, user.id)
    forget_browsers(session, user.id)
    sign_out_everywhere(session, user)


def _new_code() -> str:
    groups = ("".join(secrets.choice(SIGNS) for _ in range(SIGNS_IN_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def _find_code(session: Session, user_id: uuid.UUID, code: str) -> uuid.UUID | None:
    """Return the key of one of somebody's codes, used or not."""
    statement = select(RecoveryCode.id, RecoveryCode.code_hash).order_by(RecoveryCode.id)
    rows = session.execute(statement.where(RecoveryCode.user_id == user_id)).all()
    salt = _salt_of(rows[0].code_hash) if rows else secrets.token_bytes(SALT_BYTES)
    typed = _hash(user_id, code, salt)
    found = [row.id for row in rows if hmac.compare_digest(row.code_hash, typed)]
    return found[0] if found else None


def _salt_of(code_hash: str) -> bytes:
    """Return the salt in a stored hash: `$argon2id$v=19$m=…$salt$hash`, without padding."""
    return b64decode(code_hash.split("$")[4] + "==")


def _hash(user_id: uuid.UUID, code: str, salt: bytes) -> str:
    """Return the stored form of a code, however it was typed; it costs what a password's does.

    What is hashed slowly is what was stored before, so that a migration could renew it.
    """
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    fast = hashlib.sha256(f"{user_id}:{plain}".encode()).hexdigest()
    return hash_secret(fast.encode(), salt, 2, 19456, 1, 32, Type.ID).decode()
