"""Families read more languages than others do."""

import pytest
from flask_babel import force_locale

from app.languages import MACHINE_TRANSLATED
from app.wording import language_label
from tests.pages import get_page

LINK = "/asker/answered?said=yes"  # a page for families that needs no link


@pytest.mark.parametrize(
    ("language", "direction", "word"),
    [
        ("uk", "ltr", "Дякуємо"),
        ("ru", "ltr", "Спасибо"),
        ("ar", "rtl", "شكرًا"),
        ("nn", "ltr", "Takk"),
        ("en", "ltr", "Thank you"),
    ],
)
def test_a_familys_page_is_there_in_its_language(client, asker, language, direction, word):
    page = get_page(client, f"{LINK}&lang={language}")
    assert (page.html["lang"], page.html["dir"]) == (language, direction)
    assert word in page.h1.text
    assert bool(page.select(".machine-note")) is (language in MACHINE_TRANSLATED)


def test_six_languages_are_offered_to_families_and_three_to_others(client, asker):
    offered = {a["lang"] for a in get_page(client, LINK).select("nav.languages a")}
    assert offered == {"nb", "nn", "en", "uk", "ru", "ar"}
    assert len(get_page(client, "/asker/").select("nav.languages a")) == 3


def test_the_browser_of_a_family_is_understood(client, asker):
    page = get_page(client, LINK, headers={"Accept-Language": "uk,en;q=0.5"})
    assert page.html["lang"] == "uk"


def test_a_familys_choice_is_remembered_apart_from_that_of_staff(client, asker):
    get_page(client, "/asker/?lang=nn")
    get_page(client, f"{LINK}&lang=ar")
    assert get_page(client, "/asker/").html["lang"] == "nn"
    assert get_page(client, LINK).html["lang"] == "ar"


def test_no_other_page_speaks_what_only_families_are_offered(client, asker):
    assert get_page(client, "/asker/?lang=ar").html["lang"] == "nb"


@pytest.mark.parametrize(
    ("locale", "code", "name"),
    [
        ("uk", "no", "норвезька"),
        ("ar", "uk", "الأوكرانية"),
        ("ru", "prs", "دری"),  # the library has no Russian name: its name for itself
        ("nb", "uk", "ukrainsk"),
        ("uk", "gone", "gone"),
    ],
)
def test_languages_are_named_in_every_language_of_families(flask_app, locale, code, name):
    with flask_app.test_request_context("/"), force_locale(locale):
        assert language_label(code) == name
