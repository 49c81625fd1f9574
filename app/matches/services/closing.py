import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.families.models import FamilyStatus
from app.families.services.leaving import leave
from app.matches import queries
from app.matches.models import EndReason, Match, MatchStatus
from app.matches.services.guides_answers import expire_newcomers
from app.matches.services.letters import Addresses, write_closed
from app.matches.services.steps import ensure_unchanged, lock, release
from app.oslo import day_of
from app.permissions import Actor, Permission, ensure_may

S = MatchStatus


def withdraw_match(
    session: Session,
    actor: Actor,
    match: Match,
    *,
    addresses: Addresses,
    now: dt.datetime,
    seen: str | None = None,
) -> Match:
    """Take back a proposal or a question that nobody should answer any more.

    Raises:
        WrongMatchStatus: it has started or is over, or is not at the step that was seen.
    """
    ensure_may(actor, Permission.MATCHES_PROPOSE, match)
    lock(session, match)
    ensure_unchanged(match, seen)
    was = match.status
    match.move_to(S.WITHDRAWN, at=now, by=actor.user_id)
    release(session, match, was, now=now)
    write_closed(session, match, was, addresses=addresses, now=now)
    session.flush()
    return match


@dataclass(frozen=True, slots=True)
class Ending:
    """Why an active match ends, and whether the family wants another guide or leaves.

    `keeps_wait`: the time with a guide was none for the family, so its wait goes on where it
    stood before.
    """

    reason: EndReason
    family_waits: bool
    keeps_wait: bool = False


def end_match(
    session: Session, by: Actor | None, match: Match, *, ending: Ending, now: dt.datetime
) -> Match:
    """End an active match: the guide has room again, names and contact are hidden again.

    Nobody is told by this: the room of endings writes to both, and asks how it was.

    Args:
        session: bound to the municipality.
        by: a coordinator; None when the planned day has come.
        match: active.
        ending: why, and what the family wants now.
        now: this instant, in UTC.

    Raises:
        WrongMatchStatus: it is not active.
    """
    if by is not None:
        ensure_may(by, Permission.MATCHES_CONFIRM, match)
    lock(session, match)
    was, waited = match.status, _waited_before(match)
    match.move_to(S.ENDED, at=now, by=by.user_id if by else None)
    match.ended_on, match.end_reason = day_of(now), ending.reason
    release(session, match, was, now=now)
    if match.family.status is not FamilyStatus.WITHDRAWN:
        if not ending.family_waits:
            leave(session, match.family, now=now)
        elif ending.keeps_wait:
            match.family.waiting_since -= waited
    session.flush()
    return match


def close_without_word(
    session: Session, match: Match, *, by_id: uuid.UUID | None, now: dt.datetime
) -> None:
    """Close an open match at whatever step it is, and tell nobody: its guides have room again.

    The caller holds the match. By nobody, where what a backup brought back is closed anew.
    """
    was = match.status
    match.move_to(S.ENDED if was is S.ACTIVE else S.WITHDRAWN, at=now, by=by_id)
    if was is S.ACTIVE:
        match.ended_on, match.end_reason = day_of(now), EndReason.OTHER
    release(session, match, was, now=now)
    session.flush()


def _waited_before(match: Match) -> dt.timedelta:
    """Return how long the family had waited when it got this guide."""
    found_on = match.agreed_on or match.started_on or match.family.waiting_since
    return max(dt.timedelta(0), found_on - match.family.waiting_since)


def expire_overdue_matches(session: Session, *, now: dt.datetime, today: dt.date) -> int:
    """Close what nobody answered in time and give the places back; return how many it were.

    Who was asked to come into a running match, and has not answered, stays out of it.

    For the daily task of one municipality: nobody acts, time does. Guides are touched in one
    order, so that two sweeps cannot wait for each other.
    """
    overdue = queries.list_overdue_matches(session, today)
    for match in sorted(overdue, key=lambda match: match.lead.id):
        was = match.status
        match.move_to(S.EXPIRED, at=now, by=None)
        release(session, match, was, now=now)
    session.flush()
    return len(overdue) + expire_newcomers(session, now=now, today=today)
