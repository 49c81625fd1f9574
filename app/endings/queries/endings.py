"""What is planned for a match's end."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.endings.models import MatchEnding
from app.errors import NotFound
from app.matches.models import Match, MatchGuide, MatchStatus, Side
from app.matches.services.allowed import FAREWELLS


class LastMeeting(NamedTuple):
    """A planned last meeting of a guide: of which match, on which day."""

    match_id: uuid.UUID
    on: dt.date


def find_ending(session: Session, match_id: uuid.UUID) -> MatchEnding | None:
    """Return what was said about a match's end, or None."""
    return session.scalar(select(MatchEnding).where(MatchEnding.match_id == match_id))


def get_ending(session: Session, match_id: uuid.UUID) -> MatchEnding:
    """Return what was said about a match's end; raise NotFound if nothing was."""
    ending = find_ending(session, match_id)
    if ending is None:
        raise NotFound(f"ending of match {match_id}")
    return ending


def _who_has_said_goodbye(session: Session, match: Match, day: dt.date) -> uuid.UUID | None:
    """Return which of several guides had met them for the last time before a day, or None."""
    ending = find_ending(session, match.id)
    if ending is None or ending.last_meeting_on is None or ending.last_meeting_on >= day:
        return None
    return ending.guide_id


FAREWELLS.append(_who_has_said_goodbye)


def list_due_endings(session: Session, today: dt.date) -> Sequence[MatchEnding]:
    """Return the ends that come by themselves: the last meeting was before today.

    None that the guide has not been told of: that is said first.

    By guide, so that two sweeps cannot wait for each other.
    """
    statement = (
        select(MatchEnding)
        .join(MatchEnding.match)
        .where(
            Match.status == MatchStatus.ACTIVE,
            MatchEnding.last_meeting_on < today,
            MatchEnding.family_after.is_not(None),
            _known_to_guide(),
        )
        .options(joinedload(MatchEnding.match))
        .order_by(MatchEnding.match_id)
    )
    return session.scalars(statement).all()


def list_last_meetings(session: Session, guide_id: uuid.UUID) -> Sequence[LastMeeting]:
    """Return the planned last meetings of one guide that the guide knows of, the next first."""
    statement = (
        select(MatchEnding.match_id, MatchEnding.last_meeting_on)
        .join(MatchEnding.match)
        .where(
            Match.status == MatchStatus.ACTIVE,
            MatchEnding.last_meeting_on.is_not(None),
            _known_to_guide(),
            Match.guides.any((MatchGuide.guide_id == guide_id) & MatchGuide.takes_part),
        )
        .order_by(MatchEnding.last_meeting_on, MatchEnding.match_id)
    )
    return [LastMeeting(match_id, on) for match_id, on in session.execute(statement) if on]


def _known_to_guide() -> ColumnElement[bool]:
    """Say what `MatchEnding.is_known_to_guide` says, to the database."""
    return or_(MatchEnding.side == Side.GUIDE, MatchEnding.handled_on.is_not(None))
