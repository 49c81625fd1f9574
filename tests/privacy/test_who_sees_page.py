"""Who sees what, as people read it: the whole table for staff, and a few lines under each form."""

import pytest

from app.permissions import STAFF_ROLES, Role
from tests.cast import sign_in
from tests.pages import check_page


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_everybody_who_works_here_may_read_who_sees_what(client, asker, role):
    sign_in(client, asker.users[role])
    page = check_page(client.get(asker.url("/data-protection/who-sees-what?lang=en")), 200)
    cards = {card.h3.get_text(): card.get_text(" ", strip=True) for card in page.select(".card")}
    contact = cards["How to reach the family"]
    assert "The guide, once both have said yes: see" in contact
    assert "Coordinators: see, change, print or download" in contact
    assert "Managers" not in contact
    assert cards["Secret keys, stored so that nobody can read them"].endswith("Nobody.")


def test_guides_are_not_shown_the_table(client, asker):
    sign_in(client, asker.guide_user)
    assert client.get(asker.url("/data-protection/who-sees-what")).status_code == 404


def test_whoever_signs_up_is_told_who_sees_it(client, asker):
    page = check_page(client.get(asker.url("/sign-up/about-you?lang=en")), 200)
    told = page.find("summary", string="Who sees this?").parent.get_text(" ", strip=True)
    assert "How to reach the guide" in told
    assert "Case workers, once both have said yes" in told
    assert page.find("a", string="Who sees what, all of it") is None  # that is for staff


def test_the_form_for_a_family_leads_staff_to_the_whole_table(client, asker):
    sign_in(client, asker.users[Role.CASEWORKER])
    page = check_page(client.get(asker.url("/families/new?lang=en")), 200)
    told = page.find("summary", string="Who sees this?").parent
    assert "A guide who is asked whether to meet" in told.get_text()
    assert told.a["href"] == asker.url("/data-protection/who-sees-what")
