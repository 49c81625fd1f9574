"""Pairs that meet, and pairs that part, as the rooms of following up and of endings see them."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.desk.queries.tasks import Task, TaskKind
from app.endings.queries import EndingWhy, list_ending_tasks
from app.follow_ups.queries import Sign, list_due
from app.permissions import Actor

SIGNS = {
    Sign.ALONE: TaskKind.GROUP_ALONE,
    Sign.LACKS: TaskKind.MAY_NOT_MEET,
    Sign.CONCERN: TaskKind.CONCERN,
    Sign.TALK: TaskKind.TALK,
    Sign.NOT_MEETING: TaskKind.NOT_MEETING,
    Sign.RUNS_OUT: TaskKind.RUNS_OUT,
    Sign.CONTACT: TaskKind.CONTACT_PAIR,
    Sign.SILENT: TaskKind.SILENT_PAIR,
}
ENDINGS = {
    EndingWhy.TOO_MUCH: TaskKind.TOO_MUCH,
    EndingWhy.TALK: TaskKind.GUIDE_STOPS,
    EndingWhy.TELL: TaskKind.TELL_GUIDE,
    EndingWhy.DECIDE: TaskKind.DECIDE_ENDING,
}


def pair_tasks(session: Session, actor: Actor, today: dt.date) -> Iterator[Task]:
    """Yield the gravest thing about each pair; none of those in which the actor is a guide."""
    for due in list_due(session, actor, today):
        yield Task(
            kind=SIGNS[due.sign],
            subject=due.subject,
            guides=due.guides,
            since=due.since,
            due_on=due.due_on,
            record_id=due.match_id,
            concerned=due.concerned,
        )


def ending_tasks(session: Session, actor: Actor, today: dt.date) -> Iterator[Task]:
    """Yield what endings ask for."""
    for due in list_ending_tasks(session, actor, today):
        yield Task(
            kind=ENDINGS[due.why],
            subject=due.family_reference,
            guides=due.guide_names,
            since=due.since,
            due_on=due.due_on,
            record_id=due.match_id,
        )
