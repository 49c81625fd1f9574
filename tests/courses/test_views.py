import datetime as dt
import uuid

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import LinkKind
from app.accounts.services import issue_link
from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.guides.models import Guide, GuideStatus, GuideStep, PipelineStep, StepCode
from tests.cast import NOW, TODAY, sign_in
from tests.pages import fill, get_page, post_page

DAY = TODAY + dt.timedelta(days=7)
ANSWERS = {
    "title": "Being a guide",
    "on": DAY.isoformat(),
    "begins": "17:30",
    "ends": "20:00",
    "place": "The library",
    "places": "1",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def coordinator(client, asker):
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def course(session, asker) -> CourseSession:
    starts_at = NOW + dt.timedelta(days=7)
    course = CourseSession(
        once_token="once",
        title="Being a guide",
        place="The library",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=3),
        places=1,
        changed_at=NOW,
    )
    session.add(course)
    session.commit()
    return course


def test_a_course_is_planned_changed_and_called_off(coordinator, session, asker):
    page = get_page(coordinator, asker.url("/courses/new"))
    answers = fill(page, "courses/new") | ANSWERS
    first, second = (coordinator.post(asker.url("/courses/new"), data=answers) for _ in range(2))
    assert first.status_code == second.status_code == 303
    course = session.scalars(select(CourseSession)).one()
    session.commit()
    assert course.starts_at == dt.datetime.combine(DAY, dt.time(16, 30), dt.UTC)
    url = asker.url(f"/courses/{course.id}")
    assert get_page(coordinator, f"{url}/edit").select_one("#begins")["value"][:5] == "17:30"
    changed = coordinator.post(f"{url}/edit", data=ANSWERS | {"place": "The town hall"})
    assert changed.status_code == 303
    assert "The town hall" in get_page(coordinator, url).main.text
    assert coordinator.post(f"{url}/cancellation").status_code == 303
    assert "called off" in get_page(coordinator, asker.url("/courses")).main.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "what the course is called"),
        ({"on": "x"}, "year, month and day"),
        ({"on": "2020-01-01"}, "This day has been"),
        ({"on": "2020-01-01", "held": "y"}, "more than a year ago"),
        ({"held": "y"}, "not over yet"),
        ({"title": "x" * 81}, "Use at most 80 characters"),
        ({"begins": "25:00"}, "hours and minutes"),
        ({"ends": "17:00"}, "after it has begun"),
        ({"places": "0"}, "1"),
        ({"place": ""}, "where the course is"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(coordinator, asker, change, words):
    answers = ANSWERS | {"title": "A title"} | change
    page = post_page(coordinator, asker.url("/courses/new"), answers)
    assert words in page.main.text
    assert page.select_one("#title")["value"] == answers["title"]
    assert not page.select("[maxlength]"), "a browser would cut it without a word"


def test_a_guide_books_from_their_page_and_gives_the_place_up(client, session, asker, course):
    sign_in(client, asker.users["guide"])
    url = asker.url("/my-page/courses")
    page = get_page(client, url)
    form = page.select_one("form[action$=booking]")
    assert client.post(form["action"]).status_code == 303
    booking = session.scalars(select(CourseBooking)).one()
    assert (booking.status, booking.guide_id) == (BookingStatus.BOOKED, asker.guide.id)
    session.commit()
    file = client.get(asker.url(f"/my-page/courses/{course.id}/calendar"))
    assert file.mimetype == "text/calendar"
    assert b"Being a guide" in file.data
    form = get_page(client, url).select_one("form[action$=withdrawal]")
    assert client.post(form["action"]).status_code == 303
    session.expire_all()
    assert session.scalars(select(CourseBooking)).one().status is BookingStatus.CANCELLED


def test_an_applicant_books_by_the_secret_link_once_we_have_talked(client, session, asker, course):
    guide, town = session.get(Guide, asker.applicant.id), asker.municipality.id
    token = issue_link(session, LinkKind.STATUS, guide.id, municipality_id=town, now=NOW)
    session.commit()
    url = asker.url(f"/status/{token}/courses")
    assert get_page(client, url).select("form[action$=booking]") == []
    assert client.post(f"{url}/{course.id}/booking").status_code == 303
    assert session.scalars(select(CourseBooking)).all() == []
    session.commit()
    guide.status = GuideStatus.INTERVIEWED
    session.add(PipelineStep(code=StepCode.COURSE, required=True, position=1))
    session.commit()
    response = client.get(url)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert client.post(f"{url}/{course.id}/booking").status_code == 303
    assert session.scalars(select(CourseBooking.guide_id)).one() == guide.id
    session.commit()
    own = get_page(client, asker.url(f"/status/{token}?lang=en")).main.text
    assert "You have a place" in own and course.place in own
    session.commit()
    sign_in(client, asker.coordinator)
    steps = get_page(client, asker.url(f"/guides/{guide.id}/steps?lang=en")).main.text
    assert "Has a place" in steps and course.place in steps


@pytest.mark.parametrize("path", ["", "/{course}/booking", "/{course}/calendar"])
def test_a_wrong_link_opens_nothing(client, asker, baerum, course, session, path):
    token = issue_link(
        session, LinkKind.STATUS, asker.guide.id, municipality_id=asker.municipality.id, now=NOW
    )
    session.commit()
    path = path.format(course=course.id)
    for url in (
        asker.url(f"/status/{'x' * 43}/courses{path}"),
        baerum.url(f"/status/{token}/courses{path}"),
    ):
        ask = client.post if path.endswith("booking") else client.get
        assert ask(url).status_code == 404


def test_who_came_is_ticked_and_the_task_goes_from_the_desk(
    coordinator, session, asker, course, clock
):
    session.add(
        CourseBooking(
            course_id=course.id,
            guide_id=asker.guide.id,
            status=BookingStatus.BOOKED,
            booked_at=NOW,
            changed_at=NOW,
        )
    )
    session.commit()
    clock.shift(dt.timedelta(days=8))
    sign_in(coordinator, asker.coordinator)
    url = asker.url(f"/courses/{course.id}")
    assert get_page(coordinator, asker.url("/desk")).select(f"main a[href='{url}']")
    page = get_page(coordinator, url)
    answers = fill(page, "attendance") | {"came": [str(asker.guide.id)]}
    assert coordinator.post(f"{url}/attendance", data=answers).status_code == 303
    assert get_page(coordinator, url).select_one("input[name=came]").has_attr("checked")
    assert not get_page(coordinator, asker.url("/desk")).select(f"main a[href='{url}']")


def held(session, asker, **bookings) -> CourseSession:
    """A course of last week, with guides who had a place."""
    starts_at = NOW - dt.timedelta(days=7)
    course = CourseSession(
        once_token="held",
        title="Being a guide",
        place="The library",
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=3),
        places=1,
        changed_at=NOW,
    )
    when = {"booked_at": NOW, "changed_at": NOW}
    for guide_id, status in bookings.items():
        course.bookings.append(CourseBooking(guide_id=uuid.UUID(guide_id), status=status, **when))
    session.add(course)
    session.commit()
    return course


