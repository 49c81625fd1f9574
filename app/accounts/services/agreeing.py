"""Nobody lets people in alone and unseen: a second administrator agrees, or others hear of it.

Who invites could invite a second address of their own, and see every family with it.
"""

import datetime as dt

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Invitation, User
from app.accounts.services.letters import LinkMail
from app.accounts.services.security_log import Event, note
from app.errors import Conflict
from app.permissions import Actor, Permission, Role, roles_granting


class OwnInvitation(Conflict):
    """Whoever asked for it cannot be the second one who agrees."""


class NothingToAgreeTo(Conflict):
    """It does not wait for anybody."""


def find_seconds(session: Session, actor: Actor) -> list[User]:
    """Return the other administrators here, any one of whom can agree."""
    return _others_who_hold(session, actor, Permission.STAFF_INVITE)


def put_before_second(
    session: Session,
    actor: Actor,
    invitation: Invitation,
    *,
    by_mail: LinkMail,
    now: dt.datetime,
) -> None:
    """Let an invitation wait for another administrator, and write to them.

    What waited for the same person before is withdrawn: the newest wish is the one.
    """
    for earlier in queries.list_open_invitations_of(session, invitation.email):
        earlier.withdrawn_at = now
    invitation.awaits_second = True
    session.add(invitation)
    session.flush()
    for user in find_seconds(session, actor):
        by_mail.about_staff(session, user, "invitation_waits", now=now)
    _note(Event.INVITATION_WAITS, actor, invitation.roles)


def let_in_alone(
    session: Session, actor: Actor, roles: frozenset[Role], *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Tell the leader and the privacy officer that one administrator alone has let somebody in."""
    for user in _others_who_hold(session, actor, Permission.ACCESS_LOG_VIEW):
        by_mail.about_staff(session, user, "access_given", now=now)
    _note(Event.ACCESS_GIVEN, actor, roles)


def agree(actor: Actor, invitation: Invitation, *, now: dt.datetime) -> None:
    """Note that a second administrator has agreed.

    Raises:
        NothingToAgreeTo: it does not wait for that.
        OwnInvitation: it is the actor's own.
    """
    if not invitation.awaits_second:
        raise NothingToAgreeTo(f"invitation {invitation.id}")
    if invitation.invited_by_id == actor.user_id:
        raise OwnInvitation(f"invitation {invitation.id}")
    invitation.awaits_second = False
    invitation.confirmed_by_id = actor.user_id
    invitation.invited_at = now  # it opens for seven days from here
    _note(Event.INVITATION_AGREED, actor, invitation.roles)


def _others_who_hold(session: Session, actor: Actor, permission: Permission) -> list[User]:
    able = roles_granting(permission)
    staff = queries.list_staff(session)
    return [m.user for m in staff if m.roles & able and m.user.id != actor.user_id]


def _note(event: Event, actor: Actor, roles: frozenset[Role]) -> None:
    note(
        event,
        by_id=actor.user_id,
        municipality_id=actor.municipality_id,
        what="+".join(sorted(roles)),
    )
