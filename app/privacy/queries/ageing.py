"""What is kept for how long, and what has become too old: the same answer for trying and for doing."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Link, Look, Membership, User
from app.activities.models import Activity
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches.models import OPEN, Match, MatchGuide
from app.messages.models import MessageStatus, OutgoingMessage
from app.oslo import OSLO, day_of, plus_months
from app.permissions import Actor, Permission, ensure_may
from app.personal import NOBODY, Person
from app.privacy.models import ArchiveNote, RetentionKind, RetentionRule
from app.privacy.queries.people import Subject

K = RetentionKind
DEFAULT_MONTHS: Mapping[RetentionKind, int] = {
    K.SILENT_APPLICANTS: 6,
    K.GUIDES_WHO_LEFT: 12,
    K.FAMILIES_NEVER_MATCHED: 12,
    K.FAMILIES_AFTER_MATCH: 6,
    K.MEETING_NOTES: 3,
    K.LETTERS: 12,
    K.OLD_LINKS: 1,
    K.ACCOUNTS_WITHOUT_ROLE: 3,
}
WHOSE: Mapping[RetentionKind, Person] = {
    K.SILENT_APPLICANTS: Person.GUIDE,
    K.GUIDES_WHO_LEFT: Person.GUIDE,
    K.FAMILIES_NEVER_MATCHED: Person.FAMILY,
    K.FAMILIES_AFTER_MATCH: Person.FAMILY,
    K.ACCOUNTS_WITHOUT_ROLE: Person.USER,
}
_RECORDS: Mapping[Person, type[Any]] = {Person.GUIDE: Guide, Person.FAMILY: Family}
WARNED_DAYS = 30  # nobody goes without having been announced so long before
_ON_THE_WAY = (GuideStatus.APPLIED, GuideStatus.CONTACTED, GuideStatus.INTERVIEWED)
Ids = Select[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Rule:
    """For how long something is kept, and from which day that holds."""

    kind: RetentionKind
    months: int
    holds_from: dt.date | None  # None: the worker has not announced it yet


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a rule would take today, within the time of a warning, and what holds it up."""

    rule: Rule
    due: int
    soon: int
    held: int


def list_rules(session: Session) -> list[Rule]:
    """Return what holds here, kind by kind."""
    rows = {row.kind: row for row in session.scalars(select(RetentionRule))}
    return [_rule(kind, rows.get(kind)) for kind in RetentionKind]


def too_old(rule: Rule, on: dt.date) -> Ids:
    """Return the identifiers of what a rule takes on a day, the oldest first."""
    return _TOO_OLD[rule.kind](plus_months(on, -rule.months))


def list_outlook(session: Session, actor: Actor, today: dt.date) -> list[Outlook]:
    """Return what would go: a dry run, with the very statements that the worker runs."""
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    rules = list_rules(session)
    due = _count(session, {rule.kind: too_old(rule, today) for rule in rules})
    soon = _count(session, {rule.kind: too_old(rule, _warned(today)) for rule in rules})
    held = _count(session, {rule.kind: _unarchived(rule, today) for rule in _of_people(rules)})
    return [
        Outlook(rule, due[rule.kind], soon[rule.kind] - due[rule.kind], held.get(rule.kind, 0))
        for rule in rules
    ]


def list_soon(session: Session, actor: Actor, today: dt.date) -> list[tuple[Rule, Subject]]:
    """Return the guides and families that go within the time of a warning."""
    ensure_may(actor, Permission.PRIVACY_HANDLE)
    found = []
    for rule in _of_people(list_rules(session)):
        kind = _RECORDS[WHOSE[rule.kind]]
        going = select(kind).where(kind.id.in_(too_old(rule, _warned(today)).order_by(None)))
        rows = session.scalars(going.order_by(kind.id))
        found += [(rule, Subject(WHOSE[rule.kind], row)) for row in rows]
    return found


def count_announced(session: Session, today: dt.date) -> int:
    """Return how many people come into the time of a warning in the week from today."""
    rules = _of_people(list_rules(session))
    first, after = _warned(today), _warned(today) + dt.timedelta(days=7)
    before = _count(session, {rule.kind: too_old(rule, first) for rule in rules})
    then = _count(session, {rule.kind: too_old(rule, after) for rule in rules})
    return sum(then.values()) - sum(before.values())


def _rule(kind: RetentionKind, row: RetentionRule | None) -> Rule:
    if row is None:
        return Rule(kind, DEFAULT_MONTHS[kind], None)
    return Rule(kind, row.months, day_of(row.changed_at) + dt.timedelta(days=WARNED_DAYS))


def _warned(today: dt.date) -> dt.date:
    return today + dt.timedelta(days=WARNED_DAYS)


def _of_people(rules: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in rules if WHOSE.get(rule.kind) in _RECORDS]


