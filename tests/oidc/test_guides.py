"""Guides may bind ID-porten to their account, and sign in by it."""

import pytest
from sqlalchemy import select

from app.accounts.models import Identity, IdentityKind, Membership, User
from app.accounts.oidc.client import Client
from app.permissions import Role
from tests import cast
from tests.accounts.staff import is_signed_in, letters_to
from tests.oidc.conftest import bind, provider_of
from tests.pages import check_page, get_page


@pytest.fixture
def id_porten(doors, far_side):
    doors["id-porten"] = Client(provider_of(far_side, IdentityKind.GUIDE))
    del doors["asker"]


@pytest.fixture
def guide(id_porten, asker, session, far_side):
    bind(session, asker.guide_user, far_side, IdentityKind.GUIDE, "kari-at-work")
    return asker.guide_user


def test_a_guide_binds_it_on_their_page_and_signs_in_by_it(
    id_porten, asker, walker, client, session
):
    cast.sign_in(client, asker.guide_user)
    assert "ID-porten" in get_page(client, "/me").main.text
    assert walker.go("/me/identities", "id-porten").location == "/me"
    assert letters_to(session, asker.guide_user.email)[-1].template == "identity_bound"
    client.post("/sign-out")
    assert walker.go(provider="id-porten").location == "/sign-in/done"
    assert client.get("/sign-in/done").location == "/asker/my-page"
    assert client.get("/asker/my-page").status_code == 200
    (row,) = session.scalars(select(Identity))
    assert (row.kind, row.subject) == (IdentityKind.GUIDE, "kari-at-work")


def test_the_link_by_mail_goes_on_working(guide, client, session):
    client.post("/sign-in", data={"email": guide.email})
    assert letters_to(session, guide.email)[-1].template == "login_link"


@pytest.mark.parametrize("acr", ["idporten-loa-low", None])
def test_a_lower_level_opens_nothing(guide, walker, client, far_side, acr):
    far_side.next(token={"claims": {"acr": acr}})
    check_page(walker.go(provider="id-porten"), 403)
    assert not is_signed_in(client)


def test_the_higher_level_does(guide, walker, client, far_side):
    far_side.next(acr="idporten-loa-high")
    assert walker.go(provider="id-porten").location == "/sign-in/done"


def test_an_unknown_resident_is_told_how_to_begin(guide, walker, client, far_side):
    far_side.next("somebody-else")
    client.set_cookie("language", "en")
    page = check_page(walker.go(provider="id-porten"), 403)
    assert "link by e-mail first" in page.main.text
    assert not is_signed_in(client)


def test_it_opens_no_account_of_somebody_who_works_here(guide, asker, session, walker, client):
    session.add(
        Membership(user_id=guide.id, municipality_id=asker.municipality.id, role=Role.COORDINATOR)
    )
    session.commit()
    assert walker.go(provider="id-porten").status_code == 403
    cast.sign_in(client, guide)
    assert client.post("/me/identities", data={"provider": "id-porten"}).status_code == 404


def test_a_guide_who_is_none_any_more_is_not_let_in(guide, session, walker, client):
    user = session.get(User, guide.id)
    user.memberships.clear()
    session.commit()
    assert walker.go(provider="id-porten").status_code == 403
    assert not is_signed_in(client)


def test_a_staff_sign_in_never_opens_a_guides_account_nor_the_other_way(
    doors, asker, session, far_side, walker, client
):
    bind(session, asker.guide_user, far_side, IdentityKind.STAFF, "kari-at-work")
    bind(session, asker.coordinator, far_side, IdentityKind.GUIDE, "ola-at-work")
    assert walker.go().status_code == 403
    far_side.next("ola-at-work")
    walker.away.cookies.clear()
    assert walker.go().status_code == 403


def test_a_guide_may_end_it(guide, walker, client, session):
    walker.go(provider="id-porten")
    (identity_id,) = session.scalars(select(Identity.id))
    session.rollback()
    assert client.post(f"/me/identities/{identity_id}/removal").status_code == 303
    client.post("/sign-out")
    assert walker.go(provider="id-porten").status_code == 403


def test_it_is_a_guides_way_to_show_who_they_are(guide, walker, client):
    walker.go(provider="id-porten")
    page = get_page(client, "/me/confirmation?next=/me")
    assert page.select_one("form[action^='/me/confirmation/provider']")
    assert walker.go("/me/confirmation/provider?next=/me", "").location == "/me"


def test_away_it_offers_the_link(guide, client, far_side):
    far_side.next(away="answers 503")
    page = check_page(client.post("/sign-in/provider", data={"provider": "id-porten"}), 503)
    assert page.select_one("main a[href='/sign-in']")
