"""What is planned for a match's end."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.endings.models import MatchEnding
from app.errors import NotFound
from app.matches.models import Match, MatchGuide, MatchStatus, Side
from app.matches.services.allowed import FAREWELLS


class LastMeeting(NamedTuple):
    """A planned last meeting of a guide: of which match, on which day."""

    match_id: uuid.UUID
    on: dt.date


class Endings(NamedTuple):
    """What stands about a match's end: the guide's word, and the plan of staff."""

    said: MatchEnding | None = None
    decided: MatchEnding | None = None

    @property
    def counts(self) -> MatchEnding | None:
        """What staff go by."""
        return self.decided or self.said

    @property
    def told(self) -> MatchEnding | None:
        """What the guide goes by: what is planned quietly changes nothing of it."""
        is_told = self.decided is not None and self.decided.is_known_to_guide
        return self.decided if is_told else self.said


def find_endings(session: Session, match_id: uuid.UUID) -> Endings:
    """Return what the guide has said about a match's end, and what staff have decided."""
    rows = session.scalars(
        select(MatchEnding).where(MatchEnding.match_id == match_id).order_by(MatchEnding.id)
    ).all()
    said = next((row for row in rows if row.side is Side.GUIDE), None)
    return Endings(said, next((row for row in rows if row.side is not Side.GUIDE), None))


def find_ending(session: Session, match_id: uuid.UUID) -> MatchEnding | None:
    """Return what counts about a match's end for staff, or None."""
    return find_endings(session, match_id).counts


def get_ending(session: Session, match_id: uuid.UUID) -> MatchEnding:
    """Return what was said about a match's end; raise NotFound if nothing was."""
    ending = find_ending(session, match_id)
    if ending is None:
        raise NotFound(f"ending of match {match_id}")
    return ending


def _who_has_said_goodbye(session: Session, match: Match, day: dt.date) -> uuid.UUID | None:
    """Return which of several guides had met them for the last time before a day, or None."""
    ending = find_endings(session, match.id).told
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
            MatchEnding.is_known_to_guide,
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
            MatchEnding.is_known_to_guide,
            Match.guides.any((MatchGuide.guide_id == guide_id) & MatchGuide.takes_part),
        )
        .order_by(MatchEnding.last_meeting_on, MatchEnding.match_id)
    )
    return [LastMeeting(match_id, on) for match_id, on in session.execute(statement) if on]
