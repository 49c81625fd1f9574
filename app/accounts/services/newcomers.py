"""An invitation is accepted with the sign-in at work, in the place of a password and an app."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import IdentityKind, Invitation, Link, LinkKind, User
from app.accounts.services.identities import Door, Shown, keep_identity
from app.accounts.services.invitations import HasPassword, needs_password, take_up
from app.accounts.services.links import use_link
from app.accounts.services.people import sign_out_everywhere
from app.errors import NotFound
from app.municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who accepts an invitation with their sign-in at work."""

    invitation_id: uuid.UUID
    locale: str


def accept_with_identity(
    session: Session, newcomer: Newcomer, door: Door, shown: Shown, *, now: dt.datetime
) -> User:
    """Accept an invitation with a sign-in at work, in the place of a password and an app.

    Raises:
        NotFound: the invitation is not open any more, or the provider is not for its municipality.
        HasPassword: the person has a way in, and binds this one signed in.
        IdentityInUse: it opens another account.
    """
    link, invitation = _open_invitation(session, newcomer.invitation_id, now=now)
    place = session.get_one(Municipality, invitation.municipality_id)
    if door.kind is not IdentityKind.STAFF or place.slug not in door.municipalities:
        raise NotFound(f"{door.kind} sign-in in {place.slug}")
    user = queries.find_user_by_email(session, invitation.email)
    if not needs_password(session, user):
        raise HasPassword(f"invitation {invitation.id}")
    use_link(session, link, now=now)
    if user is None:
        user = User(
            name=invitation.name, email=invitation.email, locale=newcomer.locale, created_at=now
        )
        session.add(user)
    user.active = True
    user.password = user.tf_primary_method = user.tf_totp_secret = None
    session.flush()
    sign_out_everywhere(session, user)  # a guide's session has shown nothing of this
    take_up(session, invitation, user, now=now)
    keep_identity(session, user, door, shown, now=now)
    return user


def _open_invitation(
    session: Session, invitation_id: uuid.UUID, *, now: dt.datetime
) -> tuple[Link, Invitation]:
    statement = select(Link).where(
        Link.kind == LinkKind.INVITATION, Link.subject_id == invitation_id
    )
    link = next((link for link in session.scalars(statement) if link.opens(now)), None)
    invitation = session.get(Invitation, invitation_id)
    if link is None or invitation is None or invitation.accepted_at or invitation.withdrawn_at:
        raise NotFound("invitation")
    return link, invitation
