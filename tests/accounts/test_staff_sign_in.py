"""Staff sign in with a password and a code, every time."""

import pytest
import time_machine

from app.accounts.browser_session import DatabaseSessions
from app.accounts.one_time_codes import OneTimeCodes
from app.accounts.sign_in import SignedInUser
from app.permissions import Role
from tests import cast
from tests.accounts.staff import PASSWORD, Desk, is_signed_in
from tests.pages import check_page, fill, get_page, post_page


@pytest.fixture
def desk(flask_app, session, asker) -> Desk:
    return Desk(flask_app, session, asker)


def test_a_password_and_a_code_let_staff_in(client, desk):
    answer = desk.type_password(client)
    assert answer.location == "/sign-in/code"
    assert not is_signed_in(client)
    get_page(client, "/sign-in/code")
    answer = desk.type_code(client)
    assert answer.location == "/sign-in/done"
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Du er logget inn."), ("nn", "Du er logga inn.")]
)
def test_the_library_speaks_the_language_of_the_page(client, desk, asker, language, words):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    desk.type_password(client)
    desk.type_code(client)
    page = get_page(client, asker.url("/desk"))
    assert words in page.select_one("main").text


def test_a_code_is_asked_for_at_every_sign_in(client, desk):
    desk.type_password(client)
    desk.type_code(client)
    client.post("/sign-out")
    desk.type_password(client)
    assert not is_signed_in(client)
    assert desk.type_code(client, desk.code(steps=1)).location == "/sign-in/done"


def test_a_code_counts_once(flask_app, client, desk):
    with time_machine.travel("2026-03-02T09:00:01Z", tick=False):
        code = desk.code()
        desk.type_password(client)
        desk.type_code(client, code)
        assert is_signed_in(client)
        onlooker = flask_app.test_client()
        desk.type_password(onlooker)
        page = post_page(onlooker, "/sign-in/code", {"code": code})
        assert "er feil eller er brukt" in page.text
        assert not is_signed_in(onlooker)


def test_a_code_counts_once_even_if_two_send_it_at_the_same_moment(
    flask_app, client, desk, monkeypatch
):
    """Both requests have read that the code is unused before either notes its use."""
    monkeypatch.setattr(OneTimeCodes, "get_last_counter", lambda _codes, _user: None)
    onlooker = flask_app.test_client()
    with time_machine.travel("2026-03-02T09:00:01Z", tick=False):
        for browser in (client, onlooker):
            desk.type_password(browser)
            desk.type_code(browser)
        assert [is_signed_in(client), is_signed_in(onlooker)] == [True, False]


def test_a_wrong_code_or_an_old_one_does_not_let_in(client, desk):
    desk.type_password(client)
    for code in ("000000", desk.code(steps=-4), "", "12345678901234567890123", "six dig"):
        page = post_page(client, "/sign-in/code", {"code": code})
        assert page.title.text.startswith("Feil")
    assert not is_signed_in(client)


def test_spaces_in_a_code_do_no_harm(client, desk):
    desk.type_password(client)
    code = desk.code()
    assert desk.type_code(client, f" {code[:3]} {code[3:]}").location == "/sign-in/done"


def test_the_token_changes_at_the_password_and_at_the_code(client, desk):
    with client.session_transaction() as browser:
        browser["note"] = "a visitor"
    tokens = [client.get_cookie("session").value]
    desk.type_password(client)
    tokens.append(client.get_cookie("session").value)
    desk.type_code(client)
    tokens.append(client.get_cookie("session").value)
    assert len(set(tokens)) == 3


def test_a_code_without_a_password_leads_back(client, desk):
    assert desk.type_code(client).location == "/sign-in"
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.get("/sign-in/code-app").location == "/sign-in"


def test_unknown_address_and_wrong_password_answer_alike(client, desk, asker):
    answers = [
        client.post("/sign-in/staff", data={"email": email, "password": password})
        for email, password in (
            (desk.email, "wrong"),
            ("nobody@asker.example", "wrong"),
            (asker.guide_user.email, PASSWORD),  # has no password
        )
    ]
    assert {answer.status_code for answer in answers} == {422}
    bodies = {
        answer.text.replace(email, "")
        for answer, email in zip(
            answers,
            (desk.email, "nobody@asker.example", asker.guide_user.email),
            strict=True,
        )
    }
    assert len({strip_nonces(body) for body in bodies}) == 1


def strip_nonces(body: str) -> str:
    return "\n".join(line for line in body.splitlines() if "csrf_token" not in line)


