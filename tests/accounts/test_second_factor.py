"""A telephone is lost: printed codes, a new app, and the administrator's help."""

import datetime as dt
from types import SimpleNamespace

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import RecoveryCode
from app.accounts.services import recovery
from app.errors import NotFound, NotPermitted
from app.permissions import Role
from tests import cast
from tests.accounts.staff import Desk, is_signed_in, letters_to
from tests.pages import get_page, post_page


@pytest.fixture
def desk(flask_app, session, asker) -> Desk:
    return Desk(flask_app, session, asker)


def make_codes(client, desk) -> list[str]:
    cast.sign_in(client, desk.user)
    page = post_page(client, "/me/recovery-codes", {}, status=200)
    codes = [code.text for code in page.select("main code")]
    client.post("/sign-out")
    return codes


def templates_to(session, email) -> list[str]:
    return [letter.template for letter in letters_to(session, email)]


def test_ten_codes_are_shown_once_and_stored_nowhere(client, desk, session):
    codes = make_codes(client, desk)
    assert len(set(codes)) == 10 and all(len(code) == 14 for code in codes)
    stored = set(session.scalars(select(RecoveryCode.code_hash)))
    session.commit()
    assert len(stored) == 10
    assert not set(codes) & stored
    assert all(each.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for each in stored)
    cast.sign_in(client, desk.user)
    page = get_page(client, "/me/recovery-codes")
    assert not page.select("main code")
    answer = client.post("/me/recovery-codes")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_printed_code_lets_in_once_after_the_password_and_its_owner_is_told(
    flask_app, client, desk, session
):
    codes = make_codes(client, desk)
    assert client.get("/sign-in/recovery-code").location == "/sign-in"  # no password yet
    desk.type_password(client)
    get_page(client, "/sign-in/recovery-code")
    answer = client.post("/sign-in/recovery-code", data={"recovery_code": codes[3].upper()})
    assert answer.location == "/me/code-app"
    assert is_signed_in(client)
    assert templates_to(session, desk.email)[-1] == "recovery_code_used"
    thief = flask_app.test_client()
    desk.type_password(thief)
    page = post_page(thief, "/sign-in/recovery-code", {"recovery_code": codes[3]})
    assert page.select_one("#recovery_code-error")
    assert not is_signed_in(thief)
    spaced = codes[4].replace("-", " ")
    assert (
        thief.post("/sign-in/recovery-code", data={"recovery_code": spaced}).location
        == "/me/code-app"
    )


def test_a_wrong_code_costs_one_slow_hash_whoever_asks(session, desk, asker, monkeypatch):
    """Nobody learns from the time whether somebody has codes, or has used them."""
    (used, *_rest) = recovery.make_recovery_codes(session, desk.user, now=cast.NOW)
    hashed = []
    slow = recovery.hash_secret
    monkeypatch.setattr(recovery, "hash_secret", lambda *args: hashed.append(1) or slow(*args))
    told = SimpleNamespace(notice=lambda *_args, **_more: None)

    def tries(user, code):
        hashed.clear()
        found = recovery.use_recovery_code(session, user, code, by_mail=told, now=cast.NOW)
        return found, len(hashed)

    assert tries(desk.user, used) == (True, 1)
    assert tries(desk.user, used) == (False, 1)
    assert tries(desk.user, "abcd-efgh-jkmn") == (False, 1)
    assert tries(asker.caseworker, used) == (False, 1)


def test_two_who_send_a_code_at_once_are_not_both_let_in(session, desk):
    """The statement that uses a code up asks that it is unused."""
    (code, *_rest) = recovery.make_recovery_codes(session, desk.user, now=cast.NOW)

    class Mail:
        def notice(self, *_args, **_more):
            pass

    def use():
        return recovery.use_recovery_code(session, desk.user, code, by_mail=Mail(), now=cast.NOW)

    assert [use(), use()] == [True, False]


def test_new_codes_end_the_old_ones_and_nobody_elses(client, desk, session, asker):
    others = recovery.make_recovery_codes(session, asker.caseworker, now=cast.NOW)
    session.commit()
    old = make_codes(client, desk)
    make_codes(client, desk)
    desk.type_password(client)
    for code in (old[0], others[0]):
        post_page(client, "/sign-in/recovery-code", {"recovery_code": code})
    assert not is_signed_in(client)


def test_guesses_at_printed_codes_are_limited(client, desk):
    make_codes(client, desk)
    desk.type_password(client)
    for number in range(10):
        code = {"recovery_code": f"abcd-efgh-jkm{number}"}
        assert client.post("/sign-in/recovery-code", data=code).status_code == 422
    assert client.post("/sign-in/recovery-code", data=code).status_code == 429


@pytest.mark.parametrize("path", ["/me/recovery-codes", "/me/code-app"])
def test_codes_and_apps_are_for_those_who_just_showed_a_code(client, desk, path):
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        cast.sign_in(client, desk.user)
        assert client.get(path).status_code == 200
        clock.shift(dt.timedelta(minutes=11))
        assert client.get(path).location.startswith("/me/confirmation")
        assert client.post(path).status_code == 403


@pytest.mark.parametrize("path", ["/me/recovery-codes", "/me/code-app"])
def test_guides_have_neither(client, asker, path):
    cast.sign_in(client, asker.guide_user)
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


