"""Roles of staff, and the end of them."""

import pytest
from flask import g
from flask_login import login_user
from sqlalchemy import select

from app.accounts import forms, queries, services
from app.accounts.models import Membership, User
from app.accounts.navigation import navigation
from app.accounts.sign_in import SignedInUser
from app.errors import NotFound, NotPermitted
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from tests import cast
from tests.accounts.staff import UNSENT, is_signed_in, letters_to
from tests.pages import get_page, post_page


@pytest.fixture
def administrator(client, asker):
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    return client


def admin_actor(asker):
    return cast.actor(asker, Role.ADMINISTRATOR)


def roles_here(session, user) -> set[Role]:
    return {m.role for m in queries.list_memberships_here(session, user.id)}


def test_changing_roles_ends_the_sessions_at_once(administrator, flask_app, asker, session):
    at_work = flask_app.test_client()
    cast.sign_in(at_work, asker.coordinator)
    assert at_work.get("/asker/staff").status_code == 200
    url = f"/asker/staff/{asker.coordinator.id}"
    get_page(administrator, url)
    assert administrator.post(url, data={"roles": ["manager"]}).status_code == 303
    assert queries.list_sessions(session, asker.coordinator.id) == []
    session.rollback()
    assert not is_signed_in(at_work)


def test_saving_the_same_roles_ends_nothing(administrator, flask_app, asker):
    at_work = flask_app.test_client()
    cast.sign_in(at_work, asker.coordinator)
    administrator.post(f"/asker/staff/{asker.coordinator.id}", data={"roles": ["coordinator"]})
    assert is_signed_in(at_work)


def test_deactivating_ends_sessions_and_roles(administrator, flask_app, asker, session):
    at_work = flask_app.test_client()
    cast.sign_in(at_work, asker.caseworker)
    page = get_page(administrator, f"/asker/staff/{asker.caseworker.id}")
    form = page.select_one("main form[action*=deactivation]")
    assert administrator.post(form["action"]).location == "/asker/staff"
    assert not is_signed_in(at_work)
    user = session.get(User, asker.caseworker.id)
    assert not user.active and roles_here(session, user) == set()
    session.rollback()
    assert administrator.post(form["action"]).status_code == 404


def test_a_session_that_is_being_stored_meanwhile_does_not_survive(session, asker, client):
    cast.sign_in(client, asker.coordinator)
    with client.session_transaction() as browser:
        browser["note"] = "a slow request"
        user = session.get(User, asker.coordinator.id)
        services.change_roles(
            session, admin_actor(asker), user, frozenset({Role.MANAGER}), **UNSENT
        )
        session.commit()
    assert not is_signed_in(client)


def test_the_last_administrator_stays(administrator, asker, session):
    admin = asker.users[Role.ADMINISTRATOR]
    page = post_page(administrator, f"/asker/staff/{admin.id}", {"roles": ["manager"]})
    assert page.select_one("#roles-error")
    answer = administrator.post(f"/asker/staff/{admin.id}/deactivation", follow_redirects=True)
    assert "Noen må være administrator" in answer.text
    assert roles_here(session, admin) == {Role.ADMINISTRATOR}


def test_an_administrator_may_go_when_another_is_there(session, asker):
    admin = session.get(User, asker.users[Role.ADMINISTRATOR].id)
    other = session.get(User, asker.coordinator.id)
    both = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
    services.change_roles(session, admin_actor(asker), other, both, **UNSENT)
    services.deactivate(session, admin_actor(asker), admin, **UNSENT)
    assert roles_here(session, admin) == set()
    with pytest.raises(services.LastAdministrator):
        services.deactivate(session, admin_actor(asker), other, **UNSENT)


def test_nobody_gives_themselves_a_role(administrator, asker, session):
    """Who invites others could else see every family in one step, alone."""
    admin = asker.users[Role.ADMINISTRATOR]
    answers = {"roles": ["administrator", "coordinator"]}
    page = post_page(administrator, f"/asker/staff/{admin.id}", answers)
    assert "Du kan ikke gi deg selv en rolle" in page.select_one("#roles-error").text
    assert roles_here(session, admin) == {Role.ADMINISTRATOR}