def test_a_course_of_last_week_is_entered_and_those_who_came_are_added(coordinator, session, asker):
    day = (TODAY - dt.timedelta(days=7)).isoformat()
    answers = ANSWERS | {"on": day, "held": "y"}
    page = coordinator.post(asker.url("/courses/new"), data=answers)
    assert page.status_code == 303
    course = session.scalars(select(CourseSession)).one()
    session.commit()
    url = asker.url(f"/courses/{course.id}")
    form = fill(get_page(coordinator, url), "walk-ins") | {"guide": str(asker.applicant.id)}
    for _press in range(2):
        assert coordinator.post(f"{url}/walk-ins", data=form).status_code in (303, 422)
    row = session.scalars(select(CourseBooking)).one()
    assert (row.guide_id, row.status, row.attended) == (
        asker.applicant.id,
        BookingStatus.BOOKED,
        True,
    )
    step = session.scalars(select(GuideStep).where(GuideStep.guide_id == asker.applicant.id)).one()
    assert (step.code, step.done_on.isoformat()) == (StepCode.COURSE, day)
    session.commit()
    page = get_page(coordinator, url)
    assert page.select_one("input[name=came]").has_attr("checked")
    assert str(asker.applicant.id) not in [o["value"] for o in page.select("#guide option")]


@pytest.mark.parametrize("guide", ["", "x", "99999999-9999-4999-8999-999999999999", "elsewhere"])
def test_only_a_guide_of_the_list_is_added(coordinator, session, asker, baerum, guide):
    url = asker.url(f"/courses/{held(session, asker).id}")
    guide = str(baerum.guide.id) if guide == "elsewhere" else guide
    page = post_page(coordinator, f"{url}/walk-ins", {"guide": guide})
    assert "Choose a guide from the list" in page.main.text
    assert session.scalars(select(CourseBooking)).all() == []


def test_that_nobody_came_is_asked_once_before_it_counts(coordinator, session, asker):
    course = held(session, asker, **{str(asker.guide.id): BookingStatus.BOOKED})
    url = asker.url(f"/courses/{course.id}")
    assert get_page(coordinator, url).select_one("#nobody") is None
    page = post_page(coordinator, f"{url}/attendance", {})
    assert "Did nobody come?" in page.main.text
    session.expire_all()
    assert session.scalars(select(CourseBooking.attended)).one() is None
    session.commit()
    answers = fill(page, "attendance") | {"nobody": "y"}
    assert coordinator.post(f"{url}/attendance", data=answers).status_code == 303
    session.expire_all()
    assert session.scalars(select(CourseBooking.attended)).one() is False


def test_the_summary_says_which_field_is_empty(coordinator, asker):
    page = post_page(coordinator, asker.url("/courses/new"), ANSWERS | {"begins": "", "ends": ""})
    told = [link.text for link in page.select("#error-summary a")]
    assert told == ["Begins: Fill this in.", "Ends: Fill this in."]
