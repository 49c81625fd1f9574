"""Who has asked for something, and until when it is to be answered."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.matches.queries import not_about_own
from app.oslo import plus_months
from app.permissions import Actor, Permission, ensure_may
from app.privacy.models import RightsRequest


def due_on(request: RightsRequest) -> dt.date:
    """Return the last day to answer: a month after it was asked."""
    return plus_months(request.asked_on, 1)


def list_open(
    session: Session, actor: Actor, record_id: uuid.UUID | None = None
) -> Sequence[RightsRequest]:
    """Return the requests that wait for an answer, somebody's or all, the oldest first."""
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    others = not_about_own(actor, RightsRequest.record_id)
    statement = select(RightsRequest).where(RightsRequest.answered_on.is_(None), others)
    if record_id:
        statement = statement.where(RightsRequest.record_id == record_id)
    return session.scalars(statement.order_by(RightsRequest.asked_on, RightsRequest.id)).all()


def get_request(session: Session, actor: Actor, request_id: uuid.UUID) -> RightsRequest:
    """Return a request, or raise NotFound."""
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    others = not_about_own(actor, RightsRequest.record_id)
    statement = select(RightsRequest).where(RightsRequest.id == request_id, others)
    request = session.scalar(statement)
    if request is None:
        raise NotFound(f"request {request_id}")
    return request