def test_a_lone_administrator_gets_a_role_from_another_who_is_invited_first(session, asker):
    admin = session.get(User, asker.users[Role.ADMINISTRATOR].id)
    leader = session.get(User, asker.users[Role.MANAGER].id)
    leading = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
    services.change_roles(session, admin_actor(asker), leader, leading, **UNSENT)
    both = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
    asked = cast.actor(asker, Role.MANAGER, Role.ADMINISTRATOR)
    assert services.change_roles(session, asked, admin, both, **UNSENT)  # waits for a second
    assert roles_here(session, admin) == {Role.ADMINISTRATOR}
    less = frozenset({Role.COORDINATOR})
    assert services.change_roles(session, asked, admin, less, **UNSENT)
    assert roles_here(session, admin) == {Role.ADMINISTRATOR}


def test_an_administrator_elsewhere_does_not_count(session, asker, baerum):
    """Baerum's administrator is no help to Asker."""
    admin = session.get(User, asker.users[Role.ADMINISTRATOR].id)
    with pytest.raises(services.LastAdministrator):
        services.deactivate(session, admin_actor(asker), admin, **UNSENT)


def test_roles_in_another_municipality_and_as_guide_are_left_alone(session, asker, baerum):
    user = session.get(User, asker.coordinator.id)
    session.add_all(
        [
            Membership(user_id=user.id, municipality_id=baerum.municipality.id, role=Role.MANAGER),
            Membership(user_id=user.id, municipality_id=asker.municipality.id, role=Role.GUIDE),
        ]
    )
    session.flush()
    services.deactivate(session, admin_actor(asker), user, **UNSENT)
    held = session.scalars(select(Membership.role).where(Membership.user_id == user.id))
    assert set(held) == {Role.MANAGER, Role.GUIDE}
    assert user.active


def test_staff_of_another_municipality_are_not_found(administrator, asker, baerum, session):
    assert administrator.get(f"/asker/staff/{baerum.coordinator.id}").status_code == 404
    with pytest.raises(NotFound):
        services.deactivate(
            session, admin_actor(asker), session.get(User, baerum.coordinator.id), **UNSENT
        )


def test_guides_are_not_staff(administrator, asker):
    assert administrator.get(f"/asker/staff/{asker.guide_user.id}").status_code == 404
    assert asker.guide_user.name not in get_page(administrator, "/asker/staff").main.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_decide_about_staff(session, asker, role):
    user = session.get(User, asker.caseworker.id)
    with pytest.raises(NotPermitted):
        services.deactivate(session, cast.actor(asker, role), user, **UNSENT)
    with pytest.raises(NotPermitted):
        services.change_roles(
            session, cast.actor(asker, role), user, frozenset({Role.MANAGER}), **UNSENT
        )


def test_staff_work_as_something(session, asker):
    with pytest.raises(services.NoStaffRole):
        services.change_roles(
            session, admin_actor(asker), asker.caseworker, frozenset({Role.GUIDE}), **UNSENT
        )


def test_a_coordinator_sees_the_staff_and_changes_nothing(client, asker):
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, "/asker/staff")
    assert asker.caseworker.name in page.main.text
    assert not page.select("main a") and not page.select("main form")
    assert client.get(f"/asker/staff/{asker.caseworker.id}").status_code == 404
    assert client.get("/asker/staff/invitations/new").status_code == 404


def test_a_found_guide_gets_an_account_once(session, asker):
    def again():
        return services.ensure_guide_account(
            session, "Eva Ek", "Eva@x.no ", asker.municipality.id, "nn", cast.NOW
        )

    user = again()
    assert again() is user
    assert (user.name, user.email, user.locale) == ("Eva Ek", "eva@x.no", "nn")
    assert roles_here(session, user) == {Role.GUIDE}
    assert user.password is None


def test_a_coordinator_may_be_a_guide_too(session, asker):
    user = services.ensure_guide_account(
        session, "X", asker.coordinator.email, asker.municipality.id, "nb", cast.NOW
    )
    assert user.id == asker.coordinator.id
    assert roles_here(session, user) == {Role.GUIDE, Role.COORDINATOR}
    assert user.name == asker.coordinator.name


def test_all_other_browsers_can_be_signed_out(client, flask_app, asker):
    elsewhere = flask_app.test_client()
    cast.sign_in(elsewhere, asker.coordinator)
    cast.sign_in(client, asker.coordinator)
    page = get_page(client, "/me")
    assert len(page.select("main li")) == 2
    client.post("/me/other-sessions")
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)
    assert not get_page(client, "/me").select("main form[action*=sessions]")


