"""What somebody wishes about an active match: said once, and heard by staff the same day."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.database import lock
from app.endings import queries
from app.endings.consequences import CONSEQUENCES, ends_match, is_about_guide, settled_family
from app.endings.models import EndWish, FamilyAfter, MatchEnding
from app.endings.services.moving import MeetsAfterMove, Moving, drop_pending
from app.endings.services.stopping import let_rest, take_rest_back
from app.errors import Conflict, NotFound
from app.guides.models import Guide
from app.matches.models import Match, MatchStatus, Side, WrongMatchStatus
from app.matches.services import steps
from app.matches.services.arranging import WHEN_ONE_IS_OUT
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

LONGEST_PLAN_DAYS = 92


class NotAWishOfGuides(Conflict):
    """Staff alone can say this of a match."""


class EndIsPlanned(Conflict):
    """Staff have planned the end: a guide cannot change that alone."""


class DayOutOfPlace(Conflict):
    """A day lies in the past, or too far ahead."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished, and by when.

    Args:
        last_meeting_on: when the two meet for the last time; None: they have.
        rest_until: the last day of a break, where a break is wished.
        family_after: what becomes of the family; for staff to say.
        moving: where to, if it moves to another municipality.
        guide_knows: staff have told the guide; until then the guide sees nothing of it.
        whose: which of several guides it is about; for staff to say, where it is about a guide.
    """

    wish: EndWish
    last_meeting_on: dt.date | None = None
    rest_until: dt.date | None = None
    family_after: FamilyAfter | None = None
    moving: Moving | None = None
    guide_knows: bool = True
    whose: uuid.UUID | None = None


def say_wish(
    session: Session, actor: Actor, match: Match, wish: Wish, *, now: dt.datetime
) -> MatchEnding:
    """Note what a guide wishes: a break begins at once, an end comes after the last meeting.

    It ends by itself only if the guide is alone in the match and what becomes of the family is
    clear; else staff decide. In any case they are to talk with both. What staff have planned
    quietly changes nothing of this: else it would tell of itself.

    Raises:
        NotPermitted: the actor is none of the match's guides.
        WrongMatchStatus: the match is not active.
        NotAWishOfGuides, EndIsPlanned: it is not for the guide to say.
        DayOutOfPlace: a day lies in the past, or too far ahead.
    """
    ensure_may(actor, Permission.MATCHES_END, match)
    steps.lock(session, match)
    _ensure_active(match)
    if not CONSEQUENCES[wish.wish].by_guide:
        raise NotAWishOfGuides(wish.wish)
    ensure_days(wish, day_of(now))
    guide = own_guide(actor, match)
    told = queries.find_endings(session, match.id).told_to(guide.id)
    if told is not None and told.side is not Side.GUIDE:
        if ends_match(told.wish):
            raise EndIsPlanned(str(match.id))
        session.delete(told)  # a break, and now the guide says something else
    ending = store_wish(session, match, wish, guide, now=now)
    ending.said_by_id = actor.user_id
    if ends_match(wish.wish):
        ending.last_meeting_on = wish.last_meeting_on or day_of(now)
        ending.family_after = settled_family(wish.wish) if len(match.present) == 1 else None
    else:
        let_rest(session, ending, guide, until=wish.rest_until)
    session.flush()
    return ending


def store_wish(
    session: Session, match: Match, wish: Wish, guide: Guide | None, *, now: dt.datetime
) -> MatchEnding:
    """Write a guide's wish down, or the plan of staff, in place of an earlier one."""
    said, ending = queries.find_endings(session, match.id)
    if guide is not None:
        ending = next((row for row in said if row.guide_id == guide.id), None)
    if ending is None:
        ending = MatchEnding(match_id=match.id)
        session.add(ending)
    ending.wish, ending.said_at, ending.said_by_id = wish.wish, now, None
    ending.side = Side.GUIDE if guide else Side.COORDINATOR
    ending.guide_id = guide.id if guide else None
    ending.last_meeting_on = ending.family_after = None
    ending.handled_on = ending.handled_by_id = None
    return ending


