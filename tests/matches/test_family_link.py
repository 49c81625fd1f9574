"""Staff renew or close a family's own link: the old one opens no more, at once."""

import pytest
from sqlalchemy import select

from app.errors import NotFound, NotPermitted
from app.matches.models import MatchStatus
from app.matches.queries import get_family_by_link
from app.matches.services.family_link import NoPageToShow, close_family_links, renew_family_link
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests.cast import NOW, actor, sign_in
from tests.matches.people import ADDRESSES, match_at
from tests.pages import fill, get_page

S = MatchStatus


@pytest.fixture
def caseworker(asker):
    return actor(asker, Role.CASEWORKER)


def renew(session, who, family):
    sent = renew_family_link(session, who, family, addresses=ADDRESSES, now=NOW)
    letter = session.scalars(
        select(OutgoingMessage).where(OutgoingMessage.template == "family_new_link")
    ).all()[-1]
    return sent, letter.body.split("/family/")[1].split()[0]


def opens(session, token):
    try:
        return get_family_by_link(session, token, now=NOW)
    except NotFound:
        return None


def test_a_new_link_closes_the_old_one(session, asker, caseworker):
    family = match_at(session, asker, S.ACTIVE).family
    family.contact_email = "amal@home.example"
    session.flush()
    _sent, old = renew(session, caseworker, family)
    for letter in session.scalars(select(OutgoingMessage)):
        session.delete(letter)
    sent, new = renew(session, caseworker, family)
    assert sent and opens(session, old) is None and opens(session, new) is family


def test_closing_closes_without_a_letter(session, asker, caseworker):
    family = match_at(session, asker, S.ACTIVE).family
    family.contact_email = "amal@home.example"
    session.flush()
    _sent, old = renew(session, caseworker, family)
    letters = session.query(OutgoingMessage).count()
    close_family_links(session, caseworker, family, now=NOW)
    assert opens(session, old) is None
    assert session.query(OutgoingMessage).count() == letters


def test_a_family_without_a_guide_has_no_page_to_renew(session, asker, caseworker):
    family = match_at(session, asker, S.FAMILY_ASKED).family
    with pytest.raises(NoPageToShow):
        renew_family_link(session, caseworker, family, addresses=ADDRESSES, now=NOW)


def test_a_guide_renews_nothing(session, asker):
    family = match_at(session, asker, S.ACTIVE).family
    with pytest.raises(NotPermitted):
        close_family_links(session, actor(asker, Role.GUIDE), family, now=NOW)


def test_the_familys_page_leads_there_and_both_buttons_work(client, session, asker):
    family = match_at(session, asker, S.ACTIVE).family
    url, own = asker.url(f"/families/{family.id}/link"), asker.url(f"/families/{family.id}")
    session.commit()
    sign_in(client, asker.coordinator)
    assert get_page(client, own).select_one(f"a[href='{url}']")
    page = get_page(client, url)
    actions = [form["action"] for form in page.select("main form")]
    assert actions == [url, f"{url}/closure"]
    for action in actions:
        answer = client.post(action, data=fill(page))
        assert (answer.status_code, answer.location) == (303, own)
