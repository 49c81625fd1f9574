"""Guides on their way: contact, interview, steps, ready."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.desk.queries.tasks import Task, TaskKind
from app.guides.models import Guide, GuideStatus, StepCode
from app.guides.queries.steps import lacks_steps, missing_steps
from app.oslo import day_of

STEP_DAYS = 7  # how long a guide or a match may stand at a step before it is late
STEPS = {
    GuideStatus.APPLIED: TaskKind.CONTACT_APPLICANT,
    GuideStatus.CONTACTED: TaskKind.INTERVIEW,
    GuideStatus.INTERVIEWED: TaskKind.APPROVE,
}
BEFORE_STEPS = frozenset({TaskKind.CONTACT_APPLICANT, TaskKind.INTERVIEW})


def guide_tasks(session: Session, first_contact_days: int) -> Iterator[Task]:
    """Yield the next step of each guide on the way, and who is ready but lacks one."""
    ready_but_lacking = and_(Guide.status == GuideStatus.READY, lacks_steps())
    statement = (
        select(Guide)
        .where(or_(Guide.status.in_(STEPS), ready_but_lacking))
        .order_by(Guide.applied_at, Guide.id)
    )
    guides = session.scalars(statement).all()
    past_talk = [guide.id for guide in guides if STEPS.get(guide.status) not in BEFORE_STEPS]
    lacks = missing_steps(session, past_talk) if past_talk else {}
    for guide in guides:
        yield _task(guide, first_contact_days, lacks.get(guide.id, ()))


def _task(guide: Guide, first_contact_days: int, lacks: tuple[StepCode, ...]) -> Task:
    kind = STEPS.get(guide.status, TaskKind.STEPS_MISSING)
    if kind is TaskKind.APPROVE and lacks:
        kind = TaskKind.STEPS_MISSING
    since = guide.interviewed_on or guide.contacted_on or day_of(guide.applied_at)
    applied = guide.status is GuideStatus.APPLIED
    return Task(
        kind=kind,
        subject=guide.name,
        since=since,
        due_on=guide.contact_due_on(first_contact_days)
        if applied
        else since + dt.timedelta(days=STEP_DAYS),
        record_id=guide.id,
        under_18=not guide.is_adult,
        calls=guide.tries if applied else 0,
        called_on=guide.tried_on,
        lacks=lacks,
    )
