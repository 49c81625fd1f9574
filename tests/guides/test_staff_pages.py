"""The list and the record for coordinators."""

import datetime as dt
import uuid

import pytest
from sqlalchemy import event, select

from app.database import engine_of
from app.guides.models import Guide, GuideStatus, PipelineStep, StepCode
from app.vocabulary import AgeGroup
from tests.architecture.test_pages import UNCOUNTED
from tests.cast import make_guide, sign_in
from tests.guides.answers import LANGUAGES, TIME, letters, read_guide
from tests.pages import fill, get_page, post_page, search_page

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def staff(client, asker):
    sign_in(client, asker.coordinator)
    return client


@pytest.fixture
def record(asker):
    return asker.url(f"/guides/{asker.applicant.id}")


@pytest.fixture
def guide(session_factory, asker):
    """A function that returns the applicant as it is in the database now, changed first if asked."""

    def read(**changes) -> Guide:
        return read_guide(session_factory, asker, Guide.id == asker.applicant.id, **changes)

    return read


def test_the_list_names_everybody_here_and_nobody_else(staff, asker, baerum):
    page = get_page(staff, asker.url("/guides"))
    assert asker.guide.name in page.text and asker.applicant.name in page.text
    assert baerum.guide.name not in page.text


def test_who_has_waited_too_long_is_red_and_first(staff, asker):
    page = get_page(staff, asker.url("/guides"), headers=ENGLISH)
    first = page.select_one(".work-row")
    assert "urgent" in first["class"]
    assert asker.applicant.name in first.text and "Should have been contacted" in first.text
    assert len(page.select(".urgent")) == 1


def test_filter_and_search_keep_each_other(staff, asker):
    page = search_page(staff, asker.url("/guides"), "Kari", status="ready")
    assert [row.text.strip() for row in page.select(".work-title")] == [asker.guide.name]
    assert page.select_one("input[type=hidden][name=status]")["value"] == "ready"
    assert all("found=1" in tab["href"] for tab in page.select(".tabs a"))


@pytest.mark.parametrize(
    "query",
    ["?status=nonsense", "?page=x", "?page=-1", "?page=99999999", "?found=1", "?found=<b>"],
)
def test_odd_questions_are_answered(staff, asker, query):
    get_page(staff, asker.url(f"/guides{query}"))


@pytest.mark.parametrize("words", ["%" * 100, "<b>", "_"])
def test_odd_words_find_nobody(staff, asker, words):
    assert search_page(staff, asker.url("/guides"), words).select(".work-row") == []


def test_a_ready_guide_who_lacks_a_step_is_not_said_to_have_room(staff, asker, session):
    url = asker.url("/guides?status=ready&lang=en")
    assert "places free" in get_page(staff, url).main.text
    session.add(PipelineStep(code=StepCode.COURSE, required=True))
    session.commit()
    text = get_page(staff, url).main.text
    assert "a step is missing" in text and "places free" not in text


def test_long_lists_have_pages(staff, asker, session):
    for number in range(30):
        make_guide(session, asker, name=f"Guide {number}", email=f"g{number}@x.example")
    session.commit()
    page = search_page(staff, asker.url("/guides"), "Guide")
    assert len(page.select(".work-row")) == 25
    following = page.select_one("a[rel=next]")["href"]
    assert "found=1" in following
    assert len(get_page(staff, following).select(".work-row")) == 5


def test_no_page_asks_the_database_too_often(staff, asker, session, one_app):
    for number in range(30):
        make_guide(session, asker, name=f"Guide {number}", email=f"g{number}@x.example")
    session.commit()
    asked = []
    engine = engine_of(one_app.extensions["session_factory"])

    def listener(*args) -> None:
        asked.append(args[2])

    for url in (asker.url("/guides"), asker.url(f"/guides/{asker.guide.id}")):
        asked.clear()
        event.listen(engine, "before_cursor_execute", listener)
        try:
            get_page(staff, url)
        finally:
            event.remove(engine, "before_cursor_execute", listener)
        queries = [one for one in asked if not UNCOUNTED.match(one)]
        assert len(queries) <= 12, queries


def test_the_record_shows_all_they_told_us_and_keeps_the_name_out_of_the_title(
    staff, asker, record
):
    page = get_page(staff, record, headers=ENGLISH)
    for words in ("Ola Asker", "ola@asker.example", "900 00 101", "Arabic – fluently"):
        assert words in page.text
    assert "E-mail not confirmed" in page.text
    assert "Ola" not in page.title.text
    assert page.select_one("a[href='tel:+4790000101']")


