"""What the two sides of a match and their helpers are told goes by the one table."""

import pytest

from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.personal import Facts
from app.who_sees import WHO_SEES, Relation
from tests import cast
from tests.pages import get_page

S = MatchStatus


@pytest.fixture
def at(session, asker):
    """Put Asker's match into a state, as others find it."""

    def put(status):
        match = session.get(Match, asker.proposal.id)
        match.status, match.asked_on = status, cast.TODAY
        session.commit()
        return match

    return put


@pytest.mark.parametrize(
    ("status", "between"),
    [
        (S.PROPOSED, Relation.ASKED),
        (S.GUIDE_ASKED, Relation.ASKED),
        (S.FAMILY_ASKED, Relation.ASKED),
        (S.AGREED, Relation.AGREED),
        (S.ACTIVE, Relation.AGREED),
        (S.ENDED, None),
        (S.DECLINED, None),
    ],
)
def test_how_two_sides_stand_follows_from_the_state(at, status, between):
    assert at(status).between is between


def test_the_guides_page_asks_the_table(client, asker, at, monkeypatch):
    match = at(S.ACTIVE)
    cast.sign_in(client, asker.guide_user)
    url = asker.url(f"/matches/{match.id}")
    number = f"tel:{asker.family.contact_phone}"
    assert number in str(get_page(client, url))
    monkeypatch.setitem(WHO_SEES, Facts.FAMILY_CONTACT, {})
    assert number not in str(get_page(client, url))


@pytest.mark.parametrize(
    ("role", "status", "seen"),
    [
        (Role.CASEWORKER, S.GUIDE_ASKED, False),
        (Role.CASEWORKER, S.AGREED, True),
        (Role.COORDINATOR, S.GUIDE_ASKED, True),
    ],
)
def test_staff_are_told_how_to_reach_the_guide_as_the_table_says(
    client, asker, at, role, status, seen
):
    match = at(status)
    cast.sign_in(client, asker.users[role])
    page = get_page(client, asker.url(f"/matches/{match.id}"))
    assert (asker.guide.email in page.get_text()) is seen
