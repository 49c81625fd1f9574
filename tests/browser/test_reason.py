"""The reason for a match on paper: one sheet of A4, whatever speaks for it and against."""

import re

import pytest
from playwright.sync_api import expect

from app import tenancy
from app.guides.models import GuideStatus
from app.matches.models import Match
from app.matching.types import RuleCode
from app.vocabulary import ALL_WEEK, ChildAge, Interest, Occupation
from tests.browser.conftest import check_accessible
from tests.cast import make_family, make_guide
from tests.matches.people import propose

A4 = ("594.95996", "841.91998")


@pytest.fixture
def url(session_factory, asker):
    """A match of which there is much to say, and every rule that removes a guide."""
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        spoken = {"ar": 4, "en": 3, "fr": 2, "no": 4, "so": 2}
        guide = make_guide(
            session,
            asker,
            name="Selam",
            status=GuideStatus.READY,
            languages=spoken,
            interests=frozenset(Interest),
            occupation=Occupation.CARE,
            own_children=frozenset(ChildAge),
            availability=ALL_WEEK & ~(1 << 20),
            places_taken=1,
            capacity=3,
        )
        family = make_family(
            session,
            asker,
            reference="F-2",
            languages=dict.fromkeys(spoken, (3, 3)),
            interests=frozenset(Interest),
            occupation=Occupation.CARE,
            children=dict.fromkeys(ChildAge, 1),
            household_size=len(ChildAge) + 1,
            availability=0b101010101010101010101,
            wants_norwegian_practice=True,
        )
        match = propose(session, asker, family, guide, note="Said so. " * 31)
        counts = {code: {"removed": 12, "alone": 3} for code in map(str, RuleCode)}
        match.explanation = match.explanation | {"rule_counts": counts}
        match.choice_note, match.origin = "They know each other from the library. " * 7, "by_hand"
        session.commit()
        return f"/asker/matches/{session.get(Match, match.id).id}/reason"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_it_is_one_sheet_of_a4(person, asker, url, language):
    page = person(width=1280, user=asker.coordinator, language=language, scheme="dark")
    page.goto(url)
    sheet = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", sheet)
    assert [tuple(number.decode() for number in size) for size in sizes] == [A4]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_it_is_read_on_a_screen_too(person, asker, url, width, scheme):
    page = person(width=width, scheme=scheme, user=asker.coordinator)
    page.goto(url)
    check_accessible(page)
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.locator("[data-print]").click()
    assert page.title() == "printed"


def test_without_script_there_is_no_button_that_does_nothing(person, asker, url):
    page = person(script=False, user=asker.coordinator)
    page.goto(url)
    expect(page.locator("[data-print]")).to_be_hidden()
