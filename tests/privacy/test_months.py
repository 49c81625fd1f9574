"""The numbers of months that are over: counted once, shown with care, left alone by erasure."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.activities.models import Activity, ActivityKind, Mood
from app.matches.models import EndReason, Match, MatchStatus
from app.permissions import Role
from app.personal import Person
from app.privacy.models import Measure, MonthlyStatistic
from app.privacy.queries import months
from app.privacy.services.counting import write_months
from app.privacy.services.erasing import erase
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.pages import get_page

MARCH = dt.date(2026, 3, 1)
COUNTED = dt.date(2026, 4, 8)  # a week after the end of March


def a_match_in_march(session, town):
    match = session.get(Match, town.proposal.id)
    match.status, match.end_reason = MatchStatus.ENDED, EndReason.COMPLETED
    match.started_on = dt.date(2026, 3, 10)
    match.ended_on = dt.date(2026, 3, 30)
    for number in range(6):
        session.add(
            Activity(
                match_id=match.id,
                guide_id=town.guide.id,
                once_token=f"once {number}",
                done_on=dt.date(2026, 3, 12 + number),
                duration_minutes=90,
                kind=ActivityKind.CHAT,
                mood=Mood.GOOD,
                logged_at=NOW,
            )
        )
    session.flush()


def written(session) -> dict[tuple, int]:
    rows = session.scalars(select(MonthlyStatistic).order_by(MonthlyStatistic.id))
    return {(row.month, row.measure, row.band): row.number for row in rows}


def test_a_month_is_counted_a_week_after_its_end_and_once(session, asker):
    assert write_months(session, today=COUNTED - dt.timedelta(days=1)) == 0
    assert write_months(session, today=COUNTED) == 1
    numbers = written(session)
    assert write_months(session, today=COUNTED) == 0
    assert numbers[MARCH, Measure.GUIDES_APPLIED, ""] == 2
    assert numbers[MARCH, Measure.FAMILIES_REGISTERED, ""] == 1
    assert numbers[MARCH, Measure.FAMILIES_WAITING, ""] == 1


def test_what_was_missed_in_a_stop_is_written_afterwards(session, asker):
    assert write_months(session, today=dt.date(2026, 9, 20)) == 6
    assert {month for month, _measure, _band in written(session)} == {
        dt.date(2026, number, 1) for number in range(3, 9)
    }


def test_a_month_has_its_matches_and_hours(session, asker):
    a_match_in_march(session, asker)
    write_months(session, today=COUNTED)
    numbers = written(session)
    assert numbers[MARCH, Measure.MEETING_MINUTES, ""] == 540
    assert numbers[MARCH, Measure.MATCHES_STARTED, ""] == 1
    assert numbers[MARCH, Measure.MATCHES_ACTIVE, ""] == 0
    assert numbers[MARCH, Measure.MATCHES_ENDED, "completed"] == 1


@pytest.mark.parametrize("first", ["erased", "counted"])
def test_erasing_somebody_changes_no_number(session, asker, first):
    """Neither of months that were counted nor of the one that will be."""
    a_match_in_march(session, asker)
    before = list(months.count_month(session, months.Month(MARCH)))
    if first == "counted":
        write_months(session, today=COUNTED)
    for person in (Person.GUIDE, Person.FAMILY):
        erase(session, person, getattr(asker, person.value).id, by_id=None, now=NOW)
    ended = {Measure.GUIDES_READY, Measure.GUIDES_LEFT, Measure.FAMILIES_WAITING}
    write_months(session, today=COUNTED)
    numbers = written(session)
    for measure, band, number in before:
        if first == "counted" or measure not in ended:  # they left in March, after all
            assert numbers[MARCH, measure, band] == number, measure


def test_who_could_be_told_apart_is_not_shown(session, asker):
    a_match_in_march(session, asker)
    write_months(session, today=COUNTED)
    (row,) = months.list_months(session, cast.actor(asker, Role.MANAGER))
    assert row.numbers[Measure.MATCHES_STARTED] is None
    assert row.numbers[Measure.MATCHES_ACTIVE] == 0
    assert row.numbers[Measure.MEETINGS] == 6
    assert row.numbers[Measure.MEETING_MINUTES] == 540


def test_bands_are_shown_all_or_none(session, asker):
    manager = cast.actor(asker, Role.MANAGER)
    for band, number in (("30", 9), ("60", 5)):
        row = {"measure": Measure.WAITED_BEFORE_GUIDE, "band": band, "number": number}
        session.add(MonthlyStatistic(month=MARCH, **row))
    session.flush()
    waits = Measure.WAITED_BEFORE_GUIDE
    assert months.list_bands(session, manager, waits) == [("30", 9), ("60", 5)]
    session.add(MonthlyStatistic(month=MARCH, measure=waits, band="90", number=4))
    session.flush()
    assert months.list_bands(session, manager, waits) == []


def test_the_neighbours_months_are_their_own(session, asker, baerum, baerum_session):
    write_months(session, today=COUNTED)
    session.commit()
    assert written(baerum_session) == {}


def test_the_manager_reads_the_months(session, client, asker):
    a_match_in_march(session, asker)
    write_months(session, today=COUNTED)
    session.commit()
    sign_in(client, asker.users[Role.MANAGER])
    page = get_page(client, asker.url("/data-protection/months?lang=en"))
    cells = [cell.text.strip() for cell in page.select("tbody td, tbody th")]
    assert cells[0] == "March 2026"
    assert cells[-2:] == ["6", "9"]
    assert "under 5" in cells
    assert TODAY < COUNTED
