"""What needs the coordinator today, gathered from the rooms below. Nothing here is stored."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.activities.models import Activity
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches.models import OPEN, Match, MatchGuide, MatchStatus
from app.matches.queries import names_in
from app.messages.queries import list_failed_messages
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

SILENT_AFTER_DAYS = 28  # no meeting logged for this long: ask (domain.md, requirement 12)
STEP_DAYS = 7  # how long a guide or a match may stand at a step before it is late
MOST_WAITING_FAMILIES = 200


class TaskKind(StrEnum):
    """What there is to do."""

    CONTACT_APPLICANT = "contact_applicant"
    INTERVIEW = "interview"
    APPROVE = "approve"
    CONFIRM = "confirm"
    GUIDE_TAKEN = "guide_taken"
    ASK_FAMILY = "ask_family"
    REMIND_GUIDE = "remind_guide"
    REMIND_FAMILY = "remind_family"
    START_MEETING = "start_meeting"
    SILENT_PAIR = "silent_pair"
    FAMILY_LEFT = "family_left"
    FIND_GUIDE = "find_guide"
    FAILED_MESSAGE = "failed_message"


# A family without a guide waits for months, not days: it comes after what is due, longest first.
UNDATED = frozenset({TaskKind.FIND_GUIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: about whom, and by when."""

    kind: TaskKind
    subject: str  # a guide's name or a family's reference; for staff only
    guides: tuple[str, ...] = ()  # of a match: their names
    since: dt.date
    due_on: dt.date
    record_id: uuid.UUID | None = None
    priority: int = 0  # a family's: 2 is most urgent
    under_18: bool = False  # an applicant

    def days_late(self, today: dt.date) -> int:
        return 0 if self.kind in UNDATED else max(0, (today - self.due_on).days)

    def days_waited(self, today: dt.date) -> int:
        return (today - self.since).days


def list_tasks(
    session: Session, actor: Actor, *, today: dt.date, first_contact_days: int
) -> list[Task]:
    """Return what needs attention: what is late first, then what is due, then who waits longest.

    What can wait for somebody else's answer is left out until the answer is late.
    """
    ensure_may(actor, Permission.DESK_VIEW)
    matches = _open_matches(session)
    tasks = [
        *_guide_tasks(session, first_contact_days),
        *_match_tasks(matches, today),
        *_silent_pairs(session, matches, today),
        *_waiting_families(session, matches),
        *_failed_messages(session),
    ]
    tasks.sort(key=lambda t: (t.kind in UNDATED, -t.priority, t.due_on, t.since, t.subject))
    return tasks


def _guide_tasks(session: Session, first_contact_days: int) -> Iterator[Task]:
    steps = {
        GuideStatus.APPLIED: TaskKind.CONTACT_APPLICANT,
        GuideStatus.CONTACTED: TaskKind.INTERVIEW,
        GuideStatus.INTERVIEWED: TaskKind.APPROVE,
    }
    statement = select(Guide).where(Guide.status.in_(steps)).order_by(Guide.applied_at, Guide.id)
    for guide in session.scalars(statement):
        kind = steps[guide.status]
        promised_on = guide.contact_due_on(first_contact_days)
        applied_on = promised_on - dt.timedelta(days=first_contact_days)
        since = guide.interviewed_on or guide.contacted_on or applied_on
        applied = guide.status is GuideStatus.APPLIED
        if kind is TaskKind.APPROVE and not guide.is_adult:
            continue  # waits for a youth group: nothing to decide
        yield Task(
            kind=kind,
            subject=guide.name,
            since=since,
            due_on=promised_on if applied else since + dt.timedelta(days=STEP_DAYS),
            record_id=guide.id,
            under_18=not guide.is_adult,
        )


def _open_matches(session: Session) -> Sequence[Match]:
    statement = (
        select(Match)
        .where(Match.status.in_(OPEN))
        .options(joinedload(Match.family), selectinload(Match.guides).joinedload(MatchGuide.guide))
        .options(selectinload(Match.events))
        .order_by(Match.proposed_at, Match.id)
    )
    return session.scalars(statement).all()


def _match_tasks(matches: Sequence[Match], today: dt.date) -> Iterator[Task]:
    for match in matches:
        since = _last_step_on(match)
        kind, due_on = _next_step(match, since, today)
        if kind is not None:
            yield Task(
                kind=kind,
                subject=match.family.reference,
                guides=names_in(match),
                since=since,
                due_on=due_on,
                record_id=match.id,
            )


def _next_step(match: Match, since: dt.date, today: dt.date) -> tuple[TaskKind | None, dt.date]:
    """Return what staff must do for a match, and by when; None while others have the ball."""
    if not match.family.takes_part:
        return TaskKind.FAMILY_LEFT, match.family.withdrawn_on or since
    has_room = all(guide.free_places > 0 for guide in match.takers)
    ours = {
        MatchStatus.PROPOSED: TaskKind.CONFIRM if has_room else TaskKind.GUIDE_TAKEN,
        MatchStatus.GUIDE_ACCEPTED: TaskKind.ASK_FAMILY,
        MatchStatus.AGREED: TaskKind.START_MEETING,
    }
    theirs = {
        MatchStatus.GUIDE_ASKED: TaskKind.REMIND_GUIDE,
        MatchStatus.FAMILY_ASKED: TaskKind.REMIND_FAMILY,
    }
    if match.status in ours:
        return ours[match.status], since + dt.timedelta(days=STEP_DAYS)
    if match.status in theirs and match.expires_on and match.expires_on <= today:
        return theirs[match.status], match.expires_on
    return None, today


def _silent_pairs(session: Session, matches: Sequence[Match], today: dt.date) -> Iterator[Task]:
    active = {m.id: m for m in matches if m.status is MatchStatus.ACTIVE and m.family.takes_part}
    statement = (
        select(Activity.match_id, func.max(Activity.done_on))
        .where(Activity.match_id.in_(active))
        .group_by(Activity.match_id)
    )
    last_met = dict(session.execute(statement).all())
    for match in active.values():
        met_on = last_met.get(match.id) or match.started_on or _last_step_on(match)
        since = max(met_on, match.checked_on or met_on)
        due_on = since + dt.timedelta(days=SILENT_AFTER_DAYS)
        if due_on <= today:
            yield Task(
                kind=TaskKind.SILENT_PAIR,
                subject=match.family.reference,
                guides=names_in(match),
                since=since,
                due_on=due_on,
                record_id=match.id,
            )


def _waiting_families(session: Session, matches: Sequence[Match]) -> Iterator[Task]:
    in_a_match = {match.family_id for match in matches}
    statement = (
        select(Family)
        .where(Family.status == FamilyStatus.WAITING)
        .order_by(Family.priority.desc(), Family.waiting_since, Family.registered_at, Family.id)
        .limit(MOST_WAITING_FAMILIES)
    )
    for family in session.scalars(statement):
        if family.id not in in_a_match:
            since = family.waiting_since
            yield Task(
                kind=TaskKind.FIND_GUIDE,
                subject=family.reference,
                since=since,
                due_on=since,
                record_id=family.id,
                priority=family.priority,
            )


def _failed_messages(session: Session) -> Iterator[Task]:
    for message in list_failed_messages(session):
        on = day_of(message.failed_at or message.created_at)
        yield Task(
            kind=TaskKind.FAILED_MESSAGE,
            subject=message.recipient,
            since=on,
            due_on=on,
            record_id=message.id,
        )


def _last_step_on(match: Match) -> dt.date:
    return day_of(max([match.proposed_at, *(event.at for event in match.events)]))
