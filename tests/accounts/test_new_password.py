"""A new password by letter: the code from the app is asked for all the same."""

import datetime as dt

import pytest
import time_machine

from app.accounts.models import LinkKind
from app.accounts.services import issue_link
from app.municipalities.models import Municipality
from tests import cast
from tests.accounts.staff import PASSWORD, Desk, is_signed_in, letters_to, path_in
from tests.pages import get_page, post_page

NEW = "seven lanterns 4 marmalade"
BOTH = {"password": NEW, "again": NEW}


@pytest.fixture
def desk(flask_app, session, asker) -> Desk:
    return Desk(flask_app, session, asker)


def ask(client, email: str):
    return client.post("/sign-in/new-password", data={"email": email})


@pytest.fixture
def link(client, desk, session) -> str:
    ask(client, desk.email)
    return path_in(letters_to(session, desk.email)[-1])


def test_the_link_leads_to_a_new_password_and_then_to_the_code(client, link, desk, session):
    page = get_page(client, link)
    assert page.select_one("#username")["value"] == desk.email
    assert client.post(link, data=BOTH).location == "/sign-in/code"
    assert not is_signed_in(client)
    assert desk.type_code(client).location == "/sign-in/done"
    assert is_signed_in(client)
    client.post("/sign-out")
    assert desk.type_password(client, PASSWORD).status_code == 422
    assert desk.type_password(client, NEW).location == "/sign-in/code"
    told = [letter.template for letter in letters_to(session, desk.email)]
    assert told == ["password_link", "password_changed"]


def test_a_new_password_ends_all_sessions_and_the_link(flask_app, client, link, desk, session):
    at_work = flask_app.test_client()
    session.refresh(desk.user)
    session.commit()
    cast.sign_in(at_work, desk.user)
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    client.post(link, data=BOTH)
    assert not is_signed_in(at_work)
    get_page(client, link, status=404)
    assert client.post(link, data=BOTH).status_code == 404


def test_looking_at_the_link_does_not_use_it_up_and_half_an_hour_does(client, desk, session):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        ask(client, desk.email)
        link = path_in(letters_to(session, desk.email)[-1])
        for _ in range(3):
            assert client.get(link).status_code == 200
        clock.shift(dt.timedelta(minutes=30))
        assert client.post(link, data=BOTH).status_code == 404


@pytest.mark.parametrize("password", ["short 7", "flyktningguide2026"])
def test_a_weak_password_is_refused_and_the_link_still_works(client, link, password):
    page = post_page(client, link, {"password": password, "again": password})
    assert page.select_one("#password-error")
    assert client.post(link, data=BOTH).location == "/sign-in/code"


@pytest.mark.parametrize(
    "password", ["asker asker asker", "Steinkjer-Steinkjer", "hjelmeland 2026!"]
)
def test_no_password_is_made_of_a_municipality_of_the_site(client, link, session, password):
    session.add_all(
        Municipality(name=name, slug=name.lower(), number=number)
        for name, number in (("Steinkjer", "5006"), ("Hjelmeland", "1133"))
    )
    session.commit()
    page = post_page(client, link, {"password": password, "again": password})
    assert page.select_one("#password-error")


def test_others_get_the_same_answer_and_no_letter(client, desk, session, asker):
    known = ask(client, desk.email)
    without_app = asker.caseworker.email
    for email in ("nobody@asker.example", asker.guide_user.email, without_app):
        other = ask(client, email)
        assert (other.status_code, other.location) == (known.status_code, known.location)
        assert letters_to(session, email) == []


def test_whose_app_was_reset_cannot_get_in_by_letter_alone(client, link, desk, session):
    desk.user.tf_totp_secret = desk.user.tf_primary_method = None
    session.commit()
    assert client.get(link).status_code == 404
    assert client.post(link, data=BOTH).status_code == 404
    before = len(letters_to(session, desk.email))
    ask(client, desk.email)
    assert len(letters_to(session, desk.email)) == before


def test_a_link_of_another_kind_changes_no_password(client, desk, session):
    for kind in set(LinkKind) - {LinkKind.PASSWORD}:
        token = issue_link(
            session, kind, desk.user.id, municipality_id=None, now=dt.datetime.now(dt.UTC)
        )
        session.commit()
        assert client.post(f"/sign-in/new-password/links/{token}", data=BOTH).status_code == 404


def test_nobody_can_fill_an_inbox_with_it(client, desk, session):
    for _ in range(6):
        assert ask(client, desk.email).status_code == 303
    assert len(letters_to(session, desk.email)) == 3


def test_a_password_is_changed_by_whoever_knows_it(flask_app, client, desk, session):
    elsewhere = flask_app.test_client()
    for browser in (elsewhere, client):
        cast.sign_in(browser, desk.user)
    get_page(client, "/me/password")
    page = post_page(client, "/me/password", BOTH | {"current_password": "another one"})
    assert page.select_one("#current_password-error")
    assert NEW not in page.text
    answer = client.post("/me/password", data=BOTH | {"current_password": PASSWORD})
    assert answer.location == "/me"
    assert is_signed_in(client) and not is_signed_in(elsewhere)
    assert letters_to(session, desk.email)[-1].template == "password_changed"


def test_a_password_asks_for_a_code_first_and_is_not_carried_along(client, desk):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        cast.sign_in(client, desk.user)
        clock.shift(dt.timedelta(minutes=11))
        assert client.get("/me/password").location.startswith("/me/confirmation")
        answers = BOTH | {"current_password": PASSWORD}
        page = post_page(client, "/me/password", answers, status=403)
        assert NEW not in page.text and PASSWORD not in page.text


def test_guides_have_no_password_to_change(client, asker):
    cast.sign_in(client, asker.guide_user)
    assert client.get("/me/password").status_code == 404
