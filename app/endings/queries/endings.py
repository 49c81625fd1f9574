"""What is planned for a match's end."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.endings.consequences import ends_match
from app.endings.models import MatchEnding
from app.errors import NotFound
from app.matches.models import Match, MatchGuide, MatchStatus, Side
from app.matches.services.allowed import FAREWELLS


class LastMeeting(NamedTuple):
    """A planned last meeting of a guide: of which match, on which day."""

    match_id: uuid.UUID
    on: dt.date


class Endings(NamedTuple):
    """What stands about a match's end: the word of each guide, and the plan of staff."""

    said: tuple[MatchEnding, ...] = ()  # the first that was said first
    decided: MatchEnding | None = None

    @property
    def counts(self) -> MatchEnding | None:
        """What staff go by."""
        return self.decided or next(iter(self.said), None)

    def told_to(self, guide_id: uuid.UUID) -> MatchEnding | None:
        """Return what a guide goes by: their own word, or the plan of staff once they know it.

        What another guide has said is that guide's own, and so is another guide's break.
        """
        plan = self.decided
        is_told = plan is not None and plan.is_known_to_guide
        if plan and is_told and (ends_match(plan.wish) or plan.guide_id in (None, guide_id)):
            return plan
        return next((row for row in self.said if row.guide_id == guide_id), None)


def find_endings(session: Session, match_id: uuid.UUID) -> Endings:
    """Return what guides have said about a match's end, and what staff have decided."""
    return find_endings_of_many(session, [match_id])[match_id]


def find_endings_of_many(
    session: Session, match_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Endings]:
    """Return the same for many matches, in one question."""
    statement = (
        select(MatchEnding)
        .where(MatchEnding.match_id.in_(match_ids))
        .order_by(MatchEnding.said_at, MatchEnding.id)
    )
    found = dict.fromkeys(match_ids, Endings())
    for row in session.scalars(statement):
        said, decided = found[row.match_id]
        is_word = row.side is Side.GUIDE
        found[row.match_id] = Endings((*said, row), decided) if is_word else Endings(said, row)
    return found


def rests_elsewhere(session: Session, guide_id: uuid.UUID, *, but: uuid.UUID) -> bool:
    """Return whether a guide has a break of which something was said about another running match."""
    said = (
        select(MatchEnding.id)
        .join(MatchEnding.match)
        .where(
            MatchEnding.guide_id == guide_id,
            MatchEnding.match_id != but,
            MatchEnding.was_resting.is_not(None),
            Match.status == MatchStatus.ACTIVE,
        )
    )
    return session.scalar(said.limit(1)) is not None


def find_ending(session: Session, match_id: uuid.UUID) -> MatchEnding | None:
    """Return what counts about a match's end for staff, or None."""
    return find_endings(session, match_id).counts


def get_ending(session: Session, match_id: uuid.UUID) -> MatchEnding:
    """Return what was said about a match's end; raise NotFound if nothing was."""
    ending = find_ending(session, match_id)
    if ending is None:
        raise NotFound(f"ending of match {match_id}")
    return ending


def _who_have_said_goodbye(session: Session, match: Match, day: dt.date) -> set[uuid.UUID]:
    """Return which of several guides had met them for the last time before a day."""
    endings = find_endings(session, match.id)
    told = [endings.told_to(guide.id) for guide in match.present]
    return {
        ending.guide_id
        for ending in told
        if ending and ending.guide_id and ending.last_meeting_on and ending.last_meeting_on < day
    }


FAREWELLS.append(_who_have_said_goodbye)


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
            or_(MatchEnding.side != Side.GUIDE, MatchEnding.guide_id == guide_id),
            Match.guides.any((MatchGuide.guide_id == guide_id) & MatchGuide.takes_part),
        )
        .order_by(MatchEnding.last_meeting_on, MatchEnding.match_id)
    )
    return [LastMeeting(match_id, on) for match_id, on in session.execute(statement) if on]
