"""Matches on their way from a proposal to the start meeting."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.desk.queries.guides import STEP_DAYS
from app.desk.queries.tasks import Task, TaskKind
from app.matches.models import OPEN, Match, MatchEvent, MatchGuide, MatchStatus, StartMeeting
from app.matches.queries import names_in, not_own
from app.municipalities.models import Municipality
from app.oslo import day_of
from app.permissions import Actor

Step = tuple[TaskKind, dt.date] | None


class OpenMatch(NamedTuple):
    """A match with the instant of its last step, and of its start meeting, if there are any."""

    match: Match
    stepped_at: dt.datetime | None
    meets_at: dt.datetime | None
    answer_days: int
    is_own: bool  # the actor is, or was, a guide of it

    @property
    def since(self) -> dt.date:
        return day_of(self.stepped_at or self.match.proposed_at)


def open_matches(session: Session, actor: Actor) -> Sequence[OpenMatch]:
    """Return all open matches with their people, longest first."""
    stepped_at = select(func.max(MatchEvent.at)).where(MatchEvent.match_id == Match.id)
    meets_at = select(StartMeeting.at).where(StartMeeting.match_id == Match.id)
    answer_days = select(Municipality.answer_days).where(Municipality.id == Match.municipality_id)
    statement = (
        select(
            Match,
            stepped_at.correlate(Match).scalar_subquery(),
            meets_at.correlate(Match).scalar_subquery(),
            answer_days.correlate(Match).scalar_subquery(),
            ~not_own(actor),
        )
        .where(Match.status.in_(OPEN))
        .options(joinedload(Match.family), selectinload(Match.guides).joinedload(MatchGuide.guide))
        .order_by(Match.proposed_at, Match.id)
    )
    return [OpenMatch(*row) for row in session.execute(statement)]


def match_tasks(matches: Sequence[OpenMatch], today: dt.date) -> Iterator[Task]:
    """Yield what staff must do for matches that are not active yet, or whose family has left.

    None of those in which the actor is a guide.
    """
    for row in matches:
        if row.is_own:
            continue
        for kind, due_on in filter(None, (_next_step(row, today), _newcomer(row, today))):
            yield Task(
                kind=kind,
                subject=row.match.family.reference,
                guides=names_in(row.match),
                since=row.since,
                due_on=due_on,
                record_id=row.match.id,
            )


def _next_step(row: OpenMatch, today: dt.date) -> Step:
    """Return what staff must do for a match, and by when; None while others have the ball."""
    match = row.match
    if not match.family.takes_part:
        return TaskKind.FAMILY_LEFT, match.family.withdrawn_on or row.since
    if match.status is MatchStatus.AGREED:
        return _start(row, today)
    has_room = all(guide.free_places > 0 for guide in match.takers)
    ours = {
        MatchStatus.PROPOSED: TaskKind.CONFIRM if has_room else TaskKind.GUIDE_TAKEN,
        MatchStatus.GUIDE_ACCEPTED: TaskKind.ASK_FAMILY,
    }
    theirs = {
        MatchStatus.GUIDE_ASKED: TaskKind.REMIND_GUIDE,
        MatchStatus.FAMILY_ASKED: TaskKind.REMIND_FAMILY,
    }
    if match.status in ours:
        return ours[match.status], row.since + dt.timedelta(days=STEP_DAYS)
    if match.status in theirs and match.expires_on and match.expires_on <= today:
        return theirs[match.status], match.expires_on
    return None


def _newcomer(row: OpenMatch, today: dt.date) -> Step:
    """Return whom to remind in a running match, on the last day: who was asked to come in, too."""
    asked_on = [one.joined_on for one in row.match.guides if one.awaits_yes and one.joined_on]
    if not asked_on or row.match.agreed_on is None or not row.match.family.takes_part:
        return None
    late_on = min(asked_on) + dt.timedelta(days=row.answer_days)
    return (TaskKind.REMIND_GUIDE, late_on) if late_on <= today else None


def _start(row: OpenMatch, today: dt.date) -> Step:
    """Return the step of two who have said yes: a date, then the meeting and two signatures."""
    if row.meets_at is None:
        return TaskKind.PLAN_START, row.since + dt.timedelta(days=STEP_DAYS)
    meets_on = day_of(row.meets_at)
    return (TaskKind.START_MEETING, meets_on) if meets_on <= today else None
