"""Guides on their way: contact, interview, steps, ready."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.desk.queries.tasks import Task, TaskKind
from app.guides.models import Guide, GuideStatus
from app.guides.queries.steps import lacks_steps

STEP_DAYS = 7  # how long a guide or a match may stand at a step before it is late
STEPS = {
    GuideStatus.APPLIED: TaskKind.CONTACT_APPLICANT,
    GuideStatus.CONTACTED: TaskKind.INTERVIEW,
    GuideStatus.INTERVIEWED: TaskKind.APPROVE,
}


def guide_tasks(session: Session, first_contact_days: int) -> Iterator[Task]:
    """Yield the next step of each guide on the way, and who is ready but lacks one."""
    lacks = lacks_steps()
    statement = (
        select(Guide, lacks)
        .where(or_(Guide.status.in_(STEPS), and_(Guide.status == GuideStatus.READY, lacks)))
        .order_by(Guide.applied_at, Guide.id)
    )
    for guide, is_lacking in session.execute(statement):
        yield _task(guide, first_contact_days, is_lacking=is_lacking)


def _task(guide: Guide, first_contact_days: int, *, is_lacking: bool) -> Task:
    kind = STEPS.get(guide.status, TaskKind.STEPS_MISSING)
    if kind is TaskKind.APPROVE and is_lacking:
        kind = TaskKind.STEPS_MISSING
    promised_on = guide.contact_due_on(first_contact_days)
    applied_on = promised_on - dt.timedelta(days=first_contact_days)
    since = guide.interviewed_on or guide.contacted_on or applied_on
    applied = guide.status is GuideStatus.APPLIED
    return Task(
        kind=kind,
        subject=guide.name,
        since=since,
        due_on=promised_on if applied else since + dt.timedelta(days=STEP_DAYS),
        record_id=guide.id,
        under_18=not guide.is_adult,
    )
