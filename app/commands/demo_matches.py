"""The demo's matches: one of each state a coordinator meets, and what the guides have logged."""

import datetime as dt
import secrets
import uuid
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.activities.models import Activity, ActivityKind, Mood
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide
from app.matches.models import (
    TAKES_PLACE,
    Match,
    MatchGuide,
    MatchStatus,
    Origin,
    Side,
)
from app.matches.queries import rank_for
from app.matches.services.records import proposal_record
from app.oslo import day_of
from app.permissions import Actor, Role

S = MatchStatus
PATH = (S.PROPOSED, S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE)


# How many days after the proposal each step is taken, a little later in the day.
STEP_DAYS = {
    S.GUIDE_ASKED: 0.1,
    S.GUIDE_ACCEPTED: 1.2,
    S.FAMILY_ASKED: 2.1,
    S.AGREED: 4.1,
    S.ACTIVE: 9.2,
}


class DemoMatch(NamedTuple):
    """A match: who, how far it has come, how many days ago it was proposed."""

    family: str
    guide: str
    status: MatchStatus
    days_ago: int


class DemoActivity(NamedTuple):
    family: str
    days_ago: int
    minutes: int
    kind: ActivityKind
    mood: Mood
    note: str = ""


MATCHES = {
    "asker": (
        DemoMatch("F-2026-002", "Jonas Ekeberg", S.ACTIVE, 90),
        DemoMatch("F-2026-001", "Berit Haugland", S.ACTIVE, 100),
        DemoMatch("F-2026-004", "Olena Kravets", S.AGREED, 12),
        DemoMatch("F-2026-007", "Tor-Arne O'Brien", S.GUIDE_ASKED, 2),
        DemoMatch("F-2026-006", "Farid Rahimi", S.GUIDE_ACCEPTED, 6),
    ),
    "baerum": (
        DemoMatch("B-001", "Anne Grete Lund", S.ACTIVE, 50),
        DemoMatch("B-002", "Viktor Holm", S.AGREED, 9),
    ),
    "drammen": (DemoMatch("D-001", "Liv Strand", S.AGREED, 7),),
}
ACTIVITIES = (
    DemoActivity("F-2026-002", 6, 90, ActivityKind.FOOTBALL_LIFT, Mood.GOOD),
    DemoActivity("F-2026-002", 20, 120, ActivityKind.DINNER, Mood.GOOD, "Koselig kveld hos oss."),
    DemoActivity("F-2026-002", 34, 60, ActivityKind.HOMEWORK, Mood.FINE),
    DemoActivity("F-2026-002", 48, 90, ActivityKind.LANGUAGE_PRACTICE, Mood.GOOD),
    DemoActivity("F-2026-001", 41, 60, ActivityKind.CV_AND_JOB, Mood.FINE),
    DemoActivity("F-2026-001", 55, 120, ActivityKind.NATURE, Mood.GOOD, "Tur rundt Semsvannet."),
    DemoActivity("B-001", 9, 60, ActivityKind.LANGUAGE_PRACTICE, Mood.GOOD),
)


def add_matches(
    session: Session,
    slug: str,
    guides: dict[str, Guide],
    families: dict[str, Family],
    *,
    now: dt.datetime,
) -> None:
    """Add a municipality's matches with their history, and the places that they take."""
    for row in MATCHES.get(slug, ()):
        match = _add_match(session, row, guides[row.guide], families[row.family], now=now)
        for activity in (a for a in ACTIVITIES if a.family == row.family):
            session.add(_activity(activity, match, guides[row.guide], now=now))


def _add_match(
    session: Session, row: DemoMatch, guide: Guide, family: Family, *, now: dt.datetime
) -> Match:
    proposed = (now - dt.timedelta(days=row.days_ago)).replace(hour=9, minute=20, second=0)
    match = Match(family_id=family.id, proposed_at=proposed)
    _explain(session, match, guide, family, on=day_of(proposed))
    match.guides.append(MatchGuide(guide_id=guide.id))
    session.add(match)
    session.flush()
    days = {status: proposed + dt.timedelta(days=after) for status, after in STEP_DAYS.items()}
    for status in PATH[1 : PATH.index(row.status) + 1]:
        side = {S.GUIDE_ACCEPTED: Side.GUIDE, S.AGREED: Side.FAMILY}.get(status)
        match.move_to(status, at=days[status], by=None, side=side)
    if row.status is S.GUIDE_ASKED:
        match.expires_on = day_of(now) + dt.timedelta(days=3)
    if row.status in {S.AGREED, S.ACTIVE}:
        match.agreed_on = day_of(days[S.AGREED])
        family.status = FamilyStatus.MATCHED
    if row.status is S.ACTIVE:
        match.started_on = day_of(days[S.ACTIVE])
    if row.status in TAKES_PLACE:
        guide.places_taken += 1
    session.flush()
    return match


def _explain(session: Session, match: Match, guide: Guide, family: Family, *, on: dt.date) -> None:
    """Give a match the score and the reasons that the matching itself finds for the two."""
    actor = Actor(uuid.uuid4(), family.municipality_id, frozenset({Role.COORDINATOR}))
    ranking = rank_for(session, actor, family, today=on)
    told = ranking.explain(guide.id)
    match.score = told.candidate.score
    match.explanation = proposal_record(told, ranking)
    if not told.is_feasible:
        match.origin, match.choice_note = Origin.BY_HAND, "Begge sier at de kan flytte på dagene."


def _activity(row: DemoActivity, match: Match, guide: Guide, *, now: dt.datetime) -> Activity:
    done_on = day_of(now) - dt.timedelta(days=row.days_ago)
    return Activity(
        match_id=match.id,
        guide_id=guide.id,
        once_token=secrets.token_urlsafe(16),
        done_on=done_on,
        duration_minutes=row.minutes,
        kind=row.kind,
        mood=row.mood,
        note=row.note,
        logged_at=now - dt.timedelta(days=row.days_ago),
    )
