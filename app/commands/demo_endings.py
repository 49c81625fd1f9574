"""The demo's endings: what was wished, planned and answered, and a family that moves."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.endings.models import (
    Again,
    EndAnswer,
    EndWish,
    FamilyAfter,
    MatchEnding,
    Tap,
    Transfer,
)
from app.families.models import Family
from app.matches.models import EndReason, Match, Side
from app.oslo import OSLO, day_of

YES, PARTLY, NO = Tap
ASKED_AT = dt.time(9)
ANSWERED_AFTER = dt.timedelta(days=2, hours=3)
BEFOREHAND = dt.timedelta(days=9)  # how long before the last meeting it was said
Taps = tuple[Tap, Tap, Tap, Tap, Tap]


class Ended(NamedTuple):
    """How a past match came to its end: who wished what, and what both tapped, if they did."""

    wish: EndWish
    side: Side
    family_after: FamilyAfter
    reason: EndReason
    guide: Taps
    again: Again
    family: Taps | None


class Move(NamedTuple):
    to_municipality: str
    in_days: int


# The families are those of the past year; all others ended before anybody was asked.
ENDED: Mapping[str, Ended] = {
    "F-2025-019": Ended(
        EndWish.FAMILY_MOVED,
        Side.GUIDE,
        FamilyAfter.TRANSFERS,
        EndReason.MOVED,
        (YES, YES, YES, YES, YES),
        Again.NO_MORE,
        (YES, YES, YES, YES, PARTLY),
    ),
    "F-2025-017": Ended(
        EndWish.COMPLETED,
        Side.COORDINATOR,
        FamilyAfter.LEAVES,
        EndReason.COMPLETED,
        (YES, PARTLY, YES, YES, YES),
        Again.NO_MORE,
        (YES, PARTLY, YES, PARTLY, YES),
    ),
    "F-2025-015": Ended(
        EndWish.NO_GUIDE,
        Side.COORDINATOR,
        FamilyAfter.LEAVES,
        EndReason.FAMILY_STOPPED,
        (PARTLY, NO, YES, PARTLY, NO),
        Again.NO_MORE,
        None,
    ),
}
MOVES: Mapping[str, Move] = {"F-2025-019": Move("Lier", 9)}
SAID = {"F-2026-001": 8}  # what a guide said this morning: in how many days they meet last


def add_endings(session: Session, *, now: dt.datetime) -> None:
    """Add how three of the past matches ended, and one that is to end."""
    wanted = [*ENDED, *SAID]
    statement = select(Match).join(Match.family).where(Family.reference.in_(wanted))
    for match in session.scalars(statement.order_by(Family.reference)):
        reference = match.family.reference
        if reference in SAID:
            _say(session, match, SAID[reference], now=now)
        else:
            _end(session, match, ENDED[reference])
        if move := MOVES.get(reference):
            _move(session, match, move, now=now)
    session.flush()


def _say(session: Session, match: Match, days: int, *, now: dt.datetime) -> None:
    session.add(
        MatchEnding(
            match_id=match.id,
            wish=EndWish.FAMILY_MOVED,
            side=Side.GUIDE,
            guide_id=match.lead.id,
            said_at=now - dt.timedelta(hours=2),
            said_by_id=match.lead.user_id,
            last_meeting_on=day_of(now) + dt.timedelta(days=days),
        )
    )


def _end(session: Session, match: Match, ended: Ended) -> None:
    if match.ended_on is None:
        return
    at = dt.datetime.combine(match.ended_on, ASKED_AT, tzinfo=OSLO)
    by_guide = ended.side is Side.GUIDE
    match.end_reason = ended.reason
    session.add(
        MatchEnding(
            match_id=match.id,
            wish=ended.wish,
            side=ended.side,
            guide_id=match.lead.id if by_guide else None,
            said_at=at - BEFOREHAND,
            last_meeting_on=match.ended_on,
            family_after=ended.family_after,
            handled_on=day_of(at - BEFOREHAND),
        )
    )
    guide, family = (EndAnswer(match_id=match.id, asked_at=at) for _side in range(2))
    guide.guide_id, guide.again = match.lead.id, ended.again
    _tap(guide, ended.guide)
    if ended.family:
        _tap(family, ended.family)
    session.add_all([guide, family])


def _tap(answer: EndAnswer, taps: Taps) -> None:
    answer.answered_at = answer.asked_at + ANSWERED_AFTER
    answer.went_well, answer.met_enough, answer.got_help, answer.gained, stays = taps
    answer.keep_in_touch = stays


def _move(session: Session, match: Match, move: Move, *, now: dt.datetime) -> None:
    session.add(
        Transfer(
            family_id=match.family_id,
            to_municipality=move.to_municipality,
            moves_on=day_of(now) + dt.timedelta(days=move.in_days),
            noted_at=now - dt.timedelta(days=1),
        )
    )
