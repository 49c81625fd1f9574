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
from app.oslo import day_of, end_of
from app.permissions import Actor, Permission, ensure_may

SIDES = {
    SpokeWith.GUIDE: frozenset({PairSide.GUIDE}),
    SpokeWith.FAMILY: frozenset({PairSide.FAMILY}),
    SpokeWith.BOTH: frozenset(PairSide),
}


class AgainInThePast(Conflict):
    """The day of the next contact must lie ahead."""


class TalkOutOfPlace(Conflict):
    """The day of a talk lies ahead, or before the two met."""


class OtherSideUnheard(Conflict):
    """It cannot go well as long as the other side has said that it does not, and nobody has called.

    `sides` are those whom staff have yet to talk with.
    """

    def __init__(self, sides: frozenset[PairSide]) -> None:
        super().__init__(", ".join(sorted(sides)))
        self.sides = sides


@dataclass(frozen=True, slots=True)
class Contact:
    """That staff spoke with somebody, how, how it goes, and when to call again, if on a day.

    `talked_on`: the day of the talk; None is today.
    """

    spoke_with: SpokeWith
    way: ContactedBy
    light: Light
    again_on: dt.date | None = None
    talked_on: dt.date | None = None


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

    Of a talk that is noted later, only what was due and said by then.

    The guide learns nothing of it: no message, no step of the match, nothing on their pages.

    Raises:
        NotPermitted: the actor follows nobody up.
        NotFound: the actor is a guide of this very pair.
        AgainInThePast: the next contact is not ahead.
        TalkOutOfPlace: they talked on no day from the start of the match until today.
        OtherSideUnheard: it is said to go well, against what the other side says.
    """
    queries.get_pair(session, actor, match.id)
    lock(session, match)
    if earlier := queries.find_contact(session, once_token):
        return earlier
    today = day_of(now)
    if contact.again_on and contact.again_on <= today:
        raise AgainInThePast(str(contact.again_on))
    on = _day_of_talk(match, contact, today)
    _ensure_heard(session, match, contact)
    told = asdict(contact) | {"talked_on": on, "noted_at": now, "by_id": actor.user_id}
    note = FollowUpContact(match_id=match.id, once_token=once_token, **told)
    session.add(note)
    _handle_answers(session, match, SIDES[contact.spoke_with], actor, on)
    _finish_due(session, match, actor, on)
    match.checked_on = max(on, match.checked_on or on)
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


def _day_of_talk(match: Match, contact: Contact, today: dt.date) -> dt.date:
    """Return the day of a talk; raise TalkOutOfPlace if it cannot have been on that day."""
    on = contact.talked_on or today
    since = match.started_on or match.agreed_on or on
    if not since <= on <= today:
        raise TalkOutOfPlace(f"{match.id}: talked on {on}")
    return on


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
    session: Session, match: Match, sides: frozenset[PairSide], actor: Actor, on: dt.date
) -> None:
    """Note that staff have spoken with a side: what it had answered and feared is handled."""
    by_then = end_of(on)
    said = _open_answers(match, sides).where(FollowUpAnswer.answered_at < by_then)
    for answer in session.scalars(said):
        answer.handled_on, answer.handled_by_id = on, actor.user_id
    worried = _open_concerns(match, sides).where(Concern.raised_at < by_then)
    for concern in session.scalars(worried):
        concern.handled_on, concern.handled_by_id = on, actor.user_id


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


def _finish_due(session: Session, match: Match, actor: Actor, on: dt.date) -> None:
    """Take off the list what was due, and a call that would have come in a few days.

    A question that goes out by itself still goes on its day. An earlier promise is replaced, but
    not by a talk before the latest: the promise may have been made since.
    """
    soon = on + dt.timedelta(days=NEAR_DAYS)
    called = FollowUp.kind.not_in(queries.ASKED_KINDS)
    is_latest = match.checked_on is None or match.checked_on <= on
    replaced = [FollowUp.kind == FollowUpKind.AGAIN] if is_latest else []
    statement = select(FollowUp).where(
        FollowUp.match_id == match.id,
        FollowUp.done_on.is_(None),
        FollowUp.kind != FollowUpKind.END,  # that it runs out is settled by more months, or an end
        or_(
            FollowUp.due_on <= on,
            called & (FollowUp.due_on <= soon),
            *replaced,
        ),
    )
    for row in session.scalars(statement.order_by(FollowUp.id)):
        row.done_on, row.done_by_id = on, actor.user_id


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
