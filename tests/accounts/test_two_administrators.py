"""Nobody lets people in alone and unseen: a second administrator agrees, or others hear of it."""

import pytest

from app.accounts import queries, services
from app.accounts.models import Invitation, Membership, User
from app.accounts.services.agreeing import NothingToAgreeTo, OwnInvitation
from app.errors import NotPermitted
from app.permissions import Role
from tests import cast
from tests.accounts.staff import UNSENT, is_signed_in, letters_to, path_in
from tests.cast import NOW, sign_in
from tests.pages import get_page

INVITE = "/asker/staff/invitations/new"
NINA = {"name": "Nina Berg", "email": "nina@asker.example", "roles": "coordinator"}


@pytest.fixture
def second(session, asker) -> User:
    """One more administrator in Asker."""
    user = User(name="Second Admin", email="second@asker.example", created_at=NOW)
    here = asker.municipality.id
    user.memberships.append(Membership(municipality_id=here, role=Role.ADMINISTRATOR))
    session.add(user)
    session.commit()
    session.refresh(user)
    session.expunge(user)
    session.rollback()
    return user


@pytest.fixture
def first(client, asker):
    sign_in(client, asker.users[Role.ADMINISTRATOR])
    return client


@pytest.fixture
def other(flask_app, second):
    client = flask_app.test_client()
    sign_in(client, second)
    return client


def templates_to(session, address) -> list[str]:
    return [letter.template for letter in letters_to(session, address)]


def waiting(session) -> Invitation:
    session.rollback()
    invitation = session.query(Invitation).filter_by(awaits_second=True, withdrawn_at=None).one()
    session.expunge(invitation)
    session.rollback()
    return invitation


def roles_of(session, asker, user) -> set[Role]:
    found = set(queries.roles_of(session, user.id, asker.municipality.id))
    session.rollback()
    return found


def test_an_invitation_leaves_when_a_second_administrator_has_agreed(
    first, other, second, session, asker
):
    """Else an administrator could invite a second address of their own, and see every family."""
    answer = first.post(INVITE, data=NINA, follow_redirects=True)
    assert "annen administrator" in answer.text or "another administrator" in answer.text
    assert letters_to(session, NINA["email"]) == []
    assert templates_to(session, second.email) == ["invitation_waits"]
    path = f"/asker/staff/invitations/{waiting(session).id}/agreement"
    assert not get_page(first, "/asker/staff").select_one(f"form[action='{path}']")
    assert first.post(path).status_code == 409
    assert letters_to(session, NINA["email"]) == []
    assert get_page(other, "/asker/staff").select_one(f"form[action='{path}']")
    assert other.post(path).status_code == 303
    (letter,) = letters_to(session, NINA["email"])
    get_page(other, path_in(letter))
    assert other.post(path).status_code == 409


def test_a_lone_administrator_invites_and_leader_and_privacy_officer_hear_of_it(
    first, session, asker, caplog
):
    caplog.set_level("INFO", "app.security")
    assert first.post(INVITE, data=NINA).status_code == 303
    assert templates_to(session, NINA["email"]) == ["invitation"]
    for role in (Role.MANAGER, Role.PRIVACY_OFFICER):
        (letter,) = letters_to(session, asker.users[role].email)
        assert letter.template == "access_given"
        assert "Nina" not in letter.body + letter.subject
        assert path_in(letter) == "/asker/staff"
    assert templates_to(session, asker.coordinator.email) == []
    assert "access given by one alone" in caplog.text
    assert "what=coordinator" in caplog.text and "nina" not in caplog.text.lower()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PRIVACY_OFFICER])
def test_whoever_hears_of_it_sees_the_list_and_changes_nothing(client, asker, role):
    sign_in(client, asker.users[role])
    page = get_page(client, "/asker/staff")
    assert not page.main.select("form") and not page.main.select("a[href*='/staff/']")


