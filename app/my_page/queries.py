from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.activities.models import Activity
from app.activities.queries import list_activities
from app.errors import NotFound
from app.guides.models import Guide
from app.guides.queries import find_guide_for_user
from app.matches.models import Match, MatchStatus
from app.matches.queries import list_matches_of_guide
from app.permissions import Actor, Permission, ensure_may

LAST_MEETINGS = 3
_IN_BETWEEN = frozenset({MatchStatus.GUIDE_ACCEPTED, MatchStatus.FAMILY_ASKED})


@dataclass(frozen=True, slots=True)
class MyPage:
    """What a guide needs to see on the bus."""

    guide: Guide
    to_answer: Sequence[Match]
    met: Sequence[Match]
    in_between: Sequence[Match]
    last_meetings: Sequence[Activity]
    has_met: bool  # some family at some time: there is something to certify


def get_own_guide(session: Session, actor: Actor) -> Guide:
    """Return the guide that the actor is; raise NotFound for somebody who is no guide here."""
    guide = find_guide_for_user(session, actor.user_id)
    if guide is None:
        raise NotFound(f"user {actor.user_id} is no guide")
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    return guide


def get_my_page(session: Session, actor: Actor) -> MyPage:
    """Return the actor's own page; raise NotFound for somebody who is no guide here."""
    guide = get_own_guide(session, actor)
    matches = list_matches_of_guide(session, actor)
    return MyPage(
        guide=guide,
        to_answer=[m for m in matches if m.status is MatchStatus.GUIDE_ASKED],
        met=[m for m in matches if m.both_said_yes],
        in_between=[m for m in matches if m.status in _IN_BETWEEN],
        last_meetings=list_activities(session, actor)[:LAST_MEETINGS],
        has_met=any(m.started_on for m in matches),
    )
