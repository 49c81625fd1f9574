"""What stood out in a week of looks: questions for whoever leads, never answers.

Four things are told apart. Each has an honest explanation more often than not.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts.models import Look, RecordKind
from app.families.models import Family
from app.follow_ups.models import FollowUpContact
from app.guides.models import Guide
from app.matches.models import MatchEvent
from app.oslo import OSLO, day_of
from app.permissions import GUIDE_ROLE, Actor, Permission, ensure_may
from app.privacy.queries.looks import names_of

WEEK = dt.timedelta(days=7)
OFFICE_OPENS, OFFICE_CLOSES, SATURDAY = 6, 20, 5
MANY_A_DAY = 30  # records that one person sees in a day and does nothing about
OFTEN_A_WEEK = 20  # looks at one record
MOST_TOLD = 10
ABOUT_PEOPLE = frozenset({RecordKind.GUIDE, RecordKind.FAMILY, RecordKind.MATCH})


@dataclass(frozen=True, slots=True)
class Often:
    """A record that was seen very often."""

    record: RecordKind
    record_id: uuid.UUID
    looks: int
    people: int


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody who saw many records in a day, and took no step with any."""

    user_id: uuid.UUID
    day: dt.date
    looks: int


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody who looked at night or at the weekend."""

    user_id: uuid.UUID
    looks: int


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody who looked at a record whose family name is their own."""

    user_id: uuid.UUID
    record: RecordKind
    record_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Week:
    """What stood out from one Monday to the next, and the names of those who looked."""

    monday: dt.date
    looks: int
    often: Sequence[Often]
    busy: Sequence[Busy]
    late: Sequence[Late]
    namesakes: Sequence[Namesake]
    names: dict[uuid.UUID, str]

    @property
    def count(self) -> int:
        """Return how many things there are to ask about."""
        return len(self.often) + len(self.busy) + len(self.late) + len(self.namesakes)


def last_monday(today: dt.date) -> dt.date:
    """Return the Monday on which the last whole week began."""
    return today - dt.timedelta(days=today.weekday()) - WEEK


def get_week(session: Session, actor: Actor, monday: dt.date) -> Week:
    """Return what stood out in the week that began on a Monday."""
    ensure_may(actor, Permission.ACCESS_LOG_VIEW)
    return read_week(session, monday)


def read_week(session: Session, monday: dt.date) -> Week:
    """Return what stood out in a week, for whoever writes the letter about it."""
    start = dt.datetime.combine(monday, dt.time(), tzinfo=OSLO)
    end = dt.datetime.combine(monday + WEEK, dt.time(), tzinfo=OSLO)
    rows = [row for row in _looks(session, start, end) if row.roles - {GUIDE_ROLE}]
    names = names_of(session, {row.user_id for row in rows})
    return Week(
        monday=monday,
        looks=len(rows),
        often=_often(rows),
        busy=_busy(rows, _steps_taken(session, start, end)),
        late=_late(rows),
        namesakes=_namesakes(session, rows, names),
        names=names,
    )


def _looks(session: Session, start: dt.datetime, end: dt.datetime) -> list[Row[Any]]:
    statement = select(Look.at, Look.user_id, Look.roles, Look.record, Look.record_id).where(
        Look.at >= start,
        Look.at < end,
        Look.user_id.is_not(None),
        Look.record_id.is_not(None),
        Look.record.in_(ABOUT_PEOPLE),
    )
    return list(session.execute(statement.order_by(Look.at, Look.id)))


def _often(rows: Sequence[Row[Any]]) -> list[Often]:
    by_record: dict[tuple[RecordKind, uuid.UUID], list[uuid.UUID]] = defaultdict(list)
    for row in rows:
        by_record[row.record, row.record_id].append(row.user_id)
    found = [
        Often(record, key, len(users), len(set(users)))
        for (record, key), users in by_record.items()
        if len(users) >= OFTEN_A_WEEK
    ]
    return sorted(found, key=lambda one: (-one.looks, str(one.record_id)))[:MOST_TOLD]


def _busy(rows: Sequence[Row[Any]], steps: set[tuple[uuid.UUID, dt.date]]) -> list[Busy]:
    seen: dict[tuple[uuid.UUID, dt.date], set[uuid.UUID]] = defaultdict(set)
    for row in rows:
        seen[row.user_id, day_of(row.at)].add(row.record_id)
    found = [
        Busy(user, day, len(records))
        for (user, day), records in seen.items()
        if len(records) >= MANY_A_DAY and (user, day) not in steps
    ]
    return sorted(found, key=lambda one: (-one.looks, one.day, str(one.user_id)))[:MOST_TOLD]


def _late(rows: Sequence[Row[Any]]) -> list[Late]:
    counts = Counter(row.user_id for row in rows if _is_out_of_hours(row.at))
    return [
        Late(user, looks)
        for user, looks in sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))
    ][:MOST_TOLD]


def _is_out_of_hours(at: dt.datetime) -> bool:
    local = at.astimezone(OSLO)
    return local.weekday() >= SATURDAY or not OFFICE_OPENS <= local.hour < OFFICE_CLOSES


def _namesakes(
    session: Session, rows: Sequence[Row[Any]], names: dict[uuid.UUID, str]
) -> list[Namesake]:
    pairs = {(row.user_id, row.record, row.record_id) for row in rows}
    theirs = dict(_family_names(session, {key for _user, _record, key in pairs}))
    found = [
        Namesake(user, record, key)
        for user, record, key in pairs
        if theirs.get(key) and theirs[key] == _family_name(names.get(user, ""))
    ]
    return sorted(found, key=lambda one: (str(one.user_id), str(one.record_id)))[:MOST_TOLD]


def _family_names(session: Session, keys: set[uuid.UUID]) -> Iterator[tuple[uuid.UUID, str]]:
    for statement in (
        select(Guide.id, Guide.name).where(Guide.id.in_(keys)),
        select(Family.id, Family.contact_name).where(Family.id.in_(keys)),
    ):
        for key, name in session.execute(statement):
            yield key, _family_name(name)


def _family_name(name: str) -> str:
    """Return the last word of a name, "" where it has but one: a first name is no family's."""
    words = name.casefold().split()
    return words[-1] if len(words) > 1 else ""


def _steps_taken(
    session: Session, start: dt.datetime, end: dt.datetime
) -> set[tuple[uuid.UUID, dt.date]]:
    """Return who took a step with a match, or noted a talk, on which day."""
    steps = select(MatchEvent.by_id, MatchEvent.at).where(
        MatchEvent.at >= start, MatchEvent.at < end, MatchEvent.by_id.is_not(None)
    )
    talks = select(FollowUpContact.by_id, FollowUpContact.noted_at).where(
        FollowUpContact.noted_at >= start,
        FollowUpContact.noted_at < end,
        FollowUpContact.by_id.is_not(None),
    )
    return {
        (by, day_of(at))
        for statement in (steps, talks)
        for by, at in session.execute(statement)
        if by
    }
