"""Staff find their own way to a new password. The second factor is asked for as always."""

import datetime as dt

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import LinkKind, User
from app.accounts.services.browsers import forget_browsers
from app.accounts.services.letters import LinkMail
from app.accounts.services.links import (
    get_open_link,
    has_enough_letters,
    issue_link,
    revoke_links,
    use_link,
)
from app.accounts.services.people import sign_out_everywhere
from app.accounts.services.security_log import Event, note
from app.errors import NotFound


def send_password_link(
    session: Session, email: str, *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Send a link to whoever of staff has the address and an app; to others nothing.

    Returns the same for everybody. Without an app a mailbox alone would open the account, so who
    has lost both is invited anew.
    """
    user = queries.find_user_by_email(session, email)
    if user is None or not _may_use_links(session, user):
        return
    if has_enough_letters(session, LinkKind.PASSWORD, user.id, now=now):
        return
    token = issue_link(session, LinkKind.PASSWORD, user.id, municipality_id=None, now=now)
    by_mail.password_link(session, user, token, now=now)


def get_password_user(session: Session, token: str, *, now: dt.datetime) -> User:
    """Return whose password a link changes, or raise NotFound."""
    link = get_open_link(session, LinkKind.PASSWORD, token, now=now)
    user = queries.get_user(session, link.subject_id)
    if not _may_use_links(session, user):
        raise NotFound(f"user {user.id} has no app")
    return user


def set_password_by_link(
    session: Session, token: str, password_hash: str, *, by_mail: LinkMail, now: dt.datetime
) -> User:
    """Use a link up for a new password. Return whose it is; they show a code next.

    Raises:
        NotFound: the link was used or is too old, or its owner has no app any more.
    """
    user = get_password_user(session, token, now=now)
    link = get_open_link(session, LinkKind.PASSWORD, token, now=now)
    use_link(session, link, now=now)
    change_password(session, user, password_hash, by_mail=by_mail, now=now)
    return user


def change_password(
    session: Session, user: User, password_hash: str, *, by_mail: LinkMail, now: dt.datetime
) -> None:
    """Give somebody a new password; all sessions and open links end, and a letter tells of it."""
    user.password = password_hash
    revoke_links(session, LinkKind.PASSWORD, user.id, now=now)
    forget_browsers(session, user.id)
    sign_out_everywhere(session, user)
    by_mail.notice(session, user, "password_changed", now=now)
    note(Event.PASSWORD_CHANGED, user_id=user.id)


def _may_use_links(session: Session, user: User) -> bool:
    has_both = bool(user.password and user.tf_totp_secret)
    return user.active and has_both and queries.works_anywhere(session, user.id)
