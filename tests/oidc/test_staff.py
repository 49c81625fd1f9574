"""Staff sign in with their municipality's own directory."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.accounts import services
from app.accounts.models import Identity, IdentityKind, Membership, User, UserSession
from app.accounts.oidc.client import Client
from app.permissions import Role
from tests import cast
from tests.accounts.staff import UNSENT, Desk, is_signed_in, letters_to, path_in
from tests.oidc.conftest import bind, provider_of
from tests.pages import check_page, get_page

INVITE = "/asker/staff/invitations/new"
ANSWERS = {"name": "Nina Ny", "email": "nina@asker.example", "roles": ["administrator"]}


def identities(session) -> list[tuple[str, object]]:
    session.rollback()
    found = [(row.subject, row.user_id) for row in session.scalars(select(Identity))]
    session.rollback()
    return found


def identity_id(session) -> object:
    found = session.scalar(select(Identity.id))
    session.rollback()
    return found


def heading(answer, status: int) -> str:
    return check_page(answer, status).h1.text


def invite(client, session) -> str:
    """Invite somebody and return the path of their invitation."""
    assert client.post(INVITE, data=ANSWERS).status_code == 303
    return path_in(letters_to(session, ANSWERS["email"])[-1])


def test_whoever_has_bound_it_signs_in(bound, walker, client, session):
    assert "Sign in with Asker kommune" in get_page(client, "/sign-in?lang=en").main.text
    assert walker.go().location == "/sign-in/done"
    assert client.get("/sign-in/done").location == "/asker/desk"
    assert client.get("/asker/desk").status_code == 200
    (row,) = session.scalars(select(UserSession).where(UserSession.user_id == bound.id))
    assert row.staff


def test_the_page_one_wanted_comes_next_and_no_other_site(bound, walker, client):
    assert walker.go("/sign-in/provider?next=/asker/guides").location == "/sign-in/done"
    assert client.get("/sign-in/done").location == "/asker/guides"
    client.post("/sign-out")
    walker.go("/sign-in/provider?next=//evil.example")
    assert client.get("/sign-in/done").location == "/asker/desk"


def test_signing_out_ends_our_session(bound, walker, client):
    walker.go()
    cookie = client.get_cookie("session").value
    client.post("/sign-out")
    client.set_cookie("session", cookie)
    assert not is_signed_in(client)


def test_it_is_bound_by_the_person_signed_in_and_told_by_letter(
    doors, asker, walker, client, session
):
    cast.sign_in(client, asker.coordinator)
    get_page(client, "/me")
    assert walker.go("/me/identities").location == "/me"
    assert identities(session) == [("kari-at-work", asker.coordinator.id)]
    assert letters_to(session, asker.coordinator.email)[-1].template == "identity_bound"
    page = get_page(client, "/me?lang=en")
    assert "Asker kommune" in page.main.text
    client.post("/sign-out")
    assert walker.go().location == "/sign-in/done"
    assert is_signed_in(client)


def test_nobody_binds_what_opens_another_account(bound, asker, walker, client, session):
    cast.sign_in(client, asker.users[Role.MANAGER])
    client.set_cookie("language", "en")
    assert "another account" in heading(walker.go("/me/identities"), 409)
    assert identities(session) == [("kari-at-work", bound.id)]


def test_binding_wants_to_see_the_person_now(doors, asker, walker, client, session, far_side):
    cast.sign_in(client, asker.coordinator)
    address = walker.leave("/me/identities")
    assert "prompt=login" in address and "max_age=0" in address
    far_side.next(token={"claims": {"auth_time": 1_700_000_000}})
    assert walker.client.get(walker.sign_in_there(address)).status_code == 403
    far_side.next(token={"claims": {"auth_time": None}})
    assert walker.go("/me/identities").status_code == 403
    assert identities(session) == []


def test_binding_ends_in_the_account_that_it_began_in(doors, asker, walker, client, session):
    cast.sign_in(client, asker.coordinator)
    back = walker.sign_in_there(walker.leave("/me/identities"))
    with client.session_transaction() as browser:
        browser["_user_id"] = asker.users[Role.MANAGER].fs_uniquifier
    assert client.get(back).status_code == 400
    assert identities(session) == []


def test_only_staff_of_its_municipality_may_bind_it(doors, asker, baerum, walker, client):
    for stranger in (asker.guide_user, baerum.coordinator):
        cast.sign_in(client, stranger)
        assert client.post("/me/identities", data={"provider": "asker"}).status_code == 404
        assert "Asker kommune" not in get_page(client, "/me").main.text


def test_an_unknown_person_is_told_the_way_and_let_in_nowhere(bound, walker, client, far_side):
    far_side.next("ola-at-work")
    client.set_cookie("language", "en")
    answer = walker.go()
    assert "do not know" in heading(answer, 403)
    assert not is_signed_in(client)


def test_an_address_proves_nothing(bound, walker, client, far_side):
    claims = {"email": bound.email, "preferred_username": bound.email, "email_verified": True}
    far_side.next("ola-at-work", token={"claims": claims})
    assert walker.go().status_code == 403
    assert not is_signed_in(client)


def test_the_asker_sign_in_opens_no_account_of_baerum(
    doors, baerum, baerum_session, walker, client, far_side
):
    bind(baerum_session, baerum.coordinator, far_side, IdentityKind.STAFF, "kari-at-work")
    assert walker.go().status_code == 403
    assert not is_signed_in(client)


def test_who_works_in_two_places_is_let_into_the_one(bound, baerum, session, walker, client):
    session.add(
        Membership(user_id=bound.id, municipality_id=baerum.municipality.id, role=Role.COORDINATOR)
    )
    session.commit()
    walker.go()
    assert client.get("/sign-in/done").location == "/asker/desk"
    assert client.get("/baerum/desk").status_code == 404
    assert "Baerum" not in get_page(client, "/me").main.text
    cast.sign_in(client, bound)
    assert client.get("/baerum/desk").status_code == 200


def test_it_opens_nothing_that_opens_other_doors(flask_app, bound, asker, session, walker, client):
    Desk(flask_app, session, asker)
    walker.go()
    for path in ("/me/password", "/me/code-app", "/me/recovery-codes", "/me/passkeys"):
        assert client.get(path).status_code == 404, path
        assert path not in get_page(client, "/me").main.decode()


def test_who_is_deactivated_is_not_let_in(bound, asker, session, walker, client):
    administrator = cast.actor(asker, Role.ADMINISTRATOR)
    services.deactivate(session, administrator, session.get(User, bound.id), **UNSENT)
    session.commit()
    assert walker.go().status_code == 403
    assert not is_signed_in(client)


def test_a_provider_taken_out_of_the_file_opens_nothing_any_more(bound, walker, client, doors):
    walker.go()
    assert client.get("/asker/desk").status_code == 200
    doors.clear()
    assert client.get("/asker/desk").status_code == 404


def test_an_invited_person_needs_neither_password_nor_app(
    doors, asker, walker, flask_app, client, session
):
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    path = invite(client, session)
    walker.client = newcomer = flask_app.test_client()
    assert "Asker kommune" in get_page(newcomer, path).main.text
    assert walker.go(f"{path}/provider").location == "/sign-in/done"
    assert newcomer.get("/sign-in/done").location == "/asker/staff"
    user = session.scalar(select(User).where(User.email == ANSWERS["email"]))
    assert (user.password, user.tf_totp_secret) == (None, None)
    session.rollback()
    assert newcomer.get(path).status_code == 404
    assert newcomer.post(f"{path}/provider", data={"provider": "asker"}).status_code == 404


def test_without_a_password_the_only_way_in_stays(doors, asker, walker, client, session, far_side):
    user = session.get(User, asker.coordinator.id)
    assert user.password is None
    bind(session, user, far_side, IdentityKind.STAFF, "kari-at-work")
    walker.go()
    removal = f"/me/identities/{identity_id(session)}/removal"
    assert removal not in get_page(client, "/me").main.decode()
    client.post(removal)
    assert len(identities(session)) == 1
    session.get(User, user.id).password = "x"
    session.commit()
    assert removal in get_page(client, "/me").main.decode()
    client.post(removal)
    assert identities(session) == []
    client.post("/sign-out")
    assert walker.go().status_code == 403


def test_nobody_ends_what_is_anothers(bound, asker, client, session):
    cast.sign_in(client, asker.users[Role.MANAGER])
    assert client.post(f"/me/identities/{identity_id(session)}/removal").status_code == 404


def test_whoever_has_it_accepts_the_next_invitation_signed_in(
    bound, flask_app, baerum, baerum_session, client
):
    cast.sign_in(client, baerum.users[Role.ADMINISTRATOR])
    answers = ANSWERS | {"email": bound.email}
    client.post(INVITE.replace("asker", "baerum"), data=answers)
    path = path_in(letters_to(baerum_session, bound.email)[-1])
    page = get_page(flask_app.test_client(), path)
    assert not page.select("input[type=password]")


def late_session(session, user) -> None:
    (row,) = session.scalars(select(UserSession).where(UserSession.user_id == user.id))
    row.confirmed_at = cast.NOW
    session.commit()


@pytest.fixture
def administrator(doors, asker, session, far_side, walker):
    """The administrator of Asker, who came in by the provider long ago."""
    user = asker.users[Role.ADMINISTRATOR]
    bind(session, user, far_side, IdentityKind.STAFF, "kari-at-work")
    walker.go()
    late_session(session, user)
    return user


def test_it_is_asked_there_whether_it_still_is_the_same_person(administrator, walker, client):
    asked = client.get(INVITE)
    assert asked.location.startswith("/me/confirmation")
    page = get_page(client, f"{asked.location}&lang=en")
    action = BeautifulSoup(page.main.decode(), "html.parser").form["action"]
    cookie = client.get_cookie("session").value
    address = walker.leave(action)
    assert "prompt=login" in address
    assert client.get(walker.sign_in_there(address)).location == INVITE
    assert client.get(INVITE).status_code == 200
    assert client.get_cookie("session").value != cookie


def test_a_filled_in_form_is_not_let_through_meanwhile(administrator, client, session):
    assert client.post(INVITE, data=ANSWERS).status_code == 403
    assert letters_to(session, ANSWERS["email"]) == []


@pytest.mark.parametrize(
    "there",
    [
        {"account": "ola-at-work"},
        {"token": {"claims": {"auth_time": 1_700_000_000}}},
        {"token": {"claims": {"auth_time": None}}},
    ],
    ids=["somebody else", "hours ago", "nobody knows when"],
)
def test_others_confirm_nothing(administrator, walker, client, far_side, there):
    far_side.next(**there)
    walker.away.cookies.clear()
    assert walker.go("/me/confirmation/provider").status_code == 403
    assert client.get(INVITE).status_code == 303


def test_signing_in_by_an_old_session_there_confirms_nothing_here(
    doors, asker, session, far_side, walker, client
):
    bind(session, asker.users[Role.ADMINISTRATOR], far_side, IdentityKind.STAFF, "kari-at-work")
    far_side.next(token={"claims": {"auth_time": 1_700_000_000}})
    walker.go()
    assert client.get(INVITE).status_code == 303
    far_side.next()
    walker.go()
    assert client.get(INVITE).status_code == 200


def test_a_password_makes_the_session_an_ordinary_one(flask_app, bound, asker, session, walker):
    desk = Desk(flask_app, session, asker)
    walker.go()
    client = walker.client
    client.post("/sign-out")
    desk.type_password(client)
    desk.type_code(client)
    assert client.get("/me/code-app").status_code == 200


def test_only_the_two_demanded_factors_will_do(bound, doors, far_side, walker, client):
    demanding = provider_of(far_side, IdentityKind.STAFF, demands={"amr": ("mfa",)})
    doors["asker"] = Client(demanding)
    far_side.next(amr=["pwd"])
    assert walker.go().status_code == 403
    far_side.next(amr=["pwd", "mfa"])
    walker.away.cookies.clear()
    assert walker.go().location == "/sign-in/done"
