"""Six ways in that must be shut: each tried as somebody would who has got hold of a little."""

import datetime as dt

import pytest
import time_machine
from sqlalchemy.orm import object_session

from app.accounts.models import Membership, User, UserSession
from app.permissions import Role
from tests.accounts.staff import Desk, is_signed_in, letters_to, path_in
from tests.cast import sign_in
from tests.pages import fill, get_page

MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
COOKIE = "session"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(flask_app, session, asker, clock) -> Desk:
    """An administrator who is manager too, so that one role can be taken."""
    here, user = asker.municipality.id, asker.users[Role.ADMINISTRATOR]
    session.add(Membership(user_id=user.id, municipality_id=here, role=Role.MANAGER))
    return Desk(flask_app, session, asker, Role.ADMINISTRATOR)


@pytest.fixture
def thief(flask_app):
    return flask_app.test_client()


@pytest.fixture
def second_administrator(session, asker) -> User:
    user = User(name="Second Admin", email="second@asker.example", created_at=MORNING)
    here = asker.municipality.id
    user.memberships.append(Membership(municipality_id=here, role=Role.ADMINISTRATOR))
    session.add(user)
    session.commit()
    session.refresh(user)
    session.expunge(user)
    session.rollback()
    return user


def walk_in(desk: Desk, client) -> None:
    desk.type_password(client)
    assert desk.type_code(client).status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("way", ["sign out", "end all", "roles", "deactivated"])
def test_a_copied_cookie_is_dead_when_its_session_is(
    flask_app, client, thief, desk, second_administrator, way
):
    walk_in(desk, client)
    desk_id = desk.user.id
    object_session(desk.user).rollback()
    thief.set_cookie(COOKIE, client.get_cookie(COOKIE).value)
    assert is_signed_in(thief)
    if way == "sign out":
        assert client.post("/sign-out").status_code == 302
    elif way == "end all":
        again = flask_app.test_client()
        desk.type_password(again)
        desk.type_code(again, desk.code(steps=1))
        again.post("/me/other-sessions")
    else:
        second = flask_app.test_client()
        sign_in(second, second_administrator)
        url = f"/asker/staff/{desk_id}"
        if way == "roles":
            assert second.post(url, data={"roles": ["manager"]}).status_code == 303
        else:
            assert second.post(f"{url}/deactivation").status_code == 303
    answer = thief.get("/asker/staff")
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_a_planted_session_id_is_never_the_one_that_is_signed_in(client, thief, desk, session):
    """Planted from the air, and planted from a session that the thief has begun himself."""
    thief.get("/sign-in/staff")
    thief.post("/sign-in/staff", data={"email": "nobody@x.example", "password": "x"})
    his = thief.get_cookie(COOKIE)
    for planted in ("A" * 43, *([his.value] if his else [])):
        client.delete_cookie(COOKIE)
        client.set_cookie(COOKIE, planted)
        walk_in(desk, client)
        assert client.get_cookie(COOKIE).value != planted
        thief.set_cookie(COOKIE, planted)
        assert not is_signed_in(thief)
        session.rollback()
        session.query(User).filter_by(id=desk.user.id).update({"totp_counter": None})
        session.commit()


def test_a_link_that_was_used_opens_nothing_the_second_time(client, thief, desk, session, asker):
    client.post("/sign-in", data={"email": asker.guide_user.email})
    link = path_in(letters_to(session, asker.guide_user.email)[-1])
    assert client.post(link).status_code == 303
    assert is_signed_in(client)
    assert (thief.get(link).status_code, thief.post(link).status_code) == (404, 404)
    assert not is_signed_in(thief)
    client.post("/sign-out")

    client.post("/sign-in/new-password", data={"email": desk.email})
    link = path_in(letters_to(session, desk.email)[-1])
    words = dict.fromkeys(("password", "again"), "lantern 4 oyster bicycle")
    assert client.post(link, data=words).status_code == 302
    assert thief.post(link, data=words).status_code == 404


def test_a_code_that_was_seen_over_a_shoulder_is_worth_nothing(client, thief, desk):
    code = desk.code()
    desk.type_password(client)
    assert desk.type_code(client, code).status_code == 302
    desk.type_password(thief)
    assert desk.type_code(thief, code).status_code == 422
    assert not is_signed_in(thief)
    confirmation = client.post("/me/confirmation", data={"confirmation_code": code})
    assert confirmation.status_code == 422


def test_a_stale_step_up_asks_again_before_anything_is_done(client, desk, session, asker, clock):
    walk_in(desk, client)
    url = f"/asker/staff/{asker.coordinator.id}"
    get_page(client, url)
    clock.shift(dt.timedelta(minutes=10, seconds=1))
    assert client.get(url).location.startswith("/me/confirmation")
    assert client.post(f"{url}/deactivation").status_code == 403
    session.rollback()
    assert session.get(User, asker.coordinator.id).active
    session.rollback()
    stale = client.get_cookie(COOKIE).value
    fresh = client.post("/me/confirmation", data={"confirmation_code": desk.code()})
    assert fresh.status_code == 303
    get_page(client, url)
    client.set_cookie(COOKIE, stale)  # the token from before the code
    assert client.get(url).location.startswith("/sign-in")


def test_a_tampered_form_changes_nothing(armed, asker, baerum, session):
    """The token left out, made up, of another browser; fields that the form does not have."""
    mine, other = armed.test_client(), armed.test_client()
    sign_in(mine, asker.users[Role.ADMINISTRATOR])
    sign_in(other, asker.users[Role.ADMINISTRATOR])
    url = f"/asker/staff/{asker.coordinator.id}"
    sent = fill(get_page(mine, url), url) | {"roles": ["administrator"]}
    foreign = fill(get_page(other, url), url)["csrf_token"]
    whole = sent["csrf_token"]
    for token in ("", "x", foreign, whole[:-1], whole.swapcase()):
        assert mine.post(url, data=sent | {"csrf_token": token}).status_code == 400, token
    without = {name: value for name, value in sent.items() if name != "csrf_token"}
    assert mine.post(url, data=without).status_code == 400
    assert roles_of(session, asker.coordinator) == {Role.COORDINATOR}

    more = {
        "id": str(baerum.coordinator.id),
        "user_id": str(baerum.coordinator.id),
        "municipality": "baerum",
        "municipality_id": str(baerum.municipality.id),
        "active": "",
        "password": "lantern 4 oyster bicycle",
    }
    assert mine.post(url, data=sent | more).status_code == 303
    assert roles_of(session, asker.coordinator) == {Role.ADMINISTRATOR}
    assert roles_of(session, baerum.coordinator) == {Role.COORDINATOR}
    user = session.get(User, asker.coordinator.id)
    assert (user.active, user.password) == (True, None)
    session.rollback()
    unknown = sent | {"roles": ["administrator", "owner"]}
    assert mine.post(url, data=unknown).status_code == 422


def roles_of(session, user) -> set[Role]:
    session.rollback()
    held = {role for (role,) in session.query(Membership.role).filter_by(user_id=user.id)}
    session.rollback()
    return held


def test_signing_out_everywhere_leaves_no_row_behind(client, desk, session):
    walk_in(desk, client)
    client.post("/sign-out")
    session.rollback()
    assert session.query(UserSession).filter_by(user_id=desk.user.id).count() == 0
