"""Courses: places are never given twice, the queue moves by itself, and who came has the step."""

import datetime as dt
import re
import threading

import pytest
from sqlalchemy import func, select

from app import tenancy
from app.courses import queries, services, tasks
from app.courses.models import BookingStatus, CourseBooking, CourseSession
from app.errors import NotPermitted
from app.guides.models import Guide, GuideStatus, GuideStep, PipelineStep, StepCode
from app.guides.queries import missing_steps
from app.guides.services import own_status
from app.guides.services.leaving import leave
from app.guides.services.steps import GuideHasLeft
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY
from tests.jobs.listing import list_jobs

PAGES = services.CoursePages(
    own="https://guides.example/asker/my-page/courses",
    by_link=lambda token: f"https://guides.example/asker/status/{token}/courses",
)
SOON = NOW + dt.timedelta(days=7)
B = BookingStatus


@pytest.fixture
def actor(asker):
    return cast.actor(asker, Role.COORDINATOR)


def told(places=1, starts_at=SOON, **changes) -> services.CourseInput:
    given = {"title": "Being a guide", "place": "The library", "places": places}
    ends_at = starts_at + dt.timedelta(hours=3)
    return services.CourseInput(**given | {"starts_at": starts_at, "ends_at": ends_at} | changes)


@pytest.fixture
def course(session, actor) -> CourseSession:
    return services.plan_course(session, actor, told(), once_token="once", now=NOW)


@pytest.fixture
def guides(session, asker) -> list[Guide]:
    named = [("Ada", 1), ("Bo", 2), ("Cy", 3)]
    return [
        cast.make_guide(
            session, asker, name=name, email=f"{name}@post.example", status=GuideStatus.INTERVIEWED
        )
        for name, _number in named
    ]


def standing(session, course) -> list[BookingStatus]:
    rows = select(CourseBooking.status).where(CourseBooking.course_id == course.id)
    return list(session.scalars(rows.order_by(CourseBooking.booked_at)))


def book(session, course, guides, now=NOW) -> None:
    for number, guide in enumerate(guides):
        services.book_place(session, guide, course, now=now + dt.timedelta(minutes=number))


def letters(session, template) -> list[str]:
    wanted = select(OutgoingMessage.recipient).where(OutgoingMessage.template == template)
    return list(session.scalars(wanted.order_by(OutgoingMessage.recipient)))


def give_up(session, course, guide, now=NOW + dt.timedelta(hours=1)) -> None:
    services.give_up_place(session, guide, course, pages=PAGES, now=now)


def test_the_same_form_sent_twice_plans_one_course(session, actor, course):
    again = services.plan_course(session, actor, told(), once_token="once", now=NOW)
    assert again.id == course.id


def test_who_comes_after_the_last_place_waits_and_moves_up_by_themselves(session, course, guides):
    book(session, course, guides)
    book(session, course, guides, NOW + dt.timedelta(hours=2))  # pressing again changes nothing
    assert standing(session, course) == [B.BOOKED, B.WAITING, B.WAITING]
    give_up(session, course, guides[0])
    give_up(session, course, guides[0])
    assert standing(session, course) == [B.CANCELLED, B.BOOKED, B.WAITING]
    assert letters(session, "course_place") == [guides[1].email]


def test_who_gave_up_a_place_and_comes_back_stands_last_in_the_queue(session, course, guides):
    book(session, course, guides)
    give_up(session, course, guides[0])
    services.book_place(session, guides[0], course, now=NOW + dt.timedelta(hours=2))
    give_up(session, course, guides[1], NOW + dt.timedelta(hours=3))
    row = select(CourseBooking.status).where(CourseBooking.guide_id == guides[2].id)
    assert session.scalar(row) is B.BOOKED


def test_more_places_let_the_queue_in_and_fewer_than_taken_are_refused(
    session, actor, course, guides
):
    book(session, course, guides)
    services.change_course(session, actor, course, told(3), pages=PAGES, now=NOW)
    assert standing(session, course) == [B.BOOKED] * 3
    assert letters(session, "course_changed") == [], "the time and the place are the same"
    with pytest.raises(services.TooFewPlaces):
        services.change_course(session, actor, course, told(2), pages=PAGES, now=NOW)


def test_who_has_a_place_is_told_of_a_new_time_and_everybody_of_the_end(
    session, actor, course, guides
):
    book(session, course, guides[:2])
    later = told(starts_at=SOON + dt.timedelta(days=1))
    services.change_course(session, actor, course, later, pages=PAGES, now=NOW)
    assert letters(session, "course_changed") == [guides[0].email]
    services.call_off_course(session, actor, course, pages=PAGES, now=NOW)
    assert letters(session, "course_called_off") == [guides[0].email, guides[1].email]
    with pytest.raises(services.CourseOver):
        services.book_place(session, guides[2], course, now=NOW)


def test_a_letter_leads_an_applicant_to_a_page_that_needs_no_account(
    session, asker, course, guides
):
    with_account = session.get(Guide, asker.guide.id)
    book(session, course, [guides[0], guides[1], with_account])
    give_up(session, course, guides[0])
    give_up(session, course, guides[1])
    told_of = select(OutgoingMessage).where(OutgoingMessage.template == "course_place")
    bodies = {row.about_id: row.body for row in session.scalars(told_of)}
    assert "/asker/my-page/courses" in bodies[with_account.id]
    token = re.search(r"/asker/status/([\w-]+)/courses", bodies[guides[1].id])[1]
    assert own_status.open_status(session, token, now=NOW).id == guides[1].id


