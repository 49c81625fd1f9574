"""Small things of many rooms, read in one statement: the desk is one page and asks little."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Date, Select, String, Uuid, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.desk.queries.tasks import Colleague, Task, TaskKind
from app.duties.models import Absence, Assignment
from app.endings.models import Transfer, TransferStatus
from app.families.models import Family
from app.follow_ups.models import Concern, PairSide
from app.follow_ups.queries import is_loose_concern
from app.guides.models import Guide
from app.matches.queries import not_about_own
from app.messages.models import MessageStatus, OutgoingMessage
from app.oslo import day_of
from app.permissions import Actor

MESSAGE, COURSE, MOVE, CONCERN = "message", "course", "move", "concern"
ASSIGNMENT, ABSENCE = "assignment", "absence"
NOBODY = cast(null(), Uuid())
NO_DAY = cast(null(), Date())


@dataclass(frozen=True, slots=True)
class LooseEnds:
    """Tasks that stand alone, and who does what for whom."""

    tasks: tuple[Task, ...]
    assigned: dict[tuple[str, uuid.UUID], Colleague]
    substitutes: dict[uuid.UUID, Colleague]  # of those who are away today

    def colleague(self, task: Task) -> Colleague | None:
        """Return who does a task: whoever took it on, or stands in for them."""
        own = self.assigned.get((task.kind.value, task.record_id))
        if own is None or own.user_id not in self.substitutes:
            return own
        return replace(self.substitutes[own.user_id], instead_of=own.name)


def read_loose_ends(
    session: Session, actor: Actor, *, now: dt.datetime, today: dt.date
) -> LooseEnds:
    """Return what stands alone, and who does what for whom; what a guide says goes not to them."""
    ends = (
        _failed(actor),
        _unticked(now),
        _moves(actor),
        _worried(actor),
        _assigned(),
        _away(today),
    )
    rows = session.execute(union_all(*ends).order_by("at", "id")).all()
    return LooseEnds(
        tasks=tuple(_task(row) for row in rows if row.what in KINDS),
        assigned={
            (row.words, row.id): Colleague(row.user_id, row.name)
            for row in rows
            if row.what == ASSIGNMENT
        },
        substitutes={
            row.id: Colleague(row.user_id, row.name) for row in rows if row.what == ABSENCE
        },
    )


KINDS = {
    MESSAGE: TaskKind.FAILED_MESSAGE,
    COURSE: TaskKind.ATTENDANCE,
    MOVE: TaskKind.TRANSFER,
    CONCERN: TaskKind.CONCERN,
}


def _task(row: Any) -> Task:
    on = day_of(row.at)
    return Task(
        kind=KINDS[row.what],
        subject=row.words,
        since=on,
        due_on=row.day or on,
        record_id=row.id,
        concerned=PairSide.GUIDE if row.what == CONCERN else None,
    )


def _row(what: str, key: Any, words: Any, at: Any, **more: Any) -> Select[Any]:
    """Return one room's rows in the shape of all; `more` is a user, or the day it is due."""
    user = more.get("user")
    return select(
        literal(what, String()).label("what"),
        key.label("id"),
        words.label("words"),
        at.label("at"),
        more.get("day", NO_DAY).label("day"),
        (user.id if user is not None else NOBODY).label("user_id"),
        (user.name if user is not None else literal("", String())).label("name"),
    )


def _failed(actor: Actor) -> Select[Any]:
    message = OutgoingMessage
    return _row(MESSAGE, message.id, message.recipient, message.created_at).where(
        message.status == MessageStatus.FAILED,
        message.handled_at.is_(None),
        not_about_own(actor, message.about_id),
    )


def _unticked(now: dt.datetime) -> Select[Any]:
    """Courses that are over, and of somebody with a place nobody has said whether they came."""
    unsaid = CourseSession.bookings.any(
        (CourseBooking.status == BookingStatus.BOOKED) & CourseBooking.attended.is_(None)
    )
    return _row(COURSE, CourseSession.id, CourseSession.title, CourseSession.ends_at).where(
        CourseSession.ends_at < now, CourseSession.called_off_at.is_(None), unsaid
    )


def _moves(actor: Actor) -> Select[Any]:
    """Families that move, of whom the other municipality is to be told."""
    row = _row(MOVE, Transfer.id, Family.reference, Transfer.noted_at, day=Transfer.moves_on)
    return row.join(Transfer.family).where(
        Transfer.status == TransferStatus.PENDING, not_about_own(actor, Transfer.family_id)
    )


def _worried(actor: Actor) -> Select[Any]:
    """Guides who want to be called, about no certain family."""
    row = _row(CONCERN, Concern.id, Guide.name, Concern.raised_at).join(Concern.guide)
    return row.where(is_loose_concern(actor))


def _assigned() -> Select[Any]:
    row = _row(ASSIGNMENT, Assignment.record_id, Assignment.kind, Assignment.assigned_at, user=User)
    return row.join(User, User.id == Assignment.user_id)


def _away(today: dt.date) -> Select[Any]:
    substitute = aliased(User)
    row = _row(ABSENCE, Absence.user_id, literal("", String()), Absence.noted_at, user=substitute)
    return row.join(substitute, substitute.id == Absence.substitute_id).where(
        Absence.from_on <= today,
        Absence.until_on >= today,
        Absence.ended_at.is_(None),
    )