def take_back_wish(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    whose: uuid.UUID | None = None,
    now: dt.datetime,
) -> None:
    """Let the match go on as if it had not been said; a break is as it was before.

    A guide takes back their own word. Staff take back what the guide has said whom they name, and
    naming nobody, their plan: what other guides have said stands.

    Raises:
        NotFound: it was not said.
        EndIsPlanned: staff have planned it, and the actor is a guide.
        WrongMatchStatus: the match has ended.
    """
    ensure_may(actor, Permission.MATCHES_END, match)
    steps.lock(session, match)
    _ensure_active(match)
    said, decided = queries.find_endings(session, match.id)
    if actor.user_id in match.guide_user_ids:
        ending = queries.find_endings(session, match.id).told_to(own_guide(actor, match).id)
        if ending is not None and ending.side is not Side.GUIDE:
            raise EndIsPlanned(str(match.id))
    elif whose is not None:
        ending = next((row for row in said if row.guide_id == whose), None)
    elif ending := decided:
        drop_pending(session, actor, match.family_id, today=day_of(now))
    if ending is None:
        raise NotFound(f"ending of match {match.id}")
    take_rest_back(session, ending, match_guide(match, ending.guide_id))
    session.delete(ending)
    session.flush()


def note_talk(
    session: Session, actor: Actor, match: Match, guide_id: uuid.UUID, *, today: dt.date
) -> MatchEnding:
    """Note that staff have talked with both about what a guide said, so that it leaves the desk.

    Raises:
        NotFound: that guide has said nothing.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    said = queries.find_endings(session, match.id).said
    ending = next((row for row in said if row.guide_id == guide_id), None)
    if ending is None:
        raise NotFound(f"word of guide {guide_id} in match {match.id}")
    lock(session, ending)
    if ending.handled_on is None:
        ending.handled_on, ending.handled_by_id = today, actor.user_id
        session.flush()
    return ending


def forget_word(session: Session, match_id: uuid.UUID, guide_id: uuid.UUID) -> None:
    """Let the word of a guide who leaves a match go with them, and what staff planned about them.

    A plan that the match ends for another reason stays, and is about those who are left.
    """
    said, decided = queries.find_endings(session, match_id)
    about = [row for row in (*said, decided) if row and row.guide_id == guide_id]
    for row in about:
        if row is decided and not is_about_guide(row.wish):
            row.guide_id = None
        else:
            session.delete(row)
    session.flush()


WHEN_ONE_IS_OUT.append(forget_word)


def own_guide(actor: Actor, match: Match) -> Guide:
    """Return which of the match's guides the actor is."""
    for guide in match.present:
        if guide.user_id == actor.user_id:
            return guide
    raise NotFound(f"user {actor.user_id} guides nobody in {match.id}")


def ensure_days(wish: Wish, today: dt.date, *, first: dt.date | None = None) -> None:
    """Raise DayOutOfPlace for a day behind us or too far ahead; MeetsAfterMove for another.

    Args:
        first: the earliest day of a last meeting, where it may have been before today.
    """
    spans = (
        (wish.last_meeting_on, first or today, today + dt.timedelta(days=LONGEST_PLAN_DAYS)),
        (wish.rest_until, today, today + dt.timedelta(days=366)),
    )
    for day, earliest, latest in spans:
        if day is not None and not earliest <= day <= latest:
            raise DayOutOfPlace(str(day))
    if wish.moving and wish.last_meeting_on and wish.last_meeting_on > wish.moving.on:
        raise MeetsAfterMove(str(wish.last_meeting_on))


def _ensure_active(match: Match) -> None:
    if match.status is not MatchStatus.ACTIVE:
        raise WrongMatchStatus(f"{match.id} is {match.status}")


def match_guide(match: Match, guide_id: uuid.UUID | None) -> Guide:
    """Return the guide whose wish it is; the lead where staff wrote it down."""
    return next((guide for guide in match.present if guide.id == guide_id), match.lead)
