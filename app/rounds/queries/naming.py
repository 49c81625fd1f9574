"""What pages need to speak of people in a round: two narrow reads instead of whole records."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import OPEN, Match
from app.municipalities.models import Neighbourhood
from app.permissions import Actor, Permission, ensure_may


class NamedFamily(NamedTuple):
    """A family by reference: never by name."""

    id: uuid.UUID
    reference: str
    place: str | None
    waiting_since: dt.date
    priority: int


class NamedGuide(NamedTuple):
    """A guide by name."""

    id: uuid.UUID
    name: str
    place: str | None


def name_families(
    session: Session, actor: Actor, family_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, NamedFamily]:
    """Return the families with these ids, by id."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    statement = (
        select(
            Family.id, Family.reference, Neighbourhood.name, Family.waiting_since, Family.priority
        )
        .outerjoin(Family.neighbourhood)
        .where(Family.id.in_(family_ids))
        .order_by(Family.id)
    )
    rows = session.execute(statement) if family_ids else ()
    return {row[0]: NamedFamily(*row) for row in rows}


def name_guides(
    session: Session, actor: Actor, guide_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, NamedGuide]:
    """Return the guides with these ids, by id."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    statement = (
        select(Guide.id, Guide.name, Neighbourhood.name)
        .outerjoin(Guide.neighbourhood)
        .where(Guide.id.in_(guide_ids))
        .order_by(Guide.id)
    )
    rows = session.execute(statement) if guide_ids else ()
    return {row[0]: NamedGuide(*row) for row in rows}


def open_matches_of(
    session: Session, actor: Actor, family_ids: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Match]:
    """Return the open matches of families, by family: what became of a round's pairs."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    statement = (
        select(Match)
        .where(Match.family_id.in_(family_ids), Match.status.in_(OPEN))
        .order_by(Match.id)
    )
    rows = session.scalars(statement).all() if family_ids else ()
    return {match.family_id: match for match in rows}
