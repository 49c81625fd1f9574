"""Staff come in by invitation."""

import datetime as dt

import pytest
import time_machine
from flask_security import hash_password
from sqlalchemy import select

from app.accounts import queries, services
from app.accounts.models import Invitation, Link, Membership, Passkey, User, UserSession
from app.errors import NotPermitted
from app.permissions import Permission, Role, ensure_may
from tests import cast
from tests.accounts.staff import PASSWORD, Desk, is_signed_in, letters_to, path_in
from tests.pages import get_page, post_page

EMAIL = "nina@asker.example"
INVITE = "/asker/staff/invitations/new"
ANSWERS = {"name": "Nina Ny", "email": EMAIL, "roles": ["coordinator", "manager"]}
BOTH = {"password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def administrator(client, asker):
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    return client


@pytest.fixture
def newcomer(flask_app):
    return flask_app.test_client()


def invite(administrator, session, **changes) -> str:
    """Invite somebody and return the path in their letter."""
    answers = ANSWERS | changes
    assert administrator.post(INVITE, data=answers).status_code == 303
    return path_in(letters_to(session, answers["email"])[-1])


def roles_of(session, email: str, municipality) -> set[Role]:
    session.rollback()
    user = queries.find_user_by_email(session, email)
    roles = set() if user is None else queries.roles_of(session, user.id, municipality.id)
    session.rollback()
    return set(roles)


def set_up_app(client, answer) -> None:
    assert answer.location == "/sign-in/code-app"
    page = post_page(client, "/sign-in/code-app", {"setup": "authenticator"}, status=200)
    desk = Desk.__new__(Desk)
    desk.key = page.select_one("main code").text.replace(" ", "").replace("-", "")
    assert desk.type_code(client).location == "/sign-in/done"


def test_an_invited_person_chooses_a_password_and_an_app_and_is_in(
    administrator, newcomer, session, asker
):
    link = invite(administrator, session)
    assert roles_of(session, EMAIL, asker.municipality) == set()
    page = get_page(newcomer, link)
    assert "Nina Ny" in page.h1.text and "Asker" in page.main.text
    answer = newcomer.post(link, data=BOTH)
    assert not is_signed_in(newcomer)
    set_up_app(newcomer, answer)
    assert newcomer.get("/me").status_code == 200
    assert newcomer.get("/asker/staff").status_code == 200
    assert roles_of(session, EMAIL, asker.municipality) == {Role.COORDINATOR, Role.MANAGER}


def test_letters_to_somebody_new_are_in_the_language_of_the_page(administrator, newcomer, session):
    link = invite(administrator, session)
    newcomer.post(f"{link}?lang=nn", data=BOTH)
    session.rollback()
    assert queries.find_user_by_email(session, EMAIL).locale == "nn"


def test_the_roles_do_not_work_before_the_app_is_set_up(administrator, newcomer, session):
    link = invite(administrator, session)
    newcomer.post(link, data=BOTH)
    assert newcomer.get("/asker/staff").location.startswith("/sign-in")
    newcomer.post("/sign-in", data={"email": EMAIL})
    assert len(letters_to(session, EMAIL)) == 1  # the invitation, and no login link
    newcomer.post("/sign-in/staff", data={"email": EMAIL, "password": PASSWORD})
    assert newcomer.get("/sign-in/code").location == "/sign-in"
    assert newcomer.get("/asker/staff").location.startswith("/sign-in")


def test_an_invitation_opens_once(administrator, newcomer, flask_app, session):
    link = invite(administrator, session)
    assert newcomer.get(link).status_code == 200
    newcomer.post(link, data=BOTH)
    thief = flask_app.test_client()
    get_page(thief, link, status=404)
    assert thief.post(link, data=BOTH).status_code == 404


def test_an_invitation_is_too_old_after_seven_days(administrator, newcomer, session):
    link = invite(administrator, session)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=7, seconds=1)):
        page = get_page(newcomer, link, status=404)
        assert "sju dager" in page.text
        assert newcomer.post(link, data=BOTH).status_code == 404


def test_a_second_invitation_replaces_the_first(administrator, newcomer, session):
    first = invite(administrator, session)
    second = invite(administrator, session, roles=["manager"])
    assert newcomer.get(first).status_code == 404
    assert newcomer.get(second).status_code == 200


