"""What following up asks of staff today: one line a pair, the gravest thing first."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, joinedload

from app.follow_ups.models import Concern, Light, PairSide
from app.follow_ups.queries.conditions import END_DAYS_AHEAD
from app.follow_ups.queries.standing import Sign, Standing, list_standings
from app.guides.models import Guide
from app.matches.queries import names_in
from app.permissions import Actor, Permission, ensure_may


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to do for a pair."""

    sign: Sign
    light: Light
    subject: str  # the family's reference
    guides: tuple[str, ...]
    since: dt.date
    due_on: dt.date
    match_id: uuid.UUID
    concerned: PairSide | None = None  # who is worried


def list_due(session: Session, actor: Actor, today: dt.date) -> list[Due]:
    """Return what staff must do for pairs today, what is late first.

    Concerns and "I want to talk" are due the day they come; a contact on its day; a silent
    pair when it has been silent for as long as the municipality allows.
    """
    standings = list_standings(session, actor, today)
    due = [_of_pair(standing) for standing in standings if standing.signs]
    return sorted(due, key=lambda d: (list(Sign).index(d.sign), d.due_on, d.subject))


def list_loose_concerns(session: Session, actor: Actor) -> list[Concern]:
    """Return what guides without one certain family want to talk about, longest first."""
    ensure_may(actor, Permission.FOLLOW_UPS_HANDLE)
    statement = (
        select(Concern)
        .where(is_loose_concern(actor))
        .options(joinedload(Concern.guide))
        .order_by(Concern.raised_at, Concern.id)
    )
    return list(session.scalars(statement))


def is_loose_concern(actor: Actor) -> ColumnElement[bool]:
    """Say that a concern is open, about no certain family, and not the actor's own."""
    return and_(
        Concern.match_id.is_(None),
        Concern.handled_on.is_(None),
        ~Concern.guide.has(Guide.user_id == actor.user_id),
    )


def _of_pair(standing: Standing) -> Due:
    sign = next(sign for sign in Sign if sign in standing.signs)
    since = standing.signs[sign]
    late_by = {Sign.SILENT: standing.silent_days, Sign.RUNS_OUT: END_DAYS_AHEAD}.get(sign, 0)
    return Due(
        sign=sign,
        light=standing.light,
        subject=standing.match.family.reference,
        guides=names_in(standing.match),
        since=since,
        due_on=since + dt.timedelta(days=late_by),
        match_id=standing.match.id,
        concerned=standing.concerned if sign is Sign.CONCERN else None,
    )