@pytest.mark.parametrize("status", [GuideStatus.APPLIED, GuideStatus.ENDED])
def test_nobody_books_before_the_first_talk_or_after_the_end(session, course, guides, status):
    guides[0].status = status
    with pytest.raises(services.NotYetOnTheWay):
        services.book_place(session, guides[0], course, now=NOW)


def test_a_course_that_has_begun_is_not_booked(session, course, guides):
    with pytest.raises(services.CourseOver):
        services.book_place(session, guides[0], course, now=SOON)


def test_who_came_has_the_step_and_who_is_unticked_loses_it(session, actor, course, guides):
    session.add(PipelineStep(code=StepCode.COURSE, required=True, position=1))
    book(session, course, guides[:1])
    ids = [guides[0].id]
    after = SOON + dt.timedelta(hours=4)
    with pytest.raises(services.CourseNotOver):
        services.note_attendance(session, actor, course, ids, now=NOW)
    assert missing_steps(session, ids) == {ids[0]: (StepCode.COURSE,)}
    for _twice in range(2):
        services.note_attendance(session, actor, course, ids, now=after)
        assert missing_steps(session, ids) == {}
    services.note_attendance(session, actor, course, [], now=after)
    assert missing_steps(session, ids) == {ids[0]: (StepCode.COURSE,)}


def test_attendance_counts_only_for_those_with_a_place(session, actor, course, guides):
    book(session, course, guides[:2])
    ids = [guide.id for guide in guides]
    services.note_attendance(session, actor, course, ids, now=SOON)
    assert list(session.scalars(select(GuideStep.guide_id))) == [guides[0].id]


def test_a_guide_who_leaves_takes_up_no_place(session, course, guides):
    book(session, course, guides)
    leave(session, guides[0], now=NOW, today=TODAY)
    assert standing(session, course) == [B.WAITING, B.WAITING]


def test_what_a_guide_who_leaves_had_goes_to_whoever_waits_in_the_morning(session, course, guides):
    book(session, course, guides)
    leave(session, guides[0], now=NOW, today=TODAY)
    assert standing(session, course) == [B.WAITING, B.WAITING]
    for _twice in range(2):
        services.fill_free_places(session, pages=PAGES, now=NOW + dt.timedelta(days=1))
        assert standing(session, course) == [B.BOOKED, B.WAITING]
    assert letters(session, "course_place") == ["Bo@post.example"]


def test_nobody_moves_up_in_a_course_that_has_begun_or_was_called_off(
    session, actor, course, guides
):
    off = services.plan_course(session, actor, told(title="Two"), once_token="two", now=NOW)
    for one in (course, off):
        book(session, one, guides)
    services.call_off_course(session, actor, off, pages=PAGES, now=NOW)
    leave(session, guides[0], now=NOW, today=TODAY)
    services.fill_free_places(session, pages=PAGES, now=SOON)
    for one in (course, off):
        assert standing(session, one) == [B.WAITING, B.WAITING]


def test_the_worker_looks_for_free_places_only_where_somebody_waits(session, course, guides):
    defer = {"now": NOW, "today": TODAY}
    book(session, course, guides[:1])
    tasks.defer_filling(session, **defer)
    assert list_jobs(session) == []
    book(session, course, guides)
    leave(session, guides[0], now=NOW, today=TODAY)
    tasks.defer_filling(session, **defer)
    assert [name for name, _arguments in list_jobs(session)] == ["fill_course_places"]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.MANAGER, Role.GUIDE])
def test_others_plan_nothing(session, asker, role):
    with pytest.raises(NotPermitted):
        services.plan_course(session, cast.actor(asker, role), told(), once_token="once", now=NOW)
    with pytest.raises(NotPermitted):
        queries.list_courses(session, cast.actor(asker, role), now=NOW)


def test_two_who_press_at_once_do_not_get_the_same_place(
    session, session_factory, asker, course, guides
):
    session.commit()
    barrier = threading.Barrier(len(guides))

    def press(guide_id) -> None:
        with session_factory() as own:
            tenancy.bind(own, asker.municipality.id)
            barrier.wait()
            services.book_place(
                own, own.get(Guide, guide_id), own.get(CourseSession, course.id), now=NOW
            )
            own.commit()

    threads = [threading.Thread(target=press, args=(guide.id,)) for guide in guides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.expire_all()
    booked = select(func.count(CourseBooking.id)).where(CourseBooking.status == B.BOOKED)
    assert session.scalar(booked) == 1
    assert len(standing(session, course)) == len(guides)


def test_who_comes_without_a_place_has_the_step_and_leaves_the_queue(
    session, actor, course, guides
):
    for guide in guides[:2]:
        services.book_place(session, guide, course, now=NOW)
    after = SOON + dt.timedelta(hours=4)
    with pytest.raises(services.CourseNotOver):
        services.add_walk_in(session, actor, course, guides[1], now=NOW)
    for guide in (guides[1], guides[2], guides[2]):
        services.add_walk_in(session, actor, course, guide, now=after)
    assert standing(session, course) == [B.BOOKED] * 3
    came = {row.guide_id for row in course.bookings if row.attended}
    assert came == {guides[1].id, guides[2].id}
    steps = select(GuideStep.guide_id).where(GuideStep.code == StepCode.COURSE)
    assert set(session.scalars(steps)) == came


def test_nobody_who_has_left_is_noted_as_having_come(session, actor, course, guides):
    leave(session, guides[0], now=NOW, today=TODAY)
    assert guides[0] not in queries.list_walk_ins(session, actor, course)
    with pytest.raises(GuideHasLeft):
        services.add_walk_in(session, actor, course, guides[0], now=SOON + dt.timedelta(hours=4))
