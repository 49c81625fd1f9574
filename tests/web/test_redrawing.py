"""The language of a page is changed while somebody fills in a form: nothing typed is lost."""

import pytest
import sqlalchemy as sa

from app.families.models import Family
from app.guides.models import Guide, SignUpDraft
from tests.cast import sign_in
from tests.guides.answers import ABOUT
from tests.pages import fill, get_page, post_page

ABOUT_YOU = "/asker/sign-up/about-you"


def redraw(client, url: str, answers: dict, language: str):
    return post_page(client, url, answers | {"redraw_in": language}, status=200)


def switches(page) -> dict[str, str]:
    return {b["lang"]: b["form"] for b in page.select("nav.languages button[name=redraw_in]")}


def test_languages_of_a_page_with_a_form_are_buttons_of_that_form(client, asker):
    page = get_page(client, ABOUT_YOU)

    form = page.select_one("main form[method=post]")
    assert switches(page) == dict.fromkeys(("nb", "nn", "en"), form["id"])


def test_what_is_typed_at_sign_up_stands_there_in_the_other_language(client, asker, session):
    typed = fill(get_page(client, ABOUT_YOU)) | {"name": "Åse Berg", "email": "half an addr"}

    page = redraw(client, ABOUT_YOU, typed, "nn")

    assert page.html["lang"] == "nn"
    assert fill(page)["name"] == "Åse Berg"
    assert fill(page)["email"] == "half an addr"
    assert page.select(".ds-error-summary, .ds-validation-message") == []
    assert not page.title.text.startswith("Feil")
    assert session.scalar(sa.select(sa.func.count()).select_from(SignUpDraft)) == 0


def test_the_language_is_remembered(client, asker):
    redraw(client, ABOUT_YOU, fill(get_page(client, ABOUT_YOU)), "nn")

    assert get_page(client, "/asker/").html["lang"] == "nn"


def test_a_form_that_is_whole_is_not_sent_by_a_change_of_language(client, asker, session):
    answers = fill(get_page(client, ABOUT_YOU)) | ABOUT

    page = redraw(client, ABOUT_YOU, answers, "en")

    assert fill(page)["name"] == answers["name"]
    assert session.scalar(sa.select(sa.func.count()).select_from(SignUpDraft)) == 0


def test_languages_of_a_guide_that_stand_in_rows_are_kept(client, asker):
    client.post(ABOUT_YOU, data=fill(get_page(client, ABOUT_YOU)) | ABOUT)
    page = get_page(client, "/asker/sign-up/languages")
    typed = fill(page) | {"lang-0-code": "ar", "lang-0-level": "3", "interests": ["walks"]}

    page = redraw(client, "/asker/sign-up/languages", typed, "en")

    assert fill(page)["lang-0-code"] == "ar"
    assert fill(page)["lang-0-level"] == "3"


def test_staff_lose_nothing_of_a_family_and_register_none(client, asker, session):
    sign_in(client, asker.coordinator)
    count = sa.select(sa.func.count()).select_from(Family)
    before = session.scalar(count)
    session.commit()
    typed = fill(get_page(client, "/asker/families/new"), "families") | {"contact_name": "Amina"}

    page = redraw(client, "/asker/families/new", typed, "en")

    assert fill(page, "families")["contact_name"] == "Amina"
    assert session.scalar(count) == before


def test_a_view_that_acts_at_once_is_undone(client, asker, session):
    sign_in(client, asker.coordinator)
    session.commit()

    answer = client.post(asker.url(f"/guides/{asker.applicant.id}/end"), data={"redraw_in": "en"})

    assert answer.status_code == 303
    assert answer.location.endswith("?lang=en")
    session.expire_all()
    assert session.get(Guide, asker.applicant.id).status != "ended"
    session.commit()
    page = get_page(client, asker.url(f"/guides/{asker.applicant.id}"))
    assert page.select(".flashes") == []


def test_nobody_is_signed_in_by_a_change_of_language(client, asker):
    page = get_page(client, "/sign-in/staff")

    assert page.select("nav.languages button") == []


def test_a_page_without_a_form_keeps_its_links(client, asker):
    assert switches(get_page(client, "/asker/")) == {}


@pytest.mark.parametrize("language", ["", "xx", "ar"])
def test_a_language_that_is_not_there_draws_the_form_as_it_was(client, asker, language, session):
    typed = fill(get_page(client, ABOUT_YOU)) | {"name": "Åse"}

    status = 200 if language else 422
    page = post_page(client, ABOUT_YOU, typed | {"redraw_in": language}, status=status)

    assert page.html["lang"] == "nb"
    assert fill(page)["name"] == "Åse"
