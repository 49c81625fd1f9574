"""Profiles read column by column: complete, few queries, and this municipality's alone."""

import datetime as dt

import pytest
from sqlalchemy import event

from app import tenancy
from app.database import engine_of
from app.families.models import Family, FamilyLanguage, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches.models import Match, MatchStatus, Side
from app.matches.queries import load_people
from app.matching.types import LanguageSkill
from app.travel import Band, Trip
from app.vocabulary import AgeGroup, ChildAge
from tests import cast
from tests.cast import TODAY
from tests.matches.people import Steps, match_at, propose

S = MatchStatus


@pytest.fixture
def waiting(session, asker) -> Family:
    return cast.make_family(session, asker, reference="Asker-2")


@pytest.fixture
def statements(session, session_factory):
    session.flush()
    engine, seen = engine_of(session_factory), []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def guide_in(people, guide):
    return next(profile for profile in people.guides if profile.guide_id == guide.id)


def test_a_family_that_waits_is_in_the_round_and_one_with_a_proposal_is_not(
    session, asker, waiting
):
    assert [f.family_id for f in load_people(session, today=TODAY).families] == [waiting.id]
    waiting.status = FamilyStatus.MATCHED
    assert load_people(session, today=TODAY).families == ()


def test_a_profile_says_what_the_records_say(session, asker, waiting):
    waiting.interpreter_needed = True
    waiting.age_wish = AgeGroup.FROM_60
    waiting.languages.append(
        FamilyLanguage(position=2, code="ru", understands=4, speaks=4, unacceptable=True)
    )
    (profile,) = load_people(session, today=TODAY + dt.timedelta(days=9)).families
    assert profile.languages == (LanguageSkill("ar", 4, 4), LanguageSkill("no", 1, 1))
    assert profile.unacceptable_languages == {"ru"}
    assert profile.children == {ChildAge.SCHOOL: 2}
    assert profile.interpreter_agreed
    assert profile.waiting_days == 9
    wishes = ("gender_wish", "age_wish", "no_pets", "interests")
    for name in ("neighbourhood_id", "availability", *wishes):
        assert getattr(profile, name) == getattr(waiting, name), name
    guide = session.get(Guide, asker.guide.id)
    guide.capacity = 2
    profile = guide_in(load_people(session, today=TODAY), guide)
    assert profile.languages == (LanguageSkill("no", 4, 4), LanguageSkill("ar", 3, 3))
    for name in ("availability", "interests", "own_children", "age_group", "rhythm", "gender"):
        assert getattr(profile, name) == getattr(guide, name), name
    assert (profile.is_ready, profile.is_paused, profile.active_families) == (True, False, 0)


def test_two_towns_never_meet(session, session_factory, asker, baerum, waiting):
    session.commit()
    with session_factory() as outside:
        tenancy.bind(outside, baerum.municipality.id)
        theirs = cast.make_family(outside, baerum, reference="Baerum-2")
        outside.commit()
    people = load_people(session, today=TODAY)
    assert {f.family_id for f in people.families} == {waiting.id}
    assert {g.guide_id for g in people.guides} == {asker.guide.id, asker.applicant.id}
    assert set(people.travel.trips) == {frozenset((asker.centre.id, asker.village.id))}
    # Not even asked for by name.
    named = load_people(session, today=TODAY, families=[theirs.id], guides=[baerum.guide.id])
    assert (named.families, named.guides) == ((), ())
    # What stands in rows of its own is narrowed as well.
    assert [len(f.languages) for f in people.families] == [2]
    assert [sum(f.children.values()) for f in people.families] == [2]


def test_six_queries_are_enough_for_any_number_of_people(session, asker, waiting, statements):
    for number in range(20):
        cast.make_family(session, asker, reference=f"F-{number}", neighbourhood_id=None)
        cast.make_guide(session, asker, name=f"Guide {number}", status=GuideStatus.READY)
    statements.clear()
    people = load_people(session, today=TODAY)
    assert (len(people.families), len(people.guides)) == (21, 22)
    assert len(statements) <= 6, statements
    assert all("contact_" not in s.replace("contact_gender", "") for s in statements)
    assert not any(
        "guide.name" in s or "guide.email" in s or "family.note" in s for s in statements
    )


def test_who_has_left_is_not_there(session, asker, waiting):
    session.get(Guide, asker.applicant.id).status = GuideStatus.ENDED
    people = load_people(session, today=TODAY)
    assert [g.guide_id for g in people.guides] == [asker.guide.id]


def test_an_open_proposal_holds_a_place_in_a_round_and_in_no_list_for_one_family(
    session, asker, waiting
):
    guide = session.get(Guide, asker.guide.id)
    guide.capacity = 3
    assert guide_in(load_people(session, today=TODAY), guide).free_places == 2
    propose(session, asker, waiting, guide)
    assert guide_in(load_people(session, today=TODAY), guide).free_places == 1
    alone = load_people(session, today=TODAY, families=[waiting.id], proposals_hold_places=False)
    assert guide_in(alone, guide).free_places == 3


def test_a_place_that_is_taken_is_counted_once(session, asker):
    match = match_at(session, asker, S.GUIDE_ASKED)
    guide = match.lead
    assert guide_in(load_people(session, today=TODAY), guide).free_places == 0
    guide.capacity = 2
    profile = guide_in(load_people(session, today=TODAY), guide)
    assert (profile.free_places, profile.active_families) == (1, 1)


@pytest.mark.parametrize(
    ("side", "declined"), [(Side.GUIDE, True), (Side.FAMILY, True), (Side.COORDINATOR, False)]
)
def test_who_said_no_to_each_other_is_remembered(session, asker, side, declined):
    match = match_at(session, asker, S.FAMILY_ASKED)
    Steps(session, asker).declined(match, side)
    session.flush()
    (family,) = load_people(session, today=TODAY).families
    assert family.matched_guides == {asker.guide.id}
    assert family.declined_guides == ({asker.guide.id} if declined else frozenset())


def test_the_ways_of_every_home_are_there(session, asker, waiting):
    cast.make_family(session, asker, reference="Asker-3", neighbourhood_id=asker.village.id)
    travel = load_people(session, today=TODAY).travel
    assert travel.between(asker.centre.id, asker.village.id) == Trip(Band.MINUTES, 20)


def test_matches_are_only_read(session, asker, waiting):
    before = session.get(Match, asker.proposal.id).status
    load_people(session, today=TODAY)
    assert not session.dirty and not session.new
    assert session.get(Match, asker.proposal.id).status is before
