"""The numbers of months that are over: how they are counted, and how they may be shown."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.activities.models import Activity
from app.families.models import Family
from app.guides.models import Guide
from app.matches.models import Match
from app.oslo import OSLO, day_of, plus_months
from app.permissions import Actor, Permission, ensure_may
from app.privacy.models import Measure, MonthlyStatistic

FEWEST_SHOWN = 5  # whoever is one of four could be told apart
MONTHS_SHOWN = 24
WAITED_DAYS = (30, 60, 90, 180)  # up to so many days; the last band is all above
Number = tuple[Measure, str, int]


@dataclass(frozen=True, slots=True)
class Month:
    """A month, from its first day to the first of the next."""

    first: dt.date

    @property
    def end(self) -> dt.date:
        return plus_months(self.first, 1)

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Return that a day lies in the month."""
        return and_(column >= self.first, column < self.end)

    def holds_instant(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= _midnight(self.first), column < _midnight(self.end))

    def open_at_end(self, begun_on: Any, ended_on: Any) -> ColumnElement[bool]:
        """Return that something had begun when the month ended, and was not over."""
        return and_(begun_on < self.end, or_(ended_on.is_(None), ended_on >= self.end))


def count_month(session: Session, month: Month) -> Iterator[Number]:
    """Yield everything that is counted of a month. Erasing anybody later changes none of it."""
    for measure, statement in _counts(month).items():
        yield measure, "", session.scalar(statement) or 0
    for reason, number in session.execute(
        select(Match.end_reason, func.count(Match.id))
        .where(month.holds(Match.ended_on), Match.end_reason.is_not(None))
        .group_by(Match.end_reason)
        .order_by(Match.end_reason)
    ):
        yield Measure.MATCHES_ENDED, str(reason), number
    for band, number in _waits(session, month).items():
        yield Measure.WAITED_BEFORE_GUIDE, band, number


def _counts(month: Month) -> Mapping[Measure, Select[int]]:
    with_guide = exists().where(
        Match.family_id == Family.id, month.open_at_end(Match.agreed_on, Match.ended_on)
    )
    here = (Family.registered_at < _midnight(month.end)) & or_(
        Family.left_on.is_(None), Family.left_on >= month.end
    )
    held = month.holds(Activity.done_on)
    return {
        Measure.FAMILIES_REGISTERED: _how_many(Family, month.holds_instant(Family.registered_at)),
        Measure.FAMILIES_WAITING: _how_many(Family, here & ~with_guide),
        Measure.GUIDES_APPLIED: _how_many(Guide, month.holds_instant(Guide.applied_at)),
        Measure.GUIDES_READY: _how_many(Guide, month.open_at_end(Guide.ready_on, Guide.ended_on)),
        Measure.GUIDES_LEFT: _how_many(Guide, month.holds(Guide.ended_on)),
        Measure.MATCHES_AGREED: _how_many(Match, month.holds(Match.agreed_on)),
        Measure.MATCHES_STARTED: _how_many(Match, month.holds(Match.started_on)),
        Measure.MATCHES_ACTIVE: _how_many(
            Match, month.open_at_end(Match.started_on, Match.ended_on)
        ),
        Measure.MEETINGS: _how_many(Activity, held),
        Measure.MEETING_MINUTES: select(
            func.coalesce(func.sum(Activity.duration_minutes), 0)
        ).where(held),
    }


def _how_many(kind: Any, condition: ColumnElement[bool]) -> Select[int]:
    return select(func.count(kind.id)).where(condition)


def _waits(session: Session, month: Month) -> Mapping[str, int]:
    """Return for how long families had waited that got a guide in the month, in bands of days."""
    bands: dict[str, int] = defaultdict(int)
    rows = session.execute(
        select(Match.agreed_on, Family.waiting_since)
        .join(Match.family)
        .where(month.holds(Match.agreed_on))
    )
    for agreed_on, since in rows:
        days = (agreed_on - since).days if agreed_on else 0
        bands[str(next((most for most in WAITED_DAYS if days <= most), "more"))] += 1
    return bands


def first_month_of_all(session: Session) -> dt.date | None:
    """Return the month in which the first guide or family came."""
    first = [
        session.scalar(select(func.min(column)))
        for column in (Guide.applied_at, Family.registered_at)
    ]
    known = [day_of(instant).replace(day=1) for instant in first if instant]
    return min(known, default=None)


def last_month_written(session: Session) -> dt.date | None:
    return session.scalar(select(func.max(MonthlyStatistic.month)))


@dataclass(frozen=True, slots=True)
class Row:
    """One month's numbers, as they may be shown: None where they are too few."""

    month: dt.date
    numbers: Mapping[Measure, int | None]


def list_months(session: Session, actor: Actor) -> list[Row]:
    """Return the latest months, the latest first."""
    ensure_may(actor, Permission.SETTLEMENT_VIEW)
    statement = select(MonthlyStatistic).where(MonthlyStatistic.band == "")
    by_month: dict[dt.date, dict[Measure, int]] = defaultdict(dict)
    for row in session.scalars(statement.order_by(MonthlyStatistic.month.desc())):
        by_month[row.month][row.measure] = row.number
    return [Row(month, _shown(found)) for month, found in list(by_month.items())[:MONTHS_SHOWN]]


def list_bands(session: Session, actor: Actor, measure: Measure) -> Sequence[tuple[str, int]]:
    """Return how the latest months' number divides into bands; nothing if a band is small.

    All or nothing: a missing band could be found by subtracting the others.
    """
    ensure_may(actor, Permission.SETTLEMENT_VIEW)
    latest = last_month_written(session)
    if latest is None:
        return []
    rows = session.execute(
        select(MonthlyStatistic.band, func.sum(MonthlyStatistic.number))
        .where(
            MonthlyStatistic.measure == measure,
            MonthlyStatistic.band != "",
            MonthlyStatistic.month > plus_months(latest, -12),
        )
        .group_by(MonthlyStatistic.band)
        .order_by(MonthlyStatistic.band)
    )
    found = [(band, int(number)) for band, number in rows]
    return [] if any(number < FEWEST_SHOWN for _band, number in found) else found


def _shown(found: Mapping[Measure, int]) -> dict[Measure, int | None]:
    shown: dict[Measure, int | None] = {
        measure: None if 0 < number < FEWEST_SHOWN else number for measure, number in found.items()
    }
    if shown.get(Measure.MEETINGS) is None:
        shown[Measure.MEETING_MINUTES] = None
    return shown


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=OSLO)
