"""What is asked of guides: settings, one guide's steps, and the declaration as a guide sees it."""

import datetime as dt
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.guides.models import (
    Declaration,
    GuardianApproval,
    Guide,
    GuideStatus,
    GuideStep,
    StepCode,
    StepOverride,
    StepWay,
)
from app.guides.queries import missing_steps
from app.guides.queries.steps import list_asked
from app.guides.services.pipeline import make_pipeline
from app.guides.services.steps import tick_step
from app.vocabulary import AgeGroup
from tests.cast import TODAY, sign_in
from tests.guides.answers import letters, link_in, read_guide, sign_up
from tests.pages import fill, get_page, post_page

ENGLISH = {"Accept-Language": "en"}
D, C, P, G = StepCode


@pytest.fixture
def asked(session):
    make_pipeline(session)
    session.commit()


@pytest.fixture
def staff(client, asker):
    sign_in(client, asker.coordinator)
    return client


@pytest.fixture
def page_of_steps(asker):
    return asker.url(f"/guides/{asker.applicant.id}/steps")


@pytest.fixture
def guide(session_factory, asker):
    """A function that returns the applicant as it is in the database now, changed first if asked."""

    def read(**changes) -> Guide:
        return read_guide(session_factory, asker, Guide.id == asker.applicant.id, **changes)

    return read


def missing(session, guide) -> tuple[StepCode, ...]:
    """Return what is missing now, and let go of the database for the next request."""
    found = missing_steps(session, [guide.id]).get(guide.id, ())
    session.rollback()
    return found


class TestSettings:
    def test_what_is_asked_for_is_chosen_and_seen_again(self, staff, asker, session):
        url = asker.url("/settings/steps")
        answers = fill(get_page(staff, url), "steps")
        assert {"declaration", "course"}.isdisjoint(answers)
        answers |= {"course": "y", "first": "course"}
        assert staff.post(url, data=answers).location == url
        assert [(s.code, s.required) for s in list_asked(session)][:2] == [(C, True), (D, False)]
        session.commit()
        assert get_page(staff, url).select_one("#course").has_attr("checked")

    def test_it_says_how_many_who_are_ready_lack_a_step(self, staff, asker):
        page = get_page(staff, asker.url("/settings/steps"), headers=ENGLISH)
        assert "1 guide who is ready has not done this." in page.text

    def test_two_who_choose_at_once_see_each_other(self, staff, asker, asked, session):
        url = asker.url("/settings/steps")
        page = post_page(staff, url, {"seen": "another time", "first": "course"})
        assert page.select_one(".ds-error-summary, [role=alert], .error-summary")
        assert [s.required for s in list_asked(session)] == [True, True, False]

    def test_a_new_version_is_published_and_the_old_one_kept(self, staff, asker, session):
        url = asker.url("/settings/declaration")
        answers = fill(get_page(staff, url), "declaration")
        assert "112" in answers["text_nn"] and answers["after"] == "1"
        answers["text_nb"] = "Jeg lover\r\n\r\n- dette\r\n- og dette\r\n"
        assert staff.post(url, data=answers).location == url
        first, second = session.scalars(select(Declaration).order_by(Declaration.version))
        assert (
            first.published_by_id is None and second.text_nb == "Jeg lover\n\n- dette\n- og dette"
        )
        urls = [asker.url(f"/settings/declarations/{row.id}") for row in (first, second)]
        session.rollback()
        page = get_page(staff, f"{urls[1]}?lang=nb")
        assert [point.text for point in page.select("main ul.ds-list li")] == ["dette", "og dette"]
        old = get_page(staff, f"{urls[0]}?lang=en")
        assert "duty of confidentiality" in old.text
        assert staff.get(asker.url(f"/settings/declarations/{uuid4()}")).status_code == 404

    def test_an_empty_text_is_refused_and_the_rest_is_kept(self, staff, asker, session):
        url = asker.url("/settings/declaration")
        answers = fill(get_page(staff, url), "declaration") | {"text_en": " ", "text_nb": "Mitt"}
        page = post_page(staff, url, answers)
        assert (
            page.select_one("#text_en-error") and page.select_one("#text_nb").text.strip() == "Mitt"
        )
        assert session.scalar(select(Declaration)) is None

    def test_one_who_was_slower_is_told_and_keeps_the_text(self, staff, asker, session):
        url = asker.url("/settings/declaration")
        answers = fill(get_page(staff, url), "declaration") | {"text_nb": "Mitt"}
        staff.post(url, data=answers)
        page = post_page(staff, url, answers)
        assert page.select_one("#text_nb").text.strip() == "Mitt"
        assert staff.post(url, data=fill(page, "declaration")).status_code == 303
        assert len(session.scalars(select(Declaration)).all()) == 3


