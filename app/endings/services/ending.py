"""The end itself: now, or when the planned day has passed."""

import datetime as dt

from sqlalchemy.orm import Session

from app.endings import queries
from app.endings.consequences import CONSEQUENCES, GuideAfter, ends_match, guide_leaves
from app.endings.models import FamilyAfter, MatchEnding
from app.endings.services.deciding import note_told, plan_end
from app.endings.services.letters import Pages, ask_how_it_was
from app.endings.services.stopping import let_rest, settle_guide
from app.endings.services.wishing import Wish, match_guide
from app.errors import NotFound
from app.matches.models import EndReason, Match, MatchStatus
from app.matches.services import Ending, end_match, steps
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


def end_now_or_later(
    session: Session, actor: Actor, match: Match, wish: Wish, *, pages: Pages, now: dt.datetime
) -> Match:
    """Decide as staff how a match goes on, and end it if the two meet no more and the guide knows.

    Raises:
        NotPermitted: the actor confirms no matches.
        WrongMatchStatus: the match is not active.
        GuideKnowsPlan, FamilyUndecided, TransferPending, MovingDayOutOfPlace, DayOutOfPlace: see
            `plan_end`.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    steps.lock(session, match)
    steps.ensure_status(match, MatchStatus.ACTIVE)
    ending = plan_end(session, actor, match, wish, now=now)
    if not ends_match(wish.wish):
        let_rest(session, ending, match_guide(match, ending.guide_id), until=wish.rest_until)
    else:
        _end_if_due(session, actor, match, ending, pages=pages, now=now)
    session.flush()
    return match


def tell_guide(
    session: Session, actor: Actor, match: Match, *, pages: Pages, now: dt.datetime
) -> MatchEnding:
    """Note that the guide knows the plan of staff: it takes the place of what the guide said.

    What should have ended by now ends with it.

    Raises:
        NotFound: nothing is planned.
    """
    ensure_may(actor, Permission.MATCHES_CONFIRM, match)
    steps.lock(session, match)
    said, decided = queries.find_endings(session, match.id)
    if decided is None:
        raise NotFound(f"plan of staff for match {match.id}")
    if not decided.is_known_to_guide:
        note_told(session, decided, said, actor, day_of(now))
        session.flush()
        if match.status is MatchStatus.ACTIVE:
            _end_if_due(session, actor, match, decided, pages=pages, now=now)
    return decided


def end_planned_matches(session: Session, *, pages: Pages, now: dt.datetime) -> int:
    """End the matches whose last meeting was before today; return how many it were.

    For the daily task of one municipality. What staff have still to decide stays open.
    """
    due = queries.list_due_endings(session, day_of(now))
    for ending in due:
        steps.lock(session, ending.match)
        if ending.match.status is MatchStatus.ACTIVE:
            _carry_out(session, None, ending.match, ending, pages=pages, now=now)
    session.flush()
    return len(due)


def _end_if_due(
    session: Session,
    actor: Actor,
    match: Match,
    ending: MatchEnding,
    *,
    pages: Pages,
    now: dt.datetime,
) -> None:
    """End a match whose last meeting has been, or is today; none behind its guide's back."""
    last_on = ending.last_meeting_on
    if last_on is not None and last_on <= day_of(now) and ending.is_known_to_guide:
        _carry_out(session, actor, match, ending, pages=pages, now=now)


def _carry_out(
    session: Session,
    by: Actor | None,
    match: Match,
    ending: MatchEnding,
    *,
    pages: Pages,
    now: dt.datetime,
) -> None:
    """Do what the table says: end the match, settle the guides and the family, and tell both.

    Where it ends as the guide said, while staff have planned something that the guide does not
    know, the day is the guide's, and what becomes of the family is what staff have planned.
    """
    consequence = CONSEQUENCES[ending.wish]
    said, decided = queries.find_endings(session, match.id)
    family_after = (decided and decided.family_after) or ending.family_after
    guide = match_guide(match, ending.guide_id)
    also_stop = [match_guide(match, row.guide_id) for row in said if guide_leaves(row.wish)]
    takes_part = match.family.takes_part
    end_match(
        session,
        by,
        match,
        ending=Ending(
            consequence.reason or EndReason.OTHER,
            family_waits=family_after is FamilyAfter.WAITS,
            keeps_wait=consequence.keeps_wait,
        ),
        now=now,
    )
    settle_guide(session, guide, consequence.guide, now=now)
    for one in also_stop:
        settle_guide(session, one, GuideAfter.LEAVES, now=now)
    ask_how_it_was(session, match, family=takes_part, pages=pages, now=now)
