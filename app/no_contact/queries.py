"""Whether a guide may be somebody whom a family fears. Nothing about it is stored with the guide.

Each look compares the guides as they are at that moment with the lists as they are: who signs up, or
is corrected, is compared without the sign-up knowing of any list, and nobody can tell by how it
answers, or how fast, whether there is one.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from app import keyed
from app.accounts.models import User
from app.duties.models import Absence
from app.errors import NotFound
from app.families import queries as families
from app.families.models import Family, FamilyKind, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.no_contact.models import (
    FamilyCoordinator,
    FearedMark,
    FearedPerson,
    HitDecision,
    Verdict,
)
from app.no_contact.spelling import spellings
from app.permissions import Actor, Permission, ensure_may, may

PURPOSE = "whom a family fears"
Pair = tuple[uuid.UUID, uuid.UUID]  # a family and a guide


@dataclass(frozen=True, slots=True)
class Hit:
    """A guide who may be somebody on a family's list, and what has been decided about it."""

    family_id: uuid.UUID
    guide_id: uuid.UUID
    guide_name: str
    since: dt.datetime
    of_marks: str
    verdict: Verdict | None = None

    @property
    def is_open(self) -> bool:
        return self.verdict is None

    @property
    def keeps_apart(self) -> bool:
        """Whether the two are not to be put together: not decided, or decided so."""
        return self.verdict is None or not self.verdict.allows


def marks_of(session: Session, found: Collection[str]) -> frozenset[str]:
    """Return spellings as they are stored, under every secret that is known."""
    return frozenset(m for words in found for m in keyed.marks(session, PURPOSE, words))


def find_coordinator(session: Session, family_id: uuid.UUID) -> FamilyCoordinator | None:
    """Return who answers for a family, if anybody does."""
    return session.scalar(
        select(FamilyCoordinator)
        .where(FamilyCoordinator.family_id == family_id)
        .options(joinedload(FamilyCoordinator.user))
    )


def is_heard(session: Session, actor: Actor, family_id: uuid.UUID, today: dt.date) -> bool:
    """Return whether a family's list speaks to this actor: theirs, or of whom they stand in for."""
    return family_id in heard_among(session, actor, [family_id], today)


def heard_among(
    session: Session, actor: Actor, family_ids: Collection[uuid.UUID], today: dt.date
) -> frozenset[uuid.UUID]:
    """Return those of the families whose lists speak to this actor."""
    if not family_ids or not may(actor, Permission.NO_CONTACT_KEEP):
        return frozenset()
    statement = select(FamilyCoordinator.family_id).join(FamilyCoordinator.family)
    wanted = (FamilyCoordinator.family_id.in_(family_ids), *_speaks_to(actor, today))
    return frozenset(session.scalars(statement.where(*wanted)))


def _speaks_to(actor: Actor, day: dt.date) -> list[ColumnElement[bool]]:
    """Say to the database whose lists an actor works with.

    Who stands in has been asked to by the coordinator: that a colleague says so opens no list.
    """
    asked_to = select(Absence.id).where(
        Absence.user_id == FamilyCoordinator.user_id,
        Absence.substitute_id == actor.user_id,
        Absence.by_id == Absence.user_id,
        Absence.from_on <= day,
        Absence.until_on >= day,
        Absence.ended_at.is_(None),
    )
    is_theirs = or_(FamilyCoordinator.user_id == actor.user_id, asked_to.exists())
    return [is_theirs, *(~is_own(actor.user_id) for is_own in families.KEPT_FROM)]


def get_family(session: Session, actor: Actor, family_id: uuid.UUID) -> Family:
    """Return a household or a group that the actor is not a guide of; raise NotFound if none."""
    ensure_may(actor, Permission.NO_CONTACT_KEEP)
    try:
        return families.get_family(session, actor, family_id)
    except NotFound:
        return families.get_family(session, actor, family_id, kind=FamilyKind.MINORS_GROUP)


def get_heard_family(
    session: Session, actor: Actor, family_id: uuid.UUID, *, today: dt.date
) -> Family:
    """Return a family whose list speaks to the actor; raise NotFound for any other."""
    family = get_family(session, actor, family_id)
    if not is_heard(session, actor, family_id, today):
        raise NotFound(f"list of family {family_id}")
    return family


def list_persons(session: Session, family_id: uuid.UUID) -> Sequence[FearedPerson]:
    """Return who stands on a family's list: when they were noted and by whom, nothing else."""
    statement = select(FearedPerson).where(FearedPerson.family_id == family_id)
    order = (FearedPerson.noted_at, FearedPerson.id)
    return session.scalars(
        statement.options(joinedload(FearedPerson.noted_by)).order_by(*order)
    ).all()


