"""Reads of families. Nothing here is narrowed to an actor: only staff hold `families:view`.

Families are households. Groups of minors stand in the same table and in reads of their own, so
that no list and no figure mixes the two.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.services.links import LANGUAGES_OF_HOLDERS
from app.contact import phone_part
from app.errors import NotFound
from app.families.models import ApprovalKind, Family, FamilyKind, FamilyStatus, GroupApproval
from app.paging import Listed, page_of
from app.permissions import Actor, Permission, ensure_may

PAGE_SIZE = 25
# Who is a guide of a family is never staff for it. The room of matches says of which families.
KEPT_FROM: list[Callable[[uuid.UUID], ColumnElement[bool]]] = []
_NUMBER_AT_END = re.compile(r"-([0-9]{1,6})")


class QuotaCounts(NamedTuple):
    """Families inside the settlement quota, and outside it: by family reunification, say."""

    inside: int
    outside: int


def get_family(
    session: Session,
    actor: Actor,
    family_id: uuid.UUID,
    *,
    kind: FamilyKind | None = FamilyKind.HOUSEHOLD,
    locked: bool = False,
    whole: bool = True,
) -> Family:
    """Return a family with its languages, whole with children and neighbourhood, or raise NotFound.

    Who is its guide does not find it here: they meet it on their own page. Without a kind, it may
    be a group as well.
    Locked, it stays as it is for others until this transaction ends.
    """
    ensure_may(actor, Permission.FAMILIES_VIEW)
    kinds = FamilyKind if kind is None else {kind}
    one = select(Family).where(Family.id == family_id, Family.kind.in_(kinds), *shown_to(actor))
    statement = one.options(*_WHOLE) if whole else one.options(joinedload(Family.languages))
    found = session.scalars(statement.with_for_update(of=Family) if locked else statement)
    family = found.unique().one_or_none()
    if family is None:
        raise NotFound(f"family {family_id}")
    return family


def find_by_once_token(session: Session, once_token: str) -> Family | None:
    """Return the family that a form with this token registered."""
    return session.scalar(select(Family).where(Family.once_token == once_token))


def list_families(
    session: Session,
    actor: Actor,
    *,
    status: FamilyStatus | None = None,
    words: str = "",
    neighbourhood_id: uuid.UUID | None = None,
    number: int = 1,
) -> Listed[Family]:
    """Return one page of families: those who wait first, the most urgent, who waited longest.

    Args:
        status: only families with it; None for all.
        words: only families with this text in reference, contact name or phone number; empty for all.
        neighbourhood_id: only families there; None for all.
        number: the page, from 1. A page after the last one is the last one.
    """
    ensure_may(actor, Permission.FAMILIES_VIEW)
    conditions = [*_conditions(status, words, neighbourhood_id), *shown_to(actor)]
    counted = select(func.count()).select_from(Family).where(*conditions)
    page = page_of(session.scalar(counted) or 0, PAGE_SIZE, number)
    statement = (
        select(Family)
        .where(*conditions)
        .options(selectinload(Family.languages), joinedload(Family.neighbourhood))
        .order_by(
            _waiting_first(), Family.priority.desc(), Family.waiting_since, *_REGISTERED_FIRST
        )
        .slice(page.rows.start, page.rows.stop)
    )
    return Listed(session.scalars(statement).all(), page)


def list_waiting_families(session: Session) -> Sequence[Family]:
    """Return all families that wait, whole, who has waited longest first."""
    statement = (
        select(Family)
        .where(Family.status == FamilyStatus.WAITING, _is_household())
        .options(*_WHOLE)
        .order_by(Family.waiting_since, *_REGISTERED_FIRST)
    )
    return session.scalars(statement).all()


def count_by_status(session: Session) -> dict[FamilyStatus, int]:
    """Return how many families there are with each status, zeros included."""
    counted = select(Family.status, func.count(Family.id)).where(
        _is_household(), ~Family.is_forgotten
    )
    found = dict(session.execute(counted.group_by(Family.status)).all())
    return {status: found.get(status, 0) for status in FamilyStatus}


def count_by_quota(session: Session, year: int) -> QuotaCounts:
    """Return how many families settled in a year count against the quota for it, and do not.

    Only those that take part: whoever has left is not counted.
    """
    counted = (
        select(Family.counts_against_quota, func.count(Family.id))
        .where(
            _is_household(),
            Family.status != FamilyStatus.WITHDRAWN,
            Family.settled_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
        )
        .group_by(Family.counts_against_quota)
    )
    found = dict(session.execute(counted).all())
    return QuotaCounts(found.get(True, 0), found.get(False, 0))


def list_groups(session: Session, actor: Actor) -> Sequence[Family]:
    """Return the groups of minors that take part, whole: those who wait first."""
    ensure_may(actor, Permission.FAMILIES_VIEW)
    statement = (
        select(Family)
        .where(
            Family.kind == FamilyKind.MINORS_GROUP,
            Family.status != FamilyStatus.WITHDRAWN,
            *shown_to(actor),
        )
        .options(*_WHOLE)
        .order_by(_waiting_first(), Family.waiting_since, *_REGISTERED_FIRST)
    )
    return session.scalars(statement).all()


def list_approvals(session: Session, actor: Actor, family_id: uuid.UUID) -> Sequence[GroupApproval]:
    """Return who said yes for a group, those taken back among them, oldest first."""
    ensure_may(actor, Permission.FAMILIES_VIEW)
    statement = select(GroupApproval).where(GroupApproval.family_id == family_id)
    order = (GroupApproval.kind, GroupApproval.given_on, GroupApproval.noted_at, GroupApproval.id)
    return session.scalars(statement.order_by(*order)).all()


def get_approval(
    session: Session, actor: Actor, family_id: uuid.UUID, approval_id: uuid.UUID
) -> GroupApproval:
    """Return one yes for a group, taken back or not. Raise NotFound where it is another's."""
    ensure_may(actor, Permission.FAMILIES_VIEW)
    row = session.get(GroupApproval, approval_id)
    if row is None or row.family_id != family_id:
        raise NotFound(f"approval {approval_id}")
    return row


