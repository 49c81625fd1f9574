"""Families read more languages than others do."""

import pytest
import time_machine
from flask_babel import force_locale

from app.accounts.models import LinkKind
from app.accounts.services import close_links_of, issue_link
from app.languages import MACHINE_TRANSLATED
from app.matches.models import GuideKind, Match, MatchGuide, MatchKind, MatchStatus
from app.matches.services import ask_family
from app.permissions import Role
from app.wording import language_label
from tests import cast
from tests.cast import NOW, TODAY
from tests.matches.people import ADDRESSES
from tests.pages import check_page, fill, get_page

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


@pytest.fixture
def asked(session, asker):
    """A family that reads Ukrainian has got the question, as a link."""
    family = cast.make_family(session, asker, reference="F-UK", locale="uk")
    match = Match(family=family, status=MatchStatus.GUIDE_ACCEPTED, proposed_at=NOW, asked_on=TODAY)
    match.kind = MatchKind.HOUSEHOLD
    match.guides.append(MatchGuide(guide_id=asker.guide.id, kind=GuideKind.LEAD, said_yes_on=TODAY))
    session.add(match)
    session.flush()
    staff = cast.actor(asker, Role.COORDINATOR)
    link = ask_family(session, staff, match, addresses=ADDRESSES, now=NOW)
    session.commit()
    return "/asker/answers/" + link.split("/answers/")[1]


NORWEGIAN = {"Accept-Language": "nb-NO,nb;q=0.9"}


@pytest.mark.parametrize("says", ["yes", "no"])
def test_whatever_follows_a_familys_link_is_in_its_language(client, asked, says):
    """Also with a Norwegian browser."""
    with time_machine.travel(NOW, tick=False):
        page = get_page(client, asked, headers=NORWEGIAN)
        assert page.html["lang"] == "uk"
        sent = fill(page, "/answers/") | {"answer": says}
        answer = client.post(asked, data=sent, headers=NORWEGIAN)
        assert answer.status_code == 303
        assert get_page(client, answer.location, headers=NORWEGIAN).html["lang"] == "uk"
        for again in (
            client.get(asked, headers=NORWEGIAN),
            client.post(asked, data=sent, headers=NORWEGIAN),
        ):
            assert check_page(again, 404).html["lang"] == "uk"


def test_a_link_that_nobody_was_sent_is_closed_in_the_browsers_language(client, asker):
    for path in ("answers", "how-is-it", "how-it-was", "family"):
        page = get_page(client, f"/asker/{path}/nobodys", status=404, headers=NORWEGIAN)
        assert page.html["lang"] == "nb"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (LinkKind.FOLLOW_UP, "how-is-it"),
        (LinkKind.ENDING, "how-it-was"),
        (LinkKind.STATUS, "family"),
        (LinkKind.ANSWER, "answers"),
    ],
)
def test_each_closed_link_of_a_family_says_so_in_its_language(client, session, asker, kind, path):
    family = cast.make_family(session, asker, reference="F-AR", locale="ar")
    here = asker.municipality.id
    token = issue_link(session, kind, family.id, municipality_id=here, now=NOW)
    close_links_of(session, family.id, now=NOW)
    session.commit()
    page = get_page(client, f"/asker/{path}/{token}", status=404, headers=NORWEGIAN)
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
