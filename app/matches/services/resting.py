"""Meetings that rest because somebody or something is missing: both sides hear when, and when not."""

import datetime as dt

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app.families.models import FamilyStatus
from app.guides.models import GuideStatus
from app.matches.models import BOTH_SAID_YES, Match, MatchGuide, MatchKind
from app.matches.queries.lacking import lacks_something
from app.matches.services.allowed import is_alone_on, who_is_gone
from app.matches.services.letters import Addresses, write_family_page, write_to_guide


def tell_who_is_left(
    session: Session, *, addresses: Addresses, now: dt.datetime, today: dt.date
) -> int:
    """Write to those who may not meet just now; return how many guides were told.

    Once for each time that the meetings rest, however that came about: who is told is noted until
    they go on, and is told that, too: somebody who was asked to wait would wait for ever. For the
    worker's sweep of one municipality.
    """
    told = 0
    for match, lacks in _running(session):
        takes_part = match.family.status is not FamilyStatus.WITHDRAWN
        rests = takes_part and (lacks or is_alone_on(session, match, today))
        if not rests:
            _go_on(session, match, addresses, now, is_told=takes_part)
            continue
        told += _tell_guides(session, match, addresses, now, today)
        if match.family_rest_told_on is None and write_family_page(
            session, "family_rests", match, addresses=addresses, now=now
        ):
            match.family_rest_told_on = today
    session.flush()
    return told


def _go_on(
    session: Session, match: Match, addresses: Addresses, now: dt.datetime, *, is_told: bool
) -> None:
    """Forget who was told to wait, and tell them that they may meet again."""
    if match.family_rest_told_on and is_told:
        write_family_page(session, "family_goes_on", match, addresses=addresses, now=now)
    match.family_rest_told_on = None
    for row in match.guides:
        if row.rest_told_on and is_told and row.takes_part:
            write_to_guide(
                session, "group_goes_on", row.guide, {"link": addresses.my_page}, now=now
            )
        row.rest_told_on = None


def _tell_guides(
    session: Session, match: Match, addresses: Addresses, now: dt.datetime, today: dt.date
) -> int:
    gone = who_is_gone(session, match, today)
    rows = [row for row in match.guides if _is_to_be_told(row) and row.guide_id not in gone]
    for row in rows:
        write_to_guide(session, "group_rests", row.guide, {"link": addresses.my_page}, now=now)
        row.rest_told_on = today
    return len(rows)


def _is_to_be_told(row: MatchGuide) -> bool:
    there = row.takes_part and row.guide.status is GuideStatus.READY
    return there and row.rest_told_on is None


def _running(session: Session) -> list[tuple[Match, bool]]:
    """Return whom something may keep apart, in one order, and whether something is missing.

    What somebody else writes just now waits.
    """
    told = or_(
        Match.family_rest_told_on.is_not(None),
        Match.guides.any(MatchGuide.rest_told_on.is_not(None)),
    )
    statement = (
        select(Match, lacks_something())
        .where(
            Match.status.in_(BOTH_SAID_YES),
            or_(Match.kind == MatchKind.GROUP, told, lacks_something()),
        )
        .options(
            selectinload(Match.guides).joinedload(MatchGuide.guide),
            selectinload(Match.family),
        )
        .order_by(Match.id)
        .with_for_update(of=Match, skip_locked=True)
    )
    return [(match, lacks) for match, lacks in session.execute(statement)]