def test_contact_interview_and_ready(staff, asker, record, session, guide):
    for step, status in (("contact", "contacted"), ("interview", "interviewed")):
        data = fill(get_page(staff, record), step)
        answer = staff.post(f"{record}/{step}", data=data)
        assert (answer.status_code, answer.location) == (303, record)
        assert guide().status == status
    assert staff.post(f"{record}/readiness").location == record
    assert guide().status is GuideStatus.READY
    (letter,) = letters(session, guide().email)
    assert letter.template == "guide_ready"
    assert "/sign-in" in letter.body


def test_a_date_to_come_is_refused_beside_its_field(staff, record, guide):
    page = post_page(staff, f"{record}/contact", {"contact-day": "2099-01-01"})
    assert page.select_one("#contact-day-error")
    assert [a["href"] for a in page.select("#error-summary a")] == ["#contact-day"]
    assert guide().status is GuideStatus.APPLIED
    assert staff.get(f"{record}/contact").location == record


def test_a_step_out_of_order_leads_back_to_the_record(staff, record, guide):
    for step in ("interview", "readiness", "pause", "return"):
        answer = staff.post(f"{record}/{step}", data={"interview-day": "2026-03-02", "until": ""})
        assert (answer.status_code, answer.location) == (303, record)
    assert guide().status is GuideStatus.APPLIED


def test_young_guides_are_not_made_ready_without_their_guardians(staff, record, guide):
    guide(age_group=AgeGroup.FROM_16, status=GuideStatus.INTERVIEWED)
    page = get_page(staff, record, headers=ENGLISH)
    assert "Under 18: groups only" in page.text and "the guardians' yes" in page.text
    assert "Groups of young people only" in page.main.text and "1 family" not in page.main.text
    assert not page.select(f"form[action='{record}/readiness']")
    staff.post(f"{record}/readiness")
    assert guide().status is GuideStatus.INTERVIEWED


def test_a_break_and_back(staff, asker, session):
    record = asker.url(f"/guides/{asker.guide.id}")
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=400)  # in another year
    assert staff.post(f"{record}/pause", data={"until": until.isoformat()}).location == record
    assert str(until.year) in get_page(staff, record).text
    assert staff.post(f"{record}/return").location == record
    named = select(Guide.status).where(Guide.id == asker.guide.id)
    assert session.scalar(named) is GuideStatus.READY


def test_a_break_in_the_past_is_refused_in_sight(staff, asker):
    record = asker.url(f"/guides/{asker.guide.id}")
    page = post_page(staff, f"{record}/pause", {"until": "2020-01-01"})
    assert page.select_one("#until-error").find_parent("details").has_attr("open")
    assert not get_page(staff, record).select("main details[open]")


def test_ending_is_asked_about_first(staff, record, guide):
    get_page(staff, f"{record}/end")
    assert guide().status is GuideStatus.APPLIED
    assert staff.post(f"{record}/end").location == record
    assert guide().status is GuideStatus.ENDED
    get_page(staff, record)


def test_staff_correct_what_a_guide_has_told(staff, record, guide):
    data = fill(get_page(staff, f"{record}/edit"), "edit")
    assert staff.post(f"{record}/edit", data=data).location == record
    assert {row.code: row.level for row in guide().languages} == {"no": 4, "ar": 3}
    changed = {k: v for k, v in data.items() if not k.startswith("lang")} | LANGUAGES | TIME
    assert staff.post(f"{record}/edit", data=changed | {"capacity": "3"}).location == record
    assert {row.code for row in guide().languages} == {"no", "ti"}
    assert guide().capacity == 3
    assert guide().name == "Ola Asker"


def test_capacity_under_the_places_taken_is_refused(staff, record, guide):
    guide(capacity=2, places_taken=2)
    data = fill(get_page(staff, f"{record}/edit"), "edit") | {"capacity": "1"}
    page = post_page(staff, f"{record}/edit", data)
    assert page.select_one("#capacity-error")
    assert guide().capacity == 2


def test_another_language_on_the_edit_page(staff, record):
    data = fill(get_page(staff, f"{record}/edit"), "edit") | {"add_language": "1"}
    assert post_page(staff, f"{record}/edit", data, status=200).select_one("#lang-2-code")


def test_nobody_else_finds_the_pages(client, asker, baerum, record):
    for user in (asker.guide_user, asker.caseworker, baerum.coordinator):
        sign_in(client, user)
        for path in ("", "/edit", "/end"):
            get_page(client, record + path, status=404)
        assert client.post(f"{record}/contact").status_code == 404
    sign_in(client, asker.coordinator)
    get_page(client, asker.url(f"/guides/{baerum.guide.id}"), status=404)
    get_page(client, asker.url(f"/guides/{uuid.uuid4()}"), status=404)
