import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Link, LinkKind
from app.accounts.services import get_open_link
from app.activities.models import Activity
from app.activities.queries import list_last_of
from app.calendars import Entry
from app.courses.models import BookingStatus
from app.courses.queries import entry_of, list_bookings
from app.endings.queries import has_left_one, list_last_meetings
from app.errors import NotFound
from app.guides.models import Guide, GuideStatus
from app.guides.queries import find_guide_for_user
from app.matches.models import BOTH_SAID_YES, Match, MatchGuide, MatchStatus
from app.matches.queries import list_matches_of_guide
from app.matches.queries.joining import Joining, find_beside
from app.permissions import Actor, Permission, ensure_may

LAST_MEETINGS = 3
START_MEETING_LASTS = dt.timedelta(hours=1)
_IN_BETWEEN = frozenset({MatchStatus.GUIDE_ACCEPTED, MatchStatus.FAMILY_ASKED})


@dataclass(frozen=True, slots=True)
class MyPage:
    """What a guide needs to see on the bus."""

    guide: Guide
    to_answer: Sequence[Match]
    to_join: Sequence[Joining]
    met: Sequence[Match]
    in_between: Sequence[Match]
    last_meetings: Sequence[Activity]
    stopped: bool  # a family has left, and staff have not told of it yet
    ended_on: dt.date | None  # the last match that was, if any
    is_backup: bool  # of a match that goes on
    has_met: bool  # some family at some time, also in a match they have left: to be certified


def get_own_guide(session: Session, actor: Actor) -> Guide:
    """Return the guide that the actor is; raise NotFound for somebody who is no guide here."""
    guide = find_guide_for_user(session, actor.user_id)
    if guide is None:
        raise NotFound(f"user {actor.user_id} is no guide")
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    return guide


def get_my_page(session: Session, actor: Actor, today: dt.date) -> MyPage:
    """Return the actor's own page; raise NotFound for somebody who is no guide here."""
    guide = get_own_guide(session, actor)
    matches = list_matches_of_guide(session, actor)
    beside = find_beside(session, actor, today)
    return MyPage(
        guide=guide,
        to_answer=[m for m in matches if m.status is MatchStatus.GUIDE_ASKED],
        to_join=beside.to_join,
        met=[m for m in matches if m.both_said_yes],
        in_between=[m for m in matches if m.status in _IN_BETWEEN],
        last_meetings=list_last_of(session, guide.id, LAST_MEETINGS),
        stopped=any(m.status in BOTH_SAID_YES and not m.both_said_yes for m in matches),
        ended_on=max((m.ended_on for m in matches if m.ended_on), default=None),
        is_backup=beside.is_backup,
        has_met=any(m.started_on for m in matches) or has_left_one(session, guide.id),
    )


def list_met(session: Session, actor: Actor) -> list[Match]:
    """Return the matches of a guide in which all have said yes."""
    return [match for match in list_matches_of_guide(session, actor) if match.both_said_yes]


@dataclass(frozen=True, slots=True)
class Titles:
    """What things are called in a calendar, in the guide's language."""

    start_meeting: str
    last_meeting: str


def find_feed_guide(session: Session, token: str, *, now: dt.datetime) -> Guide:
    """Return the guide whose calendar a secret address shows.

    Raises:
        NotFound: the address is unknown, revoked, of another municipality, or the guide has left.
    """
    link = get_open_link(session, LinkKind.FEED, token, now=now)
    guide = session.scalar(select(Guide).where(Guide.id == link.subject_id))
    if guide is None or guide.status is GuideStatus.ENDED:
        raise NotFound("calendar of a guide who is not here")
    return guide


def has_calendar_link(session: Session, guide: Guide) -> bool:
    """Return whether a secret address of the guide's calendar is out."""
    statement = select(Link.id).where(
        Link.kind == LinkKind.FEED, Link.subject_id == guide.id, Link.revoked_at.is_(None)
    )
    return session.scalar(statement.limit(1)) is not None


def list_dates(session: Session, guide: Guide, titles: Titles) -> list[Entry]:
    """Return a guide's dates: courses, start meetings and last meetings. Nobody is named."""
    return [
        *_courses(session, guide),
        *_start_meetings(session, guide, titles.start_meeting),
        *_last_meetings(session, guide, titles.last_meeting),
    ]


def _courses(session: Session, guide: Guide) -> Iterator[Entry]:
    for booking in list_bookings(session, guide.id):
        if booking.status is BookingStatus.BOOKED:
            yield entry_of(booking.course)


def _start_meetings(session: Session, guide: Guide, title: str) -> Iterator[Entry]:
    """Yield the meetings of matches in which both have said yes; no other shows a place."""
    mine = (MatchGuide.guide_id == guide.id) & MatchGuide.takes_part
    statement = (
        select(Match)
        .where(Match.status.in_(BOTH_SAID_YES), Match.guides.any(mine))
        .options(joinedload(Match.family), joinedload(Match.start_meeting))
        .order_by(Match.id)
    )
    for match in session.scalars(statement).unique():
        meeting = match.start_meeting
        if meeting is not None and match.both_said_yes:
            yield Entry(
                kind="start meeting",
                key=meeting.id,
                title=title,
                starts_at=meeting.at,
                ends_at=meeting.at + START_MEETING_LASTS,
                place=meeting.place.name,
                revision=meeting.sequence,
                changed_at=meeting.planned_at,
            )


def _last_meetings(session: Session, guide: Guide, title: str) -> Iterator[Entry]:
    for meeting in list_last_meetings(session, guide.id):
        yield Entry(
            kind="last meeting",
            key=meeting.match_id,
            title=title,
            starts_at=meeting.on,
            ends_at=meeting.on + dt.timedelta(days=1),
            changed_at=dt.datetime.combine(meeting.on, dt.time(), dt.UTC),
        )
