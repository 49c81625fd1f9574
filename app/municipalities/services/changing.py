"""What staff know about their own neighbourhoods. It stands when files are loaded again."""

import uuid
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.geocoding import Position
from app.municipalities import queries
from app.municipalities.models import Neighbourhood, NeighbourhoodLink, Tier
from app.permissions import Actor, Permission, ensure_may


class NameTaken(Conflict):
    """Another neighbourhood of the same tier has this name."""


class ParentUnfit(Conflict):
    """Only a main neighbourhood of this municipality may hold another, and never itself."""


class NeighbourhoodHasParts(Conflict):
    """A neighbourhood that others lie in cannot itself lie in another."""


class NoWayBetween(Conflict):
    """A neighbourhood has no way to itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourhoodInput:
    """What staff fill in. `next_to` holds main neighbourhoods; all others in use are not."""

    name: str
    active: bool = True
    parent_id: uuid.UUID | None = None
    point: Position | None = None
    next_to: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class WayInput:
    """What staff know about the way between two neighbourhoods; by default nothing of their own.

    `adjacent` is None where the files decide.
    """

    minutes: int | None = None
    unreachable: bool = False
    adjacent: bool | None = None


def add_neighbourhood(session: Session, actor: Actor, values: NeighbourhoodInput) -> Neighbourhood:
    """Add a neighbourhood that the files do not know.

    Raises:
        NotPermitted: the actor may not change places.
        NameTaken: there is one of this name already.
        ParentUnfit: the place it lies in is not a main one here.
    """
    ensure_may(actor, Permission.PLACES_CHANGE)
    row = Neighbourhood(id=uuid.uuid4(), name="", kind="local", source="staff")
    with _one_of_its_name(session, row):
        _fill(session, row, values)
        session.add(row)
    _set_next_to(session, row, values.next_to)
    session.flush()
    return row


def change_neighbourhood(
    session: Session, actor: Actor, row: Neighbourhood, values: NeighbourhoodInput
) -> Neighbourhood:
    """Change a neighbourhood and what it is next to. Files leave it alone from now on.

    Raises:
        NotPermitted: the actor may not change places.
        NameTaken: another one has this name.
        ParentUnfit: the place it lies in is not a main one here, or is itself.
        NeighbourhoodHasParts: others lie in it, so it cannot lie in another.
    """
    ensure_may(actor, Permission.PLACES_CHANGE, row)
    with _one_of_its_name(session, row):
        _fill(session, row, values)
    _set_next_to(session, row, values.next_to)
    session.flush()
    return row


def override_link(
    session: Session, actor: Actor, a: Neighbourhood, b: Neighbourhood, values: WayInput
) -> NeighbourhoodLink:
    """Note what staff know about a way; an empty input goes back to what the files say.

    Raises:
        NotPermitted: the actor may not change places.
        NoWayBetween: the two are one and the same.
        ValueError: the way is both unreachable and takes minutes.
    """
    ensure_may(actor, Permission.PLACES_CHANGE)
    if a.id == b.id:
        raise NoWayBetween(f"neighbourhood {a.id}")
    if values.unreachable and values.minutes is not None:
        raise ValueError("a way that is unreachable takes no minutes")
    link = _get_link(session, a.id, b.id)
    link.staff_minutes = values.minutes
    link.staff_unreachable = values.unreachable
    link.staff_adjacent = None if values.adjacent == link.adjacent else values.adjacent
    session.flush()
    return link


@contextmanager
def _one_of_its_name(session: Session, row: Neighbourhood) -> Iterator[None]:
    """Refuse a name that somebody else took between our look and our writing."""
    neighbourhood_id = row.id
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise NameTaken(f"neighbourhood {neighbourhood_id}") from None


def _fill(session: Session, row: Neighbourhood, values: NeighbourhoodInput) -> None:
    tier = _tier_in(session, row, values.parent_id)
    if queries.is_name_taken(session, values.name, tier, but_by=row.id):
        raise NameTaken(f"neighbourhood {row.id}")
    row.name, row.tier, row.parent_id = values.name, tier, values.parent_id
    row.latitude = values.point.latitude if values.point else None
    row.longitude = values.point.longitude if values.point else None
    row.active = values.active
    row.changed_by_staff = True


def _tier_in(session: Session, row: Neighbourhood, parent_id: uuid.UUID | None) -> Tier:
    if parent_id is None:
        return Tier.MAIN
    parent = session.scalar(select(Neighbourhood).where(Neighbourhood.id == parent_id))
    if parent is None or parent.tier is not Tier.MAIN or parent.id == row.id:
        raise ParentUnfit(f"neighbourhood {row.id}")
    if queries.has_parts(session, row):
        raise NeighbourhoodHasParts(f"neighbourhood {row.id}")
    return Tier.FINE


def _set_next_to(session: Session, row: Neighbourhood, next_to: AbstractSet[uuid.UUID]) -> None:
    """Tick the main neighbourhoods that this one is next to. One that lies in another has none
    of its own: the ways are those of the place around it."""
    if row.tier is not Tier.MAIN:
        return
    links = queries.links_of(session, row)
    for other in queries.list_siblings(session, row):
        link, ticked = links.get(other.id), other.id in next_to
        if ticked != (link is not None and link.is_adjacent):
            link = link or _get_link(session, row.id, other.id)
            link.staff_adjacent = None if ticked == link.adjacent else ticked


def _get_link(session: Session, a: uuid.UUID, b: uuid.UUID) -> NeighbourhoodLink:
    """Return the row of a pair, a new one if nothing is known yet."""
    if link := queries.find_link(session, a, b):
        return link
    lower, upper = sorted((a, b))
    link = NeighbourhoodLink(
        lower_id=lower, upper_id=upper, adjacent=False, staff_unreachable=False, source="staff"
    )
    try:
        with session.begin_nested():
            session.add(link)
    except IntegrityError:  # somebody else wrote about this way at the same moment
        if theirs := queries.find_link(session, a, b):
            return theirs
        raise
    return link