def count_covered(session: Session, family_id: uuid.UUID) -> Mapping[ApprovalKind, int]:
    """Return for how many of a group each kind of approval holds, zeros included."""
    counted = (
        select(GroupApproval.kind, func.sum(GroupApproval.covers))
        .where(GroupApproval.family_id == family_id, GroupApproval.withdrawn_on.is_(None))
        .group_by(GroupApproval.kind)
    )
    found = dict(session.execute(counted).all())
    return {kind: int(found.get(kind, 0)) for kind in ApprovalKind}


def lacks_approval() -> ColumnElement[bool]:
    """Return whether a group of minors lacks somebody's yes, as a condition on `Family`."""
    short = [Family.household_size > _covered(kind) for kind in ApprovalKind]
    return and_(Family.kind == FamilyKind.MINORS_GROUP, or_(*short))


def _covered(kind: ApprovalKind) -> ColumnElement[int]:
    """Select for how many of a group one kind of approval holds."""
    return (
        select(func.coalesce(func.sum(GroupApproval.covers), 0))
        .where(
            GroupApproval.family_id == Family.id,
            GroupApproval.kind == kind,
            GroupApproval.withdrawn_on.is_(None),
        )
        .correlate(Family)
        .scalar_subquery()
    )


def language_of(session: Session, family_id: uuid.UUID) -> str:
    """Return in which language a family is written to, or "" for nobody."""
    return session.scalar(select(Family.locale).where(Family.id == family_id)) or ""


LANGUAGES_OF_HOLDERS.append(language_of)


def next_reference(session: Session, today: dt.date, letter: str = "F") -> str:
    """Return a reference that nobody has yet: `F-2026-014` after `F-2026-013`; groups have a G."""
    prefix = f"{letter}-{today.year}"
    statement = select(Family.reference).where(Family.reference.startswith(f"{prefix}-"))
    numbers = [
        int(found[1])
        for reference in session.scalars(statement)
        if (found := _NUMBER_AT_END.fullmatch(reference.removeprefix(prefix)))
    ]
    return f"{prefix}-{max(numbers, default=0) + 1:03}"


def _conditions(
    status: FamilyStatus | None, words: str, neighbourhood_id: uuid.UUID | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_is_household()]
    if status:
        conditions.append(Family.status == status)
    if words:
        columns = (Family.reference, Family.contact_name)
        named = [column.icontains(words, autoescape=True) for column in columns]
        number = [Family.contact_phone.contains(part)] if (part := phone_part(words)) else []
        conditions.append(or_(*named, *number))
    if neighbourhood_id:
        conditions.append(Family.neighbourhood_id == neighbourhood_id)
    return conditions


def shown_to(actor: Actor) -> list[ColumnElement[bool]]:
    """Say which families staff are shown: for every room's reads of families by staff.

    None that they guide, and none that is forgotten: a guide, a language or a day that is left of
    it would lead to where it lives.
    """
    return [~Family.is_forgotten, *(~is_theirs(actor.user_id) for is_theirs in KEPT_FROM)]


def _is_household() -> ColumnElement[bool]:
    return Family.kind == FamilyKind.HOUSEHOLD


def _waiting_first() -> ColumnElement[int]:
    return case((Family.status == FamilyStatus.WAITING, 0), else_=1)


_REGISTERED_FIRST = (Family.registered_at, Family.id)
_WHOLE = (
    selectinload(Family.languages),
    selectinload(Family.children),
    joinedload(Family.neighbourhood),
)
