"""One of the two proposes a guide, the other confirms: nobody does both."""

import datetime as dt
import uuid

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.guides.models import Guide, GuideStatus
from app.oslo import day_of
from app.permissions import Actor
from app.protected import queries
from app.protected.models import ProtectedHousehold, ProtectedMatch
from app.protected.services.keeping import keep_on


class MetAlready(Conflict):
    """A guide is proposed for the household, or knows it: one at a time."""


class GuideDoesNotFit(Conflict):
    """The guide is not ready, too young, without a place, or somebody whom no list offers."""


class NoPlaceLeft(Conflict):
    """The guide was given another family, or took a break, in the meantime."""


class TakesTheOther(Conflict):
    """Whoever has asked for something does not agree to it: that is for the other one."""


def propose_guide(
    session: Session,
    actor: Actor,
    household: ProtectedHousehold,
    guide_id: uuid.UUID,
    *,
    now: dt.datetime,
) -> ProtectedMatch:
    """Propose a guide. Nobody is asked by letter, and the guide's own record does not change.

    Raises:
        MetAlready: there is a guide for the household.
        GuideDoesNotFit: this one may not be it.
    """
    choice = queries.get_choice(session, actor)
    if household.match:
        raise MetAlready(str(household.id))
    if not queries.fits(session, choice, household, guide_id):
        raise GuideDoesNotFit(str(guide_id))
    match = ProtectedMatch(
        household_id=household.id,
        guide_id=guide_id,
        proposed_by_id=actor.user_id,
        proposed_on=day_of(now),
    )
    try:
        with session.begin_nested():
            session.add(match)
            session.flush()
    except IntegrityError as error:  # the other one was faster
        raise MetAlready(str(household.id)) from error
    keep_on(household, now=now)
    session.flush()
    session.refresh(household, ["match"])
    return match


def confirm_guide(
    session: Session, actor: Actor, household: ProtectedHousehold, *, now: dt.datetime
) -> ProtectedMatch:
    """Say yes as the other one, when the guide and the household have said yes by telephone.

    Raises:
        NotFound: there is no proposal.
        TakesTheOther: the actor has proposed it.
        GuideDoesNotFit: something has changed since.
        NoPlaceLeft: the guide was given another family, or took a break, in the meantime.
    """
    choice = queries.get_choice(session, actor)
    match = _match_of(household)
    if match.is_confirmed:
        return match
    if match.proposed_by_id == actor.user_id:
        raise TakesTheOther(str(household.id))
    _hold(session, match.guide_id)
    if not queries.fits(session, choice, household, match.guide_id):
        raise GuideDoesNotFit(str(match.guide_id))
    _let_rest(session, match.guide)
    match.confirmed_by_id, match.confirmed_on = actor.user_id, day_of(now)
    keep_on(household, now=now)
    session.flush()
    return match


def end_meeting(
    session: Session, actor: Actor, household: ProtectedHousehold, *, now: dt.datetime
) -> None:
    """Take a proposal back, or note that the two no longer meet. One of the two is enough.

    Nothing is kept of it. The guide's break goes on until they, or a colleague whom they ask, end it.
    """
    queries.get_choice(session, actor)
    match = _match_of(household)
    session.delete(match)
    keep_on(household, now=now)
    session.flush()
    session.refresh(household, ["match"])


def _match_of(household: ProtectedHousehold) -> ProtectedMatch:
    if household.match is None:
        raise NotFound(f"guide of household {household.id}")
    return household.match


def _let_rest(session: Session, guide: Guide) -> None:
    """Give the guide a break without an end, as if they had asked for one.

    A number would tell: "1 of 2 places" of a guide with whom nobody can find anybody, and one place
    less that no colleague has written. One statement: to look first and write later lets two in.

    Raises:
        NoPlaceLeft: the guide meets somebody, or is not ready.
    """
    rests = update(Guide).where(
        Guide.id == guide.id, Guide.status == GuideStatus.READY, Guide.places_taken == 0
    )
    values = {"status": GuideStatus.PAUSED, "paused_until": None}
    rested = session.execute(
        rests.values(values).returning(Guide.id), execution_options={"synchronize_session": False}
    ).one_or_none()
    session.refresh(guide, ["status", "paused_until", "places_taken"])
    if rested is None:
        raise NoPlaceLeft(f"guide {guide.id}")


def _hold(session: Session, guide_id: uuid.UUID) -> None:
    """Look at a guide anew and let nobody change their age or steps until this is done."""
    statement = select(Guide).where(Guide.id == guide_id).with_for_update(key_share=True)
    session.scalars(statement, execution_options={"populate_existing": True}).one()
