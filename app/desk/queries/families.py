"""Families that wait and have no proposal, and groups of minors: never counted together."""

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.desk.queries.tasks import Task, TaskKind
from app.families.models import Family, FamilyStatus
from app.municipalities.queries import get_municipality
from app.tenancy import bound_municipality


def waiting_families(session: Session, in_a_match: Collection[uuid.UUID]) -> Iterator[Task]:
    """Yield the families for which nobody has been proposed, most urgent and longest first."""
    long_wait_days = get_municipality(session, bound_municipality(session)).long_wait_days
    statement = (
        select(Family)
        .where(Family.status == FamilyStatus.WAITING)
        .order_by(Family.priority.desc(), Family.waiting_since, Family.registered_at, Family.id)
    )
    for family in session.scalars(statement):
        if family.id not in in_a_match:
            since = family.waiting_since
            yield Task(
                kind=TaskKind.FIND_GROUP_GUIDES if family.is_group else TaskKind.FIND_GUIDE,
                subject=family.reference,
                since=since,
                due_on=since,
                patience_days=long_wait_days,
                record_id=family.id,
                priority=family.priority,
            )