def test_a_form_sent_twice_is_one_invitation_and_one_letter(administrator, newcomer, session):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        link = invite(administrator, session)
        clock.shift(dt.timedelta(seconds=40))
        assert invite(administrator, session) == link
        assert len(letters_to(session, EMAIL)) == 1
        assert newcomer.get(link).status_code == 200
        session.commit()
        clock.shift(dt.timedelta(seconds=40))  # meant: the first has not come, say
        assert invite(administrator, session) != link
        assert newcomer.get(link).status_code == 404


def test_a_withdrawn_invitation_opens_nothing(administrator, newcomer, session):
    link = invite(administrator, session)
    page = get_page(administrator, "/asker/staff")
    form = page.select_one("main form[action*=withdrawal]")
    assert administrator.post(form["action"]).status_code == 303
    assert newcomer.get(link).status_code == 404
    assert "Nina" not in get_page(administrator, "/asker/staff").main.text
    assert administrator.post(form["action"]).status_code == 404


@pytest.mark.parametrize(
    "password",
    [
        "short 7",
        "passordpassord",
        "flyktningguide",
        "nina@asker.example",
        "Nina Ny Nina Ny",
        "123456789012",
        "aaaaaaaaaaaaaaaa",
        "x" * 129,
        "",
    ],
)
def test_weak_passwords_are_refused_and_the_link_still_works(
    administrator, newcomer, session, password
):
    link = invite(administrator, session)
    page = post_page(newcomer, link, {"password": password, "again": password})
    assert page.select_one("#password-error")
    assert newcomer.get(link).status_code == 200


def test_two_different_passwords_are_refused(administrator, newcomer, session):
    link = invite(administrator, session)
    page = post_page(newcomer, link, {"password": PASSWORD, "again": PASSWORD + "!"})
    assert page.select_one("#again-error")


def test_passwords_are_stored_as_argon2id_of_the_advised_cost(administrator, newcomer, session):
    newcomer.post(invite(administrator, session), data=BOTH)
    session.rollback()
    user = queries.find_user_by_email(session, EMAIL)
    assert user.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_guide_who_is_invited_needs_password_and_app_from_then_on(
    administrator, newcomer, flask_app, session, asker
):
    guide = asker.guide_user
    at_home = flask_app.test_client()
    cast.sign_in(at_home, guide)
    link = invite(administrator, session, email=guide.email, roles=["caseworker"])
    assert is_signed_in(at_home)  # an invitation alone changes nothing for anybody
    answer = newcomer.post(link, data=BOTH)
    assert not is_signed_in(at_home)
    set_up_app(newcomer, answer)
    assert roles_of(session, guide.email, asker.municipality) == {Role.GUIDE, Role.CASEWORKER}


def test_who_works_elsewhere_signs_in_and_accepts(
    administrator, newcomer, flask_app, session, asker, baerum
):
    desk = Desk(flask_app, session, baerum)
    link = invite(administrator, session, email=desk.email, roles=["manager"])
    page = get_page(newcomer, link)
    assert not page.select("main form")
    assert newcomer.post(link, data=BOTH).status_code == 422
    desk.type_password(newcomer)
    desk.type_code(newcomer)
    assert newcomer.get("/sign-in/done").location == link
    get_page(newcomer, link)
    assert newcomer.post(link).location == "/me"
    assert roles_of(session, desk.email, asker.municipality) == {Role.MANAGER}
    assert roles_of(session, desk.email, baerum.municipality) == {Role.COORDINATOR}
    assert newcomer.get(link).status_code == 404


def test_a_guide_with_an_old_password_gets_no_staff_session_by_link(
    administrator, newcomer, flask_app, session, asker
):
    guide = Desk(flask_app, session, asker, Role.GUIDE)
    newcomer.post("/sign-in", data={"email": guide.email})
    newcomer.post(path_in(letters_to(session, guide.email)[-1]))
    assert is_signed_in(newcomer)
    link = invite(administrator, session, email=guide.email)
    newcomer.post(link)
    assert roles_of(session, guide.email, asker.municipality) > {Role.GUIDE}
    assert not is_signed_in(newcomer)
    assert guide.type_password(newcomer).location == "/sign-in/code"
    guide.type_code(newcomer)
    assert newcomer.get("/asker/staff").status_code == 200


def test_nobody_accepts_for_another(administrator, flask_app, session, asker, baerum):
    desk = Desk(flask_app, session, baerum)
    link = invite(administrator, session, email=desk.email)
    other = flask_app.test_client()
    cast.sign_in(other, baerum.users[Role.MANAGER])
    page = get_page(other, link)
    assert "en annen" in page.main.text and not page.select("main form")
    assert other.post(link).status_code == 422
    assert roles_of(session, desk.email, asker.municipality) == set()