class TestOneGuide:
    def test_a_paper_is_noted_and_taken_back(self, staff, page_of_steps, asked, session, guide):
        page = get_page(staff, page_of_steps, headers=ENGLISH)
        assert page.text.count("Missing") == 2 and "Ola" not in page.title.text
        data = {"declaration-day": "2026-03-02"}
        assert staff.post(f"{page_of_steps}/declaration", data=data).location == page_of_steps
        assert missing(session, guide()) == (C,)
        staff.post(f"{page_of_steps}/declaration/removal")
        assert missing(session, guide()) == (D, C)

    @pytest.mark.parametrize("day", ["", "nonsense", "2020-01-01", "2099-01-01"])
    def test_a_day_that_cannot_be_is_refused_in_sight(self, staff, page_of_steps, asked, day):
        page = post_page(staff, f"{page_of_steps}/course", {"course-day": day})
        assert page.select_one("#course-day-error").find_parent("details").has_attr("open")
        assert staff.get(f"{page_of_steps}/course").location == page_of_steps

    @pytest.mark.parametrize("code", ["certificate", "guardians", "nonsense"])
    def test_no_address_notes_what_is_noted_elsewhere(self, staff, page_of_steps, code):
        answer = staff.post(f"{page_of_steps}/{code}", data={f"{code}-day": "2026-03-02"})
        assert answer.status_code == 404

    def test_to_go_on_without_asks_for_a_reason(
        self, staff, asker, page_of_steps, asked, session, guide
    ):
        url = asker.url(f"/guides/{asker.applicant.id}/overrides")
        page = post_page(staff, url, {"waiver-codes": "course", "waiver-reason": ""})
        assert page.select_one("#waiver-reason-error").find_parent("details").has_attr("open")
        data = {"waiver-codes": ["course"], "waiver-reason": "Has taught it"}
        assert staff.post(url, data=data).location == page_of_steps
        assert missing(session, guide()) == (D,)
        page = get_page(staff, page_of_steps, headers=ENGLISH)
        assert "Has taught it" in page.text and "Coordinator Asker" in page.text
        staff.post(f"{url}/course/end")
        assert missing(session, guide()) == (D, C)
        assert session.scalars(select(StepOverride)).one().ended_at

    def test_a_step_that_is_not_missing_is_not_offered(self, staff, asker, asked, session, guide):
        url = asker.url(f"/guides/{asker.applicant.id}/overrides")
        post_page(staff, url, {"waiver-codes": "certificate", "waiver-reason": "Why not"})
        assert session.scalar(select(StepOverride)) is None

    def test_the_guardians_yes_is_noted(self, staff, asker, page_of_steps, session, guide):
        guide(age_group=AgeGroup.FROM_16)
        url = asker.url(f"/guides/{asker.applicant.id}/guardians")
        assert post_page(staff, url, {"guardian-day": "2026-03-02"}).select_one(
            "#guardian-guardian-error"
        )
        data = {"guardian-day": "2026-03-02", "guardian-guardian": "Anne"}
        assert staff.post(url, data=data).location == page_of_steps
        assert session.scalars(select(GuardianApproval)).one().guardian_name == "Anne"
        session.rollback()
        assert "Anne" in get_page(staff, page_of_steps).text
        staff.post(f"{url}/removal")
        session.rollback()
        assert session.scalar(select(GuardianApproval)) is None

    def test_the_record_says_what_is_missing_instead_of_offering_ready(
        self, staff, asker, asked, guide
    ):
        guide(status=GuideStatus.INTERVIEWED)
        record = asker.url(f"/guides/{asker.applicant.id}")
        page = get_page(staff, record, headers=ENGLISH)
        assert "Not done yet: declaration of confidentiality, course." in page.text
        assert not page.select(f"form[action='{record}/readiness']")
        staff.post(f"{record}/readiness")
        assert guide().status is GuideStatus.INTERVIEWED

    def test_the_last_step_is_followed_by_making_the_guide_ready(
        self, staff, asker, page_of_steps, asked, guide
    ):
        guide(status=GuideStatus.INTERVIEWED)
        ready = asker.url(f"/guides/{asker.applicant.id}/readiness")
        for code in ("declaration", "course"):
            assert not get_page(staff, page_of_steps).select(f"form[action='{ready}']")
            staff.post(f"{page_of_steps}/{code}", data={f"{code}-day": "2026-03-02"})
        assert get_page(staff, page_of_steps).select(f"form[action='{ready}']")
        staff.post(ready)
        assert guide().status is GuideStatus.READY
        assert not get_page(staff, page_of_steps).select(f"form[action='{ready}']")

    def test_who_is_ready_and_lacks_a_step_is_shown_so(self, staff, asker, asked):
        page = get_page(staff, asker.url(f"/guides/{asker.guide.id}"), headers=ENGLISH)
        assert "Until then the guide is proposed to nobody." in page.text

    def test_another_municipalitys_guide_is_not_there(self, staff, asker, baerum):
        assert staff.get(asker.url(f"/guides/{baerum.guide.id}/steps")).status_code == 404

    def test_a_caseworker_has_no_such_page(self, client, asker, page_of_steps):
        sign_in(client, asker.caseworker)
        assert client.get(page_of_steps).status_code == 404
        assert client.get(asker.url("/settings/steps")).status_code == 404


