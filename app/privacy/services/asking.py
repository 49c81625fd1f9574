"""Somebody has asked for what the law gives them: noted, answered within a month."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.personal import Person
from app.privacy.models import Right, RightsRequest
from app.privacy.queries.people import get_subject
from app.privacy.queries.requests import get_request


class AskedInTheFuture(Conflict):
    """A request is noted when it has come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, and the day they did: the month runs from it."""

    right: Right
    on: dt.date


def note_request(
    session: Session,
    actor: Actor,
    whom: tuple[Person, uuid.UUID],
    asked: Asked,
    *,
    once_token: str,
    now: dt.datetime,
) -> RightsRequest:
    """Note that somebody asks; the same form sent twice counts once.

    Raises:
        NotPermitted: the actor does not handle privacy.
        NotFound: there is nobody.
        AskedInTheFuture: the day lies ahead.
    """
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    person, record_id = whom
    get_subject(session, actor, person, record_id)
    if asked.on > day_of(now):
        raise AskedInTheFuture(str(asked.on))
    request = RightsRequest(
        person=person,
        record_id=record_id,
        asks_for=asked.right,
        asked_on=asked.on,
        noted_at=now,
        noted_by_id=actor.user_id,
        once_token=once_token,
    )
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        same = RightsRequest.once_token == once_token
        return session.scalars(select(RightsRequest).where(same)).one()
    return request


def note_answered(
    session: Session, actor: Actor, request_id: uuid.UUID, *, now: dt.datetime
) -> RightsRequest:
    """Note that a request was answered; a second time changes nothing.

    Raises:
        NotPermitted: the actor does not handle privacy.
        NotFound: there is none.
    """
    request = get_request(session, actor, request_id)
    if request.answered_on is None:
        request.answered_on, request.answered_by_id = day_of(now), actor.user_id
    session.flush()
    return request
