"""Families that wait and have no proposal, and groups of minors: never counted together."""

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.desk.queries.tasks import Task, TaskKind
from app.families.models import Family, FamilyStatus
from app.families.queries import lacks_approval
from app.municipalities.queries import get_municipality
from app.tenancy import bound_municipality


def waiting_families(session: Session, in_a_match: Collection[uuid.UUID]) -> Iterator[Task]:
    """Yield the families for which nobody has been proposed, most urgent and longest first."""
    long_wait_days = get_municipality(session, bound_municipality(session)).long_wait_days
    statement = (
        select(Family, lacks_approval())
        .where(Family.status == FamilyStatus.WAITING)
        .order_by(Family.priority.desc(), Family.waiting_since, Family.registered_at, Family.id)
    )
    for family, lacks in session.execute(statement):
        if family.id not in in_a_match:
            since = family.waiting_since
            yield Task(
                kind=_first_for(family, lacks=lacks),
                subject=family.reference,
                since=since,
                due_on=since,
                patience_days=long_wait_days,
                record_id=family.id,
                priority=family.priority,
            )


def _first_for(family: Family, *, lacks: bool) -> TaskKind:
    """Return what comes first: no guide is chosen for a group before all have said yes for it."""
    if lacks:
        return TaskKind.APPROVE_GROUP
    return TaskKind.FIND_GROUP_GUIDES if family.is_group else TaskKind.FIND_GUIDE
