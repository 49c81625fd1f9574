"""What is sensitive asks for a code when the last one is more than ten minutes old."""

import datetime as dt

import pytest
import time_machine

from app.accounts.models import User, UserSession
from app.permissions import Permission, Role
from tests import cast
from tests.accounts.staff import Desk, is_signed_in, letters_to, path_in
from tests.pages import fill, get_page, post_page

MORNING = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
INVITE = "/asker/staff/invitations/new"
ANSWERS = {"name": "Nina Berg", "email": "nina@asker.example", "roles": ["caseworker", "manager"]}


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(flask_app, session, asker, clock) -> Desk:
    return Desk(flask_app, session, asker, Role.ADMINISTRATOR)


@pytest.fixture
def late(client, desk, clock):
    """An administrator who signed in eleven minutes ago."""
    desk.type_password(client)
    assert desk.type_code(client).status_code == 302
    clock.shift(dt.timedelta(minutes=11))
    return client


def sessions_of(session, user):
    session.rollback()
    rows = session.query(UserSession).filter_by(user_id=user.id).all()
    session.expunge_all()
    session.rollback()
    return rows


def test_ten_minutes_after_a_code_nothing_is_asked(client, desk, clock):
    desk.type_password(client)
    desk.type_code(client)
    clock.shift(dt.timedelta(minutes=10, seconds=-1))
    get_page(client, INVITE)
    clock.shift(dt.timedelta(seconds=1))
    assert client.get(INVITE).status_code == 303


def test_a_page_is_shown_after_a_code(late, desk):
    answer = late.get(INVITE)
    assert answer.location == f"/me/confirmation?next={INVITE}"
    page = get_page(late, answer.location)
    assert page.select_one("input[name=confirmation_code]")
    answer = late.post(answer.location, data={"confirmation_code": desk.code()})
    assert (answer.status_code, answer.location) == (303, INVITE)
    get_page(late, INVITE)


def test_a_form_that_was_filled_in_is_not_lost(late, desk, session):
    page = post_page(late, INVITE, ANSWERS, status=403)
    assert letters_to(session, ANSWERS["email"]) == []
    again = fill(page.main, "")
    assert {name: again[name] for name in ANSWERS} == ANSWERS
    answer = late.post(INVITE, data=again | {"confirmation_code": desk.code()})
    assert answer.location == "/asker/staff"
    assert len(letters_to(session, ANSWERS["email"])) == 1


def test_a_wrong_code_does_nothing_and_keeps_the_form(late, desk, session):
    for code in ("000000", "", "1" * 30):
        page = post_page(late, INVITE, ANSWERS | {"confirmation_code": code}, status=403)
        assert page.select_one("#confirmation_code-error")
        assert fill(page.main, "")["name"] == ANSWERS["name"]
    assert letters_to(session, ANSWERS["email"]) == []
    assert late.get(INVITE).status_code == 303


def test_a_fault_in_the_form_does_not_ask_for_the_code_again(armed, session, asker, clock):
    desk = Desk(armed, session, asker, Role.ADMINISTRATOR)
    browser = armed.test_client()
    cast.sign_in(browser, desk.user)
    clock.shift(dt.timedelta(minutes=11))
    token = {"csrf_token": get_page(browser, "/me").select_one("[name=csrf_token]")["value"]}
    page = post_page(browser, INVITE, {"name": "Nina", **token}, status=403)
    old = browser.get_cookie("session").value
    form = fill(page.main, "") | {"confirmation_code": desk.code()}
    page = post_page(browser, INVITE, form)
    assert page.select_one("#roles-error")
    assert browser.get_cookie("session").value != old
    form = fill(page.main, "") | ANSWERS
    assert browser.post(INVITE, data=form).location == "/asker/staff"


def test_a_code_gives_the_browser_a_new_token_and_no_new_day(late, flask_app, desk, session):
    copied = flask_app.test_client()
    copied.set_cookie("session", late.get_cookie("session").value)
    late.post("/me/confirmation", data={"confirmation_code": desk.code()})
    assert is_signed_in(late) and not is_signed_in(copied)
    (row,) = sessions_of(session, desk.user)
    assert row.created_at == MORNING
    assert row.confirmed_at == MORNING + dt.timedelta(minutes=11)


def test_a_code_counts_once_here_too(late, flask_app, desk, clock):
    code = desk.code()
    late.post("/me/confirmation", data={"confirmation_code": code})
    clock.shift(dt.timedelta(seconds=5))
    page = post_page(late, "/me/confirmation", {"confirmation_code": code})
    assert page.select_one("#confirmation_code-error")


def test_codes_are_limited_here_too(late):
    for number in range(10):
        late.post("/me/confirmation", data={"confirmation_code": f"00000{number}"})
    assert late.post("/me/confirmation", data={"confirmation_code": "000010"}).status_code == 429


def test_every_page_about_staff_asks(late, asker, flask_app):
    user = asker.coordinator.id
    for path in (f"/asker/staff/{user}", INVITE):
        assert late.get(path).location.startswith("/me/confirmation")
    for path in (f"/asker/staff/{user}", f"/asker/staff/{user}/deactivation", INVITE):
        assert late.post(path).status_code == 403, path


def test_no_view_that_decides_about_staff_or_an_account_forgets_to_ask(one_app):
    views = one_app.view_functions
    deciding = {e for e, v in views.items() if getattr(v, "access", "") == Permission.STAFF_INVITE}
    own = {"recovery_codes", "make_recovery_codes", "code_app", "change_code_app", "own_password"}
    own |= {"own_passkeys", "new_passkey_challenge", "add_passkey", "remove_passkey"}
    asking = {e for e, view in views.items() if getattr(view, "confirmed", False)}
    assert len(deciding) >= 5
    assert deciding | {f"accounts.{name}" for name in own} <= asking
    assert {"privacy.change_retention", "privacy.decide_naming", "privacy.erase"} <= asking
    assert {"privacy.looks_paper_of_guide", "privacy.looks_paper_of_family"} <= asking


def test_whoever_may_not_is_not_asked_either(client, asker, clock):
    cast.sign_in(client, asker.coordinator)
    clock.shift(dt.timedelta(minutes=11))
    assert client.get(INVITE).status_code == 404
    assert client.post(INVITE).status_code == 404


def test_the_way_on_stays_on_the_site(late, desk):
    answer = late.post(
        "/me/confirmation?next=//evil.example", data={"confirmation_code": desk.code()}
    )
    assert answer.location == "/me"


def test_a_guide_shows_it_by_a_new_link(client, asker, session, clock):
    cast.sign_in(client, asker.guide_user)
    clock.shift(dt.timedelta(minutes=11))
    page = get_page(client, "/me/confirmation?next=/me?a=b")
    form = page.main.select_one("form[action]")
    assert client.post(form["action"]).location == "/sign-in/sent"
    link = path_in(letters_to(session, asker.guide_user.email)[-1])
    old = client.get_cookie("session").value
    assert client.post(link).location == "/sign-in/done"
    assert client.get_cookie("session").value != old
    assert client.get("/sign-in/done").location == "/me?a=b"
    (row,) = sessions_of(session, asker.guide_user)
    assert row.confirmed_at == MORNING + dt.timedelta(minutes=11)


def test_sessions_from_before_are_asked(client, desk, session, clock):
    cast.sign_in(client, desk.user)
    row = session.query(UserSession).one()
    row.confirmed_at = None
    session.commit()
    assert client.get(INVITE).status_code == 303
    assert session.get(User, desk.user.id).active