def unreadable(session: Session, family_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return who on a list is recognised no more: the secret they were noted with is gone."""
    known = keyed.key_names(session, PURPOSE)
    statement = select(FearedPerson.id).where(
        FearedPerson.family_id == family_id, FearedPerson.key_name.not_in(known)
    )
    return frozenset(session.scalars(statement.order_by(FearedPerson.id)))


def has_lists() -> ColumnElement[bool]:
    """Return whether anybody in the municipality is on a list, as a column of another query."""
    return select(FearedMark.id).exists()


def find_hits(session: Session, family_ids: Collection[uuid.UUID] | None = None) -> list[Hit]:
    """Return the guides who may be on these families' lists, in a fixed order; None is all lists.

    One query where nobody has a list, two where somebody has, three where somebody may be on one.
    For services and the worker: nobody is asked for.
    """
    wanted = [] if family_ids is None else [FearedPerson.family_id.in_(family_ids)]
    return _compare(session, _listed().where(*wanted))


def find_hits_for(
    session: Session, actor: Actor, today: dt.date, family_id: uuid.UUID | None = None
) -> list[Hit]:
    """Return the same of the lists that speak to an actor; of one family, or of all of them."""
    if not may(actor, Permission.NO_CONTACT_KEEP):
        return []
    statement = (
        _listed()
        .join(FamilyCoordinator, FamilyCoordinator.family_id == FearedPerson.family_id)
        .join(FamilyCoordinator.family)
        .where(Family.status != FamilyStatus.WITHDRAWN, *_speaks_to(actor, today))
    )
    if family_id is not None:
        statement = statement.where(FearedPerson.family_id == family_id)
    return _compare(session, statement)


def list_open_hits(session: Session, actor: Actor, today: dt.date) -> list[tuple[Family, Hit]]:
    """Return what the actor has to look at: of the families they answer for, and nobody else's."""
    hits = [hit for hit in find_hits_for(session, actor, today) if hit.is_open]
    if not hits:
        return []
    statement = select(Family).where(Family.id.in_({hit.family_id for hit in hits}))
    found = {family.id: family for family in session.scalars(statement.order_by(Family.id))}
    return [(found[hit.family_id], hit) for hit in hits]


def kept_apart(
    session: Session, family_ids: Collection[uuid.UUID] | None = None
) -> Mapping[Pair, Hit]:
    """Return the pairs that lists keep apart. For services and the worker: nobody is asked for."""
    hits = find_hits(session, family_ids)
    return {(hit.family_id, hit.guide_id): hit for hit in hits if hit.keeps_apart}


def coordinators_of(session: Session, family_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, User]:
    """Return who answers for each of these families."""
    statement = (
        select(FamilyCoordinator)
        .where(FamilyCoordinator.family_id.in_(family_ids))
        .options(joinedload(FamilyCoordinator.user))
        .order_by(FamilyCoordinator.family_id)
    )
    return {row.family_id: row.user for row in session.scalars(statement)}


Lists = Mapping[uuid.UUID, Mapping[str, dt.datetime]]  # by family: marks, and since when


def _listed() -> Select[uuid.UUID, str, dt.datetime]:
    return (
        select(FearedPerson.family_id, FearedMark.mark, FearedPerson.noted_at)
        .join(FearedMark.person)
        .order_by(FearedPerson.noted_at.desc(), FearedPerson.id, FearedMark.mark)
    )


def _compare(session: Session, listed: Select[uuid.UUID, str, dt.datetime]) -> list[Hit]:
    lists: dict[uuid.UUID, dict[str, dt.datetime]] = defaultdict(dict)
    for family_id, one, noted_at in session.execute(listed):
        lists[family_id][one] = noted_at
    if not lists:
        return []
    hits = [hit for row in marked_guides(session) for hit in _of_guide(row, lists)]
    if hits:
        hits = _with_verdicts(session, hits)
    return sorted(hits, key=lambda hit: (hit.family_id, hit.since, hit.guide_id))


def _with_verdicts(session: Session, hits: Sequence[Hit]) -> list[Hit]:
    """Return possible hits with what was decided about them, while the same marks agree."""
    decided = select(HitDecision).where(HitDecision.family_id.in_({hit.family_id for hit in hits}))
    words = {
        (row.family_id, row.guide_id, row.of_marks): row.verdict
        for row in session.scalars(decided.order_by(HitDecision.id))
    }
    return [
        replace(hit, verdict=words.get((hit.family_id, hit.guide_id, hit.of_marks))) for hit in hits
    ]


@dataclass(frozen=True, slots=True)
class MarkedGuide:
    """A guide as lists of feared persons know them."""

    id: uuid.UUID
    name: str
    applied_at: dt.datetime
    marks: frozenset[str]


def marked_guides(session: Session) -> Iterator[MarkedGuide]:
    """Give every guide who has not ended, first who applied first. Nobody is asked for."""
    statement = select(Guide.id, Guide.name, Guide.phone, Guide.email, Guide.applied_at).where(
        Guide.status != GuideStatus.ENDED
    )
    for row in session.execute(statement.order_by(Guide.applied_at, Guide.id)):
        found = marks_of(session, spellings(row.name, [row.phone], [row.email]))
        yield MarkedGuide(row.id, row.name, row.applied_at, found)


def _of_guide(guide: MarkedGuide, lists: Lists) -> Iterator[Hit]:
    for family_id, listed in lists.items():
        if agreeing := sorted(guide.marks & listed.keys()):
            yield Hit(
                family_id=family_id,
                guide_id=guide.id,
                guide_name=guide.name,
                since=max(guide.applied_at, *(listed[one] for one in agreeing)),
                of_marks=sha256(" ".join(agreeing).encode()).hexdigest(),
            )
