"""What the matching may know: profiles of people and the ways between where they live."""

import datetime as dt
import uuid
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.matches.models import OPEN, EndReason, Match, MatchGuide, MatchStatus, Side
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill, Travel
from app.municipalities import queries as places
from app.municipalities.models import Neighbourhood

# How far along somebody is does not matter to the rule "not ready yet" once they are paused.
_BEEN_READY = frozenset({GuideStatus.READY, GuideStatus.PAUSED})
# A pair that somebody walked away from, or that never met, is not put together again.
_SOMEBODY_STOPPED = (EndReason.NEVER_MET, EndReason.GUIDE_STOPPED, EndReason.FAMILY_STOPPED)


class EarlierGuides(NamedTuple):
    """The guides of a family's earlier matches, and those of them it is done with."""

    declined: frozenset[uuid.UUID]
    matched: frozenset[uuid.UUID]


def family_profile(family: Family, *, earlier: EarlierGuides, today: dt.date) -> FamilyProfile:
    """Return what the matching may know about a family."""
    spoken = [row for row in family.languages if not row.unacceptable]
    return FamilyProfile(
        family_id=family.id,
        neighbourhood_id=family.neighbourhood_id,
        languages=tuple(LanguageSkill(row.code, row.understands, row.speaks) for row in spoken),
        unacceptable_languages=frozenset(r.code for r in family.languages if r.unacceptable),
        must_share_language=family.must_share_language,
        wants_norwegian_practice=family.wants_norwegian_practice,
        interpreter_agreed=family.interpreter_needed,
        availability=family.availability,
        rhythm=family.rhythm,
        interests=family.interests,
        occupation=family.occupation,
        contact_gender=family.contact_gender,
        gender_wish=family.gender_wish,
        no_pets=family.no_pets,
        max_travel_minutes=family.max_travel_minutes,
        children=family.children_by_band,
        household_size=family.household_size,
        waiting_days=family.days_waited(today),
        priority=family.priority,
        declined_guides=earlier.declined,
        matched_guides=earlier.matched,
    )


def guide_profile(guide: Guide) -> GuideProfile:
    """Return what the matching may know about a guide."""
    return GuideProfile(
        guide_id=guide.id,
        neighbourhood_id=guide.neighbourhood_id,
        languages=tuple(LanguageSkill(r.code, r.level, r.level) for r in guide.languages),
        availability=guide.availability,
        rhythm=guide.rhythm,
        interests=guide.interests,
        occupation=guide.occupation,
        gender=guide.gender,
        gender_wish=guide.gender_wish,
        age_group=guide.age_group,
        children_wish=guide.children_wish,
        own_children=guide.own_children,
        has_pets=guide.has_pets,
        max_travel_minutes=guide.max_travel_minutes,
        free_places=guide.free_places,
        is_ready=guide.status in _BEEN_READY,
        is_paused=guide.status is GuideStatus.PAUSED,
        active_families=guide.places_taken,
    )


def find_earlier_guides(session: Session, family_id: uuid.UUID) -> EarlierGuides:
    """Return the guides whom the family had a match with that is over."""
    statement = (
        select(
            MatchGuide.guide_id,
            or_(
                and_(Match.status == MatchStatus.DECLINED, Match.declined_by != Side.COORDINATOR),
                Match.end_reason.in_(_SOMEBODY_STOPPED),
            ),
        )
        .join(MatchGuide.match)
        .where(Match.family_id == family_id, Match.status.not_in(OPEN))
        .order_by(MatchGuide.guide_id)
    )
    rows = [(guide_id, stopped) for guide_id, stopped in session.execute(statement)]
    return EarlierGuides(
        declined=frozenset(guide_id for guide_id, stopped in rows if stopped),
        matched=frozenset(guide_id for guide_id, _stopped in rows),
    )


def travel_from(session: Session, home: Neighbourhood | None) -> Travel:
    """Return the ways from one neighbourhood to each of the others."""
    return Travel.from_rows(places.travel_rows(session, home)) if home else Travel()
