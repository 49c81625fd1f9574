"""Who is what where: guides' accounts, staff's roles."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Invitation, LinkKind, Membership, User
from app.accounts.services import agreeing
from app.accounts.services.identities import forget_identities
from app.accounts.services.letters import LinkMail
from app.accounts.services.links import revoke_links
from app.accounts.services.passkeys import forget_passkeys
from app.accounts.services.security_log import Event, note
from app.accounts.services.sessions import end_sessions
from app.errors import Conflict
from app.permissions import (
    GUIDE_ROLE,
    STAFF_ROLES,
    Actor,
    Permission,
    Role,
    ensure_may,
    roles_granting,
)


class LastAdministrator(Conflict):
    """Nobody would be left in the municipality who can invite others."""


class OwnRole(Conflict):
    """Nobody gives themselves a role: else one person alone could see everybody."""


class EmailInUse(Conflict):
    """Another account has the e-mail address."""


class NoStaffRole(Conflict):
    """Somebody who works in a municipality works there as something."""


def ensure_guide_account(
    session: Session,
    guide_name: str,
    guide_email: str,
    municipality_id: uuid.UUID,
    locale: str,
    now: dt.datetime,
) -> User:
    """Return the account that a guide signs in with, made if there is none with the address.

    The person becomes a guide in the municipality and stays whatever else they are: who
    works for a municipality goes on signing in with a password and a code.
    """
    user = queries.find_user_by_email(session, guide_email)
    if user is None:
        email = guide_email.strip().lower()
        user = User(name=guide_name, email=email, locale=locale, created_at=now)
        session.add(user)
    held = () if user.id is None else queries.roles_of(session, user.id, municipality_id)
    if GUIDE_ROLE not in held:
        user.memberships.append(Membership(municipality_id=municipality_id, role=GUIDE_ROLE))
    user.active = True
    session.flush()
    return user


def change_guide_email(
    session: Session, user_id: uuid.UUID, email: str, *, now: dt.datetime
) -> None:
    """Let a guide's account follow the guide to a new address; the old one opens nothing more.

    Who works for a municipality keeps the address that they sign in with.

    Raises:
        EmailInUse: another account has the address.
    """
    other = queries.find_user_by_email(session, email)
    if other is not None and other.id != user_id:
        raise EmailInUse(f"user {other.id}")
    user = session.get_one(User, user_id)
    if any(row.role in STAFF_ROLES for row in queries.list_memberships(session, user_id)):
        return
    user.email = email.strip().lower()
    revoke_links(session, LinkKind.LOGIN, user_id, now=now)
    forget_passkeys(session, user_id)
    forget_identities(session, user_id)
    sign_out_everywhere(session, user)


def end_guide_account(session: Session, user_id: uuid.UUID) -> None:
    """Take the guide's role here from somebody, and sign them out everywhere.

    They stay whatever else they are. Whoever is nothing anywhere cannot sign in at all.
    """
    user = session.get_one(User, user_id)
    for membership in queries.list_memberships_here(session, user_id):
        if membership.role is GUIDE_ROLE:
            user.memberships.remove(membership)
    session.flush()
    _close_if_nothing(session, user)
    sign_out_everywhere(session, user)


def choose_letter_language(session: Session, user: User, locale: str) -> None:
    """Note the language that somebody wants our letters in; for the person alone to choose."""
    user.locale = locale
    session.flush()


def change_roles(
    session: Session,
    actor: Actor,
    user: User,
    roles: frozenset[Role],
    *,
    by_mail: LinkMail,
    now: dt.datetime,
) -> bool:
    """Give somebody who works here exactly these staff roles. Being a guide is left alone.

    All their sessions end: the next page already asks them to sign in again. A letter tells them.
    Where there is another administrator, new roles wait until they have agreed: return whether
    some do.

    Raises:
        NotPermitted: the actor may not decide about staff.
        NoStaffRole: no role is left; `deactivate` is for that.
        OwnRole: the actor would get a role more; another administrator has to give it.
        LastAdministrator: nobody could invite others any more.
    """
    ensure_may(actor, Permission.STAFF_INVITE)
    member = queries.get_staff_member(session, user.id)
    roles &= STAFF_ROLES
    if user.id == actor.user_id and not roles <= member.roles:
        _note(Event.ROLE_REFUSED, actor, user)
        raise OwnRole(f"user {user.id}")
    if not roles:
        raise NoStaffRole(f"user {user.id}")
    asked, more = roles, roles - member.roles
    waits = bool(more and agreeing.find_seconds(session, actor))
    if waits:
        roles = (roles - more) or member.roles  # nobody is without a role while it waits
        paper = _asked_for(actor, user, asked, now=now)
        agreeing.put_before_second(session, actor, paper, by_mail=by_mail, now=now)
    if _replace_staff_roles(session, actor, user, roles):
        by_mail.notice(session, user, "roles_changed", now=now)
        if more and not waits:
            agreeing.let_in_alone(session, actor, more, by_mail=by_mail, now=now)
    return waits


def _asked_for(actor: Actor, user: User, roles: frozenset[Role], *, now: dt.datetime) -> Invitation:
    return Invitation(
        municipality_id=actor.municipality_id,
        name=user.name,
        email=user.email,
        roles=roles,
        invited_by_id=actor.user_id,
        invited_at=now,
    )


def give_roles(
    session: Session,
    actor: Actor,
    user: User,
    roles: frozenset[Role],
    *,
    by_mail: LinkMail,
    now: dt.datetime,
) -> None:
    """Give somebody who works here the roles to which two administrators have agreed."""
    if _replace_staff_roles(session, actor, user, roles):
        by_mail.notice(session, user, "roles_changed", now=now)


def deactivate(
    session: Session, actor: Actor, user: User, *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Take all staff roles in this municipality from somebody, and sign them out everywhere.

    A letter tells them. Whoever is nothing anywhere after that cannot sign in at all.

    Raises:
        NotPermitted: the actor may not decide about staff.
        LastAdministrator: nobody could invite others any more.
    """
    ensure_may(actor, Permission.STAFF_INVITE)
    queries.get_staff_member(session, user.id)
    _replace_staff_roles(session, actor, user, frozenset())
    _close_if_nothing(session, user)
    session.flush()
    by_mail.notice(session, user, "roles_changed", now=now)


