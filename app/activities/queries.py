import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from app.activities.models import Activity
from app.errors import NotFound
from app.guides.models import Guide
from app.matches.models import Match, MatchGuide
from app.matches.queries import shown_to
from app.permissions import Actor, Permission, ensure_may, limited_to_own

PAGE_SIZE = 25
FIRST_PAGE = slice(0, PAGE_SIZE)


class Totals(NamedTuple):
    """How many meetings, and how long together."""

    meetings: int
    minutes: int


def get_activity(session: Session, actor: Actor, activity_id: uuid.UUID) -> Activity:
    """Return a meeting with its guide and match; raise NotFound, or NotPermitted if not one's own."""
    statement = select(Activity).where(Activity.id == activity_id).options(*_with_match())
    activity = session.scalar(statement)
    if activity is None:
        raise NotFound(f"activity {activity_id}")
    ensure_may(actor, Permission.ACTIVITIES_VIEW, activity)
    return activity


def find_by_token(session: Session, match_id: uuid.UUID, once_token: str) -> Activity | None:
    """Return the meeting that a form sent before has stored already, or None."""
    return session.scalar(
        select(Activity).where(Activity.once_token == once_token, Activity.match_id == match_id)
    )


def find_last_meeting(session: Session, match_id: uuid.UUID) -> dt.date | None:
    """Return the day of a match's last meeting, for whoever may see the match."""
    return session.scalar(select(func.max(Activity.done_on)).where(Activity.match_id == match_id))


def find_first_meeting(
    session: Session, actor: Actor, *, match_id: uuid.UUID | None = None
) -> dt.date | None:
    """Return the day of the first meeting the actor may view, of one match or of all."""
    ensure_may(actor, Permission.ACTIVITIES_VIEW)
    wanted = _wanted(actor, None, match_id)
    return session.scalar(select(func.min(Activity.done_on)).where(*wanted))


def list_activities(
    session: Session,
    actor: Actor,
    *,
    month: dt.date | None = None,
    match_id: uuid.UUID | None = None,
    rows: slice = FIRST_PAGE,
) -> Sequence[Activity]:
    """Return one page of the meetings the actor may view, latest first.

    Args:
        session: bound to the municipality.
        actor: sees their own, or all as staff.
        month: any day of the month to show; None for all.
        match_id: only this match's meetings.
        rows: of all.
    """
    ensure_may(actor, Permission.ACTIVITIES_VIEW)
    statement = (
        select(Activity)
        .where(*_wanted(actor, month, match_id))
        .options(*_with_match())
        .order_by(Activity.done_on.desc(), Activity.logged_at.desc(), Activity.id)
        .slice(rows.start, rows.stop)
    )
    return session.scalars(statement).all()


def list_last_of(session: Session, guide_id: uuid.UUID, count: int) -> Sequence[Activity]:
    """Return what a guide logged last: theirs alone, whatever else they may view."""
    statement = (
        select(Activity)
        .where(Activity.guide_id == guide_id)
        .options(*_with_match())
        .order_by(Activity.done_on.desc(), Activity.logged_at.desc(), Activity.id)
        .limit(count)
    )
    return session.scalars(statement).all()


def sum_activities(
    session: Session,
    actor: Actor,
    *,
    month: dt.date | None = None,
    match_id: uuid.UUID | None = None,
) -> Totals:
    """Return how many meetings of those the actor may view there are, and their minutes."""
    ensure_may(actor, Permission.ACTIVITIES_VIEW)
    statement = select(func.count(), func.sum(Activity.duration_minutes)).where(
        *_wanted(actor, month, match_id)
    )
    count, minutes = session.execute(statement).one()
    return Totals(count, int(minutes or 0))


def _wanted(
    actor: Actor, month: dt.date | None, match_id: uuid.UUID | None
) -> list[ColumnElement[bool]]:
    mine = Activity.guide.has(Guide.user_id == actor.user_id)
    own = limited_to_own(actor, Permission.ACTIVITIES_VIEW)
    wanted = [mine if own else or_(mine, Activity.match.has(shown_to(actor)))]
    if month:
        first = month.replace(day=1)
        following = (first + dt.timedelta(days=31)).replace(day=1)
        wanted += [Activity.done_on >= first, Activity.done_on < following]
    if match_id:
        wanted.append(Activity.match_id == match_id)
    return wanted


def _with_match() -> tuple[ExecutableOption, ...]:
    match = joinedload(Activity.match)
    return (
        joinedload(Activity.guide),
        match.joinedload(Match.family),
        match.selectinload(Match.guides).joinedload(MatchGuide.guide),
    )
