"""The demo's start meetings at every stage: without a date, planned, half signed, and behind them."""

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.families.models import Family
from app.languages import WRITTEN_TO_FAMILIES
from app.matches.models import (
    Agreement,
    Match,
    MatchStatus,
    MeetingPlace,
    StartCheck,
    StartMeeting,
)
from app.matches.queries import terms_for
from app.oslo import OSLO, day_of

# Real public places; anybody may meet there.
PLACES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "asker": (
        ("Asker bibliotek", "Strøket 15, over torget fra stasjonen"),
        ("Asker rådhus", "Katrineåsveien 20, møterom i resepsjonen"),
        ("Heggedal bibliotek", "Ved Heggedal stasjon"),
    ),
    "baerum": (("Bærum bibliotek, Sandvika", "Claude Monets allé 2"),),
    "drammen": (("Drammensbiblioteket", "Grønland 32, ved Ypsilon-brua"),),
}
# Whose meeting lies ahead, and in how many days; whose has been, and only the guide has signed.
PLANNED = {"F-2026-004": 3}
HALF_SIGNED = {"B-002": 1}
INTERPRETED = frozenset({"uk", "ru", "ar", "ti", "so", "prs", "kmr"})


def add_starting(
    session: Session, slug: str, families: Iterable[Family], *, now: dt.datetime
) -> None:
    """Add a municipality's places, the language of its families, and how far each start has come."""
    places = [MeetingPlace(name=name, way_there=way) for name, way in PLACES[slug]]
    session.add_all(places)
    for family in families:
        mother_tongue = family.languages[0].code
        family.locale = mother_tongue if mother_tongue in WRITTEN_TO_FAMILIES else ""
    session.flush()
    for match in session.scalars(select(Match).order_by(Match.proposed_at, Match.id)):
        reference = match.family.reference
        if match.status in {MatchStatus.ACTIVE, MatchStatus.ENDED} and match.started_on:
            _agree(session, match, guide_on=match.started_on, family_on=match.started_on, now=now)
            _meet(session, match, places[0], match.started_on, now=now)
        elif reference in PLANNED:
            ahead = day_of(now) + dt.timedelta(days=PLANNED[reference])
            _meet(session, match, places[0], ahead, now=now)
        elif reference in HALF_SIGNED:
            held = day_of(now) - dt.timedelta(days=HALF_SIGNED[reference])
            _agree(session, match, guide_on=held, family_on=None, now=now)
            _meet(session, match, places[0], held, now=now)
    session.flush()


def _agree(
    session: Session,
    match: Match,
    *,
    guide_on: dt.date,
    family_on: dt.date | None,
    now: dt.datetime,
) -> None:
    months, rhythm, locale = terms_for(session, match)
    match.agreement = Agreement(
        months=months,
        rhythm=rhythm,
        family_locale=locale,
        guide_signed_on=guide_on,
        family_signed_on=family_on,
        noted_at=now,
    )


def _meet(
    session: Session, match: Match, place: MeetingPlace, on: dt.date, *, now: dt.datetime
) -> None:
    language = match.family.languages[0].code
    at = dt.datetime.combine(on, dt.time(17, 30), OSLO).astimezone(dt.UTC)
    match.start_meeting = StartMeeting(
        at=at,
        place_id=place.id,
        interpreter_language=language if language in INTERPRETED else "",
        checks=frozenset(StartCheck) if at < now else frozenset(),
        planned_at=min(now, at - dt.timedelta(days=6)),
    )
    session.flush()