class TestSigning:
    @pytest.mark.parametrize(
        ("known", "written", "stands"),
        [
            ("Ola Asker", "x", False),
            ("Ola Asker", "Ola", False),
            ("Ola Asker", "- .", False),
            ("Ola Asker", "Ola Andre Asker", True),
            ("Suharto", "suharto", True),
        ],
    )
    def test_a_signature_is_a_whole_name(  # noqa: PLR0917
        self, staff, client, asker, asked, session, guide, known, written, stands
    ):
        guide(name=known)
        staff.post(asker.url(f"/guides/{asker.applicant.id}/declaration"))
        path = link_in(letters(session, asker.applicant.email)[0])
        session.rollback()
        answer = client.post(path, data={"name": written, "version": "1"})
        assert answer.status_code == (303 if stands else 422)

    def test_staff_see_that_a_link_was_sent_and_when_it_leaves(
        self, staff, asker, asked, page_of_steps, time_machine
    ):
        night = dt.datetime(2026, 3, 2, 22, 30, tzinfo=dt.UTC)
        time_machine.move_to(night, tick=False)
        assert "was written" not in get_page(staff, page_of_steps, headers=ENGLISH).text
        staff.post(asker.url(f"/guides/{asker.applicant.id}/declaration"), headers=ENGLISH)
        words = get_page(staff, page_of_steps, headers=ENGLISH).text
        assert "The message leaves at eight in the morning" in words
        assert "A link to sign was written on 2 March." in words
        assert "It has not left yet." in words

    def test_by_the_link_in_the_letter(self, staff, client, asker, asked, session, guide):
        staff.post(asker.url(f"/guides/{asker.applicant.id}/declaration"))
        (letter,) = letters(session, asker.applicant.email)
        path = link_in(letter)
        session.rollback()
        with client.session_transaction() as browser:
            browser.clear()
        page = get_page(client, path, headers=ENGLISH)
        assert page.html["lang"] == "nb"  # as the letter
        assert client.get(path).headers["Referrer-Policy"] == "no-referrer"
        assert post_page(client, path, {"name": " ", "version": "1"}).select_one("#name-error")
        somebody = post_page(client, path, {"name": "Per Hansen", "version": "1"})
        assert "eget navn" in somebody.select_one("#name-error").text
        answers = fill(page, "declarations") | {"name": "Ola Asker"}
        after = client.post(path, data=answers).location
        assert after == asker.url("/declaration-signed?remains=course&lang=nb")
        thanks = get_page(client, after.replace("lang=nb", "lang=en"))
        assert "See the courses" not in thanks.text
        assert "You learn what it means to be a guide." in thanks.text
        row = session.scalars(select(GuideStep)).one()
        assert (row.code, row.way, row.signed_as) == (D, StepWay.LINK, "Ola Asker")
        session.rollback()
        get_page(client, path, status=404)
        assert client.post(path, data=answers).status_code == 404

    def test_on_the_page_behind_the_status_link(self, client, asker, asked, session, guide):
        sign_up(client, asker)
        path = link_in(letters(session, "sinead@example.com")[0])
        session.rollback()
        assert not get_page(client, path).select("#remaining-title")
        read_guide(
            client.application.extensions["session_factory"],
            asker,
            Guide.email == "sinead@example.com",
            status=GuideStatus.INTERVIEWED,
        )
        page = get_page(client, path)
        (sign,) = page.select(f"a[href='{path}/declaration']")
        answers = fill(get_page(client, sign["href"]), "declaration") | {"name": "Sinéad O'Brien"}
        assert client.post(sign["href"], data=answers).location == path
        page = get_page(client, path + "?lang=en")
        assert not page.select(f"a[href='{path}/declaration']") and "Course" in page.text

    def test_on_my_page(self, client, asker, asked, session):
        sign_in(client, asker.guide_user)
        url = asker.url("/my-page/declaration")
        assert get_page(client, asker.url("/my-page")).select(f"a[href='{url}']")
        answers = fill(get_page(client, url), "declaration") | {"name": "Kari Asker"}
        assert client.post(url, data=answers).location == asker.url("/my-page")
        assert session.scalars(select(GuideStep)).one().way is StepWay.MY_PAGE
        session.rollback()
        assert not get_page(client, asker.url("/my-page")).select(f"a[href='{url}']")

    def test_a_text_that_was_changed_meanwhile_is_shown_again(self, client, asker, asked, session):
        sign_in(client, asker.guide_user)
        url = asker.url("/my-page/declaration")
        page = post_page(client, url, {"name": "Kari Asker", "version": "7"})
        assert fill(page, "declaration")["version"] == "1"
        assert session.scalar(select(GuideStep)) is None

    def test_a_guide_signs_for_nobody_else(self, client, asker, baerum, asked, session):
        sign_in(client, baerum.guide_user)
        assert client.get(asker.url("/my-page/declaration")).status_code == 404
        answer = client.post(asker.url("/my-page/declaration"), data={"name": "X", "version": "1"})
        assert answer.status_code == 404
        assert session.scalar(select(GuideStep)) is None

    def test_a_guide_of_another_day_sees_what_is_done(self, client, asker, asked, session):
        guide = session.get_one(Guide, asker.guide.id)
        tick_step(session, guide, C, way=StepWay.COURSE, on=TODAY)
        session.commit()
        sign_in(client, asker.guide_user)
        cards = get_page(client, asker.url("/my-page"), headers=ENGLISH).select("#remaining-title")
        assert cards


def test_the_desk_leads_to_the_steps_of_who_lacks_one(staff, asker, asked):
    page = get_page(staff, asker.url("/desk"))
    assert page.select(f"main a[href='{asker.url(f'/guides/{asker.guide.id}/steps')}']")
