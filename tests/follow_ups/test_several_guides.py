"""Where a household has several guides, nobody is asked or told about "the guide"."""

import re

import pytest

from app.accounts.models import LinkKind
from app.accounts.services import issue_link
from app.follow_ups.models import PairSide
from app.matches.models import GuideKind, MatchGuide
from tests import cast
from tests.follow_ups.people import ask, day, live_through, make_pair, morning
from tests.pages import get_page, post_page

ONE_GUIDE = re.compile(r"\b(?:your|my|the) guide\b", re.IGNORECASE)
GUIDES = re.compile(r"\b(?:your|my|the) guides\b", re.IGNORECASE)


@pytest.fixture
def match(session, asker):
    return make_pair(session, asker)


@pytest.fixture
def pair_of_guides(session, asker, match):
    second = cast.make_guide(session, asker, name="Berit Eksempel", email="berit@guide.example")
    match.guides.append(MatchGuide(guide=second, kind=GuideKind.CO))
    session.flush()
    return match


def words_of(page):
    return f"{page.title.text} {page.main.get_text(' ')}"


def pages_of_family(client, session, asker, match, time_machine):
    """Return what the family reads behind the link of a question, and on its own page."""
    links = ask(session, match, on=day(21))
    town = asker.municipality.id
    own = issue_link(
        session, LinkKind.STATUS, match.family_id, municipality_id=town, now=morning(day(21))
    )
    session.commit()
    time_machine.move_to(morning(day(22)), tick=False)
    question = f"/how-is-it/{links[PairSide.FAMILY]}"
    paths = (question, f"{question}/concern", f"/family/{own}", f"/family/{own}/concern")
    return [words_of(get_page(client, asker.url(f"{path}?lang=en"))) for path in paths]


def test_a_family_of_several_guides_is_asked_about_them_all(
    client, session, asker, pair_of_guides, time_machine
):
    for words in pages_of_family(client, session, asker, pair_of_guides, time_machine):
        assert ONE_GUIDE.findall(words) == []
        assert GUIDES.findall(words)


def test_a_family_of_one_guide_is_asked_about_that_one(client, session, asker, match, time_machine):
    for words in pages_of_family(client, session, asker, match, time_machine):
        assert ONE_GUIDE.findall(words)
        assert GUIDES.findall(words) == []


def test_staff_read_of_several_guides_whom_not_to_tell(
    client, session, asker, pair_of_guides, time_machine
):
    live_through(session, day(22))
    session.commit()
    time_machine.move_to(morning(day(22)), tick=False)
    cast.sign_in(client, asker.coordinator)
    url = asker.url(f"/matches/{pair_of_guides.id}/follow-ups?lang=en")
    words = words_of(get_page(client, url))
    assert "The guides are not told anything of this." in words
    assert "Never tell the guides what a family has answered." in words
    url = asker.url(f"/matches/{pair_of_guides.id}/family-link?lang=en")
    assert "never by way of the guides" in words_of(post_page(client, url, {}, status=200))
