"""Who is asked to come into a running match, or is its backup: what is theirs to see before."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app.errors import NotFound
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide
from app.matches.models import BOTH_SAID_YES, GuideKind, Match, MatchGuide
from app.matches.queries.deadlines import last_day_to_answer
from app.permissions import Actor, Permission, ensure_may


@dataclass(frozen=True, slots=True)
class Joining:
    """A running match that a guide is asked to come into, and the last day to answer."""

    match: Match
    guide_id: uuid.UUID
    answer_by: dt.date | None

    def is_overdue(self, today: dt.date) -> bool:
        """Whether the last day to answer has passed."""
        return self.answer_by is not None and self.answer_by < today


@dataclass(frozen=True, slots=True)
class Beside:
    """The running matches that a guide is asked to come into, and whether they are backup of one."""

    to_join: Sequence[Joining]
    is_backup: bool


def find_beside(session: Session, actor: Actor, today: dt.date) -> Beside:
    """Return which running matches the actor stands beside; asked first first."""
    ensure_may(actor, Permission.MY_PAGE_VIEW)
    with_family = joinedload(MatchGuide.match).joinedload(Match.family)
    rows = session.scalars(_beside(actor).options(with_family)).all()
    asked = [_joining(session, row) for row in rows if row.awaits_yes]
    return Beside(
        to_join=[one for one in asked if not one.is_overdue(today)],
        is_backup=any(row.kind is GuideKind.BACKUP for row in rows),
    )


def get_asked_to_join(
    session: Session, actor: Actor, match_id: uuid.UUID, today: dt.date
) -> Joining:
    """Return what the actor is asked about one running match, with both its sides.

    Raises:
        NotFound: they are not asked, or have answered, or the last day has passed; or the match
            is over. It looks the same as a match that is not there.
    """
    ensure_may(actor, Permission.MY_PAGE_VIEW)
    match = joinedload(MatchGuide.match)
    family = match.joinedload(Match.family)
    whole = _beside(actor).options(
        family.selectinload(Family.languages),
        family.selectinload(Family.children),
        match.selectinload(Match.guides).joinedload(MatchGuide.guide),
    )
    row = session.scalar(whole.where(MatchGuide.match_id == match_id, MatchGuide.awaits_yes))
    if row is None:
        raise NotFound(f"match {match_id} asks nobody in")
    found = _joining(session, row)
    if found.is_overdue(today):
        raise NotFound(f"match {match_id} waits no longer")
    return found


def _beside(actor: Actor) -> Select[MatchGuide]:
    return (
        select(MatchGuide)
        .join(MatchGuide.guide)
        .join(MatchGuide.match)
        .join(Match.family)
        .where(
            Guide.user_id == actor.user_id,
            or_(MatchGuide.awaits_yes, MatchGuide.kind == GuideKind.BACKUP),
            Match.status.in_(BOTH_SAID_YES),
            Family.status != FamilyStatus.WITHDRAWN,
        )
        .order_by(MatchGuide.joined_on, MatchGuide.id)
    )


def _joining(session: Session, row: MatchGuide) -> Joining:
    return Joining(row.match, row.guide_id, joining_until(session, row))


def joining_until(session: Session, row: MatchGuide) -> dt.date | None:
    """Return the last day on which somebody who is asked into a running match may answer."""
    return last_day_to_answer(session, row.joined_on) if row.joined_on else None
