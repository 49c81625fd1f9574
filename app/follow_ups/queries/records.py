"""What is on record about following up one pair."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import Link, LinkKind
from app.accounts.services import get_open_link
from app.errors import NotFound
from app.follow_ups.models import (
    Concern,
    FollowUp,
    FollowUpAnswer,
    FollowUpContact,
    PairSide,
)
from app.guides.models import Guide
from app.matches.models import Match, MatchGuide, MatchStatus
from app.matches.queries import find_match_of_family, get_family_by_link, shown_to
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality


@dataclass(frozen=True, slots=True)
class Record:
    """All that was planned, asked, answered and noted of one pair."""

    match: Match
    planned: Sequence[FollowUp]
    answers: Sequence[FollowUpAnswer]
    contacts: Sequence[FollowUpContact]
    concerns: Sequence[Concern]


def get_pair(session: Session, actor: Actor, match_id: uuid.UUID) -> Match:
    """Return a match that both said yes to, for staff who are none of its guides.

    Raises:
        NotFound: there is none here, it came to nothing, or the actor is its guide.
        NotPermitted: the actor follows nobody up.
    """
    ensure_may(actor, Permission.FOLLOW_UPS_HANDLE)
    statement = (
        select(Match)
        .where(Match.id == match_id, Match.agreed_on.is_not(None), shown_to(actor))
        .options(joinedload(Match.family), selectinload(Match.guides).joinedload(MatchGuide.guide))
    )
    match = session.scalar(statement)
    if match is None:
        raise NotFound(f"pair {match_id}")
    return match


def get_record(session: Session, actor: Actor, match_id: uuid.UUID) -> Record:
    """Return what is on record of a pair; see `get_pair` for whom it is there."""
    match = get_pair(session, actor, match_id)
    planned = select(FollowUp).where(FollowUp.match_id == match_id)
    answers = select(FollowUpAnswer).where(FollowUpAnswer.match_id == match_id)
    contacts = select(FollowUpContact).where(FollowUpContact.match_id == match_id)
    concerns = select(Concern).where(Concern.match_id == match_id)
    return Record(
        match=match,
        planned=session.scalars(planned.order_by(FollowUp.due_on, FollowUp.id)).all(),
        answers=session.scalars(
            answers.options(joinedload(FollowUpAnswer.guide)).order_by(
                FollowUpAnswer.asked_at.desc(), FollowUpAnswer.number.desc(), FollowUpAnswer.id
            )
        ).all(),
        contacts=session.scalars(
            contacts.options(joinedload(FollowUpContact.by)).order_by(
                FollowUpContact.talked_on.desc(),
                FollowUpContact.noted_at.desc(),
                FollowUpContact.id,
            )
        ).all(),
        concerns=session.scalars(concerns.order_by(Concern.raised_at.desc())).all(),
    )


def get_question(session: Session, token: str, *, now: dt.datetime) -> tuple[FollowUpAnswer, Link]:
    """Return what a link asks, and of whom.

    Raises:
        NotFound: the link does not open, is another municipality's, the pair does not meet any
            more, or it was sent to a guide who is not asked any more. All look the same.
    """
    link = get_open_link(session, LinkKind.FOLLOW_UP, token, now=now)
    if link.municipality_id != bound_municipality(session):
        raise NotFound("follow-up link of another municipality")
    statement = (
        select(FollowUpAnswer)
        .where(FollowUpAnswer.id == link.subject_id)
        .options(joinedload(FollowUpAnswer.match).joinedload(Match.family))
    )
    question = session.scalar(statement)
    if question is None or question.match.status is not MatchStatus.ACTIVE:
        raise NotFound("follow-up link of a pair that does not meet")
    if not question.match.family.takes_part:
        raise NotFound("follow-up link of a family that has left")
    if link.holder_id != asked_of(question, question.match):
        raise NotFound("follow-up link that was sent to somebody else")
    there = {guide.id for guide in question.match.present}
    if question.side is PairSide.GUIDE and link.holder_id not in there:
        raise NotFound("follow-up link of a guide who has left the pair")
    return question, link


def get_match_by_family_link(session: Session, token: str, *, now: dt.datetime) -> Match:
    """Return the match of a family's own page that both said yes to.

    Raises:
        NotFound: the link does not open, or the family has no guide.
    """
    family = get_family_by_link(session, token, now=now)
    match = find_match_of_family(session, family.id) if family.takes_part else None
    if match is None:
        raise NotFound("family without a guide")
    return match


def asked_of(question: FollowUpAnswer, match: Match) -> uuid.UUID:
    """Return whose answer is asked for: whoever holds another's link is not asked."""
    if question.side is PairSide.FAMILY:
        return match.family_id
    return question.guide_id or match.lead.id


def list_questions(session: Session, follow_up_id: uuid.UUID) -> Sequence[FollowUpAnswer]:
    """Return what the family and each of the guides have been asked, in the order of asking."""
    statement = select(FollowUpAnswer).where(FollowUpAnswer.follow_up_id == follow_up_id)
    return session.scalars(statement.order_by(FollowUpAnswer.number, FollowUpAnswer.id)).all()


def list_asked_of_same(session: Session, question: FollowUpAnswer) -> list[FollowUpAnswer]:
    """Return all that one person has been asked on one occasion, and said, in order."""
    return [
        row
        for row in list_questions(session, question.follow_up_id)
        if (row.side, row.guide_id) == (question.side, question.guide_id)
    ]


def get_last_question(session: Session, match_id: uuid.UUID, side: PairSide) -> FollowUpAnswer:
    """Return what one side was asked last; raise NotFound where it was asked nothing yet."""
    statement = (
        select(FollowUpAnswer)
        .where(FollowUpAnswer.match_id == match_id, FollowUpAnswer.side == side)
        .order_by(FollowUpAnswer.asked_at.desc(), FollowUpAnswer.number.desc(), FollowUpAnswer.id)
        .limit(1)
    )
    question = session.scalar(statement)
    if question is None:
        raise NotFound(f"nothing was asked of {match_id}")
    return question


def find_own_concern(session: Session, actor: Actor) -> Concern | None:
    """Return what a guide has asked to be called about last, where nobody has called yet."""
    ensure_may(actor, Permission.MY_PAGE_VIEW)
    theirs = Concern.guide.has(Guide.user_id == actor.user_id)
    statement = select(Concern).where(theirs, Concern.handled_on.is_(None))
    return session.scalar(statement.order_by(Concern.raised_at.desc(), Concern.id).limit(1))


def get_concern(session: Session, actor: Actor, concern_id: uuid.UUID) -> Concern:
    """Return a concern, for staff whom it is not about.

    Raises:
        NotFound: there is none here, or it is of a pair whose guide the actor is.
    """
    ensure_may(actor, Permission.FOLLOW_UPS_HANDLE)
    statement = select(Concern).where(
        Concern.id == concern_id,
        or_(Concern.match_id.is_(None), Concern.match.has(shown_to(actor))),
    )
    concern = session.scalar(statement)
    if concern is None:
        raise NotFound(f"concern {concern_id}")
    return concern


def find_concern(session: Session, once_token: str) -> Concern | None:
    """Return the concern that a form sent before has stored already, or None."""
    return session.scalar(select(Concern).where(Concern.once_token == once_token))


def find_contact(session: Session, once_token: str) -> FollowUpContact | None:
    """Return the contact that a form sent before has stored already, or None."""
    return session.scalar(select(FollowUpContact).where(FollowUpContact.once_token == once_token))
