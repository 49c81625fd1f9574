"""Staff come in by invitation: a link by e-mail, a password, an app, and then their roles."""

import datetime as dt

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Invitation, Link, LinkKind, User
from app.accounts.services import agreeing
from app.accounts.services.identities import forget_identities
from app.accounts.services.letters import LinkMail
from app.accounts.services.links import LIFETIMES, get_open_link, issue_link, revoke_links, use_link
from app.accounts.services.passkeys import forget_passkeys
from app.accounts.services.people import add_roles, give_roles, sign_out_everywhere
from app.accounts.services.recovery import forget_app
from app.accounts.services.security_log import Event, note
from app.errors import Conflict, NotFound
from app.municipalities.models import Municipality
from app.municipalities.queries import get_municipality
from app.permissions import (
    FIRST_ROLES,
    STAFF_ROLES,
    Actor,
    Permission,
    Role,
    ensure_may,
    roles_granting,
)

SENT_TWICE = dt.timedelta(minutes=1)


class AlreadyStaff(Conflict):
    """Who is to be invited works here already: change their roles instead."""


class AccountsExist(Conflict):
    """The first account is made once: from then on people are invited."""


class HasPassword(Conflict):
    """Whoever has an account accepts signed in, so that a link alone never takes it over."""


class NotInvited(Conflict):
    """The invitation is for another person than the one who is signed in."""


def invite_staff(
    session: Session,
    actor: Actor,
    whom: tuple[str, str],
    roles: frozenset[Role],
    *,
    by_mail: LinkMail,
    now: dt.datetime,
) -> Invitation:
    """Invite somebody, by name and e-mail address, to work in the actor's municipality.

    What the same person was sent before is withdrawn: the newest link is the one. A form that was
    sent twice is one. Where there is another administrator, it leaves when they have agreed.

    Raises:
        NotPermitted: the actor may not invite.
        AlreadyStaff: the person works here.
    """
    ensure_may(actor, Permission.STAFF_INVITE)
    name, email = whom[0].strip(), whom[1].strip().lower()
    user = queries.find_user_by_email(session, email)
    if user and queries.roles_of(session, user.id, actor.municipality_id) & STAFF_ROLES:
        raise AlreadyStaff(f"user {user.id}")
    municipality = get_municipality(session, actor.municipality_id)
    invitation = Invitation(
        municipality_id=municipality.id,
        name=name,
        email=email,
        roles=roles & STAFF_ROLES,
        invited_by_id=actor.user_id,
        invited_at=now,
    )
    if sent := _replace_earlier(session, invitation):
        return sent
    if agreeing.find_seconds(session, actor):
        agreeing.put_before_second(session, actor, invitation, by_mail=by_mail, now=now)
        return invitation
    _send(session, municipality, invitation, by_mail=by_mail, now=now)
    agreeing.let_in_alone(session, actor, invitation.roles, by_mail=by_mail, now=now)
    return invitation


def _replace_earlier(session: Session, invitation: Invitation) -> Invitation | None:
    """Withdraw what was sent to the same person before, or return it if it is the same again.

    One administrator at a time, so that a form sent twice at once is seen.
    """
    queries.lock_holders(session, roles_granting(Permission.STAFF_INVITE))
    same = ("invited_by_id", "name", "roles")
    for earlier in queries.list_open_invitations_of(session, invitation.email):
        soon = invitation.invited_at < earlier.invited_at + SENT_TWICE
        if soon and all(getattr(earlier, name) == getattr(invitation, name) for name in same):
            return earlier
        _withdraw(session, earlier, now=invitation.invited_at)
    return None


