"""A browser that has not been seen before: its owner is told, and nothing else is."""

import logging

import pytest

from app.accounts.browsers import words_for
from app.accounts.models import KnownBrowser
from app.accounts.queries import list_sessions
from tests.accounts.staff import Desk, letters_to, path_in
from tests.pages import get_page

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


@pytest.fixture
def desk(flask_app, session, asker) -> Desk:
    return Desk(flask_app, session, asker)


def sign_in(client, desk, *, steps=0):
    desk.type_password(client)
    assert desk.type_code(client, desk.code(steps=steps)).location == "/sign-in/done"


def templates_to(session, email):
    return [letter.template for letter in letters_to(session, email)]


def test_who_signs_in_from_another_browser_is_told(flask_app, client, desk, session):
    sign_in(client, desk)
    assert templates_to(session, desk.email) == []  # the very first is nothing to tell
    client.post("/sign-out")
    sign_in(client, desk, steps=1)
    assert templates_to(session, desk.email) == []
    desk.user.totp_counter = None
    session.commit()
    another = flask_app.test_client()
    another.environ_base["HTTP_USER_AGENT"] = WINDOWS
    sign_in(another, desk)
    (letter,) = letters_to(session, desk.email)
    assert letter.template == "new_browser"
    said = f"{letter.subject} {letter.body}"
    assert "Firefox" not in said and "127.0.0" not in said and "Asker Asker" not in said
    assert desk.user.name not in said


def test_guides_get_no_letter_about_the_letter_they_signed_in_by(client, asker, session):
    for _ in range(2):
        client.delete_cookie("browser")
        client.post("/sign-in", data={"email": asker.guide_user.email})
        client.post(path_in(letters_to(session, asker.guide_user.email)[-1]))
        client.post("/sign-out")
    assert templates_to(session, asker.guide_user.email) == ["login_link"] * 2
    assert session.query(KnownBrowser).all() == []


def test_the_cookie_is_for_nobody_to_read_and_stays_after_signing_out(client, desk):
    sign_in(client, desk)
    cookie = client.get_cookie("browser")
    assert cookie.http_only and cookie.same_site == "Lax" and len(cookie.value) == 43
    client.post("/sign-out")
    assert client.get_cookie("browser").value == cookie.value
    assert client.get("/sign-in/done").location.startswith("/sign-in?")


def test_my_account_names_the_browser_and_no_address(client, desk, session):
    client.environ_base["HTTP_USER_AGENT"] = WINDOWS
    sign_in(client, desk)
    page = get_page(client, "/me")
    assert "Firefox, Windows" in page.main.text
    (row,) = list_sessions(session, desk.user.id)
    assert row.browser == "Firefox, Windows"
    assert "127.0.0.1" not in page.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (WINDOWS, "Firefox, Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/140.0", "Edge, Windows"),
        (f"Mozilla/5.0 (Linux; Android 15) {CHROME} Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605", "Safari, Mac"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_browsers_have_names_from_our_own_list(said, words):
    assert words_for(said) == words


def test_the_security_log_holds_identifiers_and_no_name(client, desk, caplog):
    with caplog.at_level(logging.INFO, logger="app.security"):
        desk.type_password(client, "wrong words here")
        desk.type_password(client)
        desk.type_code(client, "000000")
        desk.type_code(client)
        client.post("/sign-out")
    told = [(line.event, line.facts) for line in caplog.records if line.name == "app.security"]
    who = {"user": str(desk.user.id)}
    assert told == [
        ("sign-in failed", who),
        ("code failed", who),
        ("signed in", who),
        ("signed out", who),
    ]
    assert desk.email not in caplog.text and "wrong words" not in caplog.text
