"""Who came last year: from what is on record to the days of a replay.

The cast's own family came on the last day; before it nobody did.
"""

import datetime as dt

import pytest
from sqlalchemy import update

from app.families.models import FamilyStatus
from app.guides.models import CoupleGuide, GuideStatus
from app.guides.services.coupling import link_couple
from app.matching.simulation.simulating import YEAR_DAYS
from app.permissions import Role
from app.personal import NOBODY
from app.reports.queries.history import Arrivals, Year, count_arrivals, load_history
from tests import cast
from tests.cast import NOW, TODAY
from tests.reports.people import YEAR, day, family_on, guide_on, matched


def arrivals(session, town):
    """Return (day, leaves on) of every family but the cast's own."""
    history = load_history(session, YEAR)
    return sorted(
        (row.day, row.leaves_on)
        for row in history.families
        if row.profile.family_id != town.family.id
    )


def guides_of(session):
    return [
        (row.day, row.capacity, row.leaves_on, row.busy_until)
        for row in load_history(session, YEAR).guides
    ]


def test_a_year_is_365_days_and_ends_today():
    year = Year(dt.date(2026, 3, 2))
    assert year.number(year.until) == YEAR_DAYS - 1
    assert year.number(year.start) == 0


def test_a_family_comes_on_the_day_it_registered(session, asker):
    family_on(session, asker, 40)
    family_on(session, asker, 0)
    family_on(session, asker, YEAR_DAYS - 1)
    assert arrivals(session, asker) == [(0, None), (40, None), (YEAR_DAYS - 1, None)]


def test_a_family_that_waited_when_the_year_began_has_waited_since_then(session, asker):
    family_on(session, asker, -30)
    assert arrivals(session, asker) == [(-30, None)]


def test_a_family_that_got_a_guide_since_is_part_of_the_year(session, asker):
    guide = guide_on(session, asker, 0)
    matched(session, family_on(session, asker, -30), guide, 20)
    assert arrivals(session, asker) == [(-30, None)]


def test_a_family_with_a_guide_when_the_year_began_is_not(session, asker):
    guide = guide_on(session, asker, -100)
    matched(session, family_on(session, asker, -90), guide, -60)
    assert arrivals(session, asker) == []


def test_unless_it_came_to_wait_anew(session, asker):
    guide = guide_on(session, asker, -100)
    family = family_on(session, asker, -90, waiting_since=day(50))
    matched(session, family, guide, -60, 50)
    assert arrivals(session, asker) == [(50, None)]


def test_a_match_that_was_over_before_the_year_does_not_count(session, asker):
    guide = guide_on(session, asker, -300)
    family = family_on(session, asker, -290, waiting_since=day(-20))
    matched(session, family, guide, -200, -20)
    assert arrivals(session, asker) == [(-20, None)]


def test_a_family_that_left_counts_until_then(session, asker):
    left = {"status": FamilyStatus.WITHDRAWN}
    family_on(session, asker, 10, withdrawn_on=day(60), **left)
    family_on(session, asker, -50, withdrawn_on=day(-1), **left)
    assert arrivals(session, asker) == [(10, 60)]


def test_nothing_is_told_of_a_family_made_blank_for_its_protection(session, asker):
    family_on(session, asker, 10, contact_name="", languages={}, availability=0)
    family_on(session, asker, 20, contact_name=NOBODY)
    assert arrivals(session, asker) == []
    assert count_arrivals(session, YEAR).families == 1  # the cast's own


def test_guides_count_from_the_day_they_were_ready(session, asker):
    guide_on(session, asker, -200, capacity=2)
    guide_on(session, asker, 90, status=GuideStatus.PAUSED)
    guide_on(session, asker, 0, ready_on=None, status=GuideStatus.INTERVIEWED)
    assert sorted(guides_of(session)) == [(-200, 2, None, ()), (90, 1, None, ())]


def test_a_guide_who_ended_counts_until_then(session, asker):
    guide_on(session, asker, 5, status=GuideStatus.ENDED, ended_on=day(100))
    guide_on(session, asker, -99, status=GuideStatus.ENDED, ended_on=day(-1))
    assert guides_of(session) == [(5, 1, 100, ())]


def couple(session, town, first_day, linked, then):
    """Link two guides, one ready on a day and one on the next, and return what is replayed."""
    two = [guide_on(session, town, first_day + number) for number in range(2)]
    coordinator = cast.actor(town, Role.COORDINATOR)
    link_couple(session, coordinator, *two, today=linked)
    if then is None:
        session.execute(update(CoupleGuide).values(linked_on=None))
    return [row.profile.partner_id for row in load_history(session, YEAR).guides]


def test_two_who_are_linked_today_were_two_guides_last_year(session, asker):
    assert couple(session, asker, 10, TODAY, TODAY) == [None, None]


@pytest.mark.parametrize(
    "first_day, linked", [(10, day(11)), (10, day(-5)), (-90, day(-1)), (-90, day(0))]
)
def test_two_who_were_linked_before_either_could_be_asked_are_one(
    session, asker, first_day, linked
):
    (partner,) = couple(session, asker, first_day, linked, linked)
    assert partner is not None


def test_two_of_whom_nobody_knows_since_when_are_one(session, asker):
    assert len(couple(session, asker, 10, TODAY, None)) == 1


def test_families_of_before_take_a_place_until_they_really_ended(session, asker):
    guide = guide_on(session, asker, -100, capacity=3)
    matched(session, family_on(session, asker, -90), guide, -60, 70)
    matched(session, family_on(session, asker, -90), guide, -50)
    matched(session, family_on(session, asker, -90), guide, -50, -10)
    matched(session, family_on(session, asker, 5), guide, 20, 90)
    assert guides_of(session) == [(-100, 3, None, (70, YEAR_DAYS))]


def test_people_are_told_with_their_languages_and_the_ways_between_them(session, asker):
    family_on(session, asker, 1, neighbourhood_id=asker.village.id)
    guide_on(session, asker, 1)
    history = load_history(session, YEAR)
    codes = {skill.code for row in history.families for skill in row.profile.languages}
    assert codes == {"ar", "no"}
    assert history.travel.between(asker.village.id, asker.centre.id).minutes == 20


def test_the_neighbours_people_are_not_replayed(session, baerum_session, asker, baerum):
    family_on(baerum_session, baerum, 10)
    guide_on(baerum_session, baerum, 10)
    baerum_session.commit()
    assert arrivals(session, asker) == []
    assert guides_of(session) == []
    assert count_arrivals(session, YEAR) == Arrivals(1, 0)


def test_who_came_after_the_last_day_is_not_there_yet(session, asker):
    tomorrow = TODAY + dt.timedelta(days=1)
    cast.make_family(session, asker, reference="F-9", registered_at=NOW + dt.timedelta(days=1))
    guide_on(session, asker, 0, ready_on=tomorrow)
    assert arrivals(session, asker) == []
    assert guides_of(session) == []
