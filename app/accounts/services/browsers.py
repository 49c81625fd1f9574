"""Browsers in which staff have signed in before."""

import datetime as dt
import uuid

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import KnownBrowser
from app.accounts.services.links import hash_token

KEPT_FOR = dt.timedelta(days=180)  # since the last sign-in


def is_known_browser(session: Session, user_id: uuid.UUID, token: str, *, now: dt.datetime) -> bool:
    """Return whether somebody has signed in with this browser lately."""
    statement = select(KnownBrowser.id).where(
        KnownBrowser.user_id == user_id,
        KnownBrowser.token_hash == hash_token(token),
        KnownBrowser.seen_at > now - KEPT_FOR,
    )
    return bool(token) and session.scalar(statement) is not None


def remember_browser(session: Session, user_id: uuid.UUID, token: str, *, now: dt.datetime) -> bool:
    """Note that somebody signed in with a browser. Return whether it is one more than before.

    The very first one is nothing to tell anybody.
    """
    old = delete(KnownBrowser).where(KnownBrowser.seen_at <= now - KEPT_FOR)
    session.execute(old, execution_options={"synchronize_session": False})
    if is_known_browser(session, user_id, token, now=now):
        session.execute(
            update(KnownBrowser)
            .where(KnownBrowser.user_id == user_id, KnownBrowser.token_hash == hash_token(token))
            .values(seen_at=now)
        )
        return False
    others = select(func.count(KnownBrowser.id)).where(KnownBrowser.user_id == user_id)
    is_one_more = bool(session.scalar(others))
    session.add(KnownBrowser(user_id=user_id, token_hash=hash_token(token), seen_at=now))
    session.flush()
    return is_one_more


def forget_browsers(session: Session, user_id: uuid.UUID) -> None:
    """Know none of somebody's browsers any more."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.user_id == user_id))
