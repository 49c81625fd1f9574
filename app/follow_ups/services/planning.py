"""The daily planning of contacts. It may run twice, or not for days: the plan is the same."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.families.models import Family, FamilyStatus
from app.follow_ups.models import FollowUp, FollowUpAnswer, FollowUpKind
from app.follow_ups.queries import Rules, rules_for
from app.follow_ups.services.schedule import Step, schedule
from app.matches.models import Match, MatchStatus
from app.matches.queries import months_in
from app.municipalities.queries import get_municipality
from app.tenancy import bound_municipality

LOOK_AHEAD = dt.timedelta(days=35)  # beyond the end, for pairs who go on meeting
PLANNED = frozenset(FollowUpKind) - {FollowUpKind.AGAIN}


def plan_follow_ups(session: Session, *, today: dt.date) -> None:
    """Bring the plans of all pairs that meet up to date, and drop those of pairs that do not.

    What should have been done while nothing ran is not heaped up: of the days that went by
    unplanned, the last one stays.
    """
    rules = rules_for(session)
    usual = get_municipality(session, bound_municipality(session)).agreement_months
    meeting = {match.id: match for match in _meeting(session)}
    plans = _plans(session, meeting)
    for match in meeting.values():
        months = months_in(match, match.agreement) if match.agreement else usual
        _plan(session, match, plans.pop(match.id, []), months, rules, today)
    _close(session, [row for rows in plans.values() for row in rows], today)
    session.flush()


def _plan(
    session: Session,
    match: Match,
    rows: Sequence[FollowUp],
    months: int,
    rules: Rules,
    today: dt.date,
) -> None:
    if match.started_on is None:
        return
    wanted = schedule(match.started_on, months=months, rules=rules, until=today + LOOK_AHEAD)
    days = {(step.kind, step.number): step.due_on for step in wanted}
    stored = {(row.kind, row.number): row for row in rows}
    for key, row in stored.items():
        if row.kind not in PLANNED or row.done_on or row.asked_at:
            continue
        if key in days:
            row.due_on = days[key]
        elif row.due_on > today or row.kind is FollowUpKind.END:
            session.delete(row)  # of an agreement that is longer by now, too
    unplanned = [step for step in wanted if (step.kind, step.number) not in stored]
    for step in _not_missed(unplanned, stored.values(), match, today):
        session.add(
            FollowUp(match_id=match.id, kind=step.kind, number=step.number, due_on=step.due_on)
        )


def _not_missed(
    steps: Sequence[Step], stored: Iterable[FollowUp], match: Match, today: dt.date
) -> list[Step]:
    """Return what is still worth planning: what is to come, and the last of what went by."""
    settled = [row.due_on for row in stored if row.due_on <= today]
    settled += [match.checked_on] if match.checked_on else []
    after = max(settled, default=dt.date.min)
    ahead = [step for step in steps if step.due_on >= today]
    behind = [step for step in steps if after < step.due_on < today]
    return behind[-1:] + ahead


def _meeting(session: Session) -> Sequence[Match]:
    statement = (
        select(Match)
        .where(Match.status == MatchStatus.ACTIVE)
        .where(Match.family.has(Family.status != FamilyStatus.WITHDRAWN))
        .options(joinedload(Match.agreement), selectinload(Match.prolongations))
        .order_by(Match.id)
    )
    return session.scalars(statement).all()


def _plans(session: Session, meeting: Collection[uuid.UUID]) -> dict[uuid.UUID, list[FollowUp]]:
    """Return what is planned of the pairs that meet, and what is still open of all others."""
    statement = (
        select(FollowUp)
        .where(or_(FollowUp.match_id.in_(meeting), FollowUp.done_on.is_(None)))
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    plans: dict[uuid.UUID, list[FollowUp]] = {}
    for row in session.scalars(statement):
        plans.setdefault(row.match_id, []).append(row)
    return plans


def _close(session: Session, rows: Sequence[FollowUp], today: dt.date) -> None:
    """Take contacts off the plans of pairs that meet no more; what was asked stays on record."""
    keys = [row.id for row in rows]
    statement = select(FollowUpAnswer.follow_up_id).where(FollowUpAnswer.follow_up_id.in_(keys))
    asked = set(session.scalars(statement)) if keys else set()
    for row in rows:
        if row.id in asked:  # also where only the guide could be written to
            row.done_on = today
        else:
            session.delete(row)