def test_the_services_ask_again_who_accepts(administrator, flask_app, session, asker, baerum):
    link = invite(administrator, session, email=baerum.coordinator.email)
    Desk(flask_app, session, baerum)
    other = Desk(flask_app, session, baerum, Role.MANAGER)
    token = link.rpartition("/")[2]
    now = dt.datetime.now(dt.UTC)
    with pytest.raises(services.NotInvited):
        services.accept_signed_in(session, token, other.user, now=now)
    with pytest.raises(services.HasPassword):
        services.accept_with_password(session, token, "a hash", locale="nb", now=now)


def test_whoever_invites_and_tries_the_link_does_not_become_the_other(
    administrator, session, asker
):
    answer = administrator.post(invite(administrator, session), data=BOTH)
    set_up_app(administrator, answer)
    assert "Nina Ny" in get_page(administrator, "/me").h1.text


def test_who_works_here_is_not_invited_again(administrator, asker, session):
    page = post_page(administrator, INVITE, ANSWERS | {"email": asker.coordinator.email.upper()})
    assert page.select_one("#email-error")
    assert letters_to(session, asker.coordinator.email) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "n" * 121),
        ("email", "nina"),
        ("roles", []),
        ("roles", ["guide"]),
        ("roles", ["emperor"]),
    ],
)
def test_unfit_invitations_are_said_so(administrator, session, field, value):
    post_page(administrator, INVITE, ANSWERS | {field: value})
    assert letters_to(session, EMAIL) == []


def test_the_letter_is_in_the_municipalitys_name_and_names_no_role(administrator, session):
    invite(administrator, session)
    letter = letters_to(session, EMAIL)[-1]
    assert "Asker" in letter.subject + letter.body
    assert "coordinator" not in letter.body.lower()


def test_only_administrators_invite(session, asker):
    for role in Role:
        actor = cast.actor(asker, role)
        if role is Role.ADMINISTRATOR:
            ensure_may(actor, Permission.STAFF_INVITE)
            continue
        with pytest.raises(NotPermitted):
            services.invite_staff(
                session, actor, ("N", EMAIL), frozenset(), by_mail=None, now=cast.NOW
            )


def test_no_account_exists_after_install(database, flask_app, session_factory):
    """The tables as the migrations make them: nobody is in them, and nobody can sign in."""
    with session_factory() as session:
        for table in (User, Membership, Invitation, Link, Passkey, UserSession):
            assert session.scalars(select(table)).all() == [], table
    client = flask_app.test_client()
    answers = {"email": "admin@localhost", "password": "admin"}
    assert client.post("/sign-in/staff", data=answers).status_code == 422
    assert client.get("/sign-in/done").location.startswith("/sign-in")


def test_the_first_account_is_invited_from_the_command_line_once(flask_app, session_factory):
    runner = flask_app.test_cli_runner()
    arguments = ["accounts", "create-first", "--name", "Ada Berg", "--email", "ada@x.no"]
    missing = runner.invoke(args=[*arguments, "--municipality", "asker"])
    assert missing.exit_code == 1 and "no municipality asker" in missing.output
    town = cast.build_town(session_factory, "Asker", "3203")
    refused = runner.invoke(args=[*arguments, "--municipality", "asker"])
    assert refused.exit_code == 1 and "accounts already" in refused.output
    assert town


def test_the_first_account_is_the_administrators(flask_app, session_factory):
    with session_factory.begin() as session:
        session.add(cast.Municipality(name="Asker", slug="asker", number="3203"))
    arguments = ["--municipality", "asker", "--name", "Ada Berg", "--email", "Ada@x.no"]
    result = flask_app.test_cli_runner().invoke(args=["accounts", "create-first", *arguments])
    assert result.exit_code == 0
    link = result.output.strip().splitlines()[-1].removeprefix("http://localhost")
    client = flask_app.test_client()
    set_up_app(client, client.post(link, data=BOTH))
    assert client.get("/sign-in/done").location == "/me/recovery-codes"
    assert client.get("/sign-in/done").location == "/asker/staff"
    with session_factory() as session:
        user = session.scalars(select(User)).one()
        role = session.scalars(select(Membership.role)).one()
    assert (user.email, role) == ("ada@x.no", Role.ADMINISTRATOR)


def test_a_hash_is_made_only_with_an_application(flask_app):
    with flask_app.test_request_context():
        assert hash_password("x") != hash_password("x")