@pytest.mark.parametrize("body", [[1, 2], {"email": {"a": 1}}, "x"])
def test_what_is_no_form_is_refused(client, body):
    for path in ("/sign-in/staff", "/sign-in/code", "/sign-in/code-app", "/sign-out"):
        assert client.post(path, json=body).status_code == 400


def test_a_deactivated_person_cannot_sign_in(client, desk, session):
    desk.user.active = False
    session.commit()
    assert desk.type_password(client).status_code == 422


def test_whoever_has_no_app_yet_must_set_one_up(client, desk, session):
    desk.user.tf_totp_secret = desk.user.tf_primary_method = None
    session.commit()
    assert desk.type_password(client).location == "/sign-in/code-app"
    get_page(client, "/sign-in/code-app")
    assert not is_signed_in(client)
    page = post_page(client, "/sign-in/code-app", {"setup": "authenticator"}, status=200)
    assert page.select_one("main img")["src"].startswith("data:image/svg+xml;base64,")
    desk.key = page.select_one("main code").text.replace(" ", "").replace("-", "")
    post_page(client, "/sign-in/code", {"code": "000000"})
    assert not is_signed_in(client)
    assert desk.type_code(client).location == "/sign-in/done"
    assert is_signed_in(client)
    session.refresh(desk.user)
    assert desk.key not in desk.user.tf_totp_secret  # encrypted


def test_only_an_app_can_be_chosen(client, desk, session):
    desk.user.tf_totp_secret = desk.user.tf_primary_method = None
    session.commit()
    desk.type_password(client)
    for method in ("email", "sms", "disable", "mail"):
        assert client.post("/sign-in/code-app", data={"setup": method}).status_code == 422


def test_an_open_browser_does_not_give_away_a_new_app(client, desk):
    desk.type_password(client)
    desk.type_code(client)
    for method in ("get", "post"):
        answer = getattr(client, method)("/sign-in/code-app", data={"setup": "authenticator"})
        assert answer.location == "/sign-in/done"


@pytest.mark.parametrize(
    "path", ["/sign-in/rescue", "/sign-in/method", "/sign-in/again", "/sign-in/code-app/x"]
)
def test_what_the_library_brings_along_is_closed(client, path):
    assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/login", "/register", "/reset", "/change", "/verify", "/fs-static/x", "/tf-setup"]
)
def test_the_librarys_own_addresses_lead_nowhere(client, path):
    assert client.get(path, follow_redirects=True).status_code == 404


def test_no_token_in_an_address_signs_anybody_in(flask_app, client, desk):
    with flask_app.test_request_context():
        token = SignedInUser(desk.user).get_auth_token()
    assert not client.get(f"/sign-in/done?auth_token={token}").location.startswith("/asker")
    answer = client.get("/sign-in/done", headers={"Authentication-Token": token})
    assert answer.location.startswith("/sign-in?")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.GUIDE])
def test_every_kind_of_staff_needs_a_code(flask_app, client, session, asker, role):
    desk = Desk(flask_app, session, asker, role)
    assert desk.type_password(client).location == "/sign-in/code"
    assert not is_signed_in(client)


def test_on_https_the_cookie_is_nobody_elses(flask_app, asker):
    assert DatabaseSessions(secure=True).cookie_name == "__Host-session"
    client = flask_app.test_client()
    cast.sign_in(client, asker.coordinator)
    assert client.get_cookie("session").path == "/"


def test_who_gives_the_password_again_is_never_told_that_it_came_too_late(armed, desk):
    """Opening the page again gives up the half sign-in; its form must belong to what is left."""
    client = armed.test_client()
    for password, status in ((PASSWORD, 302), ("wrong", 422), (PASSWORD, 302), (PASSWORD, 302)):
        form = fill(get_page(client, "/sign-in/staff"), "/sign-in/staff")
        sent = form | {"email": desk.email, "password": password}
        assert client.post("/sign-in/staff", data=sent).status_code == status


def test_a_password_from_the_page_of_before_asks_once_more(armed, desk):
    """Back shows a form whose token was that of the browser before the password."""
    client = armed.test_client()
    old = fill(get_page(client, "/sign-in/staff"), "/sign-in/staff") | {"email": desk.email}
    client.post("/sign-in/staff", data=old | {"password": PASSWORD})
    shown = check_page(client.post("/sign-in/staff", data=old | {"password": PASSWORD}), 400)
    assert shown.select_one("#error-summary")
    form = fill(shown, "/sign-in/staff") | {"password": PASSWORD}
    assert client.post("/sign-in/staff", data=form).location == "/sign-in/code"
