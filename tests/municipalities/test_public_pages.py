"""The pages that anybody may read."""

import pytest

from app.guides.models import PipelineStep, StepCode
from app.municipalities.models import Municipality
from tests.pages import get_page

ENGLISH = {"Accept-Language": "en"}


def test_the_front_page_lists_the_municipalities(client, asker, baerum):
    page = get_page(client, "/", headers=ENGLISH)
    links = {a["href"] for a in page.select("main a")}
    assert {asker.url("/"), baerum.url("/")} <= links


def test_the_front_page_stands_with_no_municipality(client):
    get_page(client, "/")


def test_a_municipalitys_page_leads_to_sign_up(client, asker):
    page = get_page(client, asker.url("/"), headers=ENGLISH)
    assert asker.url("/sign-up/about-you") in {a["href"] for a in page.select("main a")}
    assert "within 7 days" in page.text
    assert "Programme office Asker" in page.text


def test_a_closed_municipality_says_so_and_offers_no_form(client, asker, session):
    session.get_one(Municipality, asker.municipality.id).sign_up_open = False
    session.commit()
    page = get_page(client, asker.url("/"), headers=ENGLISH)
    assert "Sign-up is closed for the moment" in page.text
    assert asker.url("/sign-up/about-you") not in {a["href"] for a in page.select("main a")}


def test_the_promise_is_the_municipalitys_own(client, asker, session):
    here = session.get_one(Municipality, asker.municipality.id)
    here.first_contact_days, here.agreement_months = 3, 12
    session.commit()
    page = get_page(client, asker.url("/"), headers=ENGLISH)
    assert "within 3 days" in page.text and "12 months" in page.text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("path", ["/", "/privacy", "/accessibility"])
def test_every_page_is_there_in_three_languages(client, asker, path, language):
    page = get_page(client, f"{asker.url(path)}?lang={language}")
    assert page.html["lang"] == language
    footer = {a["href"] for a in page.select("footer a")}
    assert {asker.url("/privacy"), asker.url("/accessibility")} <= footer


def test_privacy_names_whom_to_write_to(client, asker):
    page = get_page(client, asker.url("/privacy"))
    assert page.select_one("a[href='mailto:privacy@asker.example']")


def test_unknown_municipalities_are_not_found(client):
    get_page(client, "/nowhere/", status=404)
    get_page(client, "/nowhere/privacy", status=404)


def test_what_is_asked_of_guides_stands_on_the_front_page(client, asker, session):
    course = "You come to a course evening"
    assert course not in get_page(client, asker.url("/"), headers=ENGLISH).text
    session.add(PipelineStep(code=StepCode.COURSE, required=True, position=0))
    session.commit()
    words = get_page(client, asker.url("/"), headers=ENGLISH).text
    assert course in words
    assert "course for" not in words
    assert course in get_page(client, asker.url("/sign-up/thanks"), headers=ENGLISH).text
