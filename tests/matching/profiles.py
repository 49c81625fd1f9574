"""A family and a guide who fit perfectly, from which each test departs in one thing."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.matching import MatchingConfig, explain_pair
from app.matching.pairs.pair import Pair
from app.matching.types import (
    FamilyProfile,
    GuideProfile,
    LanguageSkill,
    PairExplanation,
    RuleCode,
    Term,
    TermCode,
    Travel,
)
from app.travel import Band, Trip
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Day,
    DayPart,
    Gender,
    GenderWish,
    Interest,
    Occupation,
    Rhythm,
    Slot,
    availability_mask,
)

HEGGEDAL, BORGEN, TOFTE, HURUM = (UUID(int=number) for number in range(1, 5))
FAMILY = UUID(int=100)
GUIDE = UUID(int=200)

CLOSENESS = {frozenset({"prs", "fa"}): 0.8, frozenset({"uk", "ru"}): 0.5}
CONFIG = MatchingConfig(closeness=CLOSENESS)

MONDAY_EVENING = Slot(Day.MONDAY, DayPart.EVENING)
FRIDAY_EVENING = Slot(Day.FRIDAY, DayPart.EVENING)
SATURDAY_MORNING = Slot(Day.SATURDAY, DayPart.MORNING)
SUNDAY_AFTERNOON = Slot(Day.SUNDAY, DayPart.AFTERNOON)
TIMES = (MONDAY_EVENING, FRIDAY_EVENING, SATURDAY_MORNING, SUNDAY_AFTERNOON)


def skill(code: str, understands: int, speaks: int | None = None) -> LanguageSkill:
    return LanguageSkill(code, understands, understands if speaks is None else speaks)


def times(*slots: Slot) -> int:
    return availability_mask(slots)


def a_family(**changes: Any) -> FamilyProfile:
    return replace(
        FamilyProfile(
            family_id=FAMILY,
            neighbourhood_id=HEGGEDAL,
            languages=(skill("ti", 4), skill("no", 1)),
            unacceptable_languages=frozenset(),
            must_share_language=False,
            wants_norwegian_practice=False,
            interpreter_agreed=False,
            availability=times(*TIMES),
            rhythm=Rhythm.WEEKLY,
            interests=frozenset({Interest.COOKING, Interest.FOOTBALL, Interest.MUSIC}),
            occupation=Occupation.CARE,
            contact_gender=Gender.WOMAN,
            gender_wish=GenderWish.NONE,
            no_pets=False,
            max_travel_minutes=None,
            children={ChildAge.KINDERGARTEN: 1, ChildAge.SCHOOL: 2},
            household_size=5,
            waiting_days=180,
            priority=0,
            declined_guides=frozenset(),
        ),
        **changes,
    )


def a_guide(**changes: Any) -> GuideProfile:
    return replace(
        GuideProfile(
            guide_id=GUIDE,
            neighbourhood_id=HEGGEDAL,
            languages=(skill("ti", 4), skill("nb", 4)),
            availability=times(*TIMES),
            rhythm=Rhythm.WEEKLY,
            interests=frozenset({Interest.COOKING, Interest.FOOTBALL, Interest.MUSIC}),
            occupation=Occupation.CARE,
            gender=Gender.WOMAN,
            gender_wish=GenderWish.NONE,
            age_group=AgeGroup.FROM_30,
            children_wish=ChildrenWish.NO_MATTER,
            own_children=frozenset({ChildAge.KINDERGARTEN, ChildAge.SCHOOL}),
            has_pets=False,
            max_travel_minutes=None,
            free_places=1,
            is_ready=True,
            is_paused=False,
            active_families=0,
        ),
        **changes,
    )


def apart(trip: Trip) -> Travel:
    """Return the look-up in which Heggedal and Borgen lie this far apart."""
    return Travel.from_rows([(HEGGEDAL, BORGEN, trip)])


def minutes(number: int) -> Trip:
    return Trip(Band.MINUTES, number)


NO_TRAVEL = Travel()


def pair(
    family: FamilyProfile | None = None,
    guide: GuideProfile | None = None,
    trip: Trip | None = None,
    config: MatchingConfig = CONFIG,
) -> Pair:
    """Put the two side by side; with a trip, the guide lives in Borgen."""
    family, guide = family or a_family(), guide or a_guide()
    if trip is None:
        return Pair.of(family, guide, NO_TRAVEL, config)
    return Pair.of(family, replace(guide, neighbourhood_id=BORGEN), apart(trip), config)


def explained(of: Pair) -> PairExplanation:
    travel = Travel({frozenset({of.family.neighbourhood_id, of.guide.neighbourhood_id}): of.trip})
    return explain_pair(of.family, of.guide, travel, of.config)


def failing_rules(of: Pair) -> tuple[RuleCode, ...]:
    return explained(of).failing


def score_terms(of: Pair) -> tuple[Term, ...]:
    return explained(of).candidate.terms


def term(code: TermCode, of: Pair) -> Term:
    return next(term for term in score_terms(of) if term.code is code)


def points(code: TermCode, of: Pair) -> int:
    return term(code, of).points
