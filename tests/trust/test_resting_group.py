"""A group that is left with one guide, or none who is grown up: nobody meets it until staff call."""

import pytest
import time_machine

from app.guides.models import GuideStatus
from app.matches.models import GuideKind as K
from app.matches.models import MatchGuide, MatchStatus
from app.matches.services import LackCode, ask_family, lacks_of
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.groups import (
    YOUNG,
    let_guardians_agree,
    make_group,
    make_group_guide,
    run_match,
)
from tests.matches.people import ADDRESSES
from tests.pages import fill, get_page


@pytest.fixture
def group(session, asker):
    """A group that meets a guide of sixteen and a grown-up, while another one is asked."""
    grown_up = make_group_guide(session, asker, "Inger Stor")
    asked = make_group_guide(session, asker, "Berit Spurt")
    asker.guide.age_group = YOUNG
    asker.guide.status = GuideStatus.READY
    young = session.merge(asker.guide)
    let_guardians_agree(session, young)
    parts = {grown_up: K.LEAD, young: K.CO}
    match = run_match(session, make_group(session, asker), parts)
    match.guides.append(MatchGuide(guide=asked, kind=K.CO, awaits_yes=True, joined_on=TODAY))
    session.flush()
    session.expire_all()
    return match


def test_who_is_only_asked_does_not_keep_a_young_guide_company(session, group):
    codes = {LackCode.NUMBER_OF_GUIDES, LackCode.NO_ADULT_GUIDE}
    assert not codes & {lack.code for lack in lacks_of(session, group)}
    group.lead.status = GuideStatus.PAUSED
    assert codes <= {lack.code for lack in lacks_of(session, group)}


def test_the_young_guides_pages_rest_and_say_so_kindly(client, session, asker, group):
    pages = [asker.url("/my-page?lang=en"), asker.url(f"/matches/{group.id}?lang=en")]
    phone = group.family.contact_phone[-3:]
    session.commit()
    sign_in(client, asker.guide_user)
    for url in pages:
        page = get_page(client, url)
        assert phone in page.main.text
        assert page.select("a[href$='/activities/new']")
    group.lead.status = GuideStatus.PAUSED
    session.commit()
    for url in pages:
        page = get_page(client, url)
        assert phone not in page.main.text
        assert not page.select("a[href$='/activities/new']")
        assert "The meetings rest" in page.main.text


def test_a_yes_for_a_group_without_a_grown_up_is_refused_in_words(client, session, asker, group):
    group.status, group.agreed_on, group.started_on = MatchStatus.GUIDE_ACCEPTED, None, None
    group.guides.remove(next(row for row in group.guides if row.awaits_yes))
    session.flush()
    link = ask_family(
        session, cast.actor(asker, Role.COORDINATOR), group, addresses=ADDRESSES, now=NOW
    )
    path = "/asker/answers/" + link.split("/answers/")[1]
    group.lead.status = GuideStatus.PAUSED
    session.commit()
    with time_machine.travel(NOW, tick=False):
        answer = fill(get_page(client, path), "/answers/") | {"answer": "yes"}
        assert client.post(path, data=answer).status_code == 409


def test_to_ask_what_a_page_can_do_shows_nobody_and_fails_for_nobody(client, asker):
    for path in ("/my-page", "/matches"):
        assert client.options(asker.url(path)).status_code == 200
