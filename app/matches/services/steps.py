"""What several steps of a match's life do alike."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import database
from app.accounts.models import LinkKind
from app.accounts.services import revoke_links
from app.errors import Conflict
from app.families.models import FamilyStatus, FamilyWithdrawn
from app.matches.models import TAKES_PLACE, AnswerWay, Match, MatchStatus, Side, WrongMatchStatus
from app.matches.services.places import give_back_place
from app.oslo import day_of


class AnswerTooLate(Conflict):
    """The last day to answer has passed."""


class DateOutOfPlace(Conflict):
    """A date lies in the future, or before what it must follow."""


class SaidOutOfPlace(DateOutOfPlace):
    """One side, or both, would have signed or agreed in the future, or before they could."""

    def __init__(self, sides: frozenset[Side]) -> None:
        super().__init__(", ".join(sorted(sides)))
        self.sides = sides


@dataclass(frozen=True, slots=True)
class Heard:
    """How an answer reached staff, and the day it was given; None is today."""

    way: AnswerWay
    on: dt.date | None = None


def lock(session: Session, match: Match) -> None:
    """Keep others from moving the match, and the family from leaving: two clicks do one step.

    Who guides in it may have changed since it was read: that is read anew, too.
    """
    database.lock(session, match, match.family)
    for row in match.guides:
        session.expire(row)
    session.expire(match, ["guides"])


def ensure_status(match: Match, *statuses: MatchStatus) -> None:
    """Raise WrongMatchStatus unless the match is at one of these steps."""
    if match.status not in statuses:
        raise WrongMatchStatus(f"{match.id} is {match.status}")


def ensure_unchanged(match: Match, seen: str | None) -> None:
    """Raise WrongMatchStatus if the page that was answered showed another step; None asks nothing.

    A page left open must not end what has begun, or take back a yes that came meanwhile.
    """
    if seen is not None and match.status != seen:
        raise WrongMatchStatus(f"{match.id} is {match.status}, the page showed {seen!r}")


def family_asked_on(match: Match) -> dt.date | None:
    """Return the day on which the family was first asked, in Oslo; None: it has not been."""
    asked = [event.at for event in match.events if event.to_status is MatchStatus.FAMILY_ASKED]
    return day_of(min(asked)) if asked else None


def day_heard(
    match: Match, said_on: dt.date | None, *, asked_on: dt.date | None, now: dt.datetime
) -> dt.date:
    """Return the day on which an answer was given; None is today.

    Raises:
        DateOutOfPlace: it lies ahead, or before they were asked.
    """
    if said_on is None:
        return day_of(now)
    if said_on > day_of(now) or (asked_on is not None and said_on < asked_on):
        raise DateOutOfPlace(f"{match.id}: answered on {said_on}")
    return said_on


def ensure_said_between(
    guide_on: dt.date | None, family_on: dt.date | None, *, first: dt.date | None, today: dt.date
) -> None:
    """Raise SaidOutOfPlace if a side has signed or agreed before the first day, or after today."""
    days = {Side.GUIDE: guide_on, Side.FAMILY: family_on}
    wrong = {side for side, day in days.items() if day and not (first or day) <= day <= today}
    if wrong:
        raise SaidOutOfPlace(frozenset(wrong))


def ensure_in_time(match: Match, said_on: dt.date) -> None:
    """Raise AnswerTooLate if the last day to answer had passed."""
    if match.is_overdue(said_on):
        raise AnswerTooLate(str(match.id))


def ensure_takes_part(match: Match) -> None:
    """Raise FamilyWithdrawn if the family has left the programme."""
    if not match.family.takes_part:
        raise FamilyWithdrawn(str(match.family_id))


def release(session: Session, match: Match, was: MatchStatus, *, now: dt.datetime) -> None:
    """After a match has closed: give back the places, let the family wait, close open links.

    Args:
        session: bound to the municipality.
        match: closed already.
        was: its status before.
        now: this instant, in UTC.
    """
    if was in TAKES_PLACE:
        for guide in match.takers:
            give_back_place(session, guide)
    if match.family.status is FamilyStatus.MATCHED:
        match.family.mark_waiting(on=day_of(now))
    revoke_links(session, LinkKind.ANSWER, match.id, now=now)
