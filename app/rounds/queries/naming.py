"""What pages need to speak of people in a round: one narrow read instead of whole records."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, literal, null, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from app.families.models import Family, FamilyStatus
from app.guides.models import Guide
from app.matches.models import OPEN, Match, MatchStatus
from app.municipalities.models import Neighbourhood
from app.permissions import Actor, Permission, ensure_may

_OF_FAMILIES_ALONE = (
    Family.waiting_since,
    Family.priority,
    Match.id,
    Match.status,
    Family.status,
)
_FAMILY, _GUIDE, _PLACE = "family", "guide", "place"


class NamedFamily(NamedTuple):
    """A family by reference, never by name, and its open match."""

    id: uuid.UUID
    reference: str
    place: str | None
    waiting_since: dt.date
    priority: int
    match_id: uuid.UUID | None
    match_status: MatchStatus | None
    status: FamilyStatus


class NamedGuide(NamedTuple):
    """A guide by name."""

    id: uuid.UUID
    name: str
    place: str | None


class Named(NamedTuple):
    """Families, guides and neighbourhoods by their ids."""

    families: Mapping[uuid.UUID, NamedFamily]
    guides: Mapping[uuid.UUID, NamedGuide]
    places: Mapping[uuid.UUID, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom to look up."""

    families: Collection[uuid.UUID] = ()
    guides: Collection[uuid.UUID] = ()
    places: Collection[uuid.UUID] = ()


def name_all(session: Session, actor: Actor, wanted: Wanted) -> Named:
    """Return who these are; those who are not here are left out."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    kinds = (_families(wanted.families), _guides(wanted.guides), _places(wanted.places))
    rows = session.execute(union_all(*kinds).order_by("kind", "id")).all()
    return Named(
        {row.id: NamedFamily(*row[1:]) for row in rows if row.kind == _FAMILY},
        {row.id: NamedGuide(*row[1:4]) for row in rows if row.kind == _GUIDE},
        {row.id: row.name for row in rows if row.kind == _PLACE},
    )


def _families(ids: Collection[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    is_open = and_(Match.family_id == Family.id, Match.status.in_(OPEN))
    return (
        select(
            literal(_FAMILY).label("kind"),
            Family.id.label("id"),
            Family.reference.label("name"),
            Neighbourhood.name.label("place"),
            *_OF_FAMILIES_ALONE,
        )
        .outerjoin(Neighbourhood, Neighbourhood.id == Family.neighbourhood_id)
        .outerjoin(Match, is_open)
        .where(Family.id.in_(ids))
    )


def _guides(ids: Collection[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    return (
        select(literal(_GUIDE), Guide.id, Guide.name, Neighbourhood.name, *_empty())
        .outerjoin(Neighbourhood, Neighbourhood.id == Guide.neighbourhood_id)
        .where(Guide.id.in_(ids))
    )


def _places(ids: Collection[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    name = Neighbourhood.name
    return select(literal(_PLACE), Neighbourhood.id, name, name, *_empty()).where(
        Neighbourhood.id.in_(ids)
    )


def _empty() -> Iterator[Any]:
    """Yield nothing in place of what only families have, of the same types."""
    for column in _OF_FAMILIES_ALONE:
        yield sql_cast(null(), column.type)
