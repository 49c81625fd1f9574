import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, User
from app.errors import NotFound
from app.permissions import Actor, Role
from app.tenancy import bound_municipality


def find_user_by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def get_actor(session: Session, user_id: uuid.UUID) -> Actor:
    """Return the user as an actor in the session's municipality; raise NotFound if none."""
    here = bound_municipality(session)
    roles = roles_of(session, user_id, here)
    if not roles:
        raise NotFound(f"user {user_id} has no role here")
    return Actor(user_id, here, roles)


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