def test_a_new_app_takes_the_place_of_the_old_one(flask_app, client, desk, session):
    elsewhere = flask_app.test_client()
    cast.sign_in(elsewhere, desk.user)
    cast.sign_in(client, desk.user)
    get_page(client, "/me/code-app")
    page = post_page(client, "/me/code-app", {}, status=200)
    key = page.select_one("main code").text.replace(" ", "").replace("-", "")
    page = post_page(client, "/me/code-app", {"code": "000000"})
    assert page.select_one("#code-error")
    assert page.select_one("main code").text.replace("-", "").replace(" ", "") == key
    post_page(client, "/me/code-app", {"code": desk.code()})  # the old app's
    code = pyotp.TOTP(key).now()
    assert client.post("/me/code-app", data={"code": code}).location == "/me"
    assert is_signed_in(client) and not is_signed_in(elsewhere)
    assert templates_to(session, desk.email)[-1] == "code_app_changed"
    client.post("/sign-out")
    desk.type_password(client)
    assert desk.type_code(client).status_code == 422
    assert desk.type_code(client, code).status_code == 422  # it was used to set the app up
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    assert desk.type_code(client, pyotp.TOTP(key).at(later)).location == "/sign-in/done"


def test_whoever_sets_up_the_first_app_is_led_to_printed_codes(client, desk, session):
    desk.user.tf_totp_secret = desk.user.tf_primary_method = None
    session.commit()
    desk.type_password(client)
    page = post_page(client, "/sign-in/code-app", {"setup": "authenticator"}, status=200)
    desk.key = page.select_one("main code").text.replace(" ", "").replace("-", "")
    desk.type_code(client)
    assert client.get("/sign-in/done").location == "/me/recovery-codes"
    assert client.get("/sign-in/done").location == "/asker/desk"


def test_an_administrator_lets_somebody_set_up_a_new_app(flask_app, client, desk, session, asker):
    codes = make_codes(client, desk)
    at_work = flask_app.test_client()
    cast.sign_in(at_work, desk.user)
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    path = f"/asker/staff/{desk.user.id}"
    form = get_page(client, path).main.select_one("form[action$=code-app]")
    assert client.post(form["action"]).location == path
    assert not is_signed_in(at_work)
    assert templates_to(session, desk.email)[-1] == "code_app_reset"
    assert session.scalars(select(RecoveryCode)).all() == []
    session.rollback()
    fresh = flask_app.test_client()
    assert desk.type_password(fresh).location == "/sign-in/code-app"
    fresh.post("/sign-in/recovery-code", data={"recovery_code": codes[0]})
    assert not is_signed_in(fresh)


def test_an_app_that_is_reset_twice_is_told_of_once(client, desk, session, asker):
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    for _again in range(2):
        assert client.post(f"/asker/staff/{desk.user.id}/code-app").status_code == 303
    assert templates_to(session, desk.email) == ["code_app_reset"]


def test_nobody_is_let_set_up_an_app_where_the_municipality_signs_them_in(client, session, asker):
    """Who has no password is asked for no code."""
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    path = f"/asker/staff/{asker.coordinator.id}"
    assert asker.coordinator.password is None
    assert not get_page(client, path).main.select("form[action$=code-app]")
    client.post(f"{path}/code-app")
    assert templates_to(session, asker.coordinator.email) == []


def test_a_last_administrator_who_has_lost_everything_is_invited_again(
    flask_app, client, session, asker
):
    admin = Desk(flask_app, session, asker, Role.ADMINISTRATOR)
    make_codes(client, admin)
    cast.sign_in(client, admin.user)
    session.expunge_all()
    session.commit()
    run = flask_app.test_cli_runner()
    command = ["accounts", "invite-again", "--municipality", "asker", "--email"]
    assert run.invoke(args=[*command, asker.guide_user.email]).exit_code == 1
    result = run.invoke(args=[*command, admin.email.upper()])
    assert result.exit_code == 0, result.output
    assert not is_signed_in(client)
    assert admin.type_password(client).status_code == 422
    link = result.output.strip().splitlines()[-1].removeprefix("http://localhost")
    new = "seven lanterns 4 marmalade"
    answer = client.post(link, data={"password": new, "again": new})
    assert answer.location == "/sign-in/code-app"
    assert session.scalars(select(RecoveryCode)).all() == []
    session.commit()
    page = post_page(client, "/sign-in/code-app", {"setup": "authenticator"}, status=200)
    admin.key = page.select_one("main code").text.replace(" ", "").replace("-", "")
    admin.type_code(client)
    assert client.get("/asker/staff").status_code == 200


def test_nobody_resets_their_own_app_and_only_administrators_reset_others(
    client, desk, session, asker, baerum
):
    admin = asker.users[Role.ADMINISTRATOR]
    cast.sign_in(client, admin)
    assert not get_page(client, f"/asker/staff/{admin.id}").main.select("form[action$=code-app]")
    assert client.post(f"/asker/staff/{admin.id}/code-app").status_code == 409
    assert client.post(f"/asker/staff/{baerum.coordinator.id}/code-app").status_code == 404
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted):
            recovery.reset_app(
                session, cast.actor(asker, role), desk.user, by_mail=None, now=cast.NOW
            )
    with pytest.raises(NotFound):
        recovery.reset_app(
            session,
            cast.actor(asker, Role.ADMINISTRATOR),
            baerum.coordinator,
            by_mail=None,
            now=cast.NOW,
        )
