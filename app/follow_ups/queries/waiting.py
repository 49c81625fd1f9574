"""Which guides of a family have asked for a call that nobody has made yet."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.follow_ups.models import Concern, FollowUpAnswer, PairSide, Reply
from app.matches.models import Match
from app.matches.queries.calling import WHO_WAITS


def list_waiting_guides(
    session: Session, family_id: uuid.UUID
) -> set[tuple[uuid.UUID, uuid.UUID | None]]:
    """Return the matches and guides of whom a concern, or "I want to talk", is open."""
    worried = (
        select(Concern.match_id, Concern.guide_id)
        .join(Match, Match.id == Concern.match_id)
        .where(Match.family_id == family_id)
        .where(Concern.side == PairSide.GUIDE, Concern.handled_on.is_(None))
    )
    talk = (
        select(FollowUpAnswer.match_id, FollowUpAnswer.guide_id)
        .join(Match, Match.id == FollowUpAnswer.match_id)
        .where(Match.family_id == family_id, FollowUpAnswer.side == PairSide.GUIDE)
        .where(FollowUpAnswer.reply == Reply.TALK, FollowUpAnswer.handled_on.is_(None))
    )
    rows = [*session.execute(worried), *session.execute(talk)]
    return {(match_id, guide_id) for match_id, guide_id in rows if match_id}


WHO_WAITS.append(list_waiting_guides)
