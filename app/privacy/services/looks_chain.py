"""The chain over the access log: closed hours are sealed, and a seal shows any later change.

A seal is a hash over the hour's rows and the seal before. Whoever takes a row away, changes one
or adds one to the past breaks it; whoever makes all seals anew breaks what was written down
elsewhere of the last one. That is why its hash goes into the worker's log.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import Row, inspect, select
from sqlalchemy.orm import Session

from app.accounts.models import Look, LookSeal

HOUR = dt.timedelta(hours=1)
# A row is committed at most this long after the time that it bears: requests are cut off sooner.
GRACE = dt.timedelta(minutes=15)
ROWS_AT_ONCE = 1000
# All that a row says. A column that is not here could be changed unseen.
COLUMNS = tuple(getattr(Look, attribute.key) for attribute in inspect(Look).column_attrs)


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
    since = last.hour + HOUR if last else None
    for hour, rows in _by_hour(session, since=since, until=_hour_of(now - GRACE)):
        previous = last.own_hash if last else ""
        count, own = _hash(previous, hour, rows)
        last = LookSeal(
            hour=hour, row_count=count, previous_hash=previous, own_hash=own, sealed_at=now
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
    first = max(seals[0].hour, _hour_of(kept_since) + HOUR)
    waiting = {seal.hour: seal for seal in seals if seal.hour >= first}
    for hour, rows in _by_hour(session, since=first, until=seals[-1].hour + HOUR):
        seal = waiting.pop(hour, None)
        if seal is None or (seal.row_count, seal.own_hash) != _hash(seal.previous_hash, hour, rows):
            broken.add(hour)
    return broken | set(waiting)


def _by_hour(
    session: Session, *, since: dt.datetime | None, until: dt.datetime
) -> Iterator[tuple[dt.datetime, Iterable[Row[Any]]]]:
    """Yield the log's rows by the hour, in an order that is always the same."""
    statement = select(*COLUMNS).where(Look.at < until).order_by(Look.at, Look.id)
    if since:
        statement = statement.where(Look.at >= since)
    found = session.execute(statement.execution_options(yield_per=ROWS_AT_ONCE))
    return groupby(found, key=lambda row: _hour_of(row.at))


def _hash(previous: str, hour: dt.datetime, rows: Iterable[Row[Any]]) -> tuple[int, str]:
    """Return how many rows an hour has, and the hash that seals them to the seal before."""
    digest, count = hashlib.sha256(f"{previous} {hour.isoformat()}".encode()), 0
    for row in rows:
        digest.update(b"\n" + json.dumps([_written(value) for value in row]).encode())
        count += 1
    return count, digest.hexdigest()


def _written(value: Any) -> Any:
    """Return a column as it stands in what is hashed: alike on both databases."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return value if value is None or isinstance(value, int) else str(value)


def _hour_of(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
