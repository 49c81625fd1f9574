"""What needs the coordinator today, gathered from the rooms below. Nothing here is stored."""

import datetime as dt

from sqlalchemy.orm import Session

from app.desk.queries.families import waiting_families
from app.desk.queries.guides import guide_tasks
from app.desk.queries.lists import possible_hits
from app.desk.queries.loose import LooseEnds, read_loose_ends
from app.desk.queries.matches import match_tasks, open_matches
from app.desk.queries.pairs import ending_tasks, pair_tasks
from app.desk.queries.tasks import Task, TaskKind
from app.permissions import Actor, Permission, ensure_may

__all__ = ["Task", "TaskKind", "list_tasks"]


def list_tasks(
    session: Session, actor: Actor, *, now: dt.datetime, today: dt.date, first_contact_days: int
) -> list[Task]:
    """Return what needs attention: who asks to be called, then what is late, due, and waits longest.

    What can wait for somebody else's answer is left out until it is soon too late. Who has taken
    a task on stands with it, or who stands in for them while they are away.
    """
    ensure_may(actor, Permission.DESK_VIEW)
    matches = open_matches(session, actor)
    loose = read_loose_ends(session, actor, now=now, today=today)
    tasks = [
        *guide_tasks(session, first_contact_days),
        *match_tasks(matches, today),
        *pair_tasks(session, actor, today),
        *ending_tasks(session, actor, today),
        *waiting_families(session, {row.match.family_id for row in matches}),
        *loose.tasks,
        *possible_hits(session, actor, today),
    ]
    tasks = [_with_colleague(task, loose) for task in tasks]
    return sorted(tasks, key=lambda task: _order(task, today))


def _order(task: Task, today: dt.date) -> tuple[object, ...]:
    urgent_first = not task.is_urgent
    dated_first = task.is_undated and not task.days_late(today)
    return (urgent_first, dated_first, -task.priority, task.due_on, task.since, task.subject)


def _with_colleague(task: Task, loose: LooseEnds) -> Task:
    return task.taken_by(loose.colleague(task))
