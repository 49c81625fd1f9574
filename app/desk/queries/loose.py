"""Small things of many rooms, read in one statement: the desk is one page and asks little."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, String, Uuid, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.desk.queries.tasks import Colleague, Task, TaskKind
from app.duties.models import Absence, Assignment
from app.messages.models import MessageStatus, OutgoingMessage
from app.oslo import day_of

MESSAGE, COURSE, ASSIGNMENT, ABSENCE = "message", "course", "assignment", "absence"
NOBODY = cast(null(), Uuid())


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


def read_loose_ends(session: Session, *, now: dt.datetime, today: dt.date) -> LooseEnds:
    """Return the failed messages, the courses without attendance, assignments and absences."""
    rows = session.execute(
        union_all(_failed(), _unticked(now), _assigned(), _away(today)).order_by("at", "id")
    ).all()
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


KINDS = {MESSAGE: TaskKind.FAILED_MESSAGE, COURSE: TaskKind.ATTENDANCE}


def _task(row: Any) -> Task:
    on = day_of(row.at)
    return Task(kind=KINDS[row.what], subject=row.words, since=on, due_on=on, record_id=row.id)


def _row(what: str, key: Any, words: Any, at: Any, user: Any = None) -> Select[Any]:
    return select(
        literal(what, String()).label("what"),
        key.label("id"),
        words.label("words"),
        at.label("at"),
        (user.id if user is not None else NOBODY).label("user_id"),
        (user.name if user is not None else literal("", String())).label("name"),
    )


def _failed() -> Select[Any]:
    message = OutgoingMessage
    return _row(MESSAGE, message.id, message.recipient, message.created_at).where(
        message.status == MessageStatus.FAILED, message.handled_at.is_(None)
    )


def _unticked(now: dt.datetime) -> Select[Any]:
    """Courses that are over, and of somebody with a place nobody has said whether they came."""
    unsaid = CourseSession.bookings.any(
        (CourseBooking.status == BookingStatus.BOOKED) & CourseBooking.attended.is_(None)
    )
    return _row(COURSE, CourseSession.id, CourseSession.title, CourseSession.ends_at).where(
        CourseSession.ends_at < now, CourseSession.called_off_at.is_(None), unsaid
    )


def _assigned() -> Select[Any]:
    row = _row(ASSIGNMENT, Assignment.record_id, Assignment.kind, Assignment.assigned_at, User)
    return row.join(User, User.id == Assignment.user_id)


def _away(today: dt.date) -> Select[Any]:
    substitute = aliased(User)
    row = _row(ABSENCE, Absence.user_id, literal("", String()), Absence.noted_at, substitute)
    return row.join(substitute, substitute.id == Absence.substitute_id).where(
        Absence.from_on <= today,
        Absence.until_on >= today,
        Absence.ended_at.is_(None),
    )
