"""Who came last year: the arrivals that a replay needs, read column by column."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.families.models import Family, FamilyKind
from app.guides.models import ADULT_AGE_GROUPS, CoupleGuide, Guide
from app.matches.models import GuideKind, Match, MatchGuide
from app.matches.queries import load_people
from app.matching.pairs.couples import unite
from app.matching.simulation.simulating import YEAR_DAYS, FamilyArrival, GuideArrival, History
from app.matching.types import GuideProfile
from app.oslo import day_of
from app.personal import NOBODY

COUPLE = 2


@dataclass(frozen=True, slots=True)
class Year:
    """The year that is replayed: its first and its last day."""

    until: dt.date

    @property
    def start(self) -> dt.date:
        return self.until - dt.timedelta(days=YEAR_DAYS - 1)

    def number(self, day: dt.date) -> int:
        """Return a date as the replay counts days: 0 is the first day of the year."""
        return (day - self.start).days


class Arrivals(NamedTuple):
    """How many came or waited already, for the page to say before anything is replayed."""

    families: int
    guides: int


class _Agreed(NamedTuple):
    guide_id: uuid.UUID
    agreed_on: dt.date
    ended_on: dt.date | None


def count_arrivals(session: Session, year: Year) -> Arrivals:
    """Return how many families and guides a replay of the year may be about, at most."""
    families = select(func.count()).select_from(Family).where(*_families_of(year))
    guides = select(func.count()).select_from(Guide).where(*_guides_of(year))
    row = session.execute(select(families.scalar_subquery(), guides.scalar_subquery())).one()
    return Arrivals(row[0], row[1])


def load_history(session: Session, year: Year) -> History:
    """Return the families and guides of a year as they came, and the ways between them.

    A family that had a guide when the year began is not part of it, unless it came to wait anew.
    A guide's families of before take a place until the day that they really ended. Two who went
    together from the start are one; two who do so since a day in the year are still two.
    """
    agreed = _agreements(session, year)
    families = _family_rows(session, year, agreed)
    guides = _guide_rows(session, year)
    people = load_people(
        session, today=year.until, families=list(families), guides=list(guides), as_couples=False
    )
    by_guide: dict[uuid.UUID, list[int]] = defaultdict(list)
    for held in (row for rows in agreed.values() for row in rows):
        by_guide[held.guide_id].append(
            YEAR_DAYS if held.ended_on is None else year.number(held.ended_on)
        )
    return History(
        families=tuple(
            FamilyArrival(profile, *families[profile.family_id])
            for profile in people.families
            if not profile.is_protected
        ),
        guides=tuple(
            _guide(profile, guides, by_guide, year)
            for profile in _units(people.guides, guides, _couples(session), year)
        ),
        travel=people.travel,
    )


def _families_of(year: Year) -> Sequence[Any]:
    end = dt.datetime.combine(year.until + dt.timedelta(days=1), dt.time(), dt.UTC)
    return (
        Family.kind == FamilyKind.HOUSEHOLD,
        Family.registered_at < end,
        Family.contact_name.not_in(("", NOBODY)),  # of who was erased nothing is told
        or_(Family.left_on.is_(None), Family.left_on >= year.start),
    )


def _guides_of(year: Year) -> Sequence[Any]:
    return (
        Guide.age_group.in_(ADULT_AGE_GROUPS),  # who is under 18 is with groups alone
        Guide.name != NOBODY,
        Guide.ready_on <= year.until,
        or_(Guide.ended_on.is_(None), Guide.ended_on >= year.start),
    )


def _agreements(session: Session, year: Year) -> Mapping[uuid.UUID, list[_Agreed]]:
    """Return the matches that held when the year began, by family."""
    statement = (
        select(Match.family_id, MatchGuide.guide_id, Match.agreed_on, Match.ended_on)
        .join(MatchGuide.match)
        .where(
            Match.agreed_on < year.start,
            or_(Match.ended_on.is_(None), Match.ended_on >= year.start),
            MatchGuide.kind != GuideKind.BACKUP,
        )
        .order_by(Match.family_id, MatchGuide.guide_id)
    )
    found: dict[uuid.UUID, list[_Agreed]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.family_id].append(_Agreed(row.guide_id, row.agreed_on, row.ended_on))
    return found


def _family_rows(
    session: Session, year: Year, agreed: Mapping[uuid.UUID, list[_Agreed]]
) -> dict[uuid.UUID, tuple[int, int | None]]:
    """Return the day each family came and the day it left, as the replay counts days."""
    columns = (
        Family.id,
        Family.registered_at,
        Family.waiting_since,
        Family.left_on.label("left_on"),
    )
    statement = select(*columns).where(*_families_of(year)).order_by(Family.id)
    found = {}
    for row in session.execute(statement):
        came = _came_on(row, year, had_guide=row.id in agreed)
        if came is not None:
            found[row.id] = (year.number(came), _number(row.left_on, year))
    return found


def _came_on(row: Any, year: Year, *, had_guide: bool) -> dt.date | None:
    registered = day_of(row.registered_at)
    if registered >= year.start:
        return registered
    if had_guide:
        return row.waiting_since if row.waiting_since >= year.start else None
    return row.waiting_since if row.waiting_since < year.start else registered


def _guide_rows(session: Session, year: Year) -> dict[uuid.UUID, Any]:
    columns = (Guide.id, Guide.ready_on, Guide.ended_on, Guide.capacity)
    statement = select(*columns).where(*_guides_of(year)).order_by(Guide.id)
    return {row.id: row for row in session.execute(statement)}


def _couples(session: Session) -> list[Any]:
    """Return the halves of all couples, those who get the letters first."""
    columns = (CoupleGuide.couple_id, CoupleGuide.guide_id, CoupleGuide.linked_on)
    order = (CoupleGuide.couple_id, CoupleGuide.position)
    return list(session.execute(select(*columns).order_by(*order)))


def _units(
    profiles: Sequence[GuideProfile],
    rows: Mapping[uuid.UUID, Any],
    halves: Sequence[Any],
    year: Year,
) -> list[GuideProfile]:
    """Return the guides, and as one the two who were linked before either could be asked."""
    units = {profile.guide_id: profile for profile in profiles}
    couples: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for half in halves:
        if half.guide_id in units:
            couples[half.couple_id].append(half)
    for lead, other in (both for both in couples.values() if len(both) == COUPLE):
        came = max(year.start, *(rows[half.guide_id].ready_on for half in (lead, other)))
        if lead.linked_on is None or lead.linked_on <= came:
            units[lead.guide_id] = unite(units[lead.guide_id], units.pop(other.guide_id))
    return sorted(units.values(), key=lambda unit: unit.guide_id)


def _guide(
    profile: GuideProfile,
    rows: Mapping[uuid.UUID, Any],
    busy: Mapping[uuid.UUID, list[int]],
    year: Year,
) -> GuideArrival:
    row = rows[profile.guide_id]
    other = rows.get(profile.partner_id) if profile.partner_id else None
    return GuideArrival(
        profile=profile,
        day=max(year.number(one.ready_on) for one in (row, other) if one is not None),
        capacity=min(one.capacity for one in (row, other) if one is not None),
        leaves_on=_number(row.ended_on, year),
        busy_until=tuple(sorted(busy.get(profile.guide_id, ()))),
    )


def _number(day: dt.date | None, year: Year) -> int | None:
    return None if day is None else year.number(day)