def test_one_other_browser_can_be_signed_out(client, flask_app, asker, session):
    elsewhere, third = flask_app.test_client(), flask_app.test_client()
    windows = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    elsewhere.environ_base["HTTP_USER_AGENT"] = windows
    for browser in (elsewhere, third, client):
        cast.sign_in(browser, asker.coordinator)
    elsewhere.post("/me/other-sessions")  # a token of its own, with the browser's name
    for browser in (third, client):
        cast.sign_in(browser, asker.coordinator)
    page = get_page(client, "/me")
    rows = [row for row in page.select("main li") if row.select("form")]
    assert len(rows) == 2
    for row in queries.list_sessions(session, asker.coordinator.id):
        row.browser = "Firefox, Windows"
    session.commit()
    row = get_page(client, "/me").select("main li form[action*=sessions]")[0]
    assert client.post(row["action"]).location == "/me"
    assert client.post(row["action"]).status_code == 404
    assert [is_signed_in(elsewhere), is_signed_in(third)].count(True) == 1
    assert is_signed_in(client)


def test_somebody_elses_session_cannot_be_ended(client, flask_app, asker, session):
    other = flask_app.test_client()
    cast.sign_in(other, asker.caseworker)
    (row,) = queries.list_sessions(session, asker.caseworker.id)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    assert client.post(f"/me/sessions/{row.id}/sign-out").status_code == 404
    assert is_signed_in(other)


def test_the_menu_offers_what_one_may_open(flask_app, client, asker):
    for role in Role:
        cast.sign_in(client, asker.users[role])
        assert asker.users[role].name in get_page(client, "/me").header.text
        with flask_app.test_request_context("/asker/staff"):
            g.municipality, g.actor = asker.municipality, cast.actor(asker, role)
            login_user(SignedInUser(asker.users[role]))
            menu = {entry["url"]: entry["current"] for entry in navigation()}
        allowed = ROLE_PERMISSIONS[role]
        assert ("/asker/staff" in menu) == (Permission.STAFF_VIEW in allowed)
        assert menu.get("/asker/staff", True)
        assert sum(menu.values()) == ("/asker/staff" in menu)
        assert not any("/matches" in url for url in menu) or role is not Role.GUIDE


def test_a_page_of_staff_costs_few_queries(client, asker, count_queries):
    cast.sign_in(client, asker.coordinator)
    with count_queries() as queries_made:
        get_page(client, "/asker/staff")
    assert len(queries_made) <= 8


def test_a_role_that_opens_nothing_yet_is_offered_to_nobody_new(administrator, asker, monkeypatch):
    without = {**ROLE_PERMISSIONS, Role.PRIVACY_OFFICER: frozenset()}
    monkeypatch.setattr(forms, "ROLE_PERMISSIONS", without)
    nothing = {"privacy_officer"}
    offered = get_page(administrator, "/asker/staff/invitations/new").select("[name=roles]")
    assert {box["value"] for box in offered} == {role.value for role in Role} - nothing - {"guide"}
    answers = {"name": "Nina", "email": "n@post.example", "roles": sorted(nothing)}
    page = post_page(administrator, "/asker/staff/invitations/new", answers)
    assert page.select_one("#error-summary")
    holder = asker.users[Role.PRIVACY_OFFICER]
    page = get_page(administrator, f"/asker/staff/{holder.id}")
    assert [box["value"] for box in page.select("[name=roles][checked]")] == ["privacy_officer"]


def test_people_choose_the_language_of_their_letters(client, asker, session):
    cast.sign_in(client, asker.guide_user)
    assert get_page(client, "/me").select_one("[name=language][checked]")["value"] == "nb"
    assert client.post("/me", data={"language": "nn"}).location == "/me"
    assert session.get(User, asker.guide_user.id).locale == "nn"
    session.rollback()
    post_page(client, "/me", {"language": "xx"})
    assert session.get(User, asker.guide_user.id, populate_existing=True).locale == "nn"
    session.rollback()
    client.post("/sign-out")
    client.post("/sign-in", data={"email": asker.guide_user.email})
    assert letters_to(session, asker.guide_user.email)[-1].locale == "nn"
