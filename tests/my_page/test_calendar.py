"""The feed: read by another program than wrote it, over both changes of the clock, and nameless."""

import datetime as dt
import re

import pytest
import time_machine
import vobject

from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.matches.models import Match, MatchStatus, MeetingPlace, StartMeeting
from app.oslo import OSLO
from tests.cast import NOW, sign_in
from tests.matches.people import match_at
from tests.pages import get_page

# In Oslo the clock goes back on 25 October 2026 and forward on 28 March 2027.
AROUND = (dt.date(2026, 10, 24), dt.date(2026, 10, 26), dt.date(2027, 3, 27), dt.date(2027, 3, 29))


@pytest.fixture
def guide(client, asker):
    with time_machine.travel(NOW, tick=False):
        sign_in(client, asker.users["guide"])
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield client


def subscribe(client, asker) -> str:
    page = client.post(asker.url("/my-page/calendar"))
    assert page.status_code == 200
    address = re.search(r'id="feed" [^>]*value="([^"]+)"', page.text)[1]
    return address.split("localhost", 1)[-1].split(":8000")[-1]


def events(client, address) -> list:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return list(vobject.readOne(answer.text).contents.get("vevent", []))


def add_course(session, guide_id, on: dt.date, **changes) -> CourseSession:
    starts_at = dt.datetime.combine(on, dt.time(17, 30), OSLO).astimezone(dt.UTC)
    course = CourseSession(
        once_token=on.isoformat(),
        title=f"Course {on}",
        place="The library",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=2),
        places=5,
        changed_at=NOW,
        **changes,
    )
    booking = CourseBooking(
        guide_id=guide_id, status=BookingStatus.BOOKED, booked_at=NOW, changed_at=NOW
    )
    course.bookings.append(booking)
    session.add(course)
    session.commit()
    return course


def plan_start(session, match: Match) -> None:
    place = MeetingPlace(name="The church hall")
    session.add(place)
    session.flush()
    at = NOW + dt.timedelta(days=3)
    session.add(StartMeeting(match_id=match.id, place_id=place.id, at=at, planned_at=NOW))
    session.commit()


def test_a_course_at_half_past_five_is_so_on_both_sides_of_the_clock_change(guide, session, asker):
    for on in AROUND:
        add_course(session, asker.guide.id, on)
    found = events(guide, subscribe(guide, asker))
    local = [event.dtstart.value.astimezone(OSLO) for event in found]
    assert [(when.date(), when.time()) for when in local] == [
        (on, dt.time(17, 30)) for on in AROUND
    ]


def test_a_change_keeps_the_uid_and_a_course_that_is_called_off_says_so(guide, session, asker):
    course = add_course(session, asker.guide.id, AROUND[0])
    address = subscribe(guide, asker)
    (before,) = events(guide, address)
    course.revision, course.called_off_at = 1, NOW
    session.commit()
    (after,) = events(guide, address)
    assert before.uid.value == after.uid.value
    assert str(course.id) not in guide.get(address).text
    assert (before.status.value, after.status.value) == ("CONFIRMED", "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)


@pytest.mark.parametrize(
    ("status", "shown"),
    [(MatchStatus.FAMILY_ASKED, 0), (MatchStatus.AGREED, 1), (MatchStatus.WITHDRAWN, 0)],
)
def test_a_start_meeting_shows_once_both_have_said_yes_and_names_nobody(
    guide, session, asker, status, shown
):
    match = match_at(session, asker, status)
    plan_start(session, match)
    address = subscribe(guide, asker)
    assert len(events(guide, address)) == shown
    text = guide.get(address).text
    for name in (match.family.contact_name, match.family.first_name, match.family.reference):
        assert name not in text
    assert asker.guide.name not in text
    assert str(match.id) not in text


def test_an_old_address_a_stopped_one_and_another_municipalitys_show_nothing(guide, asker, baerum):
    first = subscribe(guide, asker)
    second = subscribe(guide, asker)
    assert guide.get(first).status_code == 404
    assert guide.get(second).status_code == 200
    assert guide.get(second.replace("/asker/", "/baerum/")).status_code == 404
    assert guide.post(asker.url("/my-page/calendar/removal")).status_code == 303
    assert guide.get(second).status_code == 404


def test_the_address_is_shown_once(guide, asker):
    address = subscribe(guide, asker)
    page = get_page(guide, asker.url("/my-page/calendar"))
    assert address.rsplit("/", 1)[1] not in page.text
    assert "An address is in use" in page.main.text
