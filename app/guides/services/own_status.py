"""What guides may do about their own application with the secret link alone."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import LinkKind
from app.accounts.services import get_open_link
from app.errors import NotFound
from app.guides.models import Guide
from app.guides.services.leaving import leave
from app.tenancy import bound_municipality


class StatusLinkClosed(NotFound):
    """The link is unknown, revoked, or of another municipality."""


def open_status(session: Session, token: str, *, now: dt.datetime) -> Guide:
    """Return the guide whose status a link shows.

    Raises:
        StatusLinkClosed: the link is unknown, revoked, or of another municipality.
    """
    try:
        link = get_open_link(session, LinkKind.STATUS, token, now=now)
    except NotFound as error:
        raise StatusLinkClosed("status link") from error
    if link.municipality_id != bound_municipality(session):
        raise StatusLinkClosed("status link of another municipality")
    options = selectinload(Guide.languages), joinedload(Guide.neighbourhood)
    guide = session.scalar(select(Guide).where(Guide.id == link.subject_id).options(*options))
    if guide is None:
        raise StatusLinkClosed("guide of a status link")
    return guide


def confirm_email(session: Session, token: str, *, now: dt.datetime) -> Guide:
    """Note that the receipt arrived. The first time counts."""
    guide = open_status(session, token, now=now)
    guide.email_confirmed_at = guide.email_confirmed_at or now
    session.flush()
    return guide


def withdraw(session: Session, token: str, *, now: dt.datetime, today: dt.date) -> Guide:
    """Stop being a guide or an applicant. No reason is asked for; the link closes.

    Raises:
        GuideHasFamily: a match is open; the coordinator closes it first.
        WrongGuideStatus: ended already.
    """
    return leave(session, open_status(session, token, now=now), now=now, today=today)