def add_roles(
    session: Session, user: User, municipality_id: uuid.UUID, roles: frozenset[Role]
) -> None:
    """Add roles that somebody accepted."""
    held = queries.roles_of(session, user.id, municipality_id)
    for role in sorted(roles - held):
        user.memberships.append(Membership(municipality_id=municipality_id, role=role))
    session.flush()


def sign_out_everywhere(session: Session, user: User) -> None:
    """End all sessions, those that a request is about to store too."""
    user.fs_uniquifier = uuid.uuid4().hex
    session.flush()
    end_sessions(session, user.id)


def _close_if_nothing(session: Session, user: User) -> None:
    """Close the account of somebody who is nothing anywhere; an opened one begins without keys."""
    user.active = bool(queries.list_memberships(session, user.id))
    if not user.active:
        forget_passkeys(session, user.id)
        forget_identities(session, user.id)


def _replace_staff_roles(
    session: Session, actor: Actor, user: User, roles: frozenset[Role]
) -> bool:
    """Give exactly these staff roles; return whether they are others than before."""
    inviting = roles_granting(Permission.STAFF_INVITE)
    others = queries.lock_holders(session, inviting) - {user.id}
    if not others and not roles & inviting:
        raise LastAdministrator(f"user {user.id}")
    held = [m for m in queries.list_memberships_here(session, user.id) if m.role in STAFF_ROLES]
    for membership in held:
        if membership.role not in roles:
            user.memberships.remove(membership)
    session.flush()
    add_roles(session, user, held[0].municipality_id, roles)
    is_changed = roles != {membership.role for membership in held}
    if is_changed:
        sign_out_everywhere(session, user)
        _note(Event.ROLES_CHANGED, actor, user, "+".join(sorted(roles)) or "none")
    return is_changed


def _note(event: Event, actor: Actor, user: User, what: str = "") -> None:
    here = actor.municipality_id
    note(event, user_id=user.id, by_id=actor.user_id, municipality_id=here, what=what)