def confirm_invitation(
    session: Session, actor: Actor, invitation: Invitation, *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Agree, as a second administrator, to somebody's coming in, or to their getting more roles.

    Raises:
        NotPermitted: the actor may not decide about staff.
        NothingToAgreeTo, OwnInvitation: it waits for nobody, or for another one than the actor.
    """
    ensure_may(actor, Permission.STAFF_INVITE)
    agreeing.agree(actor, invitation, now=now)
    user = queries.find_user_by_email(session, invitation.email)
    if user and queries.roles_of(session, user.id, actor.municipality_id) & STAFF_ROLES:
        invitation.accepted_at = now
        give_roles(session, actor, user, invitation.roles, by_mail=by_mail, now=now)
        return
    municipality = get_municipality(session, actor.municipality_id)
    _send(session, municipality, invitation, by_mail=by_mail, now=now)


def invite_first(
    session: Session, municipality: Municipality, name: str, email: str, *, now: dt.datetime
) -> str:
    """Invite the very first person, who will invite the others. Return the link's token.

    Raises:
        AccountsExist: somebody has an account already.
    """
    if queries.has_users(session):
        raise AccountsExist(municipality.slug)
    invitation = Invitation(
        municipality_id=municipality.id,
        name=name.strip(),
        email=email.strip().lower(),
        roles=FIRST_ROLES,
        invited_at=now,
    )
    return _issue(session, invitation, now=now)


def invite_again(
    session: Session, municipality: Municipality, email: str, *, now: dt.datetime
) -> str:
    """Invite somebody anew who has lost password, app and printed codes. Return the link's token.

    What they had opens nothing any more; their roles are kept. For whoever runs the site, who has
    made sure that it is this person.

    Raises:
        NotFound: nobody with the address works in the municipality.
    """
    user = queries.find_user_by_email(session, email)
    held = queries.roles_of(session, user.id, municipality.id) & STAFF_ROLES if user else None
    if user is None or not held:
        raise NotFound(f"staff in {municipality.slug}")
    user.password = None
    forget_identities(session, user.id)
    forget_app(session, user)
    note(Event.APP_RESET, user_id=user.id, municipality_id=municipality.id, what="by command")
    invitation = Invitation(
        municipality_id=municipality.id,
        name=user.name,
        email=user.email,
        roles=held,
        invited_at=now,
    )
    return _issue(session, invitation, now=now)


def withdraw_invitation(
    session: Session, actor: Actor, invitation: Invitation, *, now: dt.datetime
) -> None:
    """Take an invitation back: its link opens nothing any more."""
    ensure_may(actor, Permission.STAFF_INVITE)
    _withdraw(session, invitation, now=now)


def get_invitation(session: Session, token: str, *, now: dt.datetime) -> Invitation:
    """Return the invitation that a link opens, or raise NotFound."""
    return _opened(session, token, now=now)[1]


def needs_password(session: Session, user: User | None) -> bool:
    """Return whether an invited person has no way in for staff yet, and chooses one."""
    if user is None or not user.active:
        return True
    return user.password is None and not queries.has_staff_identity(session, user.id)


def accept_with_password(
    session: Session, token: str, password_hash: str, *, locale: str, now: dt.datetime
) -> User:
    """Accept an invitation as somebody new, or as a guide who never had a password.

    Letters to somebody new are in `locale`, the language of the page.

    The roles stand from now on and are of no use yet: whoever has a password can only sign
    in with a code too, and sets that up next.

    Raises:
        NotFound: the link was used, withdrawn or is too old.
        HasPassword: the person must sign in and accept.
    """
    link, invitation = _opened(session, token, now=now)
    user = queries.find_user_by_email(session, invitation.email)
    if not needs_password(session, user):
        raise HasPassword(invitation.email)
    use_link(session, link, now=now)
    if user is None:
        user = User(name=invitation.name, email=invitation.email, locale=locale, created_at=now)
        session.add(user)
    user.active = True
    user.password = password_hash
    user.tf_primary_method = user.tf_totp_secret = None
    session.flush()
    forget_passkeys(session, user.id)  # whoever had the mailbox alone could have added one
    sign_out_everywhere(session, user)  # a guide's session has shown no password
    take_up(session, invitation, user, now=now)
    return user


def accept_signed_in(session: Session, token: str, user: User, *, now: dt.datetime) -> Invitation:
    """Accept an invitation as somebody who has a password already.

    Who works nowhere else may have signed in by link, and then signs in again with a code.

    Raises:
        NotFound: the link was used, withdrawn or is too old.
        NotInvited: it is for another person, or for one who has no password yet.
    """
    link, invitation = _opened(session, token, now=now)
    if user.email != invitation.email or needs_password(session, user):
        raise NotInvited(f"user {user.id}")
    use_link(session, link, now=now)
    if not queries.works_anywhere(session, user.id):
        forget_passkeys(session, user.id)
        sign_out_everywhere(session, user)
    take_up(session, invitation, user, now=now)
    return invitation


def _send(
    session: Session,
    municipality: Municipality,
    invitation: Invitation,
    *,
    by_mail: LinkMail,
    now: dt.datetime,
) -> None:
    token = _issue(session, invitation, now=now)
    whom = (invitation.name, invitation.email)
    by_mail.invitation(session, municipality, whom, token, now=now)


def _issue(session: Session, invitation: Invitation, *, now: dt.datetime) -> str:
    session.add(invitation)
    session.flush()
    return issue_link(
        session,
        LinkKind.INVITATION,
        invitation.id,
        municipality_id=invitation.municipality_id,
        now=now,
    )


def _opened(session: Session, token: str, *, now: dt.datetime) -> tuple[Link, Invitation]:
    link = get_open_link(session, LinkKind.INVITATION, token, now=now)
    invitation = session.get(Invitation, link.subject_id)
    if invitation is None or not invitation.is_open:
        raise NotFound("invitation")
    return link, invitation


def take_up(session: Session, invitation: Invitation, user: User, *, now: dt.datetime) -> None:
    """Note an invitation as accepted, and give its roles."""
    invitation.accepted_at = now
    add_roles(session, user, invitation.municipality_id, invitation.roles)


def _withdraw(session: Session, invitation: Invitation, *, now: dt.datetime) -> None:
    invitation.withdrawn_at = now
    revoke_links(session, LinkKind.INVITATION, invitation.id, now=now)
    session.flush()


def oldest_open(now: dt.datetime) -> dt.datetime:
    """Return when an invitation must have been sent to be open still."""
    return now - (LIFETIMES[LinkKind.INVITATION] or dt.timedelta())
