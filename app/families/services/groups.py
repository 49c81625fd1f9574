"""Groups of young people who are here without their parents: counted, never named."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import lock
from app.errors import Conflict, NotFound
from app.families import queries
from app.families.models import (
    ApprovalKind,
    Family,
    FamilyKind,
    FamilyWithdrawn,
    GroupApproval,
    SettlementCategory,
)
from app.families.services.registering import (
    Consent,
    Contact,
    ReferenceTaken,
    Speech,
    write_children,
    write_consent,
    write_contact,
    write_languages,
    write_place,
)
from app.messages.reach import following
from app.messages.services import To
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may
from app.vocabulary import ChildAge, GenderWish, Interest

SMALLEST_GROUP = 2
LARGEST_GROUP = 20


class GroupTooSmall(Conflict):
    """One young person alone is no group, and nobody meets one alone."""


class CoversTooMany(Conflict):
    """More yeses of one kind than there are young people: somebody would be counted twice.

    `left`: for how many a yes of that kind is still missing.
    """

    def __init__(self, group: Family, left: int) -> None:
        self.left = left
        super().__init__(f"group {group.id}: {left} left")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRegistration:
    """All that staff write down about a group: counts, and the grown-up who answers for it."""

    reference: str
    contact: Contact
    young: Mapping[ChildAge, int]
    languages: tuple[Speech, ...]
    interpreter_needed: bool
    neighbourhood_id: uuid.UUID | None
    availability: int
    interests: frozenset[Interest]
    consent: Consent

    @property
    def size(self) -> int:
        return sum(self.young.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A grown-up's yes, for how many of a group it is, and when it was given."""

    kind: ApprovalKind
    name: str
    role: str
    covers: int
    given_on: dt.date


def register_group(
    session: Session,
    actor: Actor,
    registration: GroupRegistration,
    *,
    once_token: str,
    now: dt.datetime,
) -> Family:
    """Register a group that waits for guides. The form's token makes it once.

    Raises:
        GroupTooSmall: fewer than two young people.
        ReferenceTaken: another family or group has the reference.
        PlaceGone: the neighbourhood is not in use.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER)
    if first := queries.find_by_once_token(session, once_token):
        return first
    group = _new_group(once_token, now)
    group.registered_by_id = actor.user_id
    _write(session, group, registration)
    try:
        with session.begin_nested():
            session.add(group)
    except IntegrityError:
        if first := queries.find_by_once_token(session, once_token):
            return first
        raise ReferenceTaken(registration.reference) from None
    return group


def _new_group(once_token: str, now: dt.datetime) -> Family:
    return Family(
        kind=FamilyKind.MINORS_GROUP,
        once_token=once_token,
        registered_at=now,
        waiting_since=day_of(now),
        # What a household has and a group has not. No figure of settlement counts a group.
        settled_on=day_of(now),
        settlement_category=SettlementCategory.ASYLUM,
        counts_against_quota=False,
        gender_wish=GenderWish.NONE,
    )


def change_group(
    session: Session,
    actor: Actor,
    group: Family,
    registration: GroupRegistration,
    *,
    now: dt.datetime,
) -> Family:
    """Correct what is on record about a group. It is never fewer than two.

    Where that reaches it elsewhere, what was sent to the old address or number opens no more.

    Raises:
        NotPermitted: the actor registers no families.
        FamilyWithdrawn: the group no longer takes part.
        GroupTooSmall, ReferenceTaken, PlaceGone: as for a new one.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, group)
    _lock(session, group)
    try:
        with session.begin_nested(), following(session, lambda: To.family(group), now=now):
            _write(session, group, registration)
    except IntegrityError:
        raise ReferenceTaken(registration.reference) from None
    return group


def note_approval(
    session: Session,
    actor: Actor,
    group: Family,
    approval: Approval,
    *,
    once_token: str,
    now: dt.datetime,
) -> GroupApproval:
    """Note that a guardian or the child welfare service has said yes. Pressed twice, once.

    Raises:
        NotPermitted: the actor registers no families.
        FamilyWithdrawn: the group no longer takes part.
        CoversTooMany: with the yeses that stand it would be for more than are in the group.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, group)
    _lock(session, group)  # two presses take turns, and so does who checks what is there
    if first := session.scalar(select(GroupApproval).where(GroupApproval.once_token == once_token)):
        return first
    left = group.household_size - queries.count_covered(session, group.id)[approval.kind]
    if approval.covers > left:
        raise CoversTooMany(group, max(0, left))
    row = GroupApproval(
        family_id=group.id,
        once_token=once_token,
        kind=approval.kind,
        name=approval.name,
        role=approval.role,
        covers=approval.covers,
        given_on=approval.given_on,
        noted_at=now,
        noted_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row


def take_back_approval(
    session: Session, actor: Actor, group: Family, approval_id: uuid.UUID, *, today: dt.date
) -> GroupApproval:
    """Note that somebody has changed their mind. Pressed twice, the first day stays.

    Raises:
        NotFound: the group has no such approval.
        NotPermitted: the actor registers no families.
    """
    ensure_may(actor, Permission.FAMILIES_REGISTER, group)
    _lock(session, group)
    row = queries.get_approval(session, actor, group.id, approval_id)
    row.withdrawn_on = row.withdrawn_on or today
    session.flush()
    return row


def _lock(session: Session, group: Family) -> None:
    lock(session, group)
    if not group.is_group:
        raise NotFound(f"group {group.id}")
    if not group.takes_part:
        raise FamilyWithdrawn(str(group.id))


def _write(session: Session, group: Family, registration: GroupRegistration) -> None:
    if registration.size < SMALLEST_GROUP:
        raise GroupTooSmall(f"{registration.size} in group {registration.reference}")
    with session.no_autoflush:
        write_contact(group, registration.contact)
        write_languages(group, registration.languages)
        write_place(session, group, registration.neighbourhood_id)
        write_consent(session, group, registration.consent)
        group.reference = registration.reference
        group.household_size = registration.size
        group.interpreter_needed = registration.interpreter_needed
        group.availability = registration.availability
        group.interests = registration.interests
        write_children(group, registration.young)
