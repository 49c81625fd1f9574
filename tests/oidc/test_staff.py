"""Staff sign in with their municipality's own directory."""

import pytest
from sqlalchemy import select

from app.accounts.models import Identity, UserSession
from tests.pages import get_page


def test_whoever_has_bound_it_signs_in(bound, walker, client, session):
    answer = walker.go()
    assert answer.location == "/sign-in/done"
    assert client.get("/sign-in/done").location == "/asker/desk"
    assert client.get("/asker/desk").status_code == 200
    (row,) = session.scalars(select(UserSession).where(UserSession.user_id == bound.id))
    assert row.staff
    (identity,) = session.scalars(select(Identity))
    assert (identity.subject, identity.user_id) == ("kari-at-work", bound.id)
