"""Browser sessions as rows: found by a token's hash, touched, moved to a new token, ended."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import GUIDE_LIMITS, VISITOR_LIMITS, Membership, User, UserSession
from app.accounts.services.links import hash_token
from app.accounts.services.security_log import Event, note
from app.errors import NotFound
from app.permissions import STAFF_ROLES


def find_session(session: Session, token: str, *, now: dt.datetime) -> UserSession | None:
    """Return the row of a browser's token, or None if there is none or its time is over."""
    statement = select(UserSession).where(UserSession.token_hash == hash_token(token))
    row = session.scalar(statement)
    return row if row and row.lasts(now) else None


def open_session(
    session: Session,
    token: str,
    content: Mapping[str, Any],
    *,
    uniquifier: str | None,
    now: dt.datetime,
) -> UserSession:
    """Store a new session, a visitor's or that of the user whose `fs_uniquifier` it names.

    What is over is swept on the way, so that nobody's old sessions lie about.
    """
    user = session.scalar(select(User).where(User.fs_uniquifier == uniquifier))
    sweep_sessions(session, now=now)
    row = UserSession(
        token_hash=hash_token(token),
        user_id=user.id if user else None,
        staff=user is not None and _is_staff(session, user.id),
        content=dict(content),
        created_at=now,
        seen_at=now,
        confirmed_at=now if user else None,  # whoever signs in has just shown who they are
    )
    session.add(row)
    session.flush()
    return row


def keep_session(
    session: Session, session_id: uuid.UUID, content: Mapping[str, Any], *, now: dt.datetime
) -> None:
    """Store what a session holds now. One that was ended in the meantime stays ended."""
    row = session.get(UserSession, session_id, with_for_update=True)
    if row is not None:
        row.content = dict(content)
        row.seen_at = now
        session.flush()


def touch_session(session: Session, session_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Note that a session is in use."""
    statement = update(UserSession).where(UserSession.id == session_id)
    session.execute(statement.values(seen_at=now))


def end_session(session: Session, session_id: uuid.UUID) -> None:
    """End one session: its cookie, and every copy of it, is dead."""
    session.execute(delete(UserSession).where(UserSession.id == session_id))


def end_own_session(session: Session, user_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """End one of somebody's sessions.

    Raises:
        NotFound: there is none of theirs with this key.
    """
    theirs = (UserSession.id == session_id) & (UserSession.user_id == user_id)
    statement = delete(UserSession).where(theirs).returning(UserSession.id)
    if session.execute(statement).one_or_none() is None:
        raise NotFound(f"session {session_id}")
    note(Event.SESSIONS_ENDED, user_id=user_id)


def end_sessions(session: Session, user_id: uuid.UUID, *, but_for: uuid.UUID | None = None) -> None:
    """End all of a person's sessions, but for the one that asks."""
    note(Event.SESSIONS_ENDED, user_id=user_id)
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    if but_for is not None:
        statement = statement.where(UserSession.id != but_for)
    session.execute(statement)


def end_all_sessions(session: Session) -> int:
    """End everybody's sessions; return how many people were signed in."""
    people = session.scalar(select(func.count(UserSession.user_id.distinct()))) or 0
    session.execute(delete(UserSession))
    note(Event.SESSIONS_ENDED, what="everybody")
    return people


def sweep_sessions(session: Session, *, now: dt.datetime) -> None:
    """Delete visitors' sessions that were left alone, and everybody's that are too old."""
    left_alone = (UserSession.seen_at < now - VISITOR_LIMITS.idle) & UserSession.user_id.is_(None)
    too_old = UserSession.seen_at < now - GUIDE_LIMITS.idle
    statement = delete(UserSession).where(left_alone | too_old)
    session.execute(statement, execution_options={"synchronize_session": False})


def _is_staff(session: Session, user_id: uuid.UUID) -> bool:
    statement = select(Membership.id).where(
        Membership.user_id == user_id, Membership.role.in_(STAFF_ROLES)
    )
    return session.scalar(statement.limit(1)) is not None