def _unarchived(rule: Rule, today: dt.date) -> Ids:
    """Return who is too old and waits for the archive."""
    person = WHOSE[rule.kind]
    kind = _RECORDS[person]
    theirs = (
        Match.family_id == Family.id
        if person is Person.FAMILY
        else Match.guides.any(MatchGuide.guide_id == Guide.id)
    )
    noted = exists().where(ArchiveNote.person == person, ArchiveNote.record_id == kind.id)
    decided = exists().where(theirs, Match.agreed_on.is_not(None))
    return too_old(rule, today).where(decided, ~noted)


def _count(session: Session, sets: Mapping[RetentionKind, Ids]) -> dict[RetentionKind, int]:
    """Return how many there are in each set, in one question to the database."""
    counts = [
        ids.with_only_columns(
            literal(kind.value), func.count(), maintain_column_froms=True
        ).order_by(None)
        for kind, ids in sets.items()
    ]
    rows = session.execute(union_all(*counts)).all()
    return {RetentionKind(kind): number for kind, number in rows}


def _before(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=OSLO)


def _silent_applicants(cutoff: dt.date) -> Ids:
    """Who waits since long before, or was never made a guide."""
    silent = and_(
        Guide.status.in_(_ON_THE_WAY),
        Guide.applied_at < _before(cutoff),
        *(or_(day.is_(None), day < cutoff) for day in (Guide.contacted_on, Guide.interviewed_on)),
    )
    refused = and_(
        Guide.status == GuideStatus.ENDED, Guide.ready_on.is_(None), Guide.ended_on < cutoff
    )
    return _ids(Guide, Guide.name != NOBODY, or_(silent, refused)).order_by(Guide.applied_at)


def _guides_who_left(cutoff: dt.date) -> Ids:
    left = and_(
        Guide.status == GuideStatus.ENDED, Guide.ready_on.is_not(None), Guide.ended_on < cutoff
    )
    return _ids(Guide, Guide.name != NOBODY, left).order_by(Guide.ended_on)


def _families_never_matched(cutoff: dt.date) -> Ids:
    """Who waits, and for whom nothing has happened since."""
    lately = exists().where(
        Match.family_id == Family.id,
        or_(
            Match.status.in_(OPEN),
            Match.proposed_at >= _before(cutoff),
            Match.ended_on >= cutoff,
        ),
    )
    idle = (Family.registered_at < _before(cutoff), Family.waiting_since < cutoff, ~lately)
    waits = Family.status == FamilyStatus.WAITING
    return _ids(Family, Family.contact_name != NOBODY, waits, *idle).order_by(Family.waiting_since)


def _families_after_match(cutoff: dt.date) -> Ids:
    left = (Family.status == FamilyStatus.WITHDRAWN, Family.withdrawn_on < cutoff)
    return _ids(Family, Family.contact_name.not_in(("", NOBODY)), *left).order_by(
        Family.withdrawn_on
    )


def _meeting_notes(cutoff: dt.date) -> Ids:
    over = exists().where(Match.id == Activity.match_id, Match.ended_on < cutoff)
    return _ids(Activity, Activity.note != "", over).order_by(Activity.done_on)


def _letters(cutoff: dt.date) -> Ids:
    """What was sent or taken care of; what is said once only stays said."""
    done = or_(
        OutgoingMessage.status == MessageStatus.SENT, OutgoingMessage.handled_at.is_not(None)
    )
    old = and_(OutgoingMessage.created_at < _before(cutoff), OutgoingMessage.once_key.is_(None))
    return _ids(OutgoingMessage, done, old).order_by(OutgoingMessage.created_at)


def _old_links(cutoff: dt.date) -> Ids:
    ends = (Link.expires_at, Link.used_at, Link.revoked_at)
    dead = or_(*(instant < _before(cutoff) for instant in ends))
    return _ids(Link, Link.municipality_id.in_(_here()), dead).order_by(Link.created_at)


def _accounts_without_role(cutoff: dt.date) -> Ids:
    """Who worked here, as the log knows, is nothing anywhere any more and has not been seen since."""
    looks = select(Look.id).where(Look.user_id == User.id)
    return _ids(
        User,
        User.active.is_(False),
        User.name != NOBODY,
        ~exists().where(Membership.user_id == User.id),
        looks.exists(),
        ~looks.where(Look.at >= _before(cutoff)).exists(),
    ).order_by(User.created_at)


def _here() -> Select[uuid.UUID]:
    """Return this municipality, as the wall narrows it: links stand outside."""
    return select(RetentionRule.municipality_id).limit(1)


def _ids(kind: Any, *conditions: ColumnElement[bool]) -> Ids:
    statement: Ids = select(kind.id).where(*conditions)
    return statement.order_by(None)


_TOO_OLD: Mapping[RetentionKind, Callable[[dt.date], Ids]] = {
    K.SILENT_APPLICANTS: _silent_applicants,
    K.GUIDES_WHO_LEFT: _guides_who_left,
    K.FAMILIES_NEVER_MATCHED: _families_never_matched,
    K.FAMILIES_AFTER_MATCH: _families_after_match,
    K.MEETING_NOTES: _meeting_notes,
    K.LETTERS: _letters,
    K.OLD_LINKS: _old_links,
    K.ACCOUNTS_WITHOUT_ROLE: _accounts_without_role,
}
Due = Sequence[uuid.UUID]
