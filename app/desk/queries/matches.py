"""Matches on their way from a proposal to the start meeting."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.desk.queries.guides import STEP_DAYS
from app.desk.queries.tasks import Task, TaskKind
from app.matches.models import (
    OPEN,
    WAITS_FOR_ANSWER,
    Match,
    MatchEvent,
    MatchGuide,
    MatchStatus,
    StartMeeting,
)
from app.matches.queries import last_day_to_answer, names_in, shown_to
from app.matches.queries.lacking import lacks_something
from app.messages.services import To, can_reach
from app.oslo import day_of
from app.permissions import Actor

CALL_BEFORE = dt.timedelta(days=2)  # the last day alone is too little for who works part-time
_NOT_BEGUN = frozenset(
    {
        MatchStatus.PROPOSED,
        MatchStatus.GUIDE_ASKED,
        MatchStatus.GUIDE_ACCEPTED,
        MatchStatus.FAMILY_ASKED,
    }
)
Step = tuple[TaskKind, dt.date] | None


class OpenMatch(NamedTuple):
    """A match with the instant of its last step, and of its start meeting, if there are any."""

    match: Match
    stepped_at: dt.datetime | None
    meets_at: dt.datetime | None
    is_own: bool  # the actor is, or was, a guide of it
    lacks: bool  # something is missing without which they may not meet
    answer_by: dt.date | None  # the last day of whoever is asked
    call_from: dt.date | None  # since when staff call whoever has not answered

    @property
    def since(self) -> dt.date:
        return day_of(self.stepped_at or self.match.proposed_at)


def open_matches(session: Session, actor: Actor) -> Sequence[OpenMatch]:
    """Return all open matches with their people, longest first."""
    stepped_at = select(func.max(MatchEvent.at)).where(MatchEvent.match_id == Match.id)
    meets_at = select(StartMeeting.at).where(StartMeeting.match_id == Match.id)
    statement = (
        select(
            Match,
            stepped_at.correlate(Match).scalar_subquery(),
            meets_at.correlate(Match).scalar_subquery(),
            ~shown_to(actor),
            lacks_something(),
        )
        .where(Match.status.in_(OPEN))
        .options(joinedload(Match.family), selectinload(Match.guides).joinedload(MatchGuide.guide))
        .order_by(Match.proposed_at, Match.id)
    )
    return [
        OpenMatch(*row, *_waits_for(session, row.Match)) for row in session.execute(statement).all()
    ]


def _waits_for(session: Session, match: Match) -> tuple[dt.date | None, dt.date | None]:
    """Return by when somebody must answer, and from when on staff call: some days before.

    A family that no letter reaches is asked by telephone alone, so from the first day.
    """
    asked_on = [one.joined_on for one in match.guides if one.awaits_yes and one.joined_on]
    if match.status in WAITS_FOR_ANSWER and match.expires_on:
        answer_by = match.expires_on
    elif asked_on and match.agreed_on and match.family.takes_part:
        answer_by = last_day_to_answer(session, min(asked_on))
    else:
        return None, None
    if match.status is MatchStatus.FAMILY_ASKED and not can_reach(session, To.family(match.family)):
        return answer_by, dt.date.min
    return answer_by, answer_by - CALL_BEFORE


def match_tasks(matches: Sequence[OpenMatch], today: dt.date) -> Iterator[Task]:
    """Yield what staff must do for matches that are not active yet, or whose family has left.

    None of those in which the actor is a guide.
    """
    for row in matches:
        if row.is_own:
            continue
        for kind, due_on in filter(None, (_next_step(row, today), _call(row, today))):
            yield Task(
                kind=kind,
                subject=row.match.family.reference,
                guides=names_in(row.match),
                since=due_on if kind is TaskKind.FAMILY_LEFT else row.since,
                due_on=due_on,
                record_id=row.match.id,
            )


def _next_step(row: OpenMatch, today: dt.date) -> Step:
    """Return what staff must do for a match, and by when; None while others have the ball."""
    match = row.match
    if not match.family.takes_part:
        return TaskKind.FAMILY_LEFT, match.family.left_on or row.since
    if match.status is MatchStatus.AGREED:
        return _start(row, today)
    if row.lacks and match.status in _NOT_BEGUN:  # later on it rests: see `pair_tasks`
        return TaskKind.MAY_NOT_BEGIN, today
    has_room = all(guide.free_places > 0 for guide in match.takers)
    ours = {
        MatchStatus.PROPOSED: TaskKind.CONFIRM if has_room else TaskKind.GUIDE_TAKEN,
        MatchStatus.GUIDE_ACCEPTED: TaskKind.ASK_FAMILY,
    }
    if match.status in ours:
        return ours[match.status], row.since + dt.timedelta(days=STEP_DAYS)
    return None


def _call(row: OpenMatch, today: dt.date) -> Step:
    """Return whom to call before the time is out: of a match, or who was asked to come in, too."""
    if not (row.answer_by and row.call_from) or today < row.call_from:
        return None
    if not row.match.family.takes_part:
        return None
    asks_family = row.match.status is MatchStatus.FAMILY_ASKED
    return TaskKind.REMIND_FAMILY if asks_family else TaskKind.REMIND_GUIDE, row.answer_by


def _start(row: OpenMatch, today: dt.date) -> Step:
    """Return the step of two who have said yes: a date, then the meeting and two signatures."""
    if row.meets_at is None:
        return TaskKind.PLAN_START, row.since + dt.timedelta(days=STEP_DAYS)
    meets_on = day_of(row.meets_at)
    return (TaskKind.START_MEETING, meets_on) if meets_on <= today else None
