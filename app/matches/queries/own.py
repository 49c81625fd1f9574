"""Whoever is a guide of a match is never staff for it, nor for its family: what the database asks.

Also who was asked and has not answered, or has left while the match goes on: what the family says
of them is not for them. What one record asks stands in `app.permissions`.
"""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.duties.queries import NOT_FOR
from app.families.models import Family
from app.families.queries import KEPT_FROM
from app.guides.models import Guide
from app.matches.models import OPEN, GuideChange, GuideKind, Match, MatchGuide
from app.messages.queries import ABOUT_OWN
from app.permissions import Actor

MET = (GuideKind.LEAD, GuideKind.CO)


def shown_to(actor: Actor) -> ColumnElement[bool]:
    """Say which matches staff are shown: none that they guide, or guided, and none whose family is
    forgotten: its guide would lead to where it lives.
    """
    return and_(~_guides(actor.user_id), ~Match.family.has(Family.is_forgotten))


def not_about_own(actor: Actor, record_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Say that a column names neither a match that the actor guides, or left, nor its family."""
    return or_(record_id.is_(None), ~_is_own(actor.user_id, record_id))


def not_beside(actor: Actor) -> ColumnElement[bool]:
    """Say that a guide is not the actor, and is in no match with them."""
    shared = Match.guides.any(MatchGuide.guide_id == Guide.id)
    beside = select(Match.id).where(shared, _guides(actor.user_id)).correlate(Guide).exists()
    return and_(or_(Guide.user_id.is_(None), Guide.user_id != actor.user_id), ~beside)


def _guides(user_id: uuid.UUID) -> ColumnElement[bool]:
    """Say that somebody is a guide of the match, or was while it was theirs to know."""
    left = GuideChange.guide.has(Guide.user_id == user_id) & GuideChange.before.in_(MET)
    was = select(GuideChange.id).where(GuideChange.match_id == Match.id, left).exists()
    is_guide = Match.guides.any(MatchGuide.guide.has(Guide.user_id == user_id))
    return or_(is_guide, and_(Match.asked_on.is_not(None), was))


def _is_of_own_family(user_id: uuid.UUID) -> ColumnElement[bool]:
    return Family.id.in_(_families(user_id))


def _families(user_id: uuid.UUID) -> Any:
    return select(Match.family_id).where(Match.status.in_(OPEN), _guides(user_id))


def _is_own(user_id: uuid.UUID, record_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    matches = select(Match.id).where(_guides(user_id))
    return or_(record_id.in_(matches), record_id.in_(_families(user_id)))


ABOUT_OWN.append(_is_own)
KEPT_FROM.append(_is_of_own_family)
NOT_FOR.append(
    lambda record_id: (
        select(Guide.user_id)
        .join(MatchGuide, MatchGuide.guide_id == Guide.id)
        .where(MatchGuide.match_id == record_id)
    )
)
