"""What becomes of a guide: back in the pool, a rest, or the end of the role."""

import datetime as dt

from sqlalchemy.orm import Session

from app.database import lock
from app.endings.consequences import GuideAfter
from app.endings.models import MatchEnding
from app.endings.queries import rests_elsewhere
from app.guides.models import Guide, GuideStatus
from app.guides.services.leaving import GuideHasFamily, leave
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may


def settle_guide(
    session: Session,
    guide: Guide,
    after: GuideAfter,
    *,
    until: dt.date | None = None,
    now: dt.datetime,
) -> None:
    """Let a guide rest, leave or be asked again. One who has left stays away.

    Args:
        after: what the table says. Who would leave and has another family rests instead:
            that family is to be told first.
        until: the last day of a rest; None: until the guide comes back.
    """
    lock(session, guide)
    if guide.status is GuideStatus.ENDED:
        return
    if after is GuideAfter.LEAVES:
        try:
            leave(session, guide, now=now, today=day_of(now))
        except GuideHasFamily:
            _rest(guide, None)
    elif after is GuideAfter.RESTS:
        _rest(guide, until)
    session.flush()


def let_rest(session: Session, ending: MatchEnding, guide: Guide, *, until: dt.date | None) -> None:
    """Let a guide rest until the day that was said last; None: until they come back.

    What was there before the first word is remembered. It is not cut short, and neither is a break
    that was said about another match.
    """
    lock(session, guide)
    rests = guide.status is GuideStatus.PAUSED
    if ending.was_resting is None:
        ending.was_resting, ending.rested_until = rests, guide.paused_until
    if rests and rests_elsewhere(session, guide.id, but=ending.match_id):
        _rest(guide, until)
    elif rests:
        guide.paused_until = _longer(ending.rested_until, until) if ending.was_resting else until
    elif guide.status is GuideStatus.READY:
        guide.pause(until=until)
    session.flush()


def take_rest_back(session: Session, ending: MatchEnding, guide: Guide) -> None:
    """Let a guide rest, or be ready, as before what was said; nothing where no break began."""
    lock(session, guide)
    if ending.was_resting is None or guide.status is not GuideStatus.PAUSED:
        return
    if ending.was_resting:
        guide.paused_until = ending.rested_until
    else:
        guide.come_back()
    session.flush()


def bring_back(session: Session, guide: Guide) -> None:
    """Let a guide who says so be asked again from now on."""
    lock(session, guide)
    if guide.status is GuideStatus.PAUSED:
        guide.come_back()
        session.flush()


def stop_as_guide(session: Session, actor: Actor, guide: Guide, *, now: dt.datetime) -> None:
    """End one's own role, without giving a reason. The account closes.

    Raises:
        NotPermitted: the actor is somebody else.
        GuideHasFamily: a match is open; its end is planned first.
        WrongGuideStatus: ended already.
    """
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    leave(session, guide, now=now, today=day_of(now))


def _rest(guide: Guide, until: dt.date | None) -> None:
    """Pause a guide; a rest under way becomes the longer of the two."""
    if guide.status is GuideStatus.READY:
        guide.pause(until=until)
    elif guide.status is GuideStatus.PAUSED:
        guide.paused_until = _longer(guide.paused_until, until)


def _longer(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return max(one, other) if one and other else None