def test_more_roles_wait_for_a_second_too(first, other, session, asker, flask_app):
    """Else one would invite a colleague who sees little, and widen that alone."""
    at_work = flask_app.test_client()
    sign_in(at_work, asker.users[Role.MANAGER])
    url = f"/asker/staff/{asker.users[Role.MANAGER].id}"
    assert first.post(url, data={"roles": ["manager", "coordinator"]}).status_code == 303
    manager = asker.users[Role.MANAGER]
    assert roles_of(session, asker, manager) == {Role.MANAGER}
    assert is_signed_in(at_work)
    path = f"/asker/staff/invitations/{waiting(session).id}/agreement"
    assert first.post(path).status_code == 409
    assert other.post(path).status_code == 303
    assert roles_of(session, asker, manager) == {Role.MANAGER, Role.COORDINATOR}
    assert not is_signed_in(at_work)
    assert templates_to(session, manager.email) == ["roles_changed"]


def test_another_role_in_the_place_of_the_only_one_waits_as_a_whole(first, other, session, asker):
    url = f"/asker/staff/{asker.coordinator.id}"
    assert first.post(url, data={"roles": ["coordinator", "manager"]}).status_code == 303
    assert first.post(url, data={"roles": ["caseworker"]}).status_code == 303  # the newest counts
    assert roles_of(session, asker, asker.coordinator) == {Role.COORDINATOR}
    path = f"/asker/staff/invitations/{waiting(session).id}/agreement"
    assert other.post(path).status_code == 303
    assert roles_of(session, asker, asker.coordinator) == {Role.CASEWORKER}


def test_what_waits_can_be_taken_back(first, other, session):
    first.post(INVITE, data=NINA)
    invitation = waiting(session)
    assert first.post(f"/asker/staff/invitations/{invitation.id}/withdrawal").status_code == 303
    path = f"/asker/staff/invitations/{invitation.id}/agreement"
    assert other.post(path).status_code == 404
    assert letters_to(session, NINA["email"]) == []


def test_another_municipalitys_administrator_is_no_second(first, session, asker, baerum, flask_app):
    first.post(INVITE, data=NINA)
    assert templates_to(session, NINA["email"]) == ["invitation"]
    neighbour = flask_app.test_client()
    sign_in(neighbour, baerum.users[Role.ADMINISTRATOR])
    session.rollback()
    invitation = session.query(Invitation).one()
    path = f"/staff/invitations/{invitation.id}/agreement"
    session.rollback()
    assert neighbour.post(f"/asker{path}").status_code == 404
    assert neighbour.post(f"/baerum{path}").status_code == 404


def test_the_service_asks_again_who_agrees(session, asker, second):
    actor = cast.actor(asker, Role.ADMINISTRATOR)
    roles = frozenset({Role.MANAGER})
    invitation = services.invite_staff(session, actor, ("N", "n@n.example"), roles, **UNSENT)
    with pytest.raises(OwnInvitation):
        services.confirm_invitation(session, actor, invitation, **UNSENT)
    coordinator = cast.actor(asker, Role.COORDINATOR)
    with pytest.raises(NotPermitted):
        services.confirm_invitation(session, coordinator, invitation, **UNSENT)
    invitation.awaits_second = False
    with pytest.raises(NothingToAgreeTo):
        services.confirm_invitation(session, actor, invitation, **UNSENT)


def test_fewer_roles_and_the_end_of_all_are_told_to_the_person(first, session, asker):
    url = f"/asker/staff/{asker.coordinator.id}"
    first.post(url, data={"roles": ["caseworker"]})
    assert templates_to(session, asker.coordinator.email) == ["roles_changed"]
    first.post(url, data={"roles": ["caseworker"]})  # nothing changed, nothing told
    assert templates_to(session, asker.coordinator.email) == ["roles_changed"]
    first.post(f"{url}/deactivation")
    assert templates_to(session, asker.coordinator.email) == ["roles_changed"] * 2
