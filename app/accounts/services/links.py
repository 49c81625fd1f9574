import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Link, LinkKind
from app.errors import NotFound

# How long a link of each kind opens; None: until it is revoked.
LIFETIMES: dict[LinkKind, dt.timedelta | None] = {
    LinkKind.LOGIN: dt.timedelta(minutes=10),
    LinkKind.PASSWORD: dt.timedelta(minutes=30),
    LinkKind.INVITATION: dt.timedelta(days=7),
    LinkKind.STATUS: None,
    LinkKind.ANSWER: dt.timedelta(days=30),
    LinkKind.DECLARATION: dt.timedelta(days=30),
    LinkKind.FOLLOW_UP: dt.timedelta(days=30),
    LinkKind.ENDING: dt.timedelta(days=30),
    LinkKind.FEED: None,
}
# Rooms above say in which language they write to somebody; "" where it is nobody of theirs.
LANGUAGES_OF_HOLDERS: list[Callable[[Session, uuid.UUID], str]] = []
OVERLAP = dt.timedelta(days=1)  # a letter waits a night, or half a day for a server
MOST_AT_ONCE = 3  # letters to one address within a link's lifetime


def issue_link(
    session: Session,
    kind: LinkKind,
    subject_id: uuid.UUID,
    *,
    municipality_id: uuid.UUID | None,
    now: dt.datetime,
    holder_id: uuid.UUID | None = None,
) -> str:
    """Make a link's secret token and store its hash.

    Args:
        kind: what the link opens.
        subject_id: the user (login, invitation), guide (status, declaration) or match
            (answer) it is about.
        municipality_id: where it belongs; None for a user's own account.
        now: when it was made, in UTC.
        holder_id: whom it is sent to, where that is not the subject: the guide or family.

    Returns:
        The token, 256 bits, shown once: only its hash is stored.
    """
    token = secrets.token_urlsafe(32)
    lifetime = LIFETIMES[kind]
    session.add(
        Link(
            kind=kind,
            token_hash=hash_token(token),
            municipality_id=municipality_id,
            subject_id=subject_id,
            holder_id=holder_id or subject_id,
            created_at=now,
            expires_at=now + lifetime if lifetime else None,
        )
    )
    session.flush()
    return token


def get_open_link(session: Session, kind: LinkKind, token: str, *, now: dt.datetime) -> Link:
    """Return the link of a token that still opens.

    Raises:
        NotFound: there is none of this kind, or it was used, revoked or is too old. All four
            look the same to whoever holds it.
    """
    statement = select(Link).where(Link.kind == kind, Link.token_hash == hash_token(token))
    link = session.scalar(statement)
    if link is None or not link.opens(now):
        raise NotFound(f"{kind} link")
    return link


def language_of_link(session: Session, token: str) -> str:
    """Return in which language somebody was sent a link, open or not, or "".

    A page that says that a link is closed is read by the same person as one that was open.
    """
    holder = session.scalar(select(Link.holder_id).where(Link.token_hash == hash_token(token)))
    if holder is None:
        return ""
    return next(filter(None, (find(session, holder) for find in LANGUAGES_OF_HOLDERS)), "")


def use_link(session: Session, link: Link, *, now: dt.datetime) -> None:
    """Close a link that opens once."""
    session.refresh(link, with_for_update=True)
    if link.used_at or link.revoked_at:
        raise NotFound(f"{link.kind} link, closed in the meantime")
    link.used_at = now
    session.flush()


def revoke_links(
    session: Session, kind: LinkKind, subject_id: uuid.UUID, *, now: dt.datetime
) -> None:
    """Close all open links of one kind about one subject."""
    statement = select(Link).where(
        Link.kind == kind, Link.subject_id == subject_id, Link.used_at.is_(None)
    )
    for link in session.scalars(statement):
        link.revoked_at = link.revoked_at or now
    session.flush()


def let_lapse(session: Session, kind: LinkKind, subject_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Let links of a kind without an end open one day yet: a newer one is on its way.

    Whoever holds the earlier one would be shut out until that arrives.
    """
    statement = select(Link).where(
        Link.kind == kind, Link.subject_id == subject_id, Link.expires_at.is_(None)
    )
    for link in session.scalars(statement):
        link.expires_at = now + OVERLAP
    session.flush()


def is_spent(link: Link) -> bool:
    """Return whether a link was used or closed, or there is a newer one that takes its place."""
    lapses = LIFETIMES[link.kind] is None and link.expires_at is not None
    return link.used_at is not None or link.revoked_at is not None or lapses


def close_links_of(session: Session, person_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Close every open link that somebody was sent, whatever it opens.

    For the day on which they leave, or are reached elsewhere: see `app.messages.reach`.
    """
    theirs = (Link.holder_id == person_id) | (Link.subject_id == person_id)
    statement = select(Link).where(theirs, Link.used_at.is_(None), Link.revoked_at.is_(None))
    for link in session.scalars(statement):
        link.revoked_at = now
    session.flush()


def reopen_link(session: Session, token: str) -> None:
    """Open a link anew: for somebody who left by it, which closed all they were ever sent."""
    if link := find_link(session, token):
        link.revoked_at = None


def find_link(session: Session, token: str) -> Link | None:
    """Return the link of a token, open or not, or None."""
    return session.scalar(select(Link).where(Link.token_hash == hash_token(token)))


def has_enough_letters(
    session: Session, kind: LinkKind, subject_id: uuid.UUID, *, now: dt.datetime
) -> bool:
    """Return whether somebody was sent as many links of a kind as a lifetime of them allows."""
    since = now - (LIFETIMES[kind] or dt.timedelta())
    statement = select(func.count(Link.id)).where(
        Link.kind == kind, Link.subject_id == subject_id, Link.created_at > since
    )
    return (session.scalar(statement) or 0) >= MOST_AT_ONCE


def hash_token(token: str) -> str:
    """Return the stored form of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()
