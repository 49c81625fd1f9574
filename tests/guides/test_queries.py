"""Who is on which list, and in which order."""

import datetime as dt

import pytest

from app.errors import NotFound, NotPermitted
from app.guides import queries
from app.guides.models import GuideStatus
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY

DAY = dt.timedelta(days=1)
OVERDUE = queries.overdue_on(TODAY, 7)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


def names(page) -> list[str]:
    return [guide.name for guide in page.rows]


def test_who_waits_too_long_stands_first(session, asker, coordinator):
    cast.make_guide(session, asker, name="Late", email="l@x.example", applied_at=NOW - 8 * DAY)
    cast.make_guide(session, asker, name="Later", email="m@x.example", applied_at=NOW - 9 * DAY)
    page = queries.list_guides(session, coordinator, overdue=OVERDUE)
    assert names(page) == ["Later", "Late", "Ola Asker", "Kari Asker"]


def test_seven_days_are_not_too_long(session, asker):
    guide = cast.make_guide(session, asker, applied_at=NOW - 7 * DAY)
    assert not guide.is_overdue(7, TODAY)
    assert guide.applied_at >= OVERDUE.applied_before
    assert guide.is_overdue(7, TODAY + DAY)
    assert guide.applied_at < queries.overdue_on(TODAY + DAY, 7).applied_before


def test_only_applicants_are_overdue(session, asker):
    guide = cast.make_guide(session, asker, applied_at=NOW - 30 * DAY, status=GuideStatus.CONTACTED)
    assert not guide.is_overdue(7, TODAY)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kari", ["Kari Asker"]),
        ("OLA@", ["Ola Asker"]),
        ("Asker", ["Ola Asker", "Kari Asker"]),
        ("%", []),
        ("_", []),
        ("' or 1=1", []),
    ],
)
def test_search_is_in_names_and_addresses(session, coordinator, words, found):
    page = queries.list_guides(session, coordinator, words=words, overdue=OVERDUE)
    assert names(page) == found
    assert page.page.total == len(found)


def test_filter_by_status(session, coordinator):
    page = queries.list_guides(session, coordinator, status=GuideStatus.READY, overdue=OVERDUE)
    assert names(page) == ["Kari Asker"]


def test_pages_hold_twenty_five(session, asker, coordinator):
    for number in range(30):
        cast.make_guide(session, asker, name=f"Guide {number}", email=f"g{number}@x.example")
    first = queries.list_guides(session, coordinator, overdue=OVERDUE)
    last = queries.list_guides(session, coordinator, overdue=OVERDUE, number=99)
    assert (len(first.rows), first.page.page_count, first.page.total) == (25, 2, 32)
    assert (len(last.rows), last.page.number) == (7, 2)
    assert not {g.id for g in first.rows} & {g.id for g in last.rows}
    assert queries.list_guides(session, coordinator, overdue=OVERDUE, number=-3).page.number == 1


def test_counts_hold_every_status(session, baerum):
    counts = queries.count_by_status(session)
    assert set(counts) == set(GuideStatus)
    assert (counts[GuideStatus.READY], counts[GuideStatus.APPLIED]) == (1, 1)
    assert counts[GuideStatus.ENDED] == 0


def test_matching_gets_the_ready_ones_with_languages_by_id(session, asker):
    for number in range(3):
        cast.make_guide(session, asker, email=f"r{number}@x.example", status=GuideStatus.READY)
    guides = queries.list_guides_for_matching(session)
    assert [g.id for g in guides] == sorted(g.id for g in guides)
    assert len(guides) == 4
    assert all(g.status is GuideStatus.READY and g.languages for g in guides)


def test_applicants_stand_with_the_day_we_promised(session, asker):
    cast.make_guide(session, asker, name="Late", email="l@x.example", applied_at=NOW - 8 * DAY)
    waiting = queries.list_applicants_awaiting_contact(session, TODAY)
    assert [(w.guide.name, w.is_overdue) for w in waiting] == [
        ("Late", True),
        ("Ola Asker", False),
    ]
    assert waiting[1].due_on == TODAY + 7 * DAY


def test_the_guide_of_a_user_is_the_present_one(session, asker):
    user_id = asker.guide_user.id
    cast.make_guide(
        session,
        asker,
        email="old@x.example",
        user_id=user_id,
        status=GuideStatus.ENDED,
        applied_at=NOW + DAY,
    )
    assert queries.find_guide_for_user(session, user_id).id == asker.guide.id
    assert queries.find_guide_for_user(session, asker.coordinator.id) is None


def test_one_guide_is_found_here_only(session, asker, baerum, coordinator):
    assert queries.get_guide(session, coordinator, asker.guide.id).name == "Kari Asker"
    with pytest.raises(NotFound):
        queries.get_guide(session, coordinator, baerum.guide.id)
    with pytest.raises(NotPermitted):
        queries.get_guide(session, cast.actor(asker, Role.CASEWORKER), asker.guide.id)
