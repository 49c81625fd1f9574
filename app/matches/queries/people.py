"""Everybody the matching may put together, as plain profiles read column by column.

No record of a person is loaded whole: names, telephone numbers and notes stay where they are.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.families.models import ChildrenInBand, Family, FamilyKind, FamilyLanguage, FamilyStatus
from app.guides.models import ADULT_AGE_GROUPS, CoupleGuide, Guide, GuideLanguage, GuideStatus
from app.matches.models import OPEN, Match
from app.matches.queries.history import Holding, Proposals, Together, among, read_history
from app.matches.queries.profiles import (
    FAMILY_COLUMNS,
    GUIDE_COLUMNS,
    NO_TRAITS,
    Traits,
    family_profile,
    guide_profile,
)
from app.matching.pairs.couples import unite
from app.matching.planning import People
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill, Travel
from app.municipalities import queries as places
from app.municipalities.models import Neighbourhood
from app.no_contact.queries import has_lists
from app.vocabulary import AgeGroup, ChildAge, Level

Wanted = Literal["waiting"] | Collection[uuid.UUID]
IS_HOUSEHOLD = Family.kind == FamilyKind.HOUSEHOLD


@dataclass(frozen=True)
class GuideCard:
    """What a list shows of a guide beside the matching's own words."""

    names: tuple[str, ...]  # one, or those of two who go together
    places: tuple[str | None, ...]  # the neighbourhood's name of each
    profile: GuideProfile
    held_by: tuple[Holding, ...] = ()  # proposals to other families that hold all free places
    has_lists: bool = False  # whether any family here has noted whom it fears

    @property
    def id(self) -> uuid.UUID:
        return self.profile.guide_id

    @property
    def neighbourhood_id(self) -> uuid.UUID | None:
        return self.profile.neighbourhood_id

    @property
    def ages(self) -> tuple[AgeGroup, ...]:
        """Of one guide, or of both; told once where they are the same."""
        other = self.profile.partner_age_group or self.profile.age_group
        return tuple(dict.fromkeys((self.profile.age_group, other)))

    @property
    def free_places(self) -> int:
        return self.profile.free_places


class Around(NamedTuple):
    """A family among all guides, and what to show of each guide."""

    people: People
    cards: Mapping[uuid.UUID, GuideCard]


def load_people(
    session: Session,
    *,
    today: dt.date,
    families: Wanted = "waiting",
    guides: Collection[uuid.UUID] | None = None,
    proposals_hold_places: bool = True,
    as_couples: bool = True,
) -> People:
    """Return profiles of families and of guides, and the ways between.

    Six queries, however many people there are.

    Args:
        session: bound to the municipality.
        today: up to here the waiting is counted.
        families: these, or those that wait and have no open match.
        guides: these, each with the other half if there is one; None for all who have not left.
        proposals_hold_places: whether a guide's own open proposals leave fewer places: in a
            round they do. Whoever looks for a guide for one family sees what is really taken.
        as_couples: whether guides who go together are one; else each stands alone.
    """
    of_families = _family_rows(session, families)
    of_guides = _guide_rows(session, guides, with_others=as_couples)
    ids = None if families == "waiting" else [row.id for row in of_families]
    named = None if guides is None else [row.id for row in of_guides]
    traits, together = _traits(session, ids, named), read_history(session, ids)
    alone = _profiles(of_guides, traits, together.proposals if proposals_hold_places else {})
    units, partners = _units(of_guides, alone) if as_couples else (alone, {})
    return People(
        families=_families(of_families, traits, together, today),
        guides=tuple(units),
        travel=_travel(session, {row.neighbourhood_id for row in of_families}),
        partners=partners,
    )


def load_around(session: Session, family: Family, *, today: dt.date) -> Around:
    """Return one family and all guides who have not left, with what a list shows of the guides.

    Four queries: the family is at hand. Proposals to others hold no places here: whoever looks
    for a guide for one family sees what is really taken.
    """
    place, listed = Neighbourhood.name.label("place"), has_lists().label("has_lists")
    of_guides = _guide_rows(session, None, Guide.name, place, listed)
    traits, together = _traits(session, [family.id], None), read_history(session, [family.id])
    units, partners = _units(of_guides, _profiles(of_guides, traits, {}))
    people = People(
        families=_families([family], traits, together, today),
        guides=tuple(units),
        travel=_travel(session, {family.neighbourhood_id}),
        partners=partners,
    )
    return Around(people, _cards(units, of_guides, together.proposals_to_others(family.id)))


def _cards(
    units: Sequence[GuideProfile], rows: Sequence[Row[Any]], proposals: Proposals
) -> Mapping[uuid.UUID, GuideCard]:
    by_id = {row.id: row for row in rows}
    cards = {}
    for unit in units:
        of_unit = [by_id[one] for one in (unit.guide_id, unit.partner_id) if one is not None]
        cards[unit.guide_id] = GuideCard(
            names=tuple(row.name for row in of_unit),
            places=tuple(row.place for row in of_unit),
            profile=unit,
            held_by=_held_by(of_unit, proposals),
            has_lists=any(row.has_lists for row in of_unit),
        )
    return cards


def _held_by(rows: Sequence[Row[Any]], proposals: Proposals) -> tuple[Holding, ...]:
    """Return the open proposals of a guide who has a place, but none that they leave free."""
    holding: dict[uuid.UUID, Holding] = {}
    for row in rows:
        held, free = proposals.get(row.id, ()), row.capacity - row.places_taken
        if 0 < free <= len(held):
            holding |= {one.match_id: one for one in held}
    return tuple(sorted(holding.values(), key=lambda one: one.reference))


