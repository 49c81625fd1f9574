"""The people whom a page shows, by id: only they are loaded whole."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import GuideKind, Match
from app.permissions import Actor, Permission, ensure_may


def names_in(match: Match) -> tuple[str, ...]:
    """Return the names of the guides who take the family, the one who gets the letters first."""
    lead = match.lead
    return (lead.name, *(guide.name for guide in match.takers if guide is not lead))


def lead_at(match: Match, at: dt.datetime) -> Guide:
    """Return who got the letters of a match at a moment, as far as changes by hand tell."""
    since = sorted((c for c in match.changes if c.at > at), key=lambda c: c.at)
    was = (c.guide for c in since if c.before is GuideKind.LEAD)
    return next(was, match.lead)


def guides_shown(
    session: Session, actor: Actor, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Guide]:
    """Return guides with languages and neighbourhood, by id."""
    ensure_may(actor, Permission.GUIDES_VIEW)
    statement = (
        select(Guide)
        .where(Guide.id.in_(ids))
        .options(selectinload(Guide.languages), joinedload(Guide.neighbourhood))
        .order_by(Guide.id)
    )
    return {guide.id: guide for guide in session.scalars(statement)} if ids else {}


def families_shown(
    session: Session, actor: Actor, ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Family]:
    """Return families with languages, children and neighbourhood, by id."""
    ensure_may(actor, Permission.FAMILIES_VIEW)
    statement = (
        select(Family)
        .where(Family.id.in_(ids))
        .options(
            selectinload(Family.languages),
            selectinload(Family.children),
            joinedload(Family.neighbourhood),
        )
        .order_by(Family.id)
    )
    return {family.id: family for family in session.scalars(statement)} if ids else {}
