"""The five questions: to whom they went, and what was tapped."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import LinkKind
from app.accounts.services import get_open_link
from app.endings.models import EndAnswer
from app.errors import NotFound
from app.matches.models import Match
from app.tenancy import bound_municipality

# The columns of the five questions, in the order in which they are asked.
QUESTIONS = ("went_well", "met_enough", "got_help", "gained", "keep_in_touch")


def get_end_answer(session: Session, token: str, *, now: dt.datetime) -> EndAnswer:
    """Return what a link asks, with the side that it asks.

    Raises:
        NotFound: the link does not open, is another municipality's, was sent to an address that
            is not that person's any more, or the family has answered. All look the same.
    """
    link = get_open_link(session, LinkKind.ENDING, token, now=now)
    if link.municipality_id != bound_municipality(session):
        raise NotFound("ending link of another municipality")
    statement = (
        select(EndAnswer)
        .where(EndAnswer.id == link.subject_id)
        .options(joinedload(EndAnswer.match).joinedload(Match.family), joinedload(EndAnswer.guide))
    )
    answer = session.scalar(statement)
    if answer is None or link.holder_id != asked_of(answer, answer.match):
        raise NotFound("ending link that was sent to somebody else")
    return answer


def get_family_answer(session: Session, match_id: uuid.UUID) -> EndAnswer:
    """Return the questions to a family that has not answered; raise NotFound if there are none."""
    statement = select(EndAnswer).where(
        EndAnswer.match_id == match_id,
        EndAnswer.guide_id.is_(None),
        EndAnswer.answered_at.is_(None),
    )
    answer = session.scalar(statement)
    if answer is None:
        raise NotFound(f"questions to the family of match {match_id}")
    return answer


def list_answers(session: Session, match_id: uuid.UUID) -> Sequence[EndAnswer]:
    """Return what both sides of a match were asked and said, the guides first. For staff only."""
    statement = (
        select(EndAnswer)
        .where(EndAnswer.match_id == match_id)
        .options(joinedload(EndAnswer.guide))
        .order_by(EndAnswer.guide_id.is_(None), EndAnswer.guide_id)
    )
    return session.scalars(statement).all()


def asked_of(answer: EndAnswer, match: Match) -> uuid.UUID:
    """Return who is asked: a guide or the family."""
    return answer.guide_id or match.family_id
