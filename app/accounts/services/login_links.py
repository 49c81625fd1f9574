"""Guides sign in with a link by e-mail, once each."""

import datetime as dt

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import LinkKind, User
from app.accounts.services.letters import LinkMail
from app.accounts.services.links import (
    get_open_link,
    has_enough_letters,
    issue_link,
    use_link,
)
from app.errors import NotFound


def send_login_link(session: Session, email: str, *, by_mail: LinkMail, now: dt.datetime) -> None:
    """Send a link to whoever has the address and is a guide only; to others nothing.

    Returns the same for everybody, so that nobody learns who has an account. The letter comes
    from the first of the guide's municipalities.
    """
    user = queries.find_user_by_email(session, email)
    if user is None or not _may_use_links(session, user):
        return
    if has_enough_letters(session, LinkKind.LOGIN, user.id, now=now):
        return
    token = issue_link(session, LinkKind.LOGIN, user.id, municipality_id=None, now=now)
    by_mail.login_link(session, user, token, now=now)


def redeem_login_link(session: Session, token: str, *, now: dt.datetime) -> User:
    """Use a link up and return who may sign in with it.

    Raises:
        NotFound: the link was used or is too old; or its owner may not sign in by link any
            more, e.g. because they work for a municipality now.
    """
    link = get_open_link(session, LinkKind.LOGIN, token, now=now)
    user = queries.get_user(session, link.subject_id)
    if not _may_use_links(session, user):
        raise NotFound(f"user {user.id} may not sign in by link")
    use_link(session, link, now=now)
    return user


def _may_use_links(session: Session, user: User) -> bool:
    return (
        user.active
        and bool(queries.list_memberships(session, user.id))
        and not queries.works_anywhere(session, user.id)
    )
