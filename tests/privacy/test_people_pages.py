"""The pages on which somebody is found, archived and erased."""

import pytest
from sqlalchemy import select

from app import tenancy
from app.guides.models import Guide
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.personal import NOBODY
from app.privacy.models import ErasedRecord
from tests.cast import TODAY, sign_in
from tests.pages import fill, get_page, post_page


@pytest.fixture
def officer(client, asker):
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def parted(session, asker):
    session.get(Match, asker.proposal.id).status = MatchStatus.WITHDRAWN
    session.commit()


def url_of(asker, tail=""):
    return asker.url(f"/data-protection/guides/{asker.guide.id}{tail}")


@pytest.mark.parametrize("words", ["kari ask", "kari@asker", "90000101"])
def test_somebody_is_found_by_name_or_contact(officer, asker, baerum, words):
    page = post_page(officer, asker.url("/data-protection/people"), {"words": words}, status=200)
    assert page.select_one(f"main a[href='{url_of(asker)}']")
    assert "Baerum" not in page.main.text


def test_a_percent_sign_finds_a_percent_sign(officer, asker):
    page = post_page(officer, asker.url("/data-protection/people"), {"words": "%"}, status=200)
    assert "Nobody fits" in page.main.text


def test_whoever_looks_for_nobody_is_told(officer, asker):
    page = post_page(officer, asker.url("/data-protection/people"), {"words": " "})
    assert "Write whom you look for." in page.main.text


@pytest.mark.usefixtures("parted")
def test_erasing_asks_first_and_leaves_a_receipt(officer, asker, session_factory):
    page = get_page(officer, url_of(asker, "/erasure"))
    unsure = post_page(officer, url_of(asker, "/erasure"), fill(page, "/erasure"))
    assert "Make sure first" in unsure.main.text
    answer = fill(page, "/erasure") | {"sure": "y"}
    response = officer.post(url_of(asker, "/erasure"), data=answer)
    assert response.location == asker.url("/data-protection/receipts")
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        receipt = session.scalars(select(ErasedRecord)).one()
        assert session.get(Guide, asker.guide.id).name == NOBODY
    assert str(receipt.id) in get_page(officer, response.location).main.text
    assert "is erased" in get_page(officer, url_of(asker)).main.text


def test_an_open_match_stands_in_the_way(officer, asker, session_factory):
    page = get_page(officer, url_of(asker, "/erasure"))
    assert "A match is open" in page.main.text
    assert not page.select("main form")
    post_page(officer, url_of(asker, "/erasure"), {"sure": "y"})
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        assert session.get(Guide, asker.guide.id).name == "Kari Asker"


@pytest.mark.usefixtures("parted")
def test_what_waits_for_the_archive_says_so_until_it_is_noted(officer, session, asker):
    session.get(Match, asker.proposal.id).agreed_on = TODAY
    session.commit()
    page = get_page(officer, url_of(asker))
    assert "Waits for archiving" in page.main.text
    officer.post(url_of(asker, "/archive-note"), data=fill(page, "/archive-note"))
    assert "Waits for archiving" not in get_page(officer, url_of(asker)).main.text
    assert get_page(officer, url_of(asker, "/erasure")).select("main form")