def _families(
    rows: Sequence[Any], traits: Mapping[uuid.UUID, Traits], together: Together, today: dt.date
) -> tuple[FamilyProfile, ...]:
    return tuple(
        family_profile(row, traits.get(row.id, NO_TRAITS), together, today=today) for row in rows
    )


def _profiles(
    rows: Sequence[Row[Any]], traits: Mapping[uuid.UUID, Traits], proposals: Proposals
) -> list[GuideProfile]:
    return [
        guide_profile(row, traits.get(row.id, NO_TRAITS), held=len(proposals.get(row.id, ())))
        for row in rows
    ]


def _units(
    rows: Sequence[Row[Any]], profiles: Sequence[GuideProfile]
) -> tuple[list[GuideProfile], Mapping[uuid.UUID, uuid.UUID]]:
    """Return guides with the two of each couple as one, and who is whose other half."""
    halves: dict[uuid.UUID, list[tuple[int, GuideProfile]]] = defaultdict(list)
    for row, profile in zip(rows, profiles, strict=True):
        halves[row.couple_id or row.id].append((row.position or 0, profile))
    units, partners = [], {}
    for found in halves.values():
        lead, *others = [profile for _position, profile in sorted(found, key=lambda half: half[0])]
        for other in others:
            partners[lead.guide_id] = other.guide_id
            lead = unite(lead, other)
        units.append(lead)
    return sorted(units, key=lambda unit: unit.guide_id), partners


def families_in_round() -> Select[uuid.UUID]:
    """Select the families that wait for a guide and have no open match. Groups never do."""
    taken = select(Match.family_id).where(Match.status.in_(OPEN))
    return select(Family.id).where(
        Family.status == FamilyStatus.WAITING, IS_HOUSEHOLD, Family.id.not_in(taken)
    )


def _family_rows(session: Session, families: Wanted) -> list[Row[Any]]:
    wanted = Family.id.in_(families_in_round() if families == "waiting" else families)
    statement = select(*FAMILY_COLUMNS).where(wanted, IS_HOUSEHOLD).order_by(Family.id)
    return list(session.execute(statement).all())


def _guide_rows(
    session: Session,
    guides: Collection[uuid.UUID] | None,
    *more: ColumnElement[Any] | InstrumentedAttribute[Any],
    with_others: bool = True,
) -> list[Row[Any]]:
    # Guides of 16 and 17 are in no list and in no round; asked about by name, a rule refuses them.
    anybody = and_(Guide.status != GuideStatus.ENDED, Guide.age_group.in_(ADULT_AGE_GROUPS))
    wanted = anybody if guides is None else Guide.id.in_(guides)
    if guides is not None and with_others:
        couples = select(CoupleGuide.couple_id).where(CoupleGuide.guide_id.in_(guides))
        wanted = or_(wanted, CoupleGuide.couple_id.in_(couples))
    statement = select(*GUIDE_COLUMNS, *more).where(wanted).order_by(Guide.id)
    statement = statement.outerjoin(CoupleGuide, CoupleGuide.guide_id == Guide.id)
    if more:
        statement = statement.outerjoin(Guide.neighbourhood)
    return list(session.execute(statement).all())


def _traits(
    session: Session, ids: list[uuid.UUID] | None, guides: list[uuid.UUID] | None
) -> Mapping[uuid.UUID, Traits]:
    """Return languages and children of families and of guides (None: of all), in one query."""
    spoken = select(
        FamilyLanguage.family_id.label("owner"),
        FamilyLanguage.position.label("place"),
        FamilyLanguage.code.label("code"),
        FamilyLanguage.understands.label("one"),
        FamilyLanguage.speaks.label("other"),
        FamilyLanguage.unacceptable.label("unacceptable"),
    ).where(among(FamilyLanguage.family_id, ids))
    children = select(
        ChildrenInBand.family_id,
        literal(-1),
        ChildrenInBand.band,
        ChildrenInBand.count,
        literal(0),
        literal(False),
    ).where(among(ChildrenInBand.family_id, ids))
    of_guides = select(
        GuideLanguage.guide_id,
        int(Level.MOTHER_TONGUE) - GuideLanguage.level,  # what a guide speaks best comes first
        GuideLanguage.code,
        GuideLanguage.level,
        GuideLanguage.level,
        literal(False),
    ).where(among(GuideLanguage.guide_id, guides))
    rows: CompoundSelect[Any] = union_all(spoken, children, of_guides)
    found: dict[uuid.UUID, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(rows.order_by("owner", "place", "code")):
        found[row.owner].append(row)
    return {owner: _traits_of(rows) for owner, rows in found.items()}


def _traits_of(rows: list[Row[Any]]) -> Traits:
    spoken = [row for row in rows if row.place >= 0]
    return Traits(
        tuple(LanguageSkill(r.code, r.one, r.other) for r in spoken if not r.unacceptable),
        frozenset(row.code for row in spoken if row.unacceptable),
        {ChildAge(row.code): row.one for row in rows if row.place < 0},
    )


def _travel(session: Session, homes: Collection[uuid.UUID | None]) -> Travel:
    """Return all ways; those from the one home alone, if there is but one."""
    if len(homes) == 1:
        (home,) = homes
        return Travel.from_rows(places.travel_rows(session, home)) if home else Travel()
    return Travel.from_rows(places.travel_rows(session))
