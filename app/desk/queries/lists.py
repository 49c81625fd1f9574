"""Guides who may be somebody whom a family fears: for the family's coordinator alone."""

import datetime as dt
from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.desk.queries.tasks import Task, TaskKind
from app.no_contact.queries import list_open_hits
from app.oslo import day_of
from app.permissions import Actor


def possible_hits(session: Session, actor: Actor, today: dt.date) -> Iterator[Task]:
    """Yield the possible hits that the actor has to decide about. Nobody else sees there is one."""
    for family, hit in list_open_hits(session, actor, today):
        yield Task(
            kind=TaskKind.POSSIBLE_HIT,
            subject=family.reference,
            guides=(hit.guide_name,),
            since=day_of(hit.since),
            due_on=day_of(hit.since),
            record_id=family.id,
        )
