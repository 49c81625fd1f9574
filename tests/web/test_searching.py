"""People are searched for without a name in any address."""

import pytest

from tests.cast import make_family, make_guide, sign_in
from tests.pages import check_page


@pytest.fixture
def staff(client, asker):
    sign_in(client, asker.coordinator)
    return client


def found(client, path, words, **fields):
    """Search, and return the address that shows what was found, and the page."""
    sent = client.post(path, data={"q": words} | fields)
    assert sent.status_code == 303
    assert words.split()[0] not in sent.location
    return sent.location, check_page(client.get(sent.location), 200)


@pytest.mark.parametrize("words", ["Gerd", "gerd@else", "911 22", "+47 911 22 334", "0047 9112"])
def test_a_guide_is_found_by_name_address_and_number(staff, asker, session, words):
    make_guide(
        session, asker, name="Gerd Moen", email="gerd@elsewhere.example", phone="+4791122334"
    )
    session.commit()
    location, page = found(staff, asker.url("/guides"), words)
    assert [row.get_text() for row in page.select(".work-title")] == ["Gerd Moen"]
    assert location == asker.url("/guides?found=1")


@pytest.mark.parametrize("words", ["Najiba", "F-77", "922 33 444"])
def test_a_family_is_found_by_reference_name_and_number(staff, asker, session, words):
    make_family(
        session, asker, reference="F-77", contact_name="Najiba H", contact_phone="+4792233444"
    )
    session.commit()
    _location, page = found(staff, asker.url("/families"), words, status="waiting")
    assert [row.get_text() for row in page.select(".work-title")] == ["F-77"]


def test_a_match_is_found_by_its_guide(staff, asker):
    _location, page = found(staff, asker.url("/matches"), "Kari")
    assert len(page.select(".work-title")) == 1
    _location, page = found(staff, asker.url("/matches"), "Nobody")
    assert page.select(".work-title") == []


def test_a_filter_and_the_next_page_keep_the_search_without_saying_it(staff, asker):
    location, page = found(staff, asker.url("/guides"), "Kari", status="ready")
    assert "status=ready" in location
    links = [a["href"] for a in page.select("a[href]")]
    assert any("found=1" in link and "status=" in link for link in links)
    assert not any("Kari" in link for link in links)


def test_the_list_itself_and_another_list_know_nothing_of_a_search(staff, asker):
    found(staff, asker.url("/guides"), "Nobody at all")
    assert "Kari Asker" in staff.get(asker.url("/guides")).text
    assert "Kari Asker" in staff.get(asker.url("/matches?found=1")).text


def test_too_few_digits_find_nobody_by_number(staff, asker):
    _location, page = found(staff, asker.url("/guides"), "900")
    assert page.select(".work-title") == []
