"""When somebody was a guide: what the proof of it says, and nothing of any family."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matches.models import GuideChange, GuideKind, Match, MatchGuide
from app.oslo import day_of


class Service(NamedTuple):
    """From which day to which a guide met families; `until` is None while one does."""

    since: dt.date
    until: dt.date | None


def find_service(session: Session, guide_id: uuid.UUID) -> Service | None:
    """Return the time from a guide's first day with a family to the last, or None.

    Who was asked, and never said yes, has met nobody; nor has who left before it began.
    """
    spans = [*_spans_to_the_end(session, guide_id), *_spans_cut_short(session, guide_id)]
    if not spans:
        return None
    ends = [span.until for span in spans if span.until is not None]
    last = max(ends) if len(ends) == len(spans) else None
    return Service(min(span.since for span in spans), last)


def has_left_one(session: Session, guide_id: uuid.UUID) -> bool:
    """Return whether a guide has met a family in a match that they left while it went on."""
    return any(True for _span in _spans_cut_short(session, guide_id))


def _spans_to_the_end(session: Session, guide_id: uuid.UUID) -> Iterable[Service]:
    """Yield the time in matches that the guide is, or was to the end, in."""
    statement = (
        select(Match.started_on, MatchGuide.said_yes_on, MatchGuide.joined_on, Match.ended_on)
        .join(MatchGuide.match)
        .where(
            MatchGuide.guide_id == guide_id,
            MatchGuide.takes_part,
            Match.started_on.is_not(None),
        )
    )
    for started_on, said_yes_on, joined_on, ended_on in session.execute(statement):
        if started_on is not None:
            yield Service(max(started_on, said_yes_on or joined_on or started_on), ended_on)


def _spans_cut_short(session: Session, guide_id: uuid.UUID) -> Iterable[Service]:
    """Yield the time in matches that the guide left while they went on."""
    statement = (
        select(GuideChange, Match.started_on)
        .join(Match, Match.id == GuideChange.match_id)
        .where(GuideChange.guide_id == guide_id, Match.started_on.is_not(None))
        .order_by(GuideChange.match_id, GuideChange.at)
    )
    changes: dict[uuid.UUID, list[tuple[GuideChange, dt.date]]] = defaultdict(list)
    for change, started_on in session.execute(statement):
        if started_on is not None:
            changes[change.match_id].append((change, started_on))
    for of_match in changes.values():
        since: dt.date | None = of_match[0][1]
        for change, started_on in of_match:
            met_before = change.before in (GuideKind.LEAD, GuideKind.CO)
            meets_after = change.after in (GuideKind.LEAD, GuideKind.CO)
            on = max(started_on, day_of(change.at))
            if met_before and not meets_after and since is not None:
                if not _has_met_nobody(change, started_on):
                    yield Service(since, on)
                since = None
            elif meets_after and not met_before:
                since = on


def _has_met_nobody(change: GuideChange, started_on: dt.date) -> bool:
    """Return whether who leaves had yet to say yes, or the first meeting lay ahead."""
    return change.never_said_yes or day_of(change.at) < started_on
