"""What staff have to do about endings, for the desk."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.endings.models import EndWish, MatchEnding, Transfer, TransferStatus
from app.errors import NotFound
from app.matches.models import Match, MatchGuide, MatchStatus, Side
from app.matches.queries import names_in, not_about_own, shown_to
from app.oslo import day_of, office_day
from app.permissions import Actor, Permission, ensure_may


class EndingWhy(StrEnum):
    """What there is to do."""

    TOO_MUCH = "too_much"  # it is too much for a guide, who is promised a call at once
    TALK = "talk"  # a guide has said something: talk with both, the same day
    TELL = "tell"  # an end is planned, and the guide does not know yet
    DECIDE = "decide"  # the last meeting has been, and nobody said what becomes of the family


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingTask:
    """One thing to do."""

    why: EndingWhy
    family_id: uuid.UUID
    family_reference: str
    guide_names: tuple[str, ...] = ()
    match_id: uuid.UUID
    since: dt.date
    due_on: dt.date


def list_ending_tasks(session: Session, actor: Actor, today: dt.date) -> list[EndingTask]:
    """Return what staff have to do about endings, what is due first at the top.

    None of those in which the actor is a guide.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM)
    return sorted(
        _about_matches(session, actor, today),
        key=lambda task: (task.due_on, task.family_reference),
    )


def list_pending_transfers(session: Session, actor: Actor) -> Sequence[Transfer]:
    """Return the moves of which another municipality is to be told, the next first."""
    ensure_may(actor, Permission.MATCHES_CONFIRM)
    statement = (
        select(Transfer)
        .where(Transfer.status == TransferStatus.PENDING, not_about_own(actor, Transfer.family_id))
        .options(joinedload(Transfer.family), joinedload(Transfer.noted_by))
        .order_by(Transfer.moves_on, Transfer.id)
    )
    return session.scalars(statement).all()


def find_pending_transfer(session: Session, family_id: uuid.UUID) -> Transfer | None:
    """Return the move of a family that is prepared and not told yet."""
    pending = Transfer.status == TransferStatus.PENDING
    statement = select(Transfer).where(pending, Transfer.family_id == family_id)
    return session.scalar(statement.options(joinedload(Transfer.noted_by)))


def get_transfer(session: Session, actor: Actor, transfer_id: uuid.UUID) -> Transfer:
    """Return a move; raise NotFound if there is none here."""
    ensure_may(actor, Permission.MATCHES_CONFIRM)
    others = not_about_own(actor, Transfer.family_id)
    transfer = session.scalar(select(Transfer).where(Transfer.id == transfer_id, others))
    if transfer is None:
        raise NotFound(f"transfer {transfer_id}")
    return transfer


def _about_matches(session: Session, actor: Actor, today: dt.date) -> Iterator[EndingTask]:
    from_guide = MatchEnding.side == Side.GUIDE
    unheard = and_(
        MatchEnding.handled_on.is_(None), or_(from_guide, Match.status == MatchStatus.ACTIVE)
    )
    undecided = and_(
        Match.status == MatchStatus.ACTIVE,
        MatchEnding.last_meeting_on < today,
        MatchEnding.family_after.is_(None),
    )
    match = joinedload(MatchEnding.match)
    statement = (
        select(MatchEnding)
        .join(MatchEnding.match)
        .where(or_(unheard, undecided), shown_to(actor))
        .options(
            match.joinedload(Match.family),
            match.joinedload(Match.guides).joinedload(MatchGuide.guide),
            joinedload(MatchEnding.guide),
        )
        .order_by(MatchEnding.said_at, MatchEnding.id)
    )
    endings = session.scalars(statement).unique().all()
    decided = {ending.match_id for ending in endings if ending.side is not Side.GUIDE}
    for ending in endings:
        if ending.handled_on and ending.side is Side.GUIDE and ending.match_id in decided:
            continue  # staff have decided: the guide is to be told of that
        yield EndingTask(
            why=_why(ending),
            family_id=ending.match.family_id,
            family_reference=ending.match.family.reference,
            guide_names=(ending.guide.name,) if ending.guide else names_in(ending.match),
            match_id=ending.match_id,
            since=day_of(ending.said_at),
            due_on=_due_on(ending),
        )


def _why(ending: MatchEnding) -> EndingWhy:
    if ending.handled_on is not None:
        return EndingWhy.DECIDE
    if ending.side is not Side.GUIDE:
        return EndingWhy.TELL
    return EndingWhy.TOO_MUCH if ending.wish is EndWish.TOO_MUCH else EndingWhy.TALK


def _due_on(ending: MatchEnding) -> dt.date:
    """Return by when it is done: who cannot bear it is called on the next working day at the latest."""
    said_on = day_of(ending.said_at)
    match _why(ending):
        case EndingWhy.TOO_MUCH:
            return office_day(said_on + dt.timedelta(days=1))
        case EndingWhy.DECIDE:
            return ending.last_meeting_on or said_on
    return said_on
