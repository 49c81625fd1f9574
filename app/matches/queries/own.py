"""Whoever is a guide of a match is never staff for it, nor for its family: what the database asks.

What one record asks stands in `app.permissions`.
"""

import uuid

from sqlalchemy import ColumnElement, select

from app.duties.queries import NOT_FOR
from app.families.models import Family
from app.families.queries import KEPT_FROM
from app.guides.models import Guide
from app.matches.models import OPEN, Match, MatchGuide
from app.permissions import Actor


def not_own(actor: Actor) -> ColumnElement[bool]:
    """Say that the actor is none of the match's guides."""
    return ~_guides(actor.user_id)


def _guides(user_id: uuid.UUID) -> ColumnElement[bool]:
    return Match.guides.any(MatchGuide.guide.has(Guide.user_id == user_id))


def _is_of_own_family(user_id: uuid.UUID) -> ColumnElement[bool]:
    mine = select(Match.family_id).where(Match.status.in_(OPEN), _guides(user_id))
    return Family.id.in_(mine)


KEPT_FROM.append(_is_of_own_family)
NOT_FOR.append(
    lambda record_id: (
        select(Guide.user_id)
        .join(MatchGuide, MatchGuide.guide_id == Guide.id)
        .where(MatchGuide.match_id == record_id)
    )
)
