"""What staff decide about an active match, as they have talked about it with both."""

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from app.endings import queries
from app.endings.consequences import (
    CONSEQUENCES,
    ends_match,
    guide_leaves,
    is_about_guide,
    settled_family,
)
from app.endings.models import FamilyAfter, MatchEnding
from app.endings.services.moving import drop_pending, note_moving
from app.endings.services.wishing import Wish, ensure_days, store_wish
from app.errors import Conflict
from app.matches.models import Match
from app.oslo import day_of
from app.permissions import Actor


class FamilyUndecided(Conflict):
    """What becomes of the family does not follow from the wish, or does not fit it."""


class GuideUnnamed(Conflict):
    """Of several guides it is not said which one it is about."""


class GuideKnowsPlan(Conflict):
    """The guide goes by the plan of staff: it does not change behind their back."""


def plan_end(
    session: Session, actor: Actor, match: Match, wish: Wish, *, now: dt.datetime
) -> MatchEnding:
    """Note how staff have decided that a match goes on or ends, after talking with both.

    As long as the guide does not know, the guide sees nothing, and nothing ends by itself: what
    the guide has said stands beside it. Told, the plan takes its place.

    Raises:
        GuideKnowsPlan: the guide has been told something else.
        FamilyUndecided: it is not said what becomes of the family, or that cannot be.
        GuideUnnamed: it is about one of several guides, and not said about whom.
        TransferPending, MovingDayOutOfPlace: see `note_moving`.
        DayOutOfPlace, MeetsAfterMove: the last meeting lies too far ahead, or after the move.
    """
    consequence = CONSEQUENCES[wish.wish]
    after = wish.family_after or settled_family(wish.wish)
    if (after is None) is bool(consequence.family) or (after and after not in consequence.family):
        raise FamilyUndecided(wish.wish)
    if (after is FamilyAfter.TRANSFERS) is not (wish.moving is not None):
        raise FamilyUndecided(wish.wish)
    ensure_days(wish, day_of(now), first=match.started_on)
    today, moving = day_of(now), wish.moving
    is_told = wish.guide_knows or not ends_match(wish.wish)
    said, decided = queries.find_endings(session, match.id)
    if not is_told and decided and decided.is_known_to_guide and ends_match(decided.wish):
        raise GuideKnowsPlan(str(match.id))
    of_guide = _guide_of(match, wish, said, decided)
    is_noted = drop_pending(session, actor, match.family_id, today=today, but=moving)
    ending = store_wish(session, match, wish, None, now=now)
    ending.said_by_id, ending.guide_id = actor.user_id, of_guide
    if is_told:
        note_told(session, ending, said, actor, today)
    if ends_match(wish.wish):
        ending.last_meeting_on = wish.last_meeting_on or today
        ending.family_after = after
    if moving is not None and not is_noted:
        note_moving(session, actor, match.family, moving, now=now)
    session.flush()
    return ending


def _guide_of(
    match: Match, wish: Wish, said: Collection[MatchEnding], decided: MatchEnding | None
) -> uuid.UUID | None:
    """Return which guide a plan of staff is about; None: all, or the only one."""
    if len(match.present) <= 1:
        return next((row.guide_id for row in (*said, decided) if row), None)
    if not is_about_guide(wish.wish):
        return None
    if wish.whose not in {guide.id for guide in match.present}:
        raise GuideUnnamed(f"{wish.wish} in match {match.id}")
    return wish.whose


def note_told(
    session: Session,
    decided: MatchEnding,
    said: Collection[MatchEnding],
    actor: Actor,
    today: dt.date,
) -> None:
    """Let a plan take the place of what guides have said: an end of all, a break of the one's.

    Another guide who wants to stop, stops when the match ends: that word stays.
    """
    decided.handled_on, decided.handled_by_id = today, actor.user_id
    for row in said:
        if row.guide_id == decided.guide_id:
            decided.was_resting, decided.rested_until = row.was_resting, row.rested_until
            session.delete(row)
        elif ends_match(decided.wish) and guide_leaves(row.wish):
            row.handled_on, row.handled_by_id, row.last_meeting_on = today, actor.user_id, None
        elif ends_match(decided.wish):
            session.delete(row)
