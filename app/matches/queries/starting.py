"""Reads about start meetings, their places and agreements."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import LinkKind
from app.accounts.services import get_open_link
from app.errors import NotFound
from app.families.models import Family
from app.matches.models import (
    BOTH_SAID_YES,
    Agreement,
    Match,
    MatchGuide,
    MeetingPlace,
    StartMeeting,
)
from app.municipalities.queries import get_municipality
from app.oslo import plus_months
from app.permissions import Actor, Permission, ensure_may
from app.tenancy import bound_municipality
from app.vocabulary import Rhythm


class Terms(NamedTuple):
    """How long and how often, and the language beside Norwegian."""

    months: int
    rhythm: Rhythm
    family_locale: str


def terms_in(agreement: Agreement) -> Terms:
    """Return what an agreement says."""
    return Terms(agreement.months, agreement.rhythm, agreement.family_locale)


def terms_for(session: Session, match: Match) -> Terms:
    """Return what a match's agreement says; before there is one, what to begin the talk with.

    That is what the municipality has decided for all, but the rhythm that all of them wish.
    """
    if match.agreement is not None:
        return terms_in(match.agreement)
    ours = get_municipality(session, match.municipality_id)
    rhythm = _wished_by_all(match) or ours.agreement_rhythm
    return Terms(ours.agreement_months, rhythm, match.family.locale or ours.locale)


def _wished_by_all(match: Match) -> Rhythm | None:
    wishes = {match.family.rhythm, *(guide.rhythm for guide in match.present)}
    return wishes.pop() if len(wishes) == 1 else None


def agreed_until(match: Match) -> dt.date | None:
    """Return the day that an active match is agreed to last to, with what was added; or None."""
    if match.started_on is None or match.agreement is None:
        return None
    return plus_months(match.started_on, months_in(match, match.agreement))


def months_in(match: Match, agreement: Agreement) -> int:
    """Return how many months were signed, with those that were added later."""
    return agreement.months + sum(more.months for more in match.prolongations)


def list_meeting_places(session: Session, *, active_only: bool = True) -> Sequence[MeetingPlace]:
    """Return the municipality's public places for start meetings, by name."""
    statement = select(MeetingPlace).order_by(MeetingPlace.name, MeetingPlace.id)
    if active_only:
        statement = statement.where(MeetingPlace.active)
    return session.scalars(statement).all()


def find_meeting_place(session: Session, place_id: uuid.UUID) -> MeetingPlace | None:
    """Return a place of the municipality's, also one out of use, or None."""
    return session.scalar(select(MeetingPlace).where(MeetingPlace.id == place_id))


def get_meeting_place(session: Session, actor: Actor, place_id: uuid.UUID) -> MeetingPlace:
    """Return a place to change; raise NotFound if there is none here."""
    ensure_may(actor, Permission.PLACES_CHANGE)
    place = find_meeting_place(session, place_id)
    if place is None:
        raise NotFound(f"meeting place {place_id}")
    return place


def get_family_by_link(session: Session, token: str, *, now: dt.datetime) -> Family:
    """Return the family whose own page a link opens.

    Raises:
        NotFound: the link does not open, or belongs to another municipality or to a guide.
    """
    link = get_open_link(session, LinkKind.STATUS, token, now=now)
    if link.municipality_id != bound_municipality(session):
        raise NotFound("family link of another municipality")
    family = session.scalar(select(Family).where(Family.id == link.subject_id))
    if family is None:
        raise NotFound("status link of no family")
    return family


def find_match_of_family(session: Session, family_id: uuid.UUID) -> Match | None:
    """Return the match in which a family has said yes, with its meeting and agreement, or None."""
    statement = (
        select(Match)
        .where(Match.family_id == family_id, Match.status.in_(BOTH_SAID_YES))
        .options(
            joinedload(Match.start_meeting).joinedload(StartMeeting.place),
            joinedload(Match.agreement),
            joinedload(Match.prolongations),
            joinedload(Match.family),
            joinedload(Match.guides).joinedload(MatchGuide.guide),
        )
        .order_by(Match.agreed_on.desc(), Match.id)
    )
    return session.scalars(statement).unique().first()
