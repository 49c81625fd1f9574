"""Consent is taken back: what a guide could see of the family is gone with the next page."""

import pytest

from app import tenancy
from app.families.models import Family
from app.families.services.leaving import withdraw_family
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.personal import Person
from app.privacy.services.erasing import erase
from tests.cast import NOW, actor, sign_in
from tests.matches.people import match_at
from tests.pages import get_page


@pytest.mark.parametrize("status", [MatchStatus.AGREED, MatchStatus.ACTIVE])
@pytest.mark.parametrize("page", ["/my-page", "/matches/{match_id}"])
def test_the_guide_sees_nothing_of_a_family_that_has_withdrawn(
    client, session, session_factory, asker, status, page
):
    match_id = match_at(session, asker, status).id
    session.commit()
    sign_in(client, asker.guide_user)
    url = asker.url(page.format(match_id=match_id))
    assert "Amal" in get_page(client, url).main.text
    with session_factory.begin() as other:
        tenancy.bind(other, asker.municipality.id)
        family = other.get(Family, asker.family.id)
        withdraw_family(other, actor(asker, Role.CASEWORKER), family, now=NOW)
    response = client.get(url)
    assert response.status_code in {200, 404}
    for trace in ("Amal", "90000202"):
        assert trace not in response.text


def test_a_guide_who_is_erased_is_signed_out_at_once(client, session, session_factory, asker):
    session.get(Match, asker.proposal.id).status = MatchStatus.WITHDRAWN
    session.commit()
    sign_in(client, asker.guide_user)
    get_page(client, asker.url("/my-page"))
    with session_factory.begin() as other:
        tenancy.bind(other, asker.municipality.id)
        erase(other, Person.GUIDE, asker.guide.id, by_id=None, now=NOW)
    assert client.get(asker.url("/my-page")).location.startswith("/sign-in")
