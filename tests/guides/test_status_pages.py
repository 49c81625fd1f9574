"""A guide's own page by secret link."""

import datetime as dt

import pytest

from app.guides.models import Guide, GuideStatus
from app.guides.services import correcting
from app.guides.services.pipeline import make_pipeline
from app.vocabulary import AgeGroup
from tests.cast import NOW, TODAY
from tests.guides.answers import letters, link_in, read_guide, sign_up
from tests.pages import get_page


@pytest.fixture
def path(client, asker, session):
    """The path in the receipt of somebody who has just signed up."""
    sign_up(client, asker)
    path = link_in(letters(session, "sinead@example.com")[0])
    session.rollback()
    return path


@pytest.fixture
def guide(session_factory, asker):
    """A function that returns the guide as it is in the database now, changed first if asked."""

    def read(**changes) -> Guide:
        return read_guide(session_factory, asker, Guide.email == "sinead@example.com", **changes)

    return read


def test_it_says_what_happens_next_and_whom_to_ask(client, path):
    page = get_page(client, path + "?lang=en")
    assert "We contact you" in page.text
    assert "Programme office Asker" in page.text
    assert "Sinéad" not in page.title.text


def test_it_promises_no_day_that_has_passed(client, path, guide):
    guide(applied_at=NOW - dt.timedelta(days=100))
    main = get_page(client, path + "?lang=en").main.text
    assert "We contact you" not in main
    assert "We are late" in main


@pytest.mark.parametrize("age", [AgeGroup.FROM_16, AgeGroup.FROM_18])
def test_it_says_before_the_talk_what_is_asked(client, path, session, guide, age):
    make_pipeline(session)
    session.commit()
    guide(age_group=age)
    main = get_page(client, path + "?lang=en").main.text
    is_young = age is AgeGroup.FROM_16
    assert ("Your parents or guardian must say yes" in main) is is_young
    assert ("what the young people tell you" in main) is is_young
    assert ("what a family tells you" in main) is not is_young


def test_its_address_is_told_to_no_other_site(client, path):
    assert client.get(path).headers["Referrer-Policy"] == "no-referrer"
    assert client.get(f"{path}/withdrawal").headers["Referrer-Policy"] == "no-referrer"


def test_it_shows_nothing_of_others(client, path, asker):
    page = get_page(client, path)
    for name in (asker.guide.name, asker.applicant.name, asker.family.contact_name):
        assert name not in page.text


def test_confirming_the_address_takes_a_press_of_a_button(client, path, guide):
    get_page(client, path)
    assert guide().email_confirmed_at is None
    answer = client.post(f"{path}/confirmation")
    assert (answer.status_code, answer.location) == (303, path)
    assert guide().email_confirmed_at
    assert not get_page(client, path).select(f"form[action='{path}/confirmation']")


def test_a_wrong_link_is_not_found(client, asker, baerum, path):
    token = path.rsplit("/", 1)[-1]
    for wrong in (asker.url("/status/wrong"), path[:-1], baerum.url(f"/status/{token}")):
        get_page(client, wrong, status=404)
        assert client.post(f"{wrong}/withdrawal").status_code == 404


def test_who_cannot_after_all_is_asked_once_and_let_go(client, asker, path, guide):
    page = get_page(client, f"{path}/withdrawal")
    assert page.select_one("form[method=post]")["action"] == f"{path}/withdrawal"
    assert guide().status is GuideStatus.APPLIED
    answer = client.post(f"{path}/withdrawal?lang=en")
    assert (answer.status_code, answer.location) == (303, asker.url("/sign-up/withdrawn?lang=en"))
    assert guide().status is GuideStatus.ENDED
    done = get_page(client, answer.location)
    assert "It is done" in done.h1.text and "Ask us, and we delete it" in done.text
    closed = get_page(client, path + "?lang=en", status=404)
    assert "This link is closed" in closed.h1.text and "Programme office Asker" in closed.text


@pytest.mark.usefixtures("asker")
def test_each_page_behind_the_link_is_in_the_language_of_the_letter(client, path, guide):
    guide(locale="nn")
    browser = {"Accept-Language": "en-US"}
    pages = (path, f"{path}/withdrawal", f"{path}/courses", f"{path}/declaration")
    assert {get_page(client, one, headers=browser).html["lang"] for one in pages} == {"nn"}
    gone = client.post(f"{path}/withdrawal", headers=browser).location
    for one in pages:
        assert get_page(client, one, headers=browser, status=404).html["lang"] == "nn"
    assert get_page(client, gone, headers=browser).html["lang"] == "nn"


def test_who_has_a_family_is_asked_to_call(client, session, path, guide):
    guide(status=GuideStatus.READY, places_taken=1)
    assert client.post(f"{path}/withdrawal").location == path
    assert guide().status is GuideStatus.READY


def test_a_ready_guide_is_shown_where_to_sign_in(client, asker, path, guide):
    assert not get_page(client, path).select("main a[href$='/sign-in']")
    for status in (GuideStatus.READY, GuideStatus.PAUSED):
        guide(status=status)
        page = get_page(client, path + "?lang=en")
        assert page.select_one("main a[href$='/sign-in']")
        assert "You sign in with sinead@example.com" in page.text


def test_who_has_moved_is_told_whom_to_call(client, path):
    page = get_page(client, path + "?lang=en")
    assert "new phone number" in page.select_one("#contact-title").parent.text
    assert page.select_one("main a[href^='tel:']")


def test_applicants_withdraw_and_guides_stop(client, path, guide):
    for ready_on, words in ((None, "Withdraw my application"), (TODAY, "Stop as a guide")):
        guide(ready_on=ready_on)
        link = get_page(client, path + "?lang=en").select_one(f"a[href='{path}/withdrawal']")
        assert link.text == words
        page = get_page(client, f"{path}/withdrawal?lang=en")
        assert page.select_one(f"form[action='{path}/withdrawal'] button").text == words


@pytest.mark.parametrize(
    ("meets", "words"),
    [
        ((AgeGroup.FROM_18, 1, 0), "You have 1 family."),
        ((AgeGroup.FROM_18, 1, 1), "You meet 1 group of young people."),
        ((AgeGroup.FROM_18, 3, 2), "You have 1 family. You meet 2 groups of young people."),
        ((AgeGroup.FROM_16, 1, 1), "You meet 1 group of young people."),
    ],
)
def test_a_group_that_a_guide_meets_is_not_called_a_family(
    client, path, guide, monkeypatch, meets, words
):
    age, taken, groups = meets
    guide(status=GuideStatus.READY, age_group=age, capacity=3, places_taken=taken)
    monkeypatch.setattr(correcting, "PLACES_OF_GROUPS", [lambda _session, _guide: groups])
    page = get_page(client, path + "?lang=en")
    assert page.select_one("#next-title").parent.h3.text.strip() == words


@pytest.mark.parametrize("status", [s for s in GuideStatus if s is not GuideStatus.ENDED])
def test_every_step_of_the_way_has_a_page(client, session, path, guide, status):
    guide(status=status)
    assert get_page(client, path + "?lang=en").select(".card")
