"""A pair that goes on: more months, agreed to by both, beside the agreement that was signed."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.matches.models import Match, MatchStatus, Prolongation
from app.matches.services.steps import ensure_said_between, ensure_status, ensure_takes_part, lock
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


class NothingToProlong(Conflict):
    """There is no agreement that could be added to."""


@dataclass(frozen=True, slots=True)
class MoreTime:
    """How many months more, and the days on which each side said yes to them."""

    months: int
    guide_agreed_on: dt.date
    family_agreed_on: dt.date


def prolong_agreement(
    session: Session,
    actor: Actor,
    match: Match,
    more: MoreTime,
    *,
    once_token: str,
    now: dt.datetime,
) -> Prolongation:
    """Note that both sides want to go on. What was signed stays; one yes of both counts once.

    Posted twice it is the same, and so it is from two windows: as many months, on the same days.

    Raises:
        WrongMatchStatus: the two do not meet.
        FamilyWithdrawn: the family has left in the meantime.
        NothingToProlong: they have signed no agreement.
        SaidOutOfPlace: a day lies ahead, or before they began.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    if (earlier := _noted_before(session, match, more, once_token)) is not None:
        return earlier
    ensure_status(match, MatchStatus.ACTIVE)
    ensure_takes_part(match)
    if match.agreement is None or match.started_on is None:
        raise NothingToProlong(str(match.id))
    ensure_said_between(
        more.guide_agreed_on, more.family_agreed_on, first=match.started_on, today=day_of(now)
    )
    prolongation = Prolongation(
        once_token=once_token, noted_at=now, noted_by_id=actor.user_id, **asdict(more)
    )
    match.prolongations.append(prolongation)
    session.flush()
    return prolongation


def _noted_before(
    session: Session, match: Match, more: MoreTime, once_token: str
) -> Prolongation | None:
    same = and_(
        Prolongation.match_id == match.id,
        Prolongation.months == more.months,
        Prolongation.guide_agreed_on == more.guide_agreed_on,
        Prolongation.family_agreed_on == more.family_agreed_on,
    )
    said = select(Prolongation).where(or_(Prolongation.once_token == once_token, same))
    return session.scalar(said.order_by(Prolongation.noted_at).limit(1))
