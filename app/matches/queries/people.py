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

from app.families.models import ChildrenInBand, Family, FamilyLanguage, FamilyStatus
from app.guides.models import CoupleGuide, Guide, GuideLanguage, GuideStatus
from app.matches.models import (
    OPEN,
    EndReason,
    GuideKind,
    Match,
    MatchGuide,
    MatchStatus,
    Side,
)
from app.matches.queries.profiles import (
    FAMILY_COLUMNS,
    GUIDE_COLUMNS,
    NO_TRAITS,
    Together,
    Traits,
    family_profile,
    guide_profile,
)
from app.matching.pairs.couples import unite
from app.matching.planning import People
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill, Travel
from app.municipalities import queries as places
from app.municipalities.models import Neighbourhood
from app.vocabulary import AgeGroup, ChildAge, Level

Wanted = Literal["waiting"] | Collection[uuid.UUID]


@dataclass(frozen=True)
class GuideCard:
    """What a list shows of a guide beside the matching's own words."""

    name: str
    place: str | None  # the neighbourhood's name
    profile: GuideProfile

    @property
    def id(self) -> uuid.UUID:
        return self.profile.guide_id

    @property
    def neighbourhood_id(self) -> uuid.UUID | None:
        return self.profile.neighbourhood_id

    @property
    def age_group(self) -> AgeGroup:
        return self.profile.age_group

    @property
    def free_places(self) -> int:
        return self.profile.free_places


class Around(NamedTuple):
    """A family among all guides, and what to show of each guide."""

    people: People
    cards: Mapping[uuid.UUID, GuideCard]


# A pair that somebody walked away from, or that never met, is not put together again.
_SOMEBODY_STOPPED = (EndReason.NEVER_MET, EndReason.GUIDE_STOPPED, EndReason.FAMILY_STOPPED)


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
    traits, together = _traits(session, ids, named), _together(session, ids)
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
    of_guides = _guide_rows(session, None, Guide.name, Neighbourhood.name.label("place"))
    traits, together = _traits(session, [family.id], None), _together(session, [family.id])
    units, partners = _units(of_guides, _profiles(of_guides, traits, {}))
    people = People(
        families=_families([family], traits, together, today),
        guides=tuple(units),
        travel=_travel(session, {family.neighbourhood_id}),
        partners=partners,
    )
    rows = {row.id: row for row in of_guides}
    return Around(people, {unit.guide_id: _card(unit, rows) for unit in units})


def _card(unit: GuideProfile, rows: Mapping[uuid.UUID, Row[Any]]) -> GuideCard:
    row = rows[unit.guide_id]
    other = rows[unit.partner_id].name if unit.partner_id else None
    return GuideCard(f"{row.name} & {other}" if other else row.name, row.place, unit)


def _families(
    rows: Sequence[Any], traits: Mapping[uuid.UUID, Traits], together: Together, today: dt.date
) -> tuple[FamilyProfile, ...]:
    return tuple(
        family_profile(row, traits.get(row.id, NO_TRAITS), together, today=today) for row in rows
    )


def _profiles(
    rows: Sequence[Row[Any]], traits: Mapping[uuid.UUID, Traits], held: Mapping[uuid.UUID, int]
) -> list[GuideProfile]:
    return [
        guide_profile(row, traits.get(row.id, NO_TRAITS), held=held.get(row.id, 0)) for row in rows
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
    """Select the families that wait for a guide and have no open match."""
    taken = select(Match.family_id).where(Match.status.in_(OPEN))
    return select(Family.id).where(Family.status == FamilyStatus.WAITING, Family.id.not_in(taken))


def _family_rows(session: Session, families: Wanted) -> list[Row[Any]]:
    wanted = Family.id.in_(families_in_round() if families == "waiting" else families)
    return list(session.execute(select(*FAMILY_COLUMNS).where(wanted).order_by(Family.id)).all())


def _guide_rows(
    session: Session,
    guides: Collection[uuid.UUID] | None,
    *more: ColumnElement[Any] | InstrumentedAttribute[Any],
    with_others: bool = True,
) -> list[Row[Any]]:
    wanted = Guide.status != GuideStatus.ENDED if guides is None else Guide.id.in_(guides)
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
    ).where(_among(FamilyLanguage.family_id, ids))
    children = select(
        ChildrenInBand.family_id,
        literal(-1),
        ChildrenInBand.band,
        ChildrenInBand.count,
        literal(0),
        literal(False),
    ).where(_among(ChildrenInBand.family_id, ids))
    of_guides = select(
        GuideLanguage.guide_id,
        int(Level.MOTHER_TONGUE) - GuideLanguage.level,  # what a guide speaks best comes first
        GuideLanguage.code,
        GuideLanguage.level,
        GuideLanguage.level,
        literal(False),
    ).where(_among(GuideLanguage.guide_id, guides))
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


def _together(session: Session, ids: list[uuid.UUID] | None) -> Together:
    """Return who was matched with whom, and how many places proposals hold, in one query."""
    stopped = or_(
        and_(Match.status == MatchStatus.DECLINED, Match.declined_by != Side.COORDINATOR),
        Match.end_reason.in_(_SOMEBODY_STOPPED),
    )
    is_proposal = Match.status == MatchStatus.PROPOSED
    over = and_(Match.status.not_in(OPEN), _among(Match.family_id, ids))
    statement = (
        select(Match.family_id, MatchGuide.guide_id, is_proposal, stopped)
        .join(MatchGuide.match)
        .where(or_(and_(is_proposal, MatchGuide.kind != GuideKind.BACKUP), over))
        .order_by(Match.family_id, MatchGuide.guide_id)
    )
    together = Together()
    for family_id, guide_id, waits, somebody_stopped in session.execute(statement):
        if waits:
            together.proposals[guide_id] += 1
            continue
        together.matched[family_id].add(guide_id)
        if somebody_stopped:
            together.declined[family_id].add(guide_id)
    return together


def _among(
    column: InstrumentedAttribute[uuid.UUID], ids: list[uuid.UUID] | None
) -> ColumnElement[bool]:
    return literal(True) if ids is None else column.in_(ids)


def _travel(session: Session, homes: Collection[uuid.UUID | None]) -> Travel:
    """Return all ways; those from the one home alone, if there is but one."""
    if len(homes) == 1:
        (home,) = homes
        return Travel.from_rows(places.travel_rows(session, home)) if home else Travel()
    return Travel.from_rows(places.travel_rows(session))
