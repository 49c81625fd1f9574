"""Random families, guides, ways and configurations; `FULL=1` tries ten times as many."""

import os
from itertools import pairwise
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

from app.matching import MatchingConfig, ScoringWeights
from app.matching.types import FamilyProfile, GuideProfile, LanguageSkill, Travel
from app.travel import Band, Trip
from app.vocabulary import (
    AgeGroup,
    ChildAge,
    ChildrenWish,
    Gender,
    GenderWish,
    Interest,
    Occupation,
    Rhythm,
)

EXAMPLES = 1000 if os.environ.get("FULL") else 100
seeded = settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)

PLACES = [UUID(int=number) for number in range(1, 6)]
GUIDE_IDS = [UUID(int=number) for number in range(1000, 1030)]
TOWNS = [UUID(int=number) for number in (11, 12)]
CODES = ["no", "nb", "nn", "en", "ti", "prs", "fa", "uk", "ru"]
CLOSENESS = {frozenset({"prs", "fa"}): 0.8, frozenset({"uk", "ru"}): 0.5}

levels = st.integers(0, 4)
skills = st.builds(LanguageSkill, st.sampled_from(CODES), levels, levels)
languages = st.lists(skills, max_size=5, unique_by=lambda skill: skill.code).map(tuple)
# Half of the weeks are nearly empty, so that too few shared times is not a rare thing.
weeks = st.one_of(
    st.integers(0, (1 << 21) - 1),
    st.sets(st.integers(0, 20), max_size=3).map(lambda bits: sum(1 << bit for bit in bits)),
)
limits = st.none() | st.integers(0, 90)
some_ages = st.frozensets(st.sampled_from(ChildAge), max_size=3)

families = st.builds(
    FamilyProfile,
    family_id=st.just(UUID(int=1)),
    neighbourhood_id=st.none() | st.sampled_from(PLACES),
    languages=languages,
    unacceptable_languages=st.frozensets(st.sampled_from(CODES), max_size=2),
    must_share_language=st.booleans(),
    wants_norwegian_practice=st.booleans(),
    interpreter_agreed=st.booleans(),
    availability=weeks,
    rhythm=st.none() | st.sampled_from(Rhythm),
    interests=st.frozensets(st.sampled_from(Interest), max_size=6),
    occupation=st.none() | st.sampled_from(Occupation),
    contact_gender=st.none() | st.sampled_from(Gender),
    gender_wish=st.sampled_from(GenderWish),
    no_pets=st.booleans(),
    max_travel_minutes=limits,
    children=st.dictionaries(st.sampled_from(ChildAge), st.integers(0, 3), max_size=3),
    household_size=st.integers(1, 9),
    waiting_days=st.integers(0, 400),
    priority=st.integers(0, 2),
    declined_guides=st.frozensets(st.sampled_from(GUIDE_IDS), max_size=4),
    age_wish=st.none() | st.sampled_from(AgeGroup),
    needs_certificate=st.booleans(),
    is_protected=st.booleans(),
    municipality_id=st.none() | st.sampled_from(TOWNS),
    own_municipality_only=st.booleans(),
)
guides = st.builds(
    GuideProfile,
    guide_id=st.sampled_from(GUIDE_IDS),
    neighbourhood_id=st.none() | st.sampled_from(PLACES),
    languages=languages,
    availability=weeks,
    rhythm=st.none() | st.sampled_from(Rhythm),
    interests=st.frozensets(st.sampled_from(Interest), max_size=6),
    occupation=st.none() | st.sampled_from(Occupation),
    gender=st.none() | st.sampled_from(Gender),
    gender_wish=st.sampled_from(GenderWish),
    age_group=st.sampled_from(AgeGroup),
    children_wish=st.sampled_from(ChildrenWish),
    own_children=some_ages,
    has_pets=st.booleans(),
    max_travel_minutes=limits,
    free_places=st.integers(0, 3),
    is_ready=st.booleans(),
    is_paused=st.booleans(),
    active_families=st.integers(0, 4),
    lacks_steps=st.booleans(),
    has_certificate=st.booleans(),
    municipality_id=st.none() | st.sampled_from(TOWNS),
    own_municipality_only=st.booleans(),
    partner_age_group=st.none() | st.sampled_from(AgeGroup),
    lives_apart=st.booleans(),
)
groups = st.lists(guides, max_size=12, unique_by=lambda guide: guide.guide_id)
trips = st.one_of(
    st.builds(Trip, st.sampled_from([Band.UNKNOWN, Band.UNREACHABLE])),
    st.builds(Trip, st.just(Band.ADJACENT), st.none() | st.integers(0, 90)),
    st.builds(Trip, st.just(Band.MINUTES), st.integers(0, 120)),
)
travels = st.dictionaries(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES))
    .filter(lambda ends: ends[0] != ends[1])
    .map(frozenset),
    trips,
).map(Travel)
percents = st.integers(0, 100)


@st.composite
def weights(draw: st.DrawFn) -> ScoringWeights:
    """Nine weights that sum to 1000: eight cuts through the thousand."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=8, max_size=8)))
    ends = [0, *cuts, 1000]
    return ScoringWeights(*(b - a for a, b in pairwise(ends)))


configs = st.builds(
    MatchingConfig,
    weights=weights(),
    min_shared_slots=st.integers(0, 3),
    full_slots=st.integers(1, 6),
    rhythm_percent=percents,
    rhythm_near_percent=percents,
    rhythm_unknown_percent=percents,
    adjacent_percent=percents,
    nearest_minutes=st.integers(0, 20),
    farthest_minutes=st.integers(21, 120),
    travel_unknown_percent=percents,
    mother_tongue_percent=percents,
    practice_percent=percents,
    interpreter_percent=percents,
    required_level=levels,
    practice_level=levels,
    closeness=st.sampled_from([CLOSENESS, {}]),
    full_child_ages=st.integers(1, 4),
    parents_percent=percents,
    wish_percent=percents,
    no_children_percent=percents,
    age_near_percent=percents,
    full_interests=st.integers(1, 5),
    full_waiting_days=st.integers(1, 400),
    full_burden=st.integers(1, 5),
)
