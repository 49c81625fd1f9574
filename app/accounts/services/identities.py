"""Who somebody is at another provider: bound once, by themselves, and their way in from then on.

A provider's word for somebody is its issuer and its subject. No e-mail address is ever asked for:
whoever administers a directory writes there what they like.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Identity, IdentityKind, User
from app.accounts.services.letters import LinkMail
from app.accounts.services.security_log import Event, note
from app.errors import Conflict, NotFound
from app.municipalities.models import Municipality
from app.permissions import GUIDE_ROLE, STAFF_ROLES


class Door(Protocol):
    """What is to be known of a provider here."""

    @property
    def kind(self) -> IdentityKind: ...

    @property
    def municipalities(self) -> frozenset[str]: ...


class Shown(Protocol):
    """Who a provider says has signed in."""

    @property
    def issuer(self) -> str: ...

    @property
    def subject(self) -> str: ...


class IdentityInUse(Conflict):
    """Another account is opened by it already."""


class OnlyWayIn(Conflict):
    """Whoever has no password would be shut out."""


def may_bind(session: Session, user: User, door: Door) -> bool:
    """Return whether a sign-in of this kind could open somebody's account.

    Staff's: whoever works in a municipality of it. Residents': whoever is a guide, and works nowhere.
    """
    if door.kind is IdentityKind.STAFF:
        return _works_behind(session, user.id, door)
    held = {membership.role for membership in queries.list_memberships(session, user.id)}
    return GUIDE_ROLE in held and not held & STAFF_ROLES


def find_signer(session: Session, door: Door, shown: Shown) -> User | None:
    """Return who may sign in: bound before, active, and still one whom the provider is for."""
    identity = _find(session, shown)
    if identity is None or identity.kind is not door.kind:
        return None
    user = queries.get_user(session, identity.user_id)
    return user if user.active and may_bind(session, user, door) else None


def is_identity_of(session: Session, user: User, shown: Shown) -> bool:
    """Return whether somebody is the one whom a provider speaks of."""
    identity = _find(session, shown)
    return identity is not None and identity.user_id == user.id


def bind_identity(
    session: Session, user: User, door: Door, shown: Shown, *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Let a sign-in open somebody's account from now on; a letter tells them of it.

    Raises:
        NotFound: it is not for people like them.
        IdentityInUse: it opens another account.
    """
    if not may_bind(session, user, door):
        raise NotFound(f"{door.kind} sign-in for user {user.id}")
    if keep_identity(session, user, door, shown, now=now):
        by_mail.notice(session, user, "identity_bound", now=now)


def list_identities(session: Session, user_id: uuid.UUID) -> Sequence[Identity]:
    """Return what opens somebody's account beside their own ways, the oldest first."""
    statement = select(Identity).where(Identity.user_id == user_id)
    return session.scalars(statement.order_by(Identity.bound_at, Identity.id)).all()


def release_identity(session: Session, user: User, identity_id: uuid.UUID) -> None:
    """Let a sign-in open somebody's account no more.

    Raises:
        NotFound: it is not theirs.
        OnlyWayIn: it is the only one, and they have no password.
    """
    theirs = list_identities(session, user.id)
    identity = next((one for one in theirs if one.id == identity_id), None)
    if identity is None:
        raise NotFound(f"identity {identity_id}")
    if is_only_way_in(user, identity, theirs):
        raise OnlyWayIn(f"user {user.id}")
    session.delete(identity)
    session.flush()
    note(Event.IDENTITY_RELEASED, user_id=user.id, what=identity.kind.value)


def is_only_way_in(user: User, identity: Identity, theirs: Sequence[Identity]) -> bool:
    """Return whether somebody of staff would be shut out without one of their sign-ins."""
    for_work = [one for one in theirs if one.kind is IdentityKind.STAFF]
    return for_work == [identity] and user.password is None


def forget_identities(session: Session, user_id: uuid.UUID) -> None:
    """Let no other provider's sign-in open somebody's account any more."""
    session.execute(delete(Identity).where(Identity.user_id == user_id))


def keep_identity(
    session: Session, user: User, door: Door, shown: Shown, *, now: dt.datetime
) -> bool:
    """Store who somebody is there, if it is not. Return whether it is one more than before.

    Raises:
        IdentityInUse: it opens another account.
    """
    if earlier := _find(session, shown):
        if earlier.user_id != user.id:
            raise IdentityInUse(f"identity {earlier.id}")
        return False
    session.add(
        Identity(
            user_id=user.id,
            kind=door.kind,
            issuer=shown.issuer,
            subject=shown.subject,
            bound_at=now,
        )
    )
    session.flush()
    note(Event.IDENTITY_BOUND, user_id=user.id, what=door.kind.value)
    return True


def _find(session: Session, shown: Shown) -> Identity | None:
    statement = select(Identity).where(
        Identity.issuer == shown.issuer, Identity.subject == shown.subject
    )
    return session.scalar(statement)


def _works_behind(session: Session, user_id: uuid.UUID, door: Door) -> bool:
    """Return whether somebody works in a municipality whose staff a provider knows."""
    places = select(Municipality.id).where(Municipality.slug.in_(door.municipalities))
    behind = set(session.scalars(places))
    return any(
        membership.municipality_id in behind and membership.role in STAFF_ROLES
        for membership in queries.list_memberships(session, user_id)
    )
