import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Identity,
    IdentityKind,
    Invitation,
    Look,
    Membership,
    Passkey,
    User,
    UserSession,
)
from app.errors import NotFound
from app.permissions import STAFF_ROLES, Actor, Role
from app.tenancy import bound_municipality, looking_into


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works in the municipality, and as what."""

    user: User
    roles: frozenset[Role]


def find_user_by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def find_user_by_uniquifier(session: Session, uniquifier: str) -> User | None:
    return session.scalar(select(User).where(User.fs_uniquifier == uniquifier))


def get_user(session: Session, user_id: uuid.UUID) -> User:
    """Return a user, or raise NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"user {user_id}")
    return user


def has_users(session: Session) -> bool:
    return session.scalar(select(User.id).limit(1)) is not None


def get_actor(session: Session, user_id: uuid.UUID) -> Actor:
    """Return the user as an actor in the session's municipality; raise NotFound if none."""
    here = bound_municipality(session)
    roles = roles_of(session, user_id, here)
    if not roles:
        raise NotFound(f"user {user_id} has no role here")
    return Actor(user_id, here, roles)


def get_reader(session: Session, user_id: uuid.UUID, *, since: dt.datetime) -> tuple[Actor, int]:
    """Return the user as an actor here, and how many pages of people they have opened since.

    A page that shows several records is one, and so is a page that was opened again. In one query, for it is asked at each of these pages, and one more for each other municipality
    that they work in. Lists of people are not counted.
    """
    here = bound_municipality(session)
    opened = (
        select(func.min(cast(Look.record_id, String)).label("page"))
        .where(Look.user_id == user_id, Look.at > since, Look.record_id.is_not(None))
        .group_by(Look.request_id)
        .subquery()
    )
    seen = select(func.count(opened.c.page.distinct()))
    statement = select(Membership.municipality_id, Membership.role, seen.scalar_subquery()).where(
        Membership.user_id == user_id
    )
    rows = session.execute(statement.order_by(Membership.municipality_id, Membership.role)).all()
    roles = frozenset(role for place, role, _seen in rows if place == here)
    if not roles:
        raise NotFound(f"user {user_id} has no role here")
    pages: int = rows[0][2]
    for place in sorted({row[0] for row in rows if row[1] in STAFF_ROLES} - {here}):
        with looking_into(session, place):
            pages += session.scalar(seen) or 0
    return Actor(user_id, here, roles), pages


def roles_of(session: Session, user_id: uuid.UUID, municipality_id: uuid.UUID) -> frozenset[Role]:
    """Return the user's roles in one municipality, none for a stranger."""
    statement = select(Membership.role).where(
        Membership.user_id == user_id, Membership.municipality_id == municipality_id
    )
    return frozenset(session.scalars(statement.order_by(Membership.role)))


def list_memberships(session: Session, user_id: uuid.UUID) -> Sequence[Membership]:
    """Return all the user's memberships, by municipality and role."""
    statement = select(Membership).where(Membership.user_id == user_id)
    return session.scalars(statement.order_by(Membership.municipality_id, Membership.role)).all()


def list_actors(session: Session, user_id: uuid.UUID) -> list[Actor]:
    """Return the user as an actor in each of their municipalities, in a fixed order."""
    roles: dict[uuid.UUID, set[Role]] = {}
    for membership in list_memberships(session, user_id):
        roles.setdefault(membership.municipality_id, set()).add(membership.role)
    return [Actor(user_id, place, frozenset(held)) for place, held in roles.items()]


def list_memberships_here(session: Session, user_id: uuid.UUID) -> Sequence[Membership]:
    """Return the user's memberships in the session's municipality, by role."""
    statement = select(Membership).where(
        Membership.user_id == user_id,
        Membership.municipality_id == bound_municipality(session),
    )
    return session.scalars(statement.order_by(Membership.role)).all()


def works_anywhere(session: Session, user_id: uuid.UUID) -> bool:
    """Return whether the user has a staff role in any municipality."""
    statement = select(Membership.id).where(
        Membership.user_id == user_id, Membership.role.in_(STAFF_ROLES)
    )
    return session.scalar(statement.limit(1)) is not None


def list_staff(session: Session) -> list[StaffMember]:
    """Return all who work in the session's municipality, by name."""
    statement = (
        select(User, Membership.role)
        .join(User.memberships)
        .where(Membership.municipality_id == bound_municipality(session))
        .where(Membership.role.in_(STAFF_ROLES))
        .order_by(User.name, User.id, Membership.role)
    )
    roles: dict[User, set[Role]] = {}
    for user, role in session.execute(statement):
        roles.setdefault(user, set()).add(role)
    return [StaffMember(user, frozenset(held)) for user, held in roles.items()]


def get_staff_member(session: Session, user_id: uuid.UUID) -> StaffMember:
    """Return one who works in the session's municipality, or raise NotFound."""
    roles = roles_of(session, user_id, bound_municipality(session)) & STAFF_ROLES
    if not roles:
        raise NotFound(f"user {user_id} does not work here")
    return StaffMember(get_user(session, user_id), roles)


def lock_holders(session: Session, roles: frozenset[Role]) -> frozenset[uuid.UUID]:
    """Return who holds one of the roles here, and let nobody else change that meanwhile."""
    statement = (
        select(Membership)
        .where(Membership.municipality_id == bound_municipality(session))
        .where(Membership.role.in_(roles))
        .order_by(Membership.id)
        .with_for_update()
    )
    return frozenset(membership.user_id for membership in session.scalars(statement))


def list_open_invitations(session: Session, *, since: dt.datetime) -> Sequence[Invitation]:
    """Return the invitations here that wait for an answer, the newest first."""
    statement = _open_invitations(session).where(Invitation.invited_at > since)
    return session.scalars(statement.order_by(Invitation.invited_at.desc(), Invitation.id)).all()


def list_open_invitations_of(session: Session, email: str) -> Sequence[Invitation]:
    """Return somebody's invitations here that wait for an answer."""
    statement = _open_invitations(session).where(Invitation.email == email)
    return session.scalars(statement.order_by(Invitation.id)).all()


def get_open_invitation(session: Session, invitation_id: uuid.UUID) -> Invitation:
    """Return an invitation here that waits for an answer, or raise NotFound."""
    statement = _open_invitations(session).where(Invitation.id == invitation_id)
    invitation = session.scalar(statement)
    if invitation is None:
        raise NotFound(f"invitation {invitation_id}")
    return invitation


def has_staff_identity(session: Session, user_id: uuid.UUID) -> bool:
    """Return whether another sign-in, of those who work somewhere, opens somebody's account."""
    statement = select(Identity.id).where(
        Identity.user_id == user_id, Identity.kind == IdentityKind.STAFF
    )
    return session.scalar(statement.limit(1)) is not None


def list_sessions(session: Session, user_id: uuid.UUID) -> Sequence[UserSession]:
    """Return the browsers in which somebody is signed in, the last used first."""
    statement = select(UserSession).where(UserSession.user_id == user_id)
    return session.scalars(statement.order_by(UserSession.seen_at.desc(), UserSession.id)).all()


def list_passkeys(session: Session, user_id: uuid.UUID) -> Sequence[Passkey]:
    """Return somebody's passkeys, the oldest first."""
    statement = select(Passkey).where(Passkey.user_id == user_id)
    return session.scalars(statement.order_by(Passkey.made_at, Passkey.id)).all()


def _open_invitations(session: Session) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.municipality_id == bound_municipality(session),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
