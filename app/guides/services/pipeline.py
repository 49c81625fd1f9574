"""What a municipality asks of its guides before they are ready."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.guides.models import ASKED_AT_FIRST, CHOSEN, PipelineStep, StepCode
from app.permissions import Actor, Permission, ensure_may

# The certificate is asked for where a law lets the municipality: not here, but by the task.
CHOSEN_HERE = tuple(code for code in CHOSEN if code is not StepCode.CERTIFICATE)
NOTHING: frozenset[StepCode] = frozenset()


class Wanted(NamedTuple):
    """Whether a step is asked for, and its place among the others."""

    required: bool
    position: int


def make_pipeline(session: Session, asked: Collection[StepCode] = ASKED_AT_FIRST) -> None:
    """Make the rows of a municipality that has none; what is there already stays.

    Args:
        session: bound to the municipality.
        asked: what it asks for from the start. A new one begins with what most ask for, one
            from before there were steps with nothing, so that nobody's work stops overnight.
    """
    rows = _rows(session)
    for place, code in enumerate(CHOSEN):
        if code not in rows:
            session.add(PipelineStep(code=code, required=code in asked, position=place))
    session.flush()


def change_pipeline(
    session: Session, actor: Actor, wanted: Mapping[StepCode, Wanted], *, now: dt.datetime
) -> None:
    """Take over which steps the municipality asks for, and in which order they are shown.

    Guides who are ready already and lack a step are not proposed until they have done it.
    """
    ensure_may(actor, Permission.MUNICIPALITY_CHANGE)
    make_pipeline(session, NOTHING)
    rows = _rows(session)
    for code in CHOSEN_HERE:
        row, choice = rows[code], wanted[code]
        if (row.required, row.position) != choice:
            row.required, row.position = choice
            row.changed_by_id, row.changed_at = actor.user_id, now
    session.flush()


def require_step(
    session: Session, code: StepCode, *, required: bool, by: uuid.UUID | None, now: dt.datetime
) -> None:
    """Ask for one step from now on, or no longer. For rooms that decide about a step of theirs."""
    make_pipeline(session, NOTHING)
    row = _rows(session)[code]
    if row.required is not required:
        row.required, row.changed_by_id, row.changed_at = required, by, now
    session.flush()


def _rows(session: Session) -> dict[StepCode, PipelineStep]:
    statement = select(PipelineStep).order_by(PipelineStep.position, PipelineStep.code)
    return {row.code: row for row in session.scalars(statement)}
