"""What staff note: that they spoke with a pair, and how it goes. No text."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict
from app.follow_ups import queries
from app.follow_ups.models import (
    Concern,
    ContactedBy,
    FollowUp,
    FollowUpAnswer,
    FollowUpContact,
    FollowUpKind,
    Light,
    PairSide,
    Reply,
    SpokeWith,
)
from app.follow_ups.services.schedule import NEAR_DAYS
from app.matches.models import Match, MatchStatus
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

SIDES = {
    SpokeWith.GUIDE: frozenset({PairSide.GUIDE}),
    SpokeWith.FAMILY: frozenset({PairSide.FAMILY}),
    SpokeWith.BOTH: frozenset(PairSide),
}


class AgainInThePast(Conflict):
    """The day of the next contact must lie ahead."""


class OtherSideUnheard(Conflict):
    """It cannot go well as long as the other side has said that it does not, and nobody has called.

    `sides` are those whom staff have yet to talk with.
    """

    def __init__(self, sides: frozenset[PairSide]) -> None:
        super().__init__(", ".join(sorted(sides)))
        self.sides = sides


@dataclass(frozen=True, slots=True)
class Contact:
    """That staff spoke with somebody, how, how it goes, and when to call again, if on a day."""

    spoke_with: SpokeWith
    way: ContactedBy
    light: Light
    again_on: dt.date | None = None


def note_contact(
    session: Session,
    actor: Actor,
    match: Match,
    contact: Contact,
    *,
    once_token: str,
    now: dt.datetime,
) -> FollowUpContact:
    """Note that staff spoke with a pair. What was due is done, and what that side said is handled.

    The guide learns nothing of it: no message, no step of the match, nothing on their pages.

    Raises:
        NotPermitted: the actor follows nobody up.
        NotFound: the actor is a guide of this very pair.
        AgainInThePast: the next contact is not ahead.
        OtherSideUnheard: it is said to go well, against what the other side says.
    """
    queries.get_pair(session, actor, match.id)
    lock(session, match)
    if earlier := queries.find_contact(session, once_token):
        return earlier
    today = day_of(now)
    if contact.again_on and contact.again_on <= today:
        raise AgainInThePast(str(contact.again_on))
    _ensure_heard(session, match, contact)
    told = asdict(contact) | {"noted_at": now, "by_id": actor.user_id}
    note = FollowUpContact(match_id=match.id, once_token=once_token, **told)
    session.add(note)
    match.checked_on = today
    _handle_answers(session, match, SIDES[contact.spoke_with], actor, today)
    _finish_due(session, match, actor, today)
    _plan_again(session, match, contact.again_on)
    session.flush()
    return note


def handle_concern(session: Session, actor: Actor, concern: Concern, *, today: dt.date) -> Concern:
    """Note that staff have spoken with whoever was worried."""
    ensure_may(actor, Permission.FOLLOW_UPS_HANDLE)
    lock(session, concern)
    if concern.handled_on is None:
        concern.handled_on, concern.handled_by_id = today, actor.user_id
    session.flush()
    return concern


def _ensure_heard(session: Session, match: Match, contact: Contact) -> None:
    others = frozenset(PairSide) - SIDES[contact.spoke_with]
    if contact.light is not Light.GOOD or not others:
        return
    said = session.scalars(_open_answers(match, others))
    unwell = {answer.side for answer in said if answer.reply is not Reply.FINE}
    unwell |= {concern.side for concern in session.scalars(_open_concerns(match, others))}
    if unwell:
        raise OtherSideUnheard(frozenset(unwell))


def _handle_answers(
    session: Session, match: Match, sides: frozenset[PairSide], actor: Actor, today: dt.date
) -> None:
    """Note that staff have spoken with a side: what it answered and feared is handled by that."""
    for answer in session.scalars(_open_answers(match, sides)):
        answer.handled_on, answer.handled_by_id = today, actor.user_id
    for concern in session.scalars(_open_concerns(match, sides)):
        concern.handled_on, concern.handled_by_id = today, actor.user_id


def _open_answers(match: Match, sides: frozenset[PairSide]) -> Select[FollowUpAnswer]:
    return (
        select(FollowUpAnswer)
        .where(
            FollowUpAnswer.match_id == match.id,
            FollowUpAnswer.side.in_(sides),
            FollowUpAnswer.reply.is_not(None),
            FollowUpAnswer.handled_on.is_(None),
        )
        .order_by(FollowUpAnswer.id)
    )


def _open_concerns(match: Match, sides: frozenset[PairSide]) -> Select[Concern]:
    wanted = (Concern.match_id == match.id, Concern.side.in_(sides), Concern.handled_on.is_(None))
    return select(Concern).where(*wanted).order_by(Concern.id)


def _finish_due(session: Session, match: Match, actor: Actor, today: dt.date) -> None:
    """Take off the list what was due, and a call that would have come in a few days.

    A question that goes out by itself still goes on its day; an earlier promise is replaced.
    """
    soon = today + dt.timedelta(days=NEAR_DAYS)
    called = FollowUp.kind.not_in(queries.ASKED_KINDS)
    statement = select(FollowUp).where(
        FollowUp.match_id == match.id,
        FollowUp.done_on.is_(None),
        or_(
            FollowUp.due_on <= today,
            called & (FollowUp.due_on <= soon),
            FollowUp.kind == FollowUpKind.AGAIN,
        ),
    )
    for row in session.scalars(statement.order_by(FollowUp.id)):
        row.done_on, row.done_by_id = today, actor.user_id


def _plan_again(session: Session, match: Match, on: dt.date | None) -> None:
    if on is None or match.status is not MatchStatus.ACTIVE:
        return
    wanted = (FollowUp.match_id == match.id, FollowUp.kind == FollowUpKind.AGAIN)
    latest: int | None = session.scalar(select(func.max(FollowUp.number)).where(*wanted))
    number = (latest or 0) + 1
    session.add(FollowUp(match_id=match.id, kind=FollowUpKind.AGAIN, number=number, due_on=on))


def forget_handled_concerns(session: Session, guide_id: uuid.UUID) -> None:
    """Delete a guide's concerns that were talked about, when the guide's role ends."""
    wanted = (Concern.guide_id == guide_id, Concern.handled_on.is_not(None))
    for concern in session.scalars(select(Concern).where(*wanted)):
        session.delete(concern)
