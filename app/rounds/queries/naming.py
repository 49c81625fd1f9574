"""What pages need to speak of people in a round: one narrow read instead of whole records."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, literal, null, or_, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, aliased

from app.families.models import Family, FamilyKind, FamilyStatus
from app.guides.models import Guide
from app.matches.models import OPEN, GuideKind, Match, MatchGuide, MatchStatus
from app.municipalities.models import Neighbourhood
from app.permissions import Actor, Permission, ensure_may
from app.rounds.models import MatchingRound, RoundProposal

_Lead, _Second = aliased(Guide), aliased(Guide)
_LeadRow, _SecondRow = aliased(MatchGuide), aliased(MatchGuide)
_OF_FAMILIES_ALONE = (
    Family.waiting_since,
    Family.priority,
    Match.id,
    Match.status,
    Family.status,
    Match.score,
    _Lead.id,
    _Lead.name,
    _Second.name,
    MatchingRound.asked_at,
    MatchingRound.id,
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
    match_score: int | None
    lead_id: uuid.UUID | None
    lead_name: str | None
    second_name: str | None
    round_asked_at: dt.datetime | None  # of the round that the match came from
    round_id: uuid.UUID | None


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
    taken_since: dt.datetime | None = None  # also those who wait with a proposal, or have one since


def name_all(session: Session, actor: Actor, wanted: Wanted) -> Named:
    """Return who these are; those who are not here are left out."""
    ensure_may(actor, Permission.MATCHES_PROPOSE)
    kinds = (_families(wanted), _guides(wanted.guides), _places(wanted.places))
    rows = session.execute(union_all(*kinds).order_by("kind", "id")).all()
    return Named(
        {row.id: NamedFamily(*row[1:]) for row in rows if row.kind == _FAMILY},
        {row.id: NamedGuide(*row[1:4]) for row in rows if row.kind == _GUIDE},
        {row.id: row.name for row in rows if row.kind == _PLACE},
    )


def _families(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    is_open = and_(Match.family_id == Family.id, Match.status.in_(OPEN))
    asked_for: ColumnElement[bool] = Family.id.in_(wanted.families)
    if wanted.taken_since:
        of_the_round = MatchingRound.asked_at >= wanted.taken_since
        waits = Family.status == FamilyStatus.WAITING
        asked_for = or_(asked_for, and_(Match.id.is_not(None), or_(waits, of_the_round)))
    return _with_match(
        select(
            literal(_FAMILY).label("kind"),
            Family.id.label("id"),
            Family.reference.label("name"),
            Neighbourhood.name.label("place"),
            *_OF_FAMILIES_ALONE,
        )
        .outerjoin(Neighbourhood, Neighbourhood.id == Family.neighbourhood_id)
        .outerjoin(Match, is_open)
        .where(asked_for, Family.kind == FamilyKind.HOUSEHOLD)
    )


def _with_match(families: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join who guides in the open match, and the round that it came from."""
    lead = and_(_LeadRow.match_id == Match.id, _LeadRow.kind == GuideKind.LEAD)
    second = and_(_SecondRow.match_id == Match.id, _SecondRow.kind == GuideKind.CO)
    return (
        families.outerjoin(_LeadRow, lead)
        .outerjoin(_Lead, _Lead.id == _LeadRow.guide_id)
        .outerjoin(_SecondRow, second)
        .outerjoin(_Second, _Second.id == _SecondRow.guide_id)
        .outerjoin(RoundProposal, RoundProposal.match_id == Match.id)
        .outerjoin(MatchingRound, MatchingRound.id == RoundProposal.round_id)
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
