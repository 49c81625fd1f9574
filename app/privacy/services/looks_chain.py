"""The chain over the logs of looks: closed hours are sealed, and a seal shows any later change.

A seal is a hash over the hour's rows and the seal before. Whoever takes a row away, changes one
or adds one to the past breaks it; whoever makes all seals anew breaks what was written down
elsewhere of the last one. That is why its hash goes into the worker's log.

Logs of other rooms have no seals of their own: when somebody looked there is what nobody must
read off a seal. Their rows are hashed with the next hour of the access log, and nothing but the
hash tells of them.
"""

import datetime as dt
import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, inspect, select
from sqlalchemy.orm import Session

from app.accounts.models import Look, LookSeal, SealedLook

HOUR = dt.timedelta(hours=1)
# A row is committed at most this long after the time that it bears: requests are cut off sooner.
GRACE = dt.timedelta(minutes=15)
ROWS_AT_ONCE = 1000
Rows = Iterable[Row[Any]]


class Line(NamedTuple):
    """A row of another log than the access log."""

    at: dt.datetime
    log: str
    row: Row[Any]


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found: how far the log is sealed, and in which hours something is wrong."""

    sealed: int
    rows: int
    head: str  # the last seal's hash, "" where there is none
    until: dt.datetime | None
    broken: tuple[dt.datetime, ...]

    @property
    def holds(self) -> bool:
        return not self.broken


def seal_closed_hours(session: Session, *, now: dt.datetime) -> LookSeal | None:
    """Seal the hours that are over and have none, each with the seal before; return the last.

    Two workers at once: the second one is refused by the table, and finds nothing left to do.
    """
    last = session.scalar(select(LookSeal).order_by(LookSeal.hour.desc()).limit(1))
    since, until = last.hour + HOUR if last else None, _hour_of(now - GRACE)
    others = _of_other_logs(session, since=since, until=until)
    for hour, rows in _by_hour(session, since=since, until=until):
        previous = last.own_hash if last else ""
        count, own = _hash(previous, hour, rows, _taken(others, None, hour + HOUR))
        last = LookSeal(
            hour=hour,
            row_count=count,
            previous_hash=previous,
            own_hash=own,
            sealed_at=now,
            covers_all=True,
        )
        session.add(last)
    session.flush()
    return last


def check_chain(
    session: Session, *, kept_since: dt.datetime, since: dt.datetime | None = None
) -> Chain:
    """Compute the seals anew and compare.

    Args:
        session: bound to the municipality.
        kept_since: before this instant rows may have gone by age; their seals stay.
        since: look only at hours from here on; None is all.
    """
    statement = select(LookSeal).order_by(LookSeal.hour)
    if since:
        statement = statement.where(LookSeal.hour >= _hour_of(since))
    seals = session.scalars(statement).all()
    return Chain(
        sealed=len(seals),
        rows=sum(seal.row_count for seal in seals),
        head=seals[-1].own_hash if seals else "",
        until=seals[-1].hour + HOUR if seals else None,
        broken=tuple(sorted(_broken(session, seals, kept_since, whole=since is None))),
    )


def _broken(
    session: Session, seals: Sequence[LookSeal], kept_since: dt.datetime, *, whole: bool
) -> set[dt.datetime]:
    """Return the hours whose rows, or whose place in the chain, are not what was sealed."""
    if not seals:
        return set()
    broken = {b.hour for a, b in pairwise(seals) if a.own_hash != b.previous_hash}
    if whole and seals[0].previous_hash:
        broken.add(seals[0].hour)
    kept = [
        (start, seal)
        for start, seal in zip(_starts(session, seals), seals, strict=True)
        if (start or seal.hour) >= _hour_of(kept_since) + HOUR
    ]
    if not kept:
        return broken
    since, until = kept[0][0], seals[-1].hour + HOUR
    others = _of_other_logs(session, since=since, until=until)
    waiting = {seal.hour: (start, seal) for start, seal in kept}
    for hour, rows in _by_hour(session, since=since or kept[0][1].hour, until=until):
        start, seal = waiting.pop(hour, (None, None))
        if seal is None or not _is_as_sealed(seal, rows, _taken(others, start, hour + HOUR)):
            broken.add(hour)
    return broken | set(waiting)


def _is_as_sealed(seal: LookSeal, rows: Rows, others: list[Line]) -> bool:
    covered = others if seal.covers_all else None
    found = _hash(seal.previous_hash, seal.hour, rows, covered)
    return found == (seal.row_count, seal.own_hash)


def _starts(session: Session, seals: Sequence[LookSeal]) -> list[dt.datetime | None]:
    """Return from when on each seal covers rows; None: it is the chain's first."""
    before = select(LookSeal.hour).where(LookSeal.hour < seals[0].hour)
    last = session.scalar(before.order_by(LookSeal.hour.desc()).limit(1))
    ends = [last + HOUR if last else None, *(seal.hour + HOUR for seal in seals)]
    return [end if seal.covers_all else seal.hour for end, seal in zip(ends, seals, strict=False)]


def _by_hour(
    session: Session, *, since: dt.datetime | None, until: dt.datetime
) -> Iterator[tuple[dt.datetime, Rows]]:
    """Yield the access log's rows by the hour."""
    statement = _rows_of(Look, since, until).execution_options(yield_per=ROWS_AT_ONCE)
    return groupby(session.execute(statement), key=lambda row: _hour_of(row.at))


def _of_other_logs(
    session: Session, *, since: dt.datetime | None, until: dt.datetime
) -> deque[Line]:
    """Return the rows of the other logs, the oldest first: few see those, and not often."""
    found = [
        Line(row.at, table.__tablename__, row)
        for table in SealedLook.__subclasses__()
        if table is not Look
        for row in session.execute(_rows_of(table, since, until))
    ]
    return deque(sorted(found, key=lambda line: (line.at, line.log)))


def _taken(others: deque[Line], start: dt.datetime | None, end: dt.datetime) -> list[Line]:
    """Take what is older than the end, and return it from the start on."""
    taken = []
    while others and others[0].at < end:
        taken.append(others.popleft())
    return [line for line in taken if start is None or line.at >= start]


def _rows_of(table: type[SealedLook], since: dt.datetime | None, until: dt.datetime) -> Select[Any]:
    """Return all that the rows of a log say, in an order that is always the same.

    A column that were not here could be changed unseen.
    """
    columns = (getattr(table, attribute.key) for attribute in inspect(table).column_attrs)
    statement = select(*columns).where(table.at < until).order_by(table.at, table.id)
    return statement.where(table.at >= since) if since else statement


def _hash(
    previous: str, hour: dt.datetime, rows: Rows, others: list[Line] | None
) -> tuple[int, str]:
    """Return how many rows an hour has, and the hash that seals them to the seal before.

    None for the others: the seal is of a time when the access log was all that was sealed.
    """
    covers = "" if others is None else " all"
    digest, count = hashlib.sha256(f"{previous} {hour.isoformat()}{covers}".encode()), 0
    for row in rows:
        digest.update(_line(row))
        count += 1
    for line in others or ():
        digest.update(_line((line.log, *line.row)))
    return count, digest.hexdigest()


def _line(values: Iterable[Any]) -> bytes:
    return b"\n" + json.dumps([_written(value) for value in values]).encode()


def _written(value: Any) -> Any:
    """Return a column as it stands in what is hashed: alike on both databases."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return value if value is None or isinstance(value, int) else str(value)


def _hour_of(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
