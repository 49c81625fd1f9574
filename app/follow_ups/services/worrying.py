"""A concern: that somebody wants to be called. What it is about is said, never written."""

import datetime as dt

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.follow_ups import queries
from app.follow_ups.models import Concern, PairSide
from app.guides.queries import find_guide_for_user
from app.matches.models import MatchStatus
from app.matches.queries import list_matches_of_guide
from app.permissions import Actor, Permission, ensure_may


def raise_concern(session: Session, actor: Actor, *, once_token: str, now: dt.datetime) -> Concern:
    """Note that a guide wants to be called. It is about their family where they have just one.

    Raises:
        NotPermitted, NotFound: the actor is no guide here.
    """
    guide = find_guide_for_user(session, actor.user_id)
    if guide is None:
        raise NotFound(f"user {actor.user_id} is no guide")
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    active = [
        match
        for match in list_matches_of_guide(session, actor)
        if match.status is MatchStatus.ACTIVE
    ]
    concern = Concern(
        once_token=once_token,
        side=PairSide.GUIDE,
        guide_id=guide.id,
        match_id=active[0].id if len(active) == 1 else None,
        raised_at=now,
    )
    return _store_once(session, concern)


def raise_concern_by_link(
    session: Session, token: str, *, once_token: str, now: dt.datetime
) -> Concern:
    """Note that whoever holds a link to a question wants to be called.

    Raises:
        NotFound: the link does not open any more.
    """
    question, link = queries.get_question(session, token, now=now)
    concern = Concern(
        once_token=once_token,
        side=question.side,
        guide_id=link.holder_id if question.side is PairSide.GUIDE else None,
        match_id=question.match_id,
        raised_at=now,
    )
    return _store_once(session, concern)


def raise_concern_of_family(
    session: Session, token: str, *, once_token: str, now: dt.datetime
) -> Concern:
    """Note that a family wants to be called, by the lasting link to its own page.

    Raises:
        NotFound: the link does not open any more, or the family has no guide.
    """
    match = queries.get_match_by_family_link(session, token, now=now)
    concern = Concern(once_token=once_token, side=PairSide.FAMILY, match_id=match.id, raised_at=now)
    return _store_once(session, concern)


def _store_once(session: Session, concern: Concern) -> Concern:
    """Store it, or return what the same form has stored already."""
    if earlier := queries.find_concern(session, concern.once_token):
        return earlier
    try:
        with session.begin_nested():
            session.add(concern)
    except IntegrityError:  # the other press of the button was faster
        stored = queries.find_concern(session, concern.once_token)
        if stored is None:
            raise
        return stored
    return concern
